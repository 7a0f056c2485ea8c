# ruff: noqa: S608 -- names of tables and columns come from declarations, never from input
"""The lake: Parquet files and a SQL catalogue, one committer, readers that never wait."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from puyango.errors import ConfigRefused, InputUnfit
from transforms import catalogue, committer, files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from puyango.settings import Settings
    from transforms.draft import Draft


def create(settings: Settings) -> None:
    """Make sure that catalogue, layers and ledger exist; two processes may do so at once."""
    with committer.held(catalogue.lock(settings), settings.lock_s), catalogue.writable(settings):
        pass


@contextmanager
def reading(settings: Settings) -> Iterator[DuckDBPyConnection]:
    """Yield a read-only connection that sees one snapshot, however long it reads; the writer does not wait for it.

    Raises ``InputUnfit`` while there is no lake.
    """
    if not catalogue.path(settings).exists():
        raise InputUnfit(f"there is no lake in {settings.lake}", "Run puyango collect first.")
    with catalogue.attached(settings, "read") as con:
        con.execute("BEGIN")
        yield con


@contextmanager
def committing(settings: Settings, message: str) -> Iterator[DuckDBPyConnection]:
    """Yield a connection whose changes become visible together at the end, or not at all if anything raises.

    The engine syncs none of its data files, so before COMMIT whatever is new on disk is forced there.
    Raises ``Busy`` when another process holds the lake for longer than ``lock_s``.
    """
    with committer.held(catalogue.lock(settings), settings.lock_s), catalogue.writable(settings) as con:
        before = files.found(catalogue.data(settings))
        con.execute("BEGIN")
        yield con
        files.sync(files.found(catalogue.data(settings)) - before, settings.lake.resolve())
        con.execute("CALL lake.set_commit_message('puyango', ?)", [message])
        con.execute("COMMIT")


def columns(con: DuckDBPyConnection, layer: str, name: str) -> dict[str, str]:
    """Return name and DuckDB type of the columns of ``layer.name``, in their order; none if there is no such table."""
    asked = "select count(*) from duckdb_tables() where database_name = 'lake' and schema_name = ? and table_name = ?"
    row = con.execute(asked, [layer, name]).fetchone()
    if row is None or not row[0]:
        return {}
    found = con.execute(f"pragma table_info('lake.{layer}.\"{name}\"')").fetchall()
    return {str(column): spelled(kind) for _, column, kind, *_ in found}


def spelled(kind: str) -> str:
    """Return one spelling of a type that has several."""
    return kind.upper().replace(" ", "").replace("TIMESTAMPWITHTIMEZONE", "TIMESTAMPTZ")


def ensure_table(
    con: DuckDBPyConnection, layer: str, name: str, declared: Mapping[str, str], partition_by: str | None = None
) -> None:
    """Make sure that ``layer.name`` has the ``declared`` columns, in month files of ``partition_by`` if it is new.

    A column that was declared since is added. One that left or changed its type is refused
    (``ConfigRefused``): old rows would lie.
    """
    found = columns(con, layer, name)
    if not found:
        listed = ", ".join(f'"{column}" {kind}' for column, kind in declared.items())
        con.execute(f'create table {layer}."{name}" ({listed})')
        if partition_by:
            months = f'year("{partition_by}"), month("{partition_by}")'
            con.execute(f'alter table {layer}."{name}" set partitioned by ({months})')
    for column, kind in found.items():
        asked = spelled(declared.get(column, "nothing"))
        if asked != kind:
            raise ConfigRefused(
                f"{layer}.{name} has column {column} {kind}, its declaration says {asked}",
                "Run puyango rebuild: the lake is made again from the landing.",
            )
    for column, kind in declared.items():
        if found and column not in found:
            con.execute(f'alter table {layer}."{name}" add column "{column}" {kind}')


def replace(con: DuckDBPyConnection, draft: Draft) -> None:
    """Put the files of ``draft`` in the place of its days; the draft keeps its files until it is discarded."""
    whole = f'{draft.layer}."{draft.table}"'
    con.execute(f'delete from {whole} where "{draft.column}" in (select unnest(?::date[]))', [list(draft.days)])
    register(con, draft.layer, draft.table, draft.files)


def register(con: DuckDBPyConnection, layer: str, table: str, paths: Sequence[Path]) -> None:
    """Add the rows of ``paths`` to ``layer.table``, under names that the lake owns.

    Files must have exactly the table's columns and, if it is partitioned, lie in ``year=/month=`` folders.
    """
    if not paths:
        return
    row = con.execute("select data_path from ducklake_settings('lake')").fetchone()
    home = Path(row[0] if row else "") / layer / table
    adopted = [str(files.adopt(path, home)) for path in paths]
    con.execute("CALL ducklake_add_data_files('lake', ?, ?, schema => ?)", [table, adopted, layer])
