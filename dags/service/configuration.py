"""What the local Airflow is told: one file, on this machine alone, with secrets that nobody else may read."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING

import dags
from streams.broker.state import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = "127.0.0.1"
PERSON = "admin"
INGESTER = "ingester"
BYTES = 32
SECRETS = ("jwt_secret", "secret_key")
PRELOADED = (
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.task_runner",
    "great_expectations",
)
"""What every task would take seconds to load for itself: the process that tasks are forked from loads it once.

Polars is not among them: it starts threads as it is loaded, and a fork leaves those behind.
"""

TEXT = """\
# Written by puyango at each start, for its owner alone. AIRFLOW__SECTION__KEY in the environment says otherwise.
[core]
dags_folder = {dags}
load_examples = False
executor = LocalExecutor
parallelism = 4
max_active_tasks_per_dag = 4
dags_are_paused_at_creation = False
simple_auth_manager_users = {person}:admin,{ingester}:op
simple_auth_manager_passwords_file = {folder}/passwords.json
fernet_key = {fernet_key}
mp_start_method = forkserver
mp_forkserver_preload = {preloaded}

[api]
host = {host}
port = {port}
base_url = http://{host}:{port}
workers = 1
secret_key = {secret_key}

[api_auth]
jwt_secret = {jwt_secret}

[database]
sql_alchemy_conn = sqlite:///{folder}/airflow.db

[logging]
base_log_folder = {folder}/logs
namespace_levels = great_expectations=WARNING

[dag_processor]
dag_processor_child_process_log_directory = {folder}/logs/dag_processor
parsing_processes = 1
min_file_process_interval = 120
refresh_interval = 120

[scheduler]
scheduler_idle_sleep_time = 0.5
task_instance_heartbeat_timeout = 60
orphaned_tasks_check_interval = 20

[usage_data_collection]
enabled = False
"""


def write_all(folder: Path, port: int = 0) -> None:
    """Leave configuration and passwords of an Airflow at ``port`` in ``folder``; secrets are made once and kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = _kept(folder / "secrets.json", _secrets())
    passwords = _kept(folder / "passwords.json", {name: secrets.token_urlsafe(18) for name in (PERSON, INGESTER)})
    write(password_file(folder), passwords[INGESTER])
    facts = {
        "dags": next(iter(dags.__path__)),
        "folder": folder,
        "host": LOOPBACK,
        "port": port or 8080,
        "person": PERSON,
        "ingester": INGESTER,
        "preloaded": ",".join(PRELOADED),
        **kept,
    }
    write(folder / "airflow.cfg", TEXT.format(**{name: str(fact).replace("%", "%%") for name, fact in facts.items()}))


def password(folder: Path) -> str:
    """Return the password with which a person logs in."""
    return str(json.loads((folder / "passwords.json").read_text(encoding="utf-8"))[PERSON])


def password_file(folder: Path) -> Path:
    """Return the file with the password of the ingester."""
    return folder / "ingester.password"


def url(port: int) -> str:
    """Return where the local Airflow answers."""
    return f"http://{LOOPBACK}:{port}"


def _secrets() -> dict[str, str]:
    made = {name: secrets.token_hex(BYTES) for name in SECRETS}
    return made | {"fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(BYTES)).decode()}


def _kept(file: Path, made: Mapping[str, str]) -> dict[str, str]:
    """Return what ``file`` holds, over what was ``made`` now; whatever is new is kept in it."""
    found = {**made, **(json.loads(file.read_text(encoding="utf-8")) if file.exists() else {})}
    write(file, json.dumps(found))
    return found
