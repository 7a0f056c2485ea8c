"""The local broker: found, stopped, restarted, and never mistaken for somebody else's process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from streams.broker import server
from streams.broker.admin import administrator

if TYPE_CHECKING:
    from puyango.settings import Settings

pytestmark = pytest.mark.broker


def test_the_broker_of_the_session_answers_under_the_identity_that_was_remembered(broker: Settings) -> None:
    """A home whose log changed its identity unseen would mix two logs in one landing."""
    found = server.status(broker)
    with administrator({"bootstrap_servers": found.address}) as admin:
        assert admin.describe_cluster()["cluster_id"] == found.cluster_id
