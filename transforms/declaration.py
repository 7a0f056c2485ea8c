"""What a silver row follows from beside its events: when that changes, every day is settled again."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from puyango import reference

if TYPE_CHECKING:
    from transforms.table import Table


def codes(table: Table) -> dict[str, frozenset[str]]:
    """Return the code lists that fields of ``table`` are judged against, by name of the reference table."""
    return {field.reference: reference.codes(field.reference) for field in table.fields if field.reference}


def of(table: Table) -> str:
    """Return the sha256 over the sources of table, contract and fold, and over the code lists."""
    digest = hashlib.sha256()
    for name in (f"transforms.tables.{table.name}", f"streams.families.{table.reads.name}", "transforms.fold"):
        source = importlib.import_module(name).__file__
        digest.update(Path(source).read_bytes() if source else b"")
    for name, listed in sorted(codes(table).items()):
        digest.update("\n".join((name, *sorted(listed), "")).encode())
    return digest.hexdigest()
