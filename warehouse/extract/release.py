"""An extract as it is handed out: one folder a vintage, whole or not there, that never changes."""

from __future__ import annotations

import filecmp
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import TYPE_CHECKING

import structlog

from puyango.errors import JudgementFailed, OutputRefused, UsageRefused
from transforms import files
from warehouse.extract import aside, comma, letter, lists, manifest, published, workbook
from warehouse.extract.manifest import File
from warehouse.extract.part import parts
from warehouse.vintage import basic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.extract.part import Part
    from warehouse.extract.published import Published

NAME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z-\d{2,4}", re.ASCII)
log = structlog.get_logger()


def write(mart: Path, vintage: str, folder: Path) -> Path:
    """Leave the extract of ``vintage`` in ``folder``, made from ``mart`` alone, and return its manifest.

    It appears under its name complete and on disk, or not at all. The same mart gives the same bytes, so
    where the extract is already there nothing is done; another one of that name is refused, and so is one
    that was altered. One that another version of the program made stands as it was handed out.
    """
    final = folder / name(vintage)
    if _stands(final):
        return final / manifest.NAME
    with published.reading(mart) as opened, aside.beside(final) as draft:
        if opened.about.get("vintage", vintage) != vintage:
            fact = f"{mart} is of {opened.about['vintage'] or 'no vintage'}, not of {vintage}"
            raise UsageRefused(fact, "Each vintage has its own mart; see puyango vintages.")
        manifest.write(opened, vintage, draft, [*_files(opened, vintage, draft)])
        if not aside.place(draft, final):
            _compare(draft, final)
    return final / manifest.NAME


def name(vintage: str) -> str:
    """Return the name of the folder of ``vintage``; raises ``UsageRefused`` for what is no name of a vintage."""
    if not NAME.fullmatch(vintage):
        raise UsageRefused(f"{vintage[:80]!r} is no vintage", "A vintage is named like 2026-11-24T12:00:00Z-01.")
    return basic(vintage)


def _files(mart: Published, vintage: str, folder: Path) -> Iterator[File]:
    """Write every file but the manifest; what DuckDB writes goes on while the workbooks are made."""
    made = list(parts(mart))
    with ThreadPoolExecutor(1) as pool:
        for part in made:
            (folder / part.file).parent.mkdir(parents=True, exist_ok=True)
        written = [pool.submit(comma.write, mart.con.cursor(), part, folder / part.file) for part in made]
        for part in made:
            yield File(part.file, part.language, part.series.group, (part.series.id,), part.choice.total, part.licences)
        for (language, group), among in groupby(made, key=lambda part: (part.language, part.series.group)):
            yield from _group(list(among), f"{language}/{group}", vintage, folder)
        yield from letter.write(mart, vintage, folder)
        for each in written:
            each.result()


def _group(made: list[Part], place: str, vintage: str, folder: Path) -> Iterator[File]:
    """Write the workbook of one group in one language, and what explains its CSV files."""
    first = made[0]
    language, group = first.language, first.series.group
    ids = tuple(part.series.id for part in made)
    licences = tuple(dict.fromkeys(licence for part in made for licence in part.licences))
    book = f"{place}/puyango-{group}-{name(vintage)}-{language}.xlsx"
    workbook.write(folder / book, made, vintage)
    yield File(book, language, group, ids, sum(part.choice.rows for part in made), licences)
    for file, rows in lists.write(made, folder / place):
        yield File(f"{place}/{file}", language, group, ids, rows)


def _stands(final: Path) -> bool:
    """Say whether an extract is there that another version of the program made: it stays as it was handed out.

    Raises ``JudgementFailed`` for an extract that was altered, whoever made it.
    """
    path = final / manifest.NAME
    if not path.is_file():
        return False
    if altered := manifest.faults(final):
        fact = f"{final / altered[0]} was altered after it was published ({len(altered)} such files)"
        raise JudgementFailed(fact, "Move that folder away and run puyango extract again.")
    made_by = manifest.read(path).get("made_by")
    if made_by == manifest.made_by():
        return False
    log.info("extract stands", folder=str(final), made_by=made_by)
    return True


def _compare(draft: Path, final: Path) -> None:
    """Raise ``OutputRefused`` that names the first file in which the extract ``final`` is not what ``draft`` is."""
    new, old = ({file.relative_to(each): file for file in files.found(each)} for each in (draft, final))
    for path in sorted(new.keys() | old.keys()):
        if path not in new or path not in old or not filecmp.cmp(new[path], old[path], shallow=False):
            fact = f"{final} holds another extract: {path} is not what this mart gives"
            raise OutputRefused(fact, "A published extract never changes: publish a new vintage.")
