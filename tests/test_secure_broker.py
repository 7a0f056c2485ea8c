"""A cluster with certificates, logins and rights: every refusal says which one it is."""

from __future__ import annotations

import datetime as dt
import ipaddress
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition, errors
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from puyango.errors import ConfigRefused, NotPermitted, PuyangoError, TopicMissing, Unreachable
from puyango.settings import Settings
from streams.broker import client, jars, process, properties, topics
from streams.broker.admin import administrator
from streams.families import crossing_count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from streams.contract import Contract

pytestmark = pytest.mark.broker

USERS = ("admin", "reader", "groupless", "stranger")
DAY = dt.timedelta(days=1)
JAAS = "org.apache.kafka.common.security"

COUNTED = replace(crossing_count.CONTRACT, name="counted")
SECRET = replace(crossing_count.CONTRACT, name="secret")
MISSING = replace(crossing_count.CONTRACT, name="missing")


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        """Return the certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def private(self) -> bytes:
        """Return the key as PEM."""
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def issued(name: str, issuer: Identity | None = None, *, days: int = 1) -> Identity:
    """Return an identity signed by ``issuer``, or by itself and then one that may sign others."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 9 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(address, critical=False)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    return Identity(certificate, key)


def secret(path: Path, text: bytes) -> Path:
    path.write_bytes(text)
    path.chmod(0o600)
    return path


@dataclass(frozen=True)
class Secure:
    """A running broker that asks who you are: a port for each way to ask."""

    folder: Path
    ports: dict[str, int]

    def settings(self, user: str, listener: str = "LOGIN", **changes: object) -> Settings:
        """Return the settings of ``user``."""
        stated = {
            "home": self.folder / "home",
            "kafka_bootstrap_servers": f"127.0.0.1:{self.ports[listener]}",
            "kafka_security_protocol": "SASL_SSL",
            "kafka_sasl_mechanism": "SCRAM-SHA-512",
            "kafka_sasl_username": user,
            "kafka_sasl_password_file": self.folder / user,
            "kafka_ssl_cafile": self.folder / "ca.pem",
            "broker_start_s": 5.0,
        }
        return Settings.model_validate({**stated, **changes})

    def grant(self, user: str, kind: ResourceType, name: str, *operations: ACLOperation) -> None:
        """Give ``user`` rights on the topic or group called ``name``."""
        asked = ResourcePattern(kind, name)
        rights = [ACL(f"User:{user}", "*", operation, ACLPermissionType.ALLOW, asked) for operation in operations]
        with administrator(client.admin_options(self.settings("admin"))) as admin:
            assert admin.create_acls(rights)["failed"] == []


LISTENERS = ("LOGIN", "EXPIRED", "MUTUAL", "PLAINTEXT", "CONTROLLER")


def guarded(folder: Path, ports: dict[str, int]) -> dict[str, str]:
    """Return the properties of a broker with certificates, logins and rights."""
    opened = {name: f"{name}://127.0.0.1:{port}" for name, port in ports.items()}
    users = " ".join(f'user_{user}="{user}-secret"' for user in USERS)
    return {
        **properties.node(ports["PLAINTEXT"], ports["CONTROLLER"], folder / "data"),
        "listeners": ",".join(opened.values()),
        "advertised.listeners": ",".join(address for name, address in opened.items() if name != "CONTROLLER"),
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
        "LOGIN:SASL_SSL,EXPIRED:SASL_SSL,MUTUAL:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "broker.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / "ca.pem"),
        "listener.name.expired.ssl.keystore.location": str(folder / "expired.pem"),
        "listener.name.mutual.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
        **{
            f"listener.name.{name}.{mechanism}.sasl.jaas.config": f"{JAAS}.{module} required {options};"
            for name in ("login", "expired")
            for mechanism, module, options in (
                ("scram-sha-512", "scram.ScramLoginModule", ""),
                ("plain", "plain.PlainLoginModule", users),
            )
        },
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:admin;User:ANONYMOUS;User:CN=machine",
    }


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """Yield a broker with TLS, SASL and ACLs, the two readable topics made."""
    folder = tmp_path_factory.mktemp("secure")
    (folder / "tmp").mkdir()
    authority = issued("authority")
    for name, days in (("broker", 1), ("expired", -1)):
        own = issued(name, authority, days=days)
        secret(folder / f"{name}.pem", own.private + own.public + authority.public)
    machine = issued("machine", authority)
    secret(folder / "machine.key", machine.private)
    secret(folder / "machine.pem", machine.public)
    secret(folder / "ca.pem", authority.public)
    secret(folder / "other.pem", issued("other authority").public)
    for user in USERS:
        secret(folder / user, f"{user}-secret\n".encode())
    made = Secure(folder, dict(zip(LISTENERS, properties.free_ports(len(LISTENERS)), strict=True)))
    file = folder / "server.properties"
    file.write_text(properties.text(guarded(folder, made.ports)))
    command = process.java(jars.resolve(), folder)
    scram = [f"--add-scram=SCRAM-SHA-512=[name={user},password={user}-secret]" for user in USERS]
    process.prepare(command, properties.cluster_id(), file, *scram)
    pid = process.spawn(command, file, folder / "broker.log")
    try:
        waiting = made.settings("admin", broker_start_s=30.0)
        for contract in (COUNTED, SECRET):
            topics.create(waiting, contract)
        for user in ("reader", "groupless"):
            made.grant(user, ResourceType.TOPIC, COUNTED.topic, ACLOperation.READ, ACLOperation.DESCRIBE_CONFIGS)
        made.grant("reader", ResourceType.GROUP, client.GROUP, ACLOperation.READ)
        yield made
    finally:
        process.end(pid, file, 10)


def refusal(settings: Settings, contract: Contract = COUNTED) -> PuyangoError:
    with pytest.raises(PuyangoError) as refused:
        topics.require(settings, [contract])
    return refused.value


def test_a_missing_topic_a_missing_right_and_a_wrong_password_are_told_apart(secure: Secure) -> None:
    """To a reader all three look the same: nothing arrives. Three different people must be called."""
    missing = refusal(secure.settings("admin"), MISSING)
    right = refusal(secure.settings("stranger"), SECRET)
    password = refusal(secure.settings("reader", kafka_sasl_password_file=secure.folder / "stranger"))
    silent = refusal(secure.settings("reader", kafka_bootstrap_servers="127.0.0.1:1", broker_start_s=0.5))

    assert [type(error) for error in (missing, right, password, silent)] == [
        TopicMissing,
        NotPermitted,
        NotPermitted,
        Unreachable,
    ]
    assert [error.exit_code for error in (missing, right, password, silent)] == [76, 77, 77, 69]
    assert "puyango topic create missing" in missing.remedy
    assert "stranger may not READ, DESCRIBE" in right.what
    assert SECRET.topic in right.remedy
    assert "refuses the login of 'reader'" in password.what
    assert "PASSWORD_FILE" in password.remedy


def test_a_reader_needs_no_more_than_to_read_its_topic(secure: Secure) -> None:
    """Whoever steals its password can neither write, nor make topics, nor read another family."""
    reader = secure.settings("reader")
    assert topics.require(reader, [COUNTED])["counted"].partitions == 4
    assert "may not WRITE" in refusal_to_write(reader).what
    assert refusal(reader, SECRET).exit_code == 77
    with pytest.raises(NotPermitted, match="may not create topic"):
        topics.create(reader, MISSING)
    producer = KafkaProducer(**client.producer_options(reader))
    with pytest.raises(errors.KafkaError, match="AuthorizationFailed"):
        producer.send(COUNTED.topic, value=b"forged").get(10)
    producer.close()


def refusal_to_write(settings: Settings) -> PuyangoError:
    with pytest.raises(NotPermitted) as refused:
        topics.require(settings, [COUNTED], topics.TO_WRITE)
    return refused.value


def test_what_an_authorised_producer_sends_an_authorised_reader_reads(secure: Secure) -> None:
    """The options work over TLS and a login as they do in the clear."""
    producer = KafkaProducer(**client.producer_options(secure.settings("admin")))
    producer.send(COUNTED.topic, value=b"counted", partition=0).get(10)
    producer.close()
    place = TopicPartition(COUNTED.topic, 0)
    with closing(KafkaConsumer(**client.consumer_options(secure.settings("reader")))) as consumer:
        consumer.assign([place])
        consumer.seek(place, 0)
        records = consumer.poll(5000)[place]
        consumer.commit({place: OffsetAndMetadata(1, "", records[0].leader_epoch)})
    assert [record.value for record in records] == [b"counted"]


def test_a_reader_that_may_not_use_its_group_is_told_at_the_start(secure: Secure) -> None:
    """The library would stop at the first poll, with a word that names no remedy."""
    refused = refusal(secure.settings("groupless"))
    assert refused.exit_code == 77
    assert f"READ on group {client.GROUP}" in refused.remedy


def test_a_broker_that_cannot_prove_who_it_is_gets_no_password(secure: Secure) -> None:
    """Another authority, an expired certificate, another name: somebody may sit between."""
    port = secure.ports["LOGIN"]
    cases = {
        "self-signed": secure.settings("admin", kafka_ssl_cafile=secure.folder / "other.pem"),
        "expired": secure.settings("admin", "EXPIRED"),
        "Hostname mismatch": secure.settings("admin", kafka_bootstrap_servers=f"localhost:{port}"),
    }
    for why, settings in cases.items():
        refused = refusal(settings)
        assert (refused.exit_code, refused.code) == (77, "tls_failed")
        assert why in refused.what


def test_the_wrong_protocol_is_not_mistaken_for_a_wrong_password(secure: Secure) -> None:
    """The clear to a port that wants TLS, and TLS to a port that does not know it: nobody's password is wrong."""
    clear = secure.settings("admin", kafka_security_protocol="PLAINTEXT", broker_start_s=1.5)
    for settings in (clear, secure.settings("admin", "PLAINTEXT", broker_start_s=1.5)):
        refused = refusal(settings)
        assert isinstance(refused, Unreachable)
        assert "PUYANGO_KAFKA_SECURITY_PROTOCOL" in refused.remedy


def test_a_password_over_tls_and_a_certificate_are_ways_to_log_in_too(secure: Secure) -> None:
    """Clusters differ in what they offer."""
    plain = secure.settings("admin", kafka_sasl_mechanism="PLAIN")
    assert topics.require(plain, [COUNTED])
    with_certificate = secure.settings(
        "",
        "MUTUAL",
        kafka_security_protocol="SSL",
        kafka_ssl_certfile=secure.folder / "machine.pem",
        kafka_ssl_keyfile=secure.folder / "machine.key",
    )
    assert topics.require(with_certificate, [COUNTED])


def test_a_pinned_cluster_is_compared_behind_the_certificate_too(secure: Secure) -> None:
    """An authority may vouch for more than one cluster."""
    with pytest.raises(ConfigRefused, match="pinned is another"):
        topics.require(secure.settings("admin", kafka_cluster_id="another"), [COUNTED])


def test_no_refusal_shows_a_password(secure: Secure) -> None:
    """Messages end in logs and tickets."""
    wrong = secure.settings("reader", kafka_sasl_password_file=secure.folder / "stranger")
    for error in (refusal(wrong), refusal(secure.settings("stranger"))):
        assert "-secret" not in f"{error!r} {error.__cause__!r} {error.__context__!r}"
