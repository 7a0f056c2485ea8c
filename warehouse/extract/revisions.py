"""What differs from the vintage before, group by group, as a table of its own beside the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.extract.published import Series, described, quoted
from warehouse.extract.wording import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.extract.published import Published

TABLE = "revision"
ORDER = ("indicator", "period_first_day", "grain", "measure", "reason")


def revisions(mart: Published) -> Iterator[Series]:
    """Yield the changes in each group of indicators; none where the mart does not tell of changes."""
    if not set(ORDER) <= set(mart.tables.get(TABLE, ())):
        return
    for group in mart.groups:
        among = ", ".join(f"'{series.id}'" for series in mart.series if series.group == group)
        only = f"(select * from {quoted(TABLE)} where indicator in ({among}))"  # noqa: S608 -- names that the mart declares
        yield Series(TABLE, group, _facts(mart), described(mart.con, TABLE), (), only)


def _facts(mart: Published) -> dict[str, Any]:
    keys = ("title", "says", "unit")
    keys = ("title", "says", "unit")
    said = {f"{key}_{language}": text(language, f"changes.{key}") for key in keys for language in LANGUAGES}
    previous = {language: mart.about.get("previous") or text(language, "changes.none") for language in LANGUAGES}
    caveat = {
        f"caveat_{language}": text(language, "changes.caveat", previous=previous[language]) for language in LANGUAGES
    }
    blank = {f"denominator_{language}": "" for language in LANGUAGES}
    return said | caveat | blank | {"grain": ORDER, "unit": "", "coverage": "full", "held": None}
