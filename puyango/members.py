"""Declarations register themselves by lying in the right folder; here they are found."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def members(package: ModuleType) -> list[ModuleType]:
    """Return the modules of ``package``, in order of name; importing one runs its declaration."""
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
