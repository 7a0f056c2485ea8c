"""Every setting, its default and its bounds, read once at the edge.

A setting is an environment variable ``PUYANGO_<NAME>`` or a line of the TOML file that
``PUYANGO_SETTINGS`` names; the environment wins. An unknown name is refused, because a typo must not
mean a default.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from puyango.errors import ConfigRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "PUYANGO_"
MIB = 1024 * 1024


class Settings(BaseModel):
    """The platform's settings; sizes in bytes, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Literal["demo", "production"] = "demo"
    home: Path = Field(Path("var"), validate_default=True)
    keys: Path = Field(Path(".puyango-keys"), validate_default=True)
    corrections: Path | None = None

    kafka_bootstrap_servers: str = ""
    kafka_cluster_id: str = ""
    kafka_security_protocol: str = "PLAINTEXT"
    kafka_sasl_mechanism: str = ""
    kafka_sasl_username: str = ""
    kafka_sasl_password_file: Path | None = None
    kafka_ssl_cafile: Path | None = None
    kafka_ssl_certfile: Path | None = None
    kafka_ssl_keyfile: Path | None = None
    kafka_auto_offset_reset: str = "none"
    kafka_enable_auto_commit: bool = False
    kafka_allow_auto_create_topics: bool = False
    kafka_isolation_level: str = "read_committed"
    kafka_max_poll_records: int = 20_000
    kafka_max_partition_fetch_bytes: int = 8 * MIB

    airflow_url: str = ""
    airflow_username: str = ""
    airflow_password_file: Path | None = None
    airflow_start_s: float = Field(180.0, gt=0)

    broker_start_s: float = Field(30.0, gt=0)
    request_s: float = Field(40.0, gt=0)
    poll_s: float = Field(1.0, gt=0)
    lock_s: float = Field(60.0, gt=0)
    rule_s: float = Field(300.0, gt=0)
    query_s: float = Field(300.0, gt=0)

    segment_rows: int = Field(100_000, ge=1)
    segment_age_s: float = Field(30.0, gt=0)

    snapshot_days: float = Field(90.0, ge=2)
    leftover_days: float = Field(7.0, ge=2)

    record_bytes: int = Field(MIB, ge=1024)
    batch_bytes: int = Field(64 * MIB, ge=MIB)
    nesting: int = Field(32, ge=1)
    object_keys: int = Field(512, ge=1)
    text_bytes: int = Field(4096, ge=1)
    header_key_bytes: int = Field(256, ge=1)
    headers_bytes: int = Field(16 * 1024, ge=1)
    literal_chars: int = Field(40, ge=1)
    undeclared_fields: int = Field(16, ge=0)
    undeclared_bytes: int = Field(4096, ge=0)
    clock_tolerance_s: float = Field(600.0, ge=0)
    refusal_budget_pct: float = Field(50.0, gt=0, le=100)
    refusal_budget_rows: int = Field(100, ge=1)

    @field_validator("home", "keys")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        """So that what is printed says where it is, whatever folder the reader is in."""
        return folder.absolute()

    @property
    def landing(self) -> Path:
        """Segments, one folder a family."""
        return self.home / "landing"

    @property
    def lake(self) -> Path:
        """Catalogue and data files of the lake."""
        return self.home / "lake"

    @property
    def drafts(self) -> Path:
        """Drafts of silver and gold that wait for judgement."""
        return self.home / "drafts"

    @property
    def mart(self) -> Path:
        """The published ``.duckdb`` file."""
        return self.home / "mart" / "puyango.duckdb"

    @property
    def extracts(self) -> Path:
        """Published extracts, one folder a vintage, and the register of vintages."""
        return self.home / "extracts"

    @property
    def checks(self) -> Path:
        """The page on which people read what the checks said."""
        return self.home / "checks" / "index.html"

    @property
    def broker(self) -> Path:
        """Jars, state and log of the local broker."""
        return self.home / "broker"

    @property
    def airflow(self) -> Path:
        """Configuration, secrets, database and logs of the local Airflow."""
        return self.home / "airflow"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of ``environ`` (default: the process's) over those of the TOML file it names.

    Raises ``ConfigRefused`` for an unknown name, a value out of bounds or a file that is not TOML.
    """
    environ = os.environ if environ is None else environ
    stated = {name[len(PREFIX) :].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    file = stated.pop("settings", None)
    merged: dict[str, object] = {**(_toml(Path(file)) if file else {}), **stated}
    for name in merged:
        if name not in Settings.model_fields:
            raise ConfigRefused(f"unknown setting {PREFIX}{name.upper()}", _hint(name))
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = f"{PREFIX}{'_'.join(map(str, first['loc'])).upper()}"
        raise ConfigRefused(f"setting {name}: {first['msg']}", "Correct the value and start again.") from None


def _hint(name: str) -> str:
    """Return what was probably meant by ``name``; folders inside the home are no settings of their own."""
    inside = [word for word, value in vars(Settings).items() if isinstance(value, property)]
    near = difflib.get_close_matches(name, [*Settings.model_fields, *inside], n=1)
    if not near:
        return "See docs/settings.md for the list."
    if near[0] in inside:
        return f"Where the {near[0]} lies follows from the home: set {PREFIX}HOME."
    return f"Did you mean {PREFIX}{near[0].upper()}?"


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigRefused(f"settings file {file} does not exist", f"Correct {PREFIX}SETTINGS.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigRefused(f"settings file {file} is not TOML: {error}", "Correct that line.") from None
