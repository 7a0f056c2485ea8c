"""Structured logs on standard error: plain words, then facts as key and value."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(*, verbose: bool = False, quiet: bool = False, json: bool = False) -> None:
    """Send the platform's log to standard error, one line an event, control characters escaped.

    ``quiet`` keeps to warnings: for commands that show their own progress to a person.
    """
    level = logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.processors.LogfmtRenderer(key_order=["level", "event"])
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _inert,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _inert(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Escape what a terminal or a reader of lines would obey: control and format characters."""
    return {key: "".join(map(_shown, value)) if isinstance(value, str) else value for key, value in event.items()}


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode()
