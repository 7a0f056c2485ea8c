"""Known errors of sources, declared as data and applied by adapters before anything is sent.

A correction holds a claim about the file. While the claim is true the correction is right; once it is false the
source has been repaired, or is another than was thought, and the replay ends before it sends anything.
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import polars as pl

from puyango.errors import ConfigRefused
from streams.sources.table import unfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from puyango.errors import InputUnfit
    from streams.sources.table import Slice

SHIPPED = Path(__file__).parent / "corrections.toml"


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A known error in files of ``source`` whose name matches ``files``.

    In the rows where each column of ``where`` holds one of its values (in all, where it names none), ``column`` holds
    nothing but the values of ``claim``, or of its form where it is a pattern; there it ``becomes`` absent, changes
    places with the column ``swapped``, or is padded with zeros to so many ``digits``.
    """

    name: str
    source: str
    files: str
    where: dict[str, tuple[str, ...]]
    column: str
    claim: tuple[str, ...] | str
    becomes: Literal["absent", "swapped", "padded"]
    why: str
    swapped: str = ""
    digits: int = 0

    def __post_init__(self) -> None:
        """Refuse a swap with nothing and a padding to nothing, and what neither asks for."""
        if (self.becomes == "swapped") != bool(self.swapped):
            raise ValueError("the column to change places with is named by the key swapped, and by that alone")
        if (self.becomes == "padded") != (self.digits > 0):
            raise ValueError("how long a padded code is, is said by the key digits, and by that alone")

    @property
    def rows(self) -> pl.Expr:
        """Rows that the correction is about."""
        conditions = (pl.col(column).is_in(values) for column, values in self.where.items())
        return reduce(pl.Expr.and_, conditions, pl.lit(value=True))

    def made(self) -> list[pl.Expr]:
        """Return the columns as they should have been."""
        rows, column = self.rows.fill_null(value=False), pl.col(self.column)
        if self.digits:
            return [pl.when(rows).then(column.str.zfill(self.digits)).otherwise(column)]
        if not self.swapped:
            return [pl.when(~rows).then(column)]
        other = pl.col(self.swapped)
        pairs = ((column, other, self.column), (other, column, self.swapped))
        return [pl.when(rows).then(theirs).otherwise(own).alias(name) for own, theirs, name in pairs]

    def refuted(self, rows: Slice, path: Path) -> InputUnfit | None:
        """Return the error that says which row makes the claim false; None where it holds."""
        found = rows.frame.select((self.rows & ~self._true()).alias("x")).to_series().arg_true()
        if not found.len():
            return None
        value = rows.frame[self.column][found[0]] or "(blank)"
        held = ", ".join(f"{column} {'/'.join(values)}" for column, values in self.where.items())
        where = f" where {held}" if held else ""
        return unfit(
            path,
            f"{rows.place(found[0])}: {self.column} is {value}{where}; the correction {self.name} claims that "
            f"it is always {self._claimed()}",
            f"The source seems repaired: remove the correction {self.name} (PUYANGO_CORRECTIONS names your file).",
        )

    def _true(self) -> pl.Expr:
        column = pl.col(self.column)
        of_form = isinstance(self.claim, str)
        true = column.str.contains(f"^(?:{self.claim})$") if of_form else column.is_in(self.claim)
        return true.fill_null(value=False)

    def _claimed(self) -> str:
        return f"of the form {self.claim}" if isinstance(self.claim, str) else "/".join(self.claim)


class Corrections(msgspec.Struct, forbid_unknown_fields=True):
    """What a file of corrections holds."""

    correction: list[Correction] = []


def corrections(file: Path | None = None) -> list[Correction]:
    """Return the corrections of ``file`` (default: those that ship); raises ``ConfigRefused`` naming file and place."""
    path = file or SHIPPED
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(declared, Corrections).correction
    except FileNotFoundError:
        raise ConfigRefused(f"corrections file {path} does not exist", "Correct PUYANGO_CORRECTIONS.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigRefused(f"{path}: {error}", "Correct it; the shipped corrections.toml shows the form.") from None


def about(found: Sequence[Correction], source: str, path: Path) -> list[Correction]:
    """Return the corrections of ``source`` for the file of that name."""
    return [one for one in found if one.source == source and fnmatchcase(path.name, one.files)]


def corrected(frame: pl.DataFrame, found: Sequence[Correction]) -> pl.DataFrame:
    """Return the rows with every correction made."""
    for one in found:
        frame = frame.with_columns(one.made())
    return frame
