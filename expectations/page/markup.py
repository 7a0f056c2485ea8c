"""The report as HTML: every text that comes from a rule or from the lake is escaped, and no script can run."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.declarations import LAYERS
from expectations.oracle import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expectations.page.report import Report
    from expectations.page.told import Told

HERE = Path(__file__).parent
OUTCOMES = ("passed", "warned", "held", "crashed")
NARROW = "\u202f"
GROUPED_FROM = 10_000
LEAST = 0.001


def page(report: Report) -> str:
    """Return the whole page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - loads only where a page is made

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"number": number, "found": found}
    return environment.get_template("page.html.jinja").render(
        report=report, words=words(), kinds=OUTCOMES, layers=LAYERS, kinds_of_figures=KINDS, style=_style()
    )


def words() -> dict[str, dict[str, str]]:
    """Return what the page says beside the words of the rules, by language."""
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def number(figure: float | Decimal, language: str) -> str:
    """Return a figure to its last digit as readers of ``language`` write it: 12,345.6 or 12 345,6."""
    exact = Decimal(str(figure)).normalize()
    plain = f"{exact:,f}"
    if language == "en":
        return plain
    space = NARROW if abs(exact) >= GROUPED_FROM else ""
    return plain.replace(",", space).replace(".", ",")


def found(told: Told, words: Mapping[str, str], language: str) -> str:
    """Return the sentence that says how much breaks the claim."""
    unexpected, share = told.verdict.unexpected or 0, told.share
    kind = "cases" if share is None else "rows"
    counted = {"unexpected": number(unexpected, language), "examined": number(told.verdict.examined or 0, language)}
    return words[f"{kind}_{'one' if unexpected == 1 else 'many'}"].format(
        **counted, share=percent(share or 0.0, language)
    )


def percent(share: float, language: str) -> str:
    """Return a share in per cent with one digit after the point; some is never told as none."""
    shown = number(round(100 * (max(share, LEAST) if share else 0), 1), language)
    return f"{'< ' if 0 < share < LEAST else ''}{shown}{'' if language == 'en' else NARROW}%"


def _style() -> object:
    from markupsafe import Markup  # noqa: PLC0415 - as above

    return Markup((HERE / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - a file of this folder
