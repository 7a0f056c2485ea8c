"""A folder that is filled beside its place, and takes it when it is whole."""

from __future__ import annotations

import errno
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from puyango import durable
from streams.segments import leftovers
from transforms import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o750, 0o440
TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


@contextmanager
def beside(final: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``final`` that no other writer has; it is gone afterwards, and so are dead ones."""
    draft = durable.aside(final)
    try:
        final.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        for left in leftovers.abandoned(final.parent):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
        draft.mkdir(mode=FOLDER_MODE)
        yield draft
    except OSError as error:
        raise durable.refusal(error, final) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def place(draft: Path, final: Path) -> bool:
    """Let ``final`` be what ``draft`` is, all of it on disk; False where something of that name is there already."""
    made = files.found(draft)
    for folder in {above for file in made for above in file.parents if draft in (above, *above.parents)}:
        folder.chmod(FOLDER_MODE)
    for file in made:
        file.chmod(FILE_MODE)
    files.sync(made, draft)
    try:
        draft.rename(final)
    except OSError as error:
        if error.errno in TAKEN:
            return False
        raise
    durable.sync_folder(final.parent)
    return True
