"""The jars of Apache Kafka: fetched by coordinate, used only if their bytes are the pinned ones.

They lie in the user's cache, so that another checkout does not fetch them again. A jar takes its name
there only after its sha256 was compared, so neither a killed download nor a poisoned mirror leaves one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from puyango import durable
from puyango.errors import ConfigRefused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

COORDINATES = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
KAFKA = "org.apache.kafka"
LOCK = Path(__file__).with_name("jars.lock")
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar: its Maven coordinate (group, artifact, version) and the sha256 of its bytes."""

    coordinate: str
    sha256: str

    @property
    def group(self) -> str:
        """Who published it."""
        return self.coordinate.split(":")[0]

    @property
    def artifact(self) -> str:
        """What it is."""
        return self.coordinate.split(":")[1]

    @property
    def version(self) -> str:
        """Which edition it is."""
        return self.coordinate.split(":")[2]

    @property
    def path(self) -> Path:
        """Place in the cache, laid out as Maven does."""
        return Path(*self.group.split("."), self.artifact, self.version, f"{self.artifact}-{self.version}.jar")


def folder() -> Path:
    """Return the user's cache of jars."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "puyango" / "jars"


@cache
def pinned(lock: Path = LOCK) -> tuple[Jar, ...]:
    """Return the jars of ``lock``; raises ``ConfigRefused`` where jars of Kafka are of two versions.

    Such a mixture starts and dies later: one more coordinate can replace a jar by an older one in silence.
    """
    jars = tuple(Jar(**entry) for entry in tomllib.loads(lock.read_text(encoding="utf-8"))["jar"])
    wanted = COORDINATES.split("+", maxsplit=1)[0].rsplit(":", maxsplit=1)[1]
    for jar in jars:
        if jar.group == KAFKA and jar.version != wanted:
            raise ConfigRefused(f"jar {jar.coordinate} is not of version {wanted}", f"Pin one version in {lock.name}.")
    return jars


def resolve(cached: Path | None = None, report: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Return the pinned jars, verified, and fetch those that the cache lacks.

    Raises ``ConfigRefused`` for a jar with other bytes, ``Unreachable`` where one cannot be had.
    """
    cached = cached or folder()
    missing = [jar for jar in pinned() if not (cached / jar.path).exists()]
    if missing:
        report(f"fetching {len(missing)} jars of Apache Kafka")
        fetch(missing, cached)
    return verified(pinned(), cached)


def verified(jars: Iterable[Jar], cached: Path) -> list[Path]:
    """Return the paths of ``jars`` in ``cached``; raises ``ConfigRefused`` for the first missing or altered one."""
    return [_compared(jar, cached / jar.path) for jar in jars]


def _compared(jar: Jar, path: Path) -> Path:
    if not path.is_file():
        raise ConfigRefused(f"jar {jar.coordinate} is missing from {path}", "Start again to fetch it.")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != jar.sha256:
        raise ConfigRefused(
            f"jar {jar.coordinate} has sha256 {found}, pinned is {jar.sha256} ({path})",
            "Delete that file and start again; if it comes back so, the mirror of the packages is not to be trusted.",
        )
    return path


def fetch(jars: Sequence[Jar], cached: Path) -> None:
    """Put ``jars`` into ``cached``, each under its name only after its bytes were compared."""
    import requests  # noqa: PLC0415 -- only a first start needs the network

    cached.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached, prefix=".fetch-") as aside, ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            list(pool.map(partial(_fetch, Path(aside), cached), jars))
        except (requests.RequestException, RuntimeError) as error:
            pool.shutdown(cancel_futures=True)
            raise Unreachable(
                f"the jars of Apache Kafka cannot be fetched ({type(error).__name__})",
                "Connect this machine to Maven Central once, or copy the folder "
                f"{cached} from a machine that has it; the broker then starts without a network.",
            ) from error


def _fetch(aside: Path, cached: Path, jar: Jar) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415 -- as above

    component = MavenContext(repo_cache=aside).project(jar.group, jar.artifact).at_version(jar.version)
    path = _compared(jar, component.artifact().resolve())
    durable.replace(cached / jar.path, partial(shutil.copyfile, path), mode=0o440)


def pin(lock: Path = LOCK) -> None:
    """Write ``lock`` anew from what ``COORDINATES`` resolve to; run when the version of Kafka moves."""
    import jgo  # noqa: PLC0415 -- for maintainers only

    lines = ["# Jars of the local broker; written by streams.broker.jars.pin(), compared at every start.\n"]
    for artifact in sorted(jgo.resolve(COORDINATES), key=str):
        coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
        digest = hashlib.sha256(artifact.resolve().read_bytes()).hexdigest()
        lines.append(f'\n[[jar]]\ncoordinate = "{coordinate}"\nsha256 = "{digest}"\n')

    def write(path: Path) -> None:
        path.write_text("".join(lines), encoding="utf-8")

    durable.replace(lock, write, mode=0o644)
