"""The log: nothing in it is obeyed."""

from __future__ import annotations

import structlog

from puyango.log import configure


def test_control_characters_of_a_value_are_escaped() -> None:
    """S12, HT5: a column's name may not clear a terminal or forge a line."""
    configure()
    with structlog.testing.capture_logs(processors=structlog.get_config()["processors"][:-1]) as logs:
        structlog.get_logger().warning("columns not carried", columns="a\x1b[2J\r\nlevel=info\u202e")
    assert logs[0]["columns"] == "a\\x1b[2J\\r\\nlevel=info\\u202e"
