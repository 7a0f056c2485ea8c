"""The refusal budget: when most rows are refused, the contract is wrong, not the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from puyango.errors import ContractBroken
from streams.reading.log import OVERSIZE, UNDECODABLE
from streams.segments.segment import tally

if TYPE_CHECKING:
    import polars as pl

    from puyango.settings import Settings
    from streams.contract import Contract

SHOWN = 3


def overspent(
    contract: Contract, partition: int, first: int, rows: pl.DataFrame, settings: Settings
) -> ContractBroken | None:
    """Return the stop of the family if the segment at ``first`` overspends its budget.

    What could not even be unpacked says nothing of the contract and is not counted.
    """
    reasons = rows.get_column("reasons").drop_nulls()
    refused = reasons.filter(~reasons.is_in([OVERSIZE, UNDECODABLE]))
    if rows.height < settings.refusal_budget_rows or refused.len() * 100 <= settings.refusal_budget_pct * rows.height:
        return None
    counted = sorted(tally(refused).items(), key=lambda item: -item[1])[:SHOWN]
    return ContractBroken(
        f"{contract.topic}[{partition}]: {refused.len()} of {rows.height} rows from offset {first} on are refused ("
        f"{', '.join(f'{reason} {count}' for reason, count in counted)}); none of them was landed",
        "Repair the producer or the contract. To let this one segment pass, and have that recorded: "
        f"puyango ingest {contract.name} --accept-refusals {contract.name}:{partition}:{first}",
    )
