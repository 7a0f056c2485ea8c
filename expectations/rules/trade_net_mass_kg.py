"""Net mass: complete where it claims to be, and nothing lost from the lines that report it."""

from expectations.rule import Rule
from expectations.volume import adds_up

BY = ("period_first_day", "freq", "source", "reporter", "flow", "partner", "valuation")

RULES = (
    adds_up(
        "available_net_mass_kg",
        BY,
        """
            select *, net_mass_kg as amount
            from silver.reported_trade
            where freq in ('A', 'M')
              and net_mass_kg is not null
        """,
    ),
    Rule(
        name="trade_net_mass_kg: null unless every line reports its mass",
        name_es="trade_net_mass_kg: ausente salvo que todas las líneas informen su masa",
        notes="A sum over some of the lines would be read as the mass of all of them (C14).",
        notes_es="Una suma de algunas líneas se leería como la masa de todas (C14).",
        severity="critical",
        rows="select * from {batch} where (trade_net_mass_kg is not null) <> (lines_with_mass = lines)",
    ),
)
