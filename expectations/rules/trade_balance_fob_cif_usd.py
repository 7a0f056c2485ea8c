"""Balance: of the two flows beside it, at the valuations of its name."""

from expectations.rule import Rule

RULES = (
    Rule(
        name="trade_balance_fob_cif_usd: is exports less imports",
        name_es="trade_balance_fob_cif_usd: es exportaciones menos importaciones",
        notes="A balance of other flows than those beside it; its sign is the first thing that is quoted (T14).",
        notes_es="Un saldo de otros flujos que los que tiene al lado; su signo es lo primero que se cita (T14).",
        severity="critical",
        rows="""
            select *
            from {batch}
            where trade_balance_fob_cif_usd <> exports_fob_usd - imports_cif_usd
               or sign(normalised_balance) <> sign(trade_balance_fob_cif_usd)
        """,
    ),
)
