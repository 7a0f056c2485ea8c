"""Airflow's REST interface, as far as we ask it: is it well, and would it please take note of an event."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlencode, urlsplit

from puyango.errors import ConfigRefused, InputUnfit, NotPermitted, Unreachable
from streams.broker import credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from puyango.settings import Settings

LIMIT_S = 5.0
MOST_BYTES = 1 << 20
SHOWN = 200
FORBIDDEN = (401, 403)
HEAL = (408, 425, 429)
REFUSED = 4
ANSWERED = (2, REFUSED)
COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


class Airflow:
    """An Airflow at ``url``; a token is asked for when one is needed, and again when it is no longer taken."""

    def __init__(self, url: str, username: str = "", password: str = "", limit_s: float = LIMIT_S) -> None:
        """Take where it is and who we are; nothing is asked yet. Raises ``ConfigRefused`` for an unsafe address."""
        place = _place(url)
        if place.scheme == "http" and not _loopback(str(place.hostname)):
            fact = f"PUYANGO_AIRFLOW_URL {url!a}: a password would travel in the clear"
            raise ConfigRefused(fact, "Use https, or http to this machine alone.")
        self._place, self._path, self._limit_s = place, place.path.rstrip("/"), limit_s
        self._login = {"username": username, "password": password}
        self._token = ""
        self._ids: dict[str, int] = {}

    @classmethod
    def of(cls, settings: Settings) -> Airflow | None:
        """Return the Airflow that ``settings`` name, None where they name none."""
        if not settings.airflow_url:
            return None
        if not settings.airflow_username or settings.airflow_password_file is None:
            fact = "PUYANGO_AIRFLOW_URL is set, and nobody to log in as"
            raise ConfigRefused(fact, "Set PUYANGO_AIRFLOW_USERNAME and PUYANGO_AIRFLOW_PASSWORD_FILE too.")
        secret = credentials.password(settings.airflow_password_file, "PUYANGO_AIRFLOW_PASSWORD_FILE")
        return cls(settings.airflow_url, settings.airflow_username, secret)

    def health(self) -> dict[str, str]:
        """Return how each component says it is."""
        found = self._ask("GET", "/api/v2/monitor/health")
        return {name: str((found.get(name) or {}).get("status") or "unknown") for name in COMPONENTS}

    def announce(self, asset: str, key: str, extra: Mapping[str, object]) -> None:
        """Have an event of ``asset`` with a partition key stored.

        Raises ``Unreachable`` where trying again may help, ``NotPermitted`` where we may not, ``InputUnfit``
        where Airflow takes the event for wrong.
        """
        event = {"asset_id": self._id(asset), "partition_key": key, "extra": dict(extra)}
        try:
            self._known("POST", "/api/v2/assets/events", event)
        except InputUnfit:
            self._ids.pop(asset, None)
            raise

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """Return what Airflow says of ``path`` to somebody who has logged in."""
        return self._known("GET", f"{path}?{urlencode(query)}" if query else path)

    def _id(self, name: str) -> int:
        """Return the id of the asset of exactly that name; it has one once a DAG file that names it was parsed."""
        if name not in self._ids:
            found = self.get("/api/v2/assets", name_pattern=name, limit=100)
            try:
                self._ids |= {each["name"]: int(each["id"]) for each in found["assets"]}
            except (KeyError, TypeError, ValueError):
                raise Unreachable("what answers is no Airflow of this version", "Check PUYANGO_AIRFLOW_URL.") from None
        if name not in self._ids:
            raise Unreachable(f"Airflow knows no asset {name} yet", "Its DAG files must have been parsed.")
        return self._ids[name]

    def _known(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        if self._token:
            try:
                return self._ask(method, path, body)
            except NotPermitted:
                self._token = ""
        self._token = str(self._ask("POST", "/auth/token", self._login).get("access_token", ""))
        return self._ask(method, path, body)

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {self._token}"} if self._token else {})}
        if body is not None:
            headers["Content-Type"] = "application/json"
        link = self._link()
        try:
            link.request(method, f"{self._path}{path}", json.dumps(body) if body else None, headers)
            reply = link.getresponse()
            said = reply.read(MOST_BYTES)
            return _read(reply.status, said, f"{method} {path.partition('?')[0]}")
        except (OSError, http.client.HTTPException, ValueError, TypeError) as error:
            fact = f"Airflow at {self._place.netloc} does not answer {method} {path.partition('?')[0]}: {error!a}"
            raise Unreachable(fact, "Is it running? See puyango up.") from error
        finally:
            link.close()

    def _link(self) -> http.client.HTTPConnection:
        host, port = str(self._place.hostname), self._place.port
        if self._place.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self._limit_s)
        return http.client.HTTPSConnection(host, port, timeout=self._limit_s, context=ssl.create_default_context())


def _place(url: str) -> SplitResult:
    try:
        place = urlsplit(url)
        if place.scheme in {"http", "https"} and place.hostname and not place.username and place.port != 0:
            return place
    except ValueError:
        pass
    raise ConfigRefused(f"PUYANGO_AIRFLOW_URL {url!a} is no address", "Wanted: https://host or https://host/path.")


def _read(status: int, said: bytes, asked: str) -> dict[str, Any]:
    """Return the object that was answered; raises what the status means."""
    fact = f"Airflow answered {status} to {asked}"
    if status in FORBIDDEN:
        raise NotPermitted(fact, "See PUYANGO_AIRFLOW_USERNAME and its password file.")
    if status in HEAL or status // 100 not in ANSWERED:
        raise Unreachable(fact, "See its log.")
    if status // 100 == REFUSED:
        raise InputUnfit(f"{fact}: {said[:SHOWN]!a}", "See its log.")
    return dict(json.loads(said))


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
