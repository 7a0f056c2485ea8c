"""What an indicator says of itself, in both languages: the TOML in the opening comment of its SQL file.

Standard library only, so that a scheduler can read headers without loading an engine.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.grammar import NAME, PERIODS, Refusal, judge

INDICATORS = Path(__file__).parent / "indicators"
DIMENSIONS = Path(__file__).parent / "dimensions.toml"

OPENING = re.compile(r"\A\s*/\*(.*?)\*/(.*)\Z", re.DOTALL)
STATUSES = ("obs_status", "conf_status", "as_of")
DECIMALS = {"pct": 1, "index": 2, "ratio": 4}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an indicator; ``least`` and ``most`` bound it, ``decimals`` are those of its publication (C9)."""

    name: str
    en: str
    es: str
    unit: str = ""
    least: int | Decimal | None = None
    most: int | Decimal | None = None
    codes: tuple[str, ...] = ()
    required: bool = True
    decimals: int | None = None

    @property
    def published_decimals(self) -> int | None:
        """Decimals after rounding once, on output; None where the figure is published as it is."""
        return self.decimals if self.decimals is not None else DECIMALS.get(self.unit)

    @property
    def comment(self) -> str:
        """The description in both languages, with the unit."""
        unit = f" [{self.unit}]" if self.unit else ""
        return f"{self.en} — {self.es}{unit}"


@dataclass(frozen=True, slots=True)
class Header:
    """One indicator: ``id`` is its file, its table and its main measure.

    ``columns`` are all columns of its table: those of the ``grain``, its own, then the statuses. A
    ``whole`` is what is replaced at once: one period of the coarsest kind in ``period``, unless the header
    says a finer one because longer periods are published as such and stand on their first day. ``reach``
    is how many later wholes an input touches.
    """

    id: str
    sql: str
    title_en: str
    title_es: str
    says_en: str
    says_es: str
    group: str
    unit: str
    grain: tuple[str, ...]
    period: tuple[str, ...]
    reach: int
    method: tuple[str, ...]
    source_en: str
    source_es: str
    caveat_en: str
    caveat_es: str
    severity: str
    confidentiality: str
    coverage: str
    owner: str
    whole: str
    columns: tuple[Column, ...]
    denominator_en: str = ""
    denominator_es: str = ""

    @property
    def finest(self) -> str:
        """The finest kind of period in the table."""
        return min(self.period, key=PERIODS.index)

    @property
    def comment(self) -> str:
        """Title and meaning in both languages."""
        return f"{self.title_en}: {self.says_en} — {self.title_es}: {self.says_es}"


def headers(folder: Path = INDICATORS) -> tuple[Header, ...]:
    """Return the headers of all indicators, in order of name."""
    return tuple(header(path) for path in sorted(folder.glob("*.sql")))


def header(path: Path) -> Header:
    """Return the header of one SQL file; raises ``ConfigRefused`` naming file and key for the first that is wrong."""
    refuse = Refusal(f"{path.parent.parent.name}/{path.parent.name}/{path.name}")
    if not NAME.fullmatch(path.stem):
        refuse("file name", "is not lower-case letters, digits and underscores")
    comment = OPENING.match(path.read_text(encoding="utf-8"))
    if comment is None:
        refuse("header", "is missing", "Open the file with a comment that holds TOML.")
    try:
        stated = tomllib.loads(comment[1], parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        refuse("header", f"is not TOML: {error}")
    described = tomllib.loads(DIMENSIONS.read_text(encoding="utf-8"), parse_float=Decimal) | stated.get("columns", {})
    judge(path.stem, stated, described, refuse)
    order = dict.fromkeys((*stated["grain"], *stated.pop("columns"), *STATUSES))
    stated.setdefault("whole", max(stated["period"], key=PERIODS.index))
    columns = tuple(Column(name, **_frozen(described[name])) for name in order)
    return Header(id=path.stem, sql=comment[2].strip(), columns=columns, **_frozen(stated))


def _frozen(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts with lists as tuples and texts on one line."""
    return {key: _one(value) for key, value in facts.items()}


def _one(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return " ".join(value.split()) if isinstance(value, str) else value
