"""The ledger of hop 2: which segments have been consumed, and which days they touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms import waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from streams.segments.segment import Segment
    from transforms.waiting import Run


def unmoved(con: DuckDBPyConnection, family: str, runs: Sequence[Run]) -> bool:
    """Say whether every partition still stands where the runs begin: the fence, asked inside the transaction."""
    now = waiting.positions(con, family)
    return all(now.get(run.place) == run.start for run in runs)


def consume(con: DuckDBPyConnection, runs: Sequence[Run], sha256: Mapping[Path, str], batch: int) -> None:
    """Record every segment of ``runs`` with its refusals, and move the positions behind them."""
    segments = [segment for run in runs for segment in run.segments]
    _insert(
        con, "segment", [{**_facts(segment), "sha256": sha256[segment.path], "batch": batch} for segment in segments]
    )
    _insert(con, "refusal", [refusal for segment in segments for refusal in _refusals(segment)])
    for run in runs:
        _move(con, run)


def touch(con: DuckDBPyConnection, family: str, days: Sequence[date], batch: int) -> None:
    """Record that ``batch`` brought events of these anchor days."""
    _insert(con, "touched_day", [{"family": family, "anchor_day": day, "batch": batch} for day in days])


def _move(con: DuckDBPyConnection, run: Run) -> None:
    """Update the row, never insert beside it: of two transactions that move one position, one must fail."""
    chain, partition = run.place
    family = run.segments[0].family
    if run.start is None:
        con.execute("insert into ops.position values (?, ?, ?, ?)", [family, chain, partition, run.end])
        return
    moved = "update ops.position set next_offset = ? where family = ? and chain = ? and partition = ?"
    con.execute(moved, [run.end, family, chain, partition])


def _facts(segment: Segment) -> dict[str, object]:
    return {
        "family": segment.family,
        "chain": segment.chain,
        "partition": segment.partition,
        "first_offset": segment.first,
        "next_offset": segment.next,
        "rows": segment.rows,
        "good": segment.good,
        "refused": segment.refused,
        "gap_offsets": segment.gap_offsets,
        "path": "/".join(segment.path.parts[segment.path.parts.index(segment.family, -6) :]),
        "bytes": segment.bytes,
    }


def _refusals(segment: Segment) -> list[dict[str, object]]:
    place = {"family": segment.family, "chain": segment.chain, "partition": segment.partition}
    at = {**place, "first_offset": segment.first}
    return [{**at, "reason": reason, "rows": rows} for reason, rows in segment.reasons.items()]


def _insert(con: DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        con.execute(f"insert into ops.{table} by name select unnest(?, recursive := true)", [rows])
