"""The families' topics: made once, and looked at before anything is read from them or written to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kafka import errors
from kafka.admin import ConfigResource, ConfigResourceType

from puyango.errors import ConfigRefused, NotPermitted, TopicMissing, Unreachable
from streams.broker.admin import administrator
from streams.broker.client import GROUP, admin_options, bootstrap, require_cluster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kafka import KafkaAdminClient

    from puyango.settings import Settings
    from streams.contract import Contract

STAMP = "message.timestamp.type"
BY_BROKER = "LogAppendTime"
CONFIGS = {STAMP: BY_BROKER, "retention.ms": "-1"}
TO_READ = ("READ", "DESCRIBE", "DESCRIBE_CONFIGS")
TO_WRITE = ("WRITE", "DESCRIBE", "DESCRIBE_CONFIGS")
MISSING = errors.UnknownTopicOrPartitionError.errno
DENIED = errors.TopicAuthorizationFailedError.errno


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as the cluster knows it: made anew, it has another id."""

    name: str
    topic_id: str
    cluster_id: str
    partitions: int


def create(settings: Settings, contract: Contract) -> bool:
    """Leave the family's topic in place, stamped by the broker and kept for ever; return whether it was made now.

    A topic that exists is left as it is; raises ``ConfigRefused`` where its records carry the producer's clock.
    """
    asked = {"num_partitions": contract.partitions, "configs": CONFIGS}
    with administrator(admin_options(settings)) as admin:
        require_cluster(settings, admin.describe_cluster())
        try:
            admin.create_topics({contract.topic: asked}, wait_for_metadata=True)
        except errors.TopicAlreadyExistsError:
            _require_append_time(admin, [contract.topic])
            return False
        except errors.AuthorizationError:
            who = settings.kafka_sasl_username or "this client"
            raise NotPermitted(
                f"{who} may not create topic {contract.topic}", f"Grant CREATE on {contract.topic} to {who}."
            ) from None
    return True


def require(settings: Settings, contracts: Iterable[Contract], rights: tuple[str, ...] = TO_READ) -> dict[str, Topic]:
    """Return the topic of each family by the family's name, all of them open to us and stamped by the broker.

    Raises ``Unreachable`` (nothing answers), ``NotPermitted`` (login, certificate or right refused),
    ``TopicMissing`` or ``ConfigRefused`` (another cluster, or the producer's clock): a reader without
    rights would get nothing, for ever, and no error.
    """
    families = {contract.topic: contract.name for contract in contracts}
    with administrator(admin_options(settings)) as admin:
        cluster_id = require_cluster(settings, admin.describe_cluster())
        found = {topic["name"]: topic for topic in admin.describe_topics(list(families))}
        for name, family in families.items():
            _require_open(settings, family, found[name], rights)
        _require_append_time(admin, list(families))
        if "READ" in rights:
            _require_group(settings, admin)
    return {
        family: Topic(name, str(found[name]["topic_id"]), cluster_id, len(found[name]["partitions"]))
        for name, family in families.items()
    }


def _require_open(settings: Settings, family: str, topic: Mapping[str, Any], rights: tuple[str, ...]) -> None:
    name, code = topic["name"], topic["error_code"]
    if code == MISSING:
        raise TopicMissing(
            f"topic {name} does not exist on {bootstrap(settings)}", f"Make it with: puyango topic create {family}"
        )
    granted = topic.get("authorized_operations") or ()
    lacking = [right for right in rights if code == DENIED or right not in granted]
    if lacking:
        who = settings.kafka_sasl_username or "this client"
        raise NotPermitted(
            f"{who} may not {', '.join(lacking)} topic {name}", f"Grant {', '.join(lacking)} on {name} to {who}."
        )
    if code:
        raise Unreachable(f"topic {name} is not ready: {errors.for_code(code).__name__}", "Try again in a moment.")


def _require_group(settings: Settings, admin: KafkaAdminClient) -> None:
    """Refuse a reader that may not use its group: the library would stop at the first poll."""
    try:
        admin.describe_groups([GROUP])
    except errors.GroupAuthorizationFailedError:
        who = settings.kafka_sasl_username or "this client"
        raise NotPermitted(f"{who} may not READ group {GROUP}", f"Grant READ on group {GROUP} to {who}.") from None
    except errors.CoordinatorNotAvailableError:
        return  # a cluster in which no group ever was has none yet, and refuses before it says so


def _require_append_time(admin: KafkaAdminClient, topics: list[str]) -> None:
    """Refuse a topic whose records are stamped by their producers, who could then forge when a thing was known."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic, {STAMP: ""}) for topic in topics]
    stated = admin.describe_configs(asked, config_filter="all")["topic"]
    for topic in topics:
        if (stamp := stated[topic].get(STAMP, {}).get("value")) != BY_BROKER:
            raise ConfigRefused(
                f"topic {topic} has {STAMP}={stamp}, wanted is {BY_BROKER}",
                f"Set {STAMP}={BY_BROKER} on {topic}; records sent before keep their producer's clock.",
            )
