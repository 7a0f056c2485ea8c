"""The table of figures known from elsewhere beside ours, for readers of either language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from expectations.oracle import Comparison


def shown(found: Iterable[Comparison]) -> Table:
    """Return a row for each comparison, under a heading that says what kind of figure it is measured by."""
    from expectations.oracle import KINDS  # noqa: PLC0415 -- engines load only where they work

    right = [Column(name, justify="right") for name in ("stated", "ours")]
    table = Table("figure", "unit", *right, "", header_style="dim", box=None)
    kind = ""
    for each in found:
        if each.oracle.kind != kind:
            kind = each.oracle.kind
            table.add_row(f"[bold]{kind.capitalize()} — {KINDS[kind]}[/]")
        table.add_row(*_row(each))
    return table


def _row(each: Comparison) -> tuple[str, ...]:
    oracle = each.oracle
    ours = "-" if each.ours is None else _plain(each.ours)
    verdict = "[green]equal[/]" if each.equal else "[bold red]NOT EQUAL[/]"
    return f"{oracle.title_en}\n[dim]{oracle.title_es}[/]", oracle.unit, _plain(oracle.published), ours, verdict


def _plain(figure: int | Decimal) -> str:
    """Return a figure to its last digit, without zeros that say nothing."""
    return f"{Decimal(figure).normalize():,f}"
