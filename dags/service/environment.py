"""What the programs that we start are told through their environment: our settings, and where Airflow is at home."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from puyango.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from puyango.settings import Settings

UNWANTED = ("PYTHONDONTWRITEBYTECODE",)
"""With it every process of Airflow compiles everything anew."""


def variables(settings: Settings, folder: Path, **others: object) -> dict[str, str]:
    """Return the environment of a program that finds these ``settings``, with ``others``, and Airflow in ``folder``.

    Paths are absolute, so that they mean the same wherever the program runs.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) and name not in UNWANTED}
    path = os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", os.defpath)))
    return {**kept, "PATH": path, "AIRFLOW_HOME": str(folder), **_stated({**settings.model_dump(), **others})}


def _stated(facts: Mapping[str, object]) -> dict[str, str]:
    absolute = {name: fact.absolute() if isinstance(fact, Path) else fact for name, fact in facts.items()}
    return {f"{PREFIX}{name.upper()}": str(fact) for name, fact in absolute.items() if fact not in ("", None)}
