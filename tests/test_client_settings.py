"""Unsafe settings are refused one by one, before anything is asked of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from puyango.errors import ConfigRefused, NotPermitted, Unreachable
from puyango.settings import Settings
from streams.broker import client
from streams.broker.safety import is_loopback

if TYPE_CHECKING:
    from pathlib import Path

DANGEROUS = [
    ("kafka_auto_offset_reset", "latest", "none"),
    ("kafka_auto_offset_reset", "earliest", "none"),
    ("kafka_enable_auto_commit", True, "false"),
    ("kafka_allow_auto_create_topics", True, "false"),
    ("kafka_isolation_level", "read_uncommitted", "read_committed"),
    ("kafka_max_poll_records", 500, "10000 to 50000"),
    ("kafka_max_poll_records", 50_001, "10000 to 50000"),
    ("kafka_max_partition_fetch_bytes", 1024 * 1024, "2097152 to 67108864"),
    ("kafka_max_partition_fetch_bytes", 1024**3, "2097152 to 67108864"),
    ("kafka_security_protocol", "TLS", "SASL_SSL or SSL"),
    ("kafka_bootstrap_servers", "127.0.0.1", "host:port"),
    ("kafka_bootstrap_servers", "127.0.0.1:9092,127.0.0.1:0", "host:port"),
    ("kafka_bootstrap_servers", "127.0.0.1:70000", "host:port"),
]

SECURED = {
    "kafka_bootstrap_servers": "kafka.example:9093",
    "kafka_security_protocol": "SASL_SSL",
    "kafka_sasl_mechanism": "SCRAM-SHA-512",
    "kafka_sasl_username": "reader",
}


def secured(password: Path, **changes: object) -> Settings:
    return Settings.model_validate({**SECURED, "kafka_sasl_password_file": password, **changes})


@pytest.fixture
def password(tmp_path: Path) -> Path:
    """Return a file with a password that its owner alone may read."""
    file = tmp_path / "password"
    file.write_text("canary-4711\n")
    file.chmod(0o400)
    return file


def test_the_settings_of_the_project_itself_are_safe(settings: Settings) -> None:
    """The demo would not start otherwise."""
    client.validate(settings)


@pytest.mark.parametrize(("name", "value", "wanted"), DANGEROUS)
def test_each_dangerous_setting_alone_is_refused_with_its_name_value_and_what_is_wanted(
    settings: Settings, name: str, value: object, wanted: str
) -> None:
    """Each is a default of the library that loses or shows data, and nobody would see it happen."""
    with pytest.raises(ConfigRefused) as refused:
        client.validate(settings.model_copy(update={name: value}))
    assert (refused.value.exit_code, refused.value.code) == (78, "unsafe_config")
    assert f"PUYANGO_{name.upper()}" in refused.value.what
    assert str(value).split(",")[-1] in refused.value.what
    assert wanted in refused.value.remedy


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SASL_PLAINTEXT"])
@pytest.mark.parametrize("server", ["kafka.example:9092", "10.0.0.7:9092", "127.0.0.1:9092,192.168.0.9:9092"])
def test_nothing_is_sent_in_the_clear_to_an_address_that_is_not_loopback(
    password: Path, protocol: str, server: str
) -> None:
    """Whoever sits on the way would read names of travellers, and could forge them."""
    asked = secured(password, kafka_security_protocol=protocol, kafka_bootstrap_servers=server)
    with pytest.raises(ConfigRefused, match="PUYANGO_KAFKA_SECURITY_PROTOCOL"):
        client.validate(asked)


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SASL_PLAINTEXT"])
def test_the_production_profile_never_speaks_in_the_clear(password: Path, protocol: str) -> None:
    """A tunnel on loopback is no excuse there: it ends somewhere."""
    asked = secured(
        password, profile="production", kafka_security_protocol=protocol, kafka_bootstrap_servers="127.0.0.1:9092"
    )
    with pytest.raises(ConfigRefused, match="production"):
        client.validate(asked)
    client.validate(secured(password, profile="production"))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kafka_sasl_mechanism": ""}, "MECHANISM"),
        ({"kafka_sasl_mechanism": "SCRAM-SHA-1"}, "MECHANISM"),
        ({"kafka_sasl_username": ""}, "USERNAME"),
        ({"kafka_sasl_password_file": None}, "PASSWORD_FILE"),
        ({"kafka_security_protocol": "SSL", "profile": "production"}, "SSL_CERTFILE"),
        ({"kafka_security_protocol": "SSL", "kafka_ssl_certfile": "client.pem"}, "SSL_KEYFILE"),
    ],
)
def test_a_login_that_is_only_half_stated_is_refused(password: Path, changes: dict[str, object], named: str) -> None:
    """The library would try without the missing half, and time out as if nobody were there."""
    with pytest.raises(ConfigRefused, match=named):
        client.validate(secured(password, **changes))


@pytest.mark.parametrize(
    ("server", "local"),
    [
        ("127.0.0.1:9092", True),
        ("127.8.8.8:9092", True),
        ("[::1]:9092", True),
        ("localhost:9092", True),
        ("0.0.0.0:9092", False),
        ("localhost.example:9092", False),
        ("127.0.0.1.example:9092", False),
        ("[2001:db8::1]:9092", False),
    ],
)
def test_loopback_is_told_from_names_that_only_look_like_it(server: str, *, local: bool) -> None:
    """``127.0.0.1.example`` is anybody's machine."""
    assert is_loopback(server) is local


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_password_that_others_may_read_is_not_used(password: Path, mode: int) -> None:
    """It is no secret any more; using it would hide that."""
    password.chmod(mode)
    with pytest.raises(NotPermitted, match=f"{mode:04o}"):
        client.consumer_options(secured(password))


def test_a_private_key_that_others_may_read_is_not_used(password: Path, tmp_path: Path) -> None:
    """As with a password: whoever copied it is us."""
    key = tmp_path / "key.pem"
    key.write_text("key")
    key.chmod(0o644)
    asked = secured(password, kafka_ssl_certfile=password, kafka_ssl_keyfile=key)
    with pytest.raises(NotPermitted, match=r"key\.pem has mode 0644"):
        client.admin_options(asked)


@pytest.mark.parametrize("text", [None, "", "\n"])
def test_a_missing_or_empty_password_is_a_setting_to_correct(password: Path, text: str | None) -> None:
    """Not a broker to wait for."""
    password.unlink()
    if text is not None:
        password.write_text(text)
        password.chmod(0o600)
    with pytest.raises(ConfigRefused, match="password file"):
        client.admin_options(secured(password))


def test_a_certificate_that_is_not_there_is_named(password: Path, tmp_path: Path) -> None:
    """The library would only say that the handshake failed."""
    with pytest.raises(ConfigRefused, match=r"PUYANGO_KAFKA_SSL_CAFILE.*ca\.pem"):
        client.admin_options(secured(password, kafka_ssl_cafile=tmp_path / "ca.pem"))


def test_a_reader_is_told_every_option_that_a_default_would_decide_wrongly(password: Path) -> None:
    """And never gets a deserializer: one that raises leaves the next poll waiting for ever."""
    options = client.consumer_options(secured(password))
    stated = {name: options[name] for name in ("auto_offset_reset", "enable_auto_commit", "isolation_level")}
    assert stated == {"auto_offset_reset": "none", "enable_auto_commit": False, "isolation_level": "read_committed"}
    assert options["allow_auto_create_topics"] is False
    assert options["sasl_plain_password"] == "canary-4711"  # noqa: S105 -- made up for this test
    assert options["ssl_check_hostname"] is True
    assert not [name for name in options if "deserializer" in name]


def test_a_writer_sends_each_record_once_and_waits_until_it_is_kept(password: Path) -> None:
    """What a replay counts as sent must be in the log, once."""
    options = client.producer_options(secured(password))
    assert (options["acks"], options["enable_idempotence"]) == ("all", True)
    assert options["allow_auto_create_topics"] is False
    assert not [name for name in options if "serializer" in name]


def test_options_are_never_made_from_unsafe_settings(password: Path) -> None:
    """Nobody can forget to ask the validator."""
    for options in (client.consumer_options, client.producer_options, client.admin_options):
        with pytest.raises(ConfigRefused):
            options(secured(password, kafka_enable_auto_commit=True))


def test_without_a_configured_or_a_local_broker_the_command_that_starts_one_is_named(settings: Settings) -> None:
    """The first thing that a newcomer meets."""
    with pytest.raises(Unreachable, match="puyango broker start"):
        client.bootstrap(settings)


def test_a_configured_broker_goes_before_the_local_one(settings: Settings) -> None:
    """Several addresses may be named, with blanks between them."""
    asked = settings.model_copy(update={"kafka_bootstrap_servers": "127.0.0.1:9092, 127.0.0.2:9092,"})
    assert client.bootstrap(asked) == "127.0.0.1:9092,127.0.0.2:9092"


def test_a_cluster_that_is_not_the_pinned_one_is_refused(settings: Settings) -> None:
    """Without certificates, its id is all that tells another cluster at the same address."""
    cluster = {"cluster_id": "other", "brokers": []}
    assert client.require_cluster(settings, cluster) == "other"
    with pytest.raises(ConfigRefused, match="other answers at"):
        client.require_cluster(
            settings.model_copy(update={"kafka_cluster_id": "pinned", "kafka_bootstrap_servers": "127.0.0.1:9"}),
            cluster,
        )


def test_a_loopback_address_may_not_lead_on_to_brokers_elsewhere(settings: Settings) -> None:
    """A cluster tells its clients where to go next, and they would go there in the clear."""
    with pytest.raises(ConfigRefused, match=r"10\.0\.0\.7:9092"):
        client.require_cluster(settings, {"cluster_id": "x", "brokers": [{"host": "10.0.0.7", "port": 9092}]})
