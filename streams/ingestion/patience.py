"""How long a full or failing disk is waited for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from puyango.errors import DiskFailed

log = structlog.get_logger()

FULL = "disk_full"
ERRORS = 3
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Tries until ``stop`` is set; a full disk may be full for ever where ``full_tries`` is None."""

    stop: threading.Event
    full_tries: int | None = None

    def tries(self) -> Iterator[int]:
        """Yield the number of each try; none comes after the stop, except the first."""
        return itertools.takewhile(lambda tries: tries == 1 or not self.stop.is_set(), itertools.count(1))

    def answer(self, error: DiskFailed, tries: int) -> None:
        """Wait before the next try, longer each time, or raise ``error`` when it has been tried enough."""
        most = self.full_tries if error.code == FULL else ERRORS
        if most is not None and tries >= most:
            raise error
        wait_s = min(LONGEST_S, 2.0 ** (tries - 1))
        log.warning(error.code, what=error.what, again_in_s=wait_s)
        self.stop.wait(wait_s)
