"""What a person reads in Airflow beside each DAG and task, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.contract import Contract
    from warehouse.header import Header

KEYED = """
A run with a partition key, a day such as `2026-11-24` or a span such as `2026-11-01--2026-11-24`, does those days. A
run without one does all that is stale as one batch. What there is to do is read from the ledger in the lake, never from
the event, so a lost, doubled or late event changes nothing but the hour.

*Una ejecución con clave de partición, un día como `2026-11-24` o un tramo como `2026-11-01--2026-11-24`, hace esos
días. Sin clave hace todo lo atrasado en un solo lote. Lo que hay que hacer se lee del registro del lago, nunca del
aviso: un aviso perdido, repetido o tardío solo cambia la hora.*
"""

COLLECT = """
**Bring what has landed into bronze and judge it.** The key is checked first; a key that is none ends the run at once.

*Lleva a bronce lo que aterrizó y lo juzga. Primero se revisa la clave; una clave inválida termina la ejecución.*
"""
SETTLE = """
**Fold the events of the stale days into a draft.** Readers see nothing of it yet. Skipped where no day is stale.

*Pliega los eventos de los días atrasados en un borrador que nadie ve todavía. Se omite si no hay días atrasados.*
"""
JUDGE = """
**Judge the draft.** A critical failure ends here, without another try: the table and its readers wait, all else goes
on. The verdicts: `puyango check --last`.

*Juzga el borrador. Un fallo crítico termina aquí, sin reintento: la tabla y sus lectores esperan, lo demás sigue.*
"""
REPLACE = """
**Put the draft in the place of its days**, in one transaction. Run twice, it leaves the same.

*Pone el borrador en lugar de sus días, en una sola transacción. Repetirla deja lo mismo.*
"""
BUILD = """
**Build the stale periods of the group's indicators**, each drafted, judged and put in place before those that read it.
Skipped where no period is stale.

*Calcula los periodos atrasados de los indicadores del grupo; cada uno se juzga antes de que otro lo lea. Se omite si no
hay periodos atrasados.*
"""
PUBLISH = """
**Publish a vintage**: a named state of all figures that passed, the mart, the extracts and the page of checks. Refused
while something is stale; where nothing changed since the last vintage, that one stands.

*Publica una edición: un estado con nombre de todas las cifras aprobadas, la base para consulta, los extractos y la
página de controles. Se niega mientras algo esté atrasado; si nada cambió, vale la última.*
"""
EXTRACT = """
**Write the extract of the vintage**: CSV and workbooks in Spanish and English, with a manifest. Same vintage,
same bytes.

*Escribe el extracto de la edición: CSV y libros en español e inglés, con manifiesto. Misma edición, mismos bytes.*
"""
PAGE = """
**Write the page of the checks**, in both languages: `checks/index.html`.

*Escribe la página de los controles, en ambos idiomas: `checks/index.html`.*
"""
MAINTAIN = """
**Keep the lake's files few and large**, and let go what no snapshot needs. Figures do not change.

*Mantiene pocos y grandes los archivos del lago. Las cifras no cambian.*
"""
SWEEP = """
**Find what is stale, whatever events were lost**: segments not collected, days not settled, periods not built. Each DAG
that has something to do is started without a key, and waited for. Tables that are held wait for a person, not for this.

*Busca lo atrasado aunque se hayan perdido avisos: segmentos sin recoger, días sin asentar, periodos sin calcular.
Inicia sin clave cada DAG que tenga algo que hacer y espera a que termine. Las tablas retenidas esperan a una persona.*
"""


def silver(contract: Contract) -> str:
    """Return what is said of the silver DAG of a family."""
    return f"""**{contract.name}**: {contract.says}

Source / *fuente*: {contract.source} Licence / *licencia*: {contract.licence}.

Landing → bronze → silver: collect, then for each table settle, judge, replace.
*Del aterrizaje a bronce y a plata: recoger y, por cada tabla, plegar, juzgar y reemplazar.*
{KEYED}"""


def gold(group: str, headers: Sequence[Header]) -> str:
    """Return what is said of the gold DAG of a group of indicators."""
    listed = "\n".join(f"- `{each.id}`: {each.title_en} / *{each.title_es}*, {each.unit}" for each in headers)
    return f"""**{group}**: silver → gold. All stale periods of these indicators are built; the key says which days
woke the run.

*De plata a oro. Se calculan todos los periodos atrasados de estos indicadores; la clave dice qué días la iniciaron.*

{listed}
"""
