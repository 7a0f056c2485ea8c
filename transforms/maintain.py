# ruff: noqa: S608 -- names of tables come from the catalogue, never from input
"""Maintenance: files few and large, no snapshot that nobody may ask for, nothing left behind.

Each step is a commit of its own, so that others come in between, and none changes what a table says. What
readers may still hold stays for days: a file goes only that long after the last snapshot that needed it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from transforms import draft, lake

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings

TABLES = "select schema_name, table_name from duckdb_tables() where database_name = 'lake' order by all"
FILES = "select data_file, delete_file is not null from ducklake_list_files('lake', ?, schema => ?)"
IN_THEM = "where filename in (select unnest(?::varchar[]))"
MERGE = "CALL ducklake_merge_adjacent_files('lake', ?, schema => ?)"
EXPIRABLE = """
select snapshot_id
from lake.snapshots()
where snapshot_time < $before
    and snapshot_id < (select id from lake.current_snapshot())
    and snapshot_id not in (select snapshot from ops.vintage where snapshot is not null)
order by snapshot_id
"""
EXPIRE = "CALL ducklake_expire_snapshots('lake', versions => ?)"
UNNEEDED = "CALL ducklake_cleanup_old_files('lake', older_than => ?)"
ORPHANS = "CALL ducklake_delete_orphaned_files('lake', older_than => ?)"
log = structlog.get_logger()


@dataclass(frozen=True)
class Maintained:
    """What was done: files written anew into fewer, snapshots expired, files and drafts removed."""

    merged: int = 0
    snapshots: int = 0
    unneeded: int = 0
    orphans: int = 0
    drafts: int = 0


def maintain(settings: Settings, now: datetime) -> Maintained:
    """Merge small files, expire snapshots of no vintage that are old, remove what no snapshot needs; say what was done.

    Raises ``InputUnfit`` where there is no lake, ``Busy`` when it is held too long.
    """
    forgotten = now - timedelta(days=settings.leftover_days)
    with lake.reading(settings) as con:
        tables = [(str(layer), str(name)) for layer, name in con.execute(TABLES).fetchall()]
        untidy = [table for table in tables if _untidy(con, *table)]
    done = Maintained(
        merged=sum(_relaid(settings, *table) + _merged(settings, *table) for table in untidy),
        snapshots=_expired(settings, now - timedelta(days=settings.snapshot_days)),
        unneeded=_removed(settings, "files that no snapshot needs", UNNEEDED, forgotten),
        orphans=_removed(settings, "files that no commit knows", ORPHANS, forgotten),
        drafts=draft.sweep(settings, forgotten),
    )
    log.info("maintained", **vars(done))
    return done


def _untidy(con: DuckDBPyConnection, layer: str, table: str) -> bool:
    """Say whether a file of the table holds deleted rows, or lies beside another in its folder."""
    found = con.execute(FILES, [table, layer]).fetchall()
    folders = Counter(path.rpartition("/")[0] for path, _ in found)
    return any(deleted for _, deleted in found) or any(files > 1 for files in folders.values())


def _relaid(settings: Settings, layer: str, table: str) -> int:
    """Write the living rows of files that hold deleted ones into new files; return how many files were replaced.

    The engine's own ``ducklake_rewrite_data_files`` is never called: it narrows the statistics of the whole
    table to what lives, and by them an earlier snapshot is then read with wrong values.
    """
    whole = f'{layer}."{table}"'
    with lake.committing(settings, f"write {layer}.{table} without its deleted rows") as con:
        laden = [str(path) for path, deleted in con.execute(FILES, [table, layer]).fetchall() if deleted]
        if laden:
            con.execute(f"create temp table living as from {whole} {IN_THEM}", [laden])
            con.execute(f"delete from {whole} {IN_THEM}", [laden])
            con.execute(f"insert into {whole} from living")
            con.execute("drop table living")
    return len(laden)


def _merged(settings: Settings, layer: str, table: str) -> int:
    """Put the small files of a table together, in each month; return how many were replaced."""
    with lake.committing(settings, f"merge the files of {layer}.{table}") as con:
        return sum(int(files) for *_, files, _ in con.execute(MERGE, [table, layer]).fetchall())


def _expired(settings: Settings, before: datetime) -> int:
    with lake.committing(settings, "expire snapshots") as con:
        versions = [int(version) for (version,) in con.execute(EXPIRABLE, {"before": before}).fetchall()]
        if versions:
            con.execute(EXPIRE, [versions])
    return len(versions)


def _removed(settings: Settings, what: str, call: str, before: datetime) -> int:
    with lake.committing(settings, f"remove {what}") as con:
        return len(con.execute(call, [before]).fetchall())
