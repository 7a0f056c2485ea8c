"""What stops hop 1, each with what happened and what to do; most of it only a person can lift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import CorruptBatch, OperatorNeeded, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.errors import PuyangoError
    from streams.reading.log import Chain, Place

LIFT = "Nothing resets by itself."


def out_of_range(place: Place, at: int, begin: int, end: int) -> OperatorNeeded:
    """Return the stop for a position that the log does not hold: ``data_expired``, or ``log_truncated``."""
    if at < begin:
        return OperatorNeeded(
            f"{shown(place)}: the offsets {at} to {begin - 1} were deleted from the log before they were read",
            f"{LIFT} Restore the log from a copy and lengthen its retention. If there is none, pass over them: "
            f"puyango gap declare {_partition(place)} {at} {begin} --because expired --reason WHY",
            code="data_expired",
        )
    return truncated(place, f"the log ends at {end}, before our position {at}")


def truncated(place: Place, fact: str) -> OperatorNeeded:
    """Return the stop for a log that no longer holds what was landed from it."""
    return OperatorNeeded(
        f"{shown(place)}: {fact}",
        f"{LIFT} The log lost records that have landed: find out whether the broker was restored from a copy.",
        code="log_truncated",
    )


def no_position(place: Place) -> OperatorNeeded:
    """Return the stop for a place that the client has no position for."""
    return OperatorNeeded(f"{shown(place)}: the client lost its position", f"{LIFT} Start again.", code="no_position")


def corrupt(place: Place, at: int, why: str) -> CorruptBatch:
    """Return the stop for a batch that three fetches could not read."""
    return CorruptBatch(
        f"{shown(place)}: the batch at offset {at} cannot be read, three fetches running ({why})",
        "The log is damaged there. Restore it from a replica or a copy; the other partitions go on. If there is none, "
        f"pass over it: puyango gap declare {_partition(place)} {at} {at + 1} --because corrupt_batch --reason WHY "
        "(it says where the damage ends)",
    )


def another(family: str, was: str, now: Chain) -> OperatorNeeded:
    """Return the stop for a topic that is not the log we landed from: ``topic_recreated`` or ``cluster_changed``."""
    same = was.startswith(f"{now.cluster_id}-")
    what = "topic was made anew" if same else "cluster is another one"
    return OperatorNeeded(
        f"topic {now.topic}: the {what}: {was} has landed, the log is {now.folder}",
        f"Is that intended? Then accept it as a new chain from offset 0: puyango topic accept {family}",
        code="topic_recreated" if same else "cluster_changed",
    )


def stuck(place: Place, at: int, end: int, seconds: float) -> Unreachable:
    """Return the fault of a position that does not move although the log goes on."""
    return Unreachable(
        f"{shown(place)}: no record came for {seconds:.0f} s at offset {at}, although the log ends at {end}",
        "Ask the broker why it gives nothing; starting again does no harm.",
        code="stalled",
    )


def together(found: Sequence[PuyangoError]) -> PuyangoError:
    """Return one error for all that was ``found``, under the code of the first."""
    if len(found) == 1:
        return found[0]
    what = "; ".join(f"{stop.code}: {stop.what}" for stop in found)
    remedies = dict.fromkeys(stop.remedy for stop in found)
    return OperatorNeeded(what, " ".join(remedies), code=found[0].code)


def shown(place: Place) -> str:
    """Return the place as it is written in messages."""
    return f"{place[0]}[{place[1]}]"


def _partition(place: Place) -> str:
    """Return the place as commands name it."""
    return f"{place[0].split('.')[1]}:{place[1]}" if place[0].count(".") > 1 else f"{place[0]}:{place[1]}"
