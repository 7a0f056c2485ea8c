"""Secrets for the cluster, read from files that nobody else may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import ConfigRefused, NotPermitted

if TYPE_CHECKING:
    from pathlib import Path

    from puyango.settings import Settings


def certificates(settings: Settings) -> dict[str, object]:
    """Return whom we trust and, where the cluster asks for it, who we are; host names are always checked."""
    if not settings.kafka_security_protocol.endswith("SSL"):
        return {}
    files = {name: getattr(settings, f"kafka_{name}") for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile")}
    given = {name: file for name, file in files.items() if file is not None}
    for name, file in given.items():
        if not file.is_file():
            raise ConfigRefused(f"PUYANGO_KAFKA_{name.upper()}: {file} does not exist", "Correct the path.")
    if "ssl_keyfile" in given:
        require_private(given["ssl_keyfile"])
    return {"ssl_check_hostname": True, **{name: str(file) for name, file in given.items()}}


def login(settings: Settings) -> dict[str, object]:
    """Return user name and password, empty where the link knows no login."""
    file = settings.kafka_sasl_password_file
    if file is None or not settings.kafka_security_protocol.startswith("SASL"):
        return {}
    return {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": password(file),
    }


def password(file: Path, setting: str = "PUYANGO_KAFKA_SASL_PASSWORD_FILE") -> str:
    """Return the secret in ``file`` without its line end; a file that others may read is refused."""
    if not file.is_file():
        raise ConfigRefused(f"password file {file} does not exist", f"Correct {setting}.")
    require_private(file)
    secret = file.read_text(encoding="utf-8").rstrip("\r\n")
    if not secret:
        raise ConfigRefused(f"password file {file} is empty", "Put the password into it.")
    return secret


def require_private(file: Path) -> None:
    """Refuse a secret that anyone but its owner may read; raises ``NotPermitted``."""
    mode = file.stat().st_mode & 0o777
    if mode not in (0o400, 0o600):
        raise NotPermitted(f"{file} has mode {mode:04o}, wanted is 0400 or 0600", f"Run: chmod 0400 {file}")
