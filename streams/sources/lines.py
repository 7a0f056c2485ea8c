"""Text files, plain or compressed, read line by line within limits; what does not fit names its line."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from streams.sources.table import unfit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from streams.sources.table import Limits

MARK = b"\xef\xbb\xbf"
CONVERT = "Convert it first, for example: iconv -f ISO-8859-1 -t UTF-8 OLD > NEW"


class Lines:
    """The lines of one file, their ends included, without the byte order mark."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Take the file; it is opened anew by each reading."""
        self.path = path
        self.limits = limits
        self.byte_order_mark = False

    def raw(self) -> Iterator[bytes]:
        """Yield the lines as they are."""
        number = size = 0
        with self._open() as file:
            while line := self._line(file, number + 1):
                number += 1
                size += len(line)
                if size > self.limits.bytes:
                    raise unfit(self.path, f"holds more than {self.limits.bytes:,} bytes", "Split the file.")
                if number == 1 and line.startswith(MARK):
                    self.byte_order_mark = True
                    line = line.removeprefix(MARK)
                if line:
                    yield line

    def texts(self) -> Iterator[str]:
        """Yield the lines as text; raises ``InputUnfit`` at one that is not UTF-8."""
        for number, line in enumerate(self.raw(), 1):
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                raise unfit(self.path, f"line {number:,}, byte {error.start + 1} is not UTF-8", CONVERT) from None
            yield text

    def _open(self) -> BinaryIO:
        zipped = self.path.name.lower().endswith(".gz")
        return cast("BinaryIO", gzip.open(self.path)) if zipped else self.path.open("rb")

    def _line(self, file: BinaryIO, number: int) -> bytes:
        try:
            line = file.readline(self.limits.line_bytes + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise unfit(self.path, f"line {number:,} cannot be read: {error}", "Fetch the file again.") from None
        if len(line) > self.limits.line_bytes:
            fact = f"line {number:,} is longer than {self.limits.line_bytes:,} bytes"
            raise unfit(self.path, fact, "This is no table of rows: fetch the file again.")
        return line
