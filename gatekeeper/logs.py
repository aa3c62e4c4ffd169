"""What operators read: named events with a reference at most. No bodies, subjects, addresses or credentials."""

import logging
import sys
from typing import Any

import structlog


def configure(level: str = "info", *, as_json: bool | None = None) -> None:
    """Log to standard error: JSON lines where nobody watches, readable lines on a terminal."""
    as_json = not sys.stderr.isatty() if as_json is None else as_json
    if as_json:
        renderer: Any = structlog.processors.JSONRenderer()
    else:
        from structlog.dev import ConsoleRenderer  # it draws in what only a terminal needs

        renderer = ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def _log() -> Any:
    return structlog.get_logger()


def started(door: str, address: str) -> None:
    _log().info("door open", door=door, address=address)


def stopped() -> None:
    _log().info("stopped")


def outcome_not_recorded() -> None:
    _log().error("outcome not recorded: the message was judged and handed on, the store did not take the outcome")


def store_missing() -> None:
    _log().error("the store cannot be reached; what needs none goes on")


def outcomes_unknown(count: int) -> None:
    _log().warning("messages without outcome were marked as unknown", count=count)


def delivery_failed(reference: str, purpose: str, attempts: int) -> None:
    _log().error("delivery given up", reference=reference, purpose=purpose, attempts=attempts)


def delivery_postponed(reference: str, purpose: str, attempts: int) -> None:
    _log().warning("delivery postponed", reference=reference, purpose=purpose, attempts=attempts)


def no_reviewer(reference: str) -> None:
    _log().error("a held message has no reviewer whom it does not concern", reference=reference)


def notice_not_written(reference: str, notice: str, error: str) -> None:
    """`error` is the name of the exception's type: its text may hold an address."""
    _log().error("a notice could not be written", reference=reference, notice=notice, error=error)


def new_version() -> None:
    _log().info("a new version of a register or protocol is in force")


def file_differs(council: str, kind: str) -> None:
    _log().warning("the file differs from the version in force, which pages changed", council=council, kind=kind)


def relay_died(status: int) -> None:
    _log().error("a relay process died and is started again", status=status)


def relay_not_started(error: str) -> None:
    _log().error("a relay process could not be started and is tried again", error=error)


def worker_failed(error: str) -> None:
    _log().error("background work failed and goes on", error=error)


def door_failed(door: str, error: str) -> None:
    """`error` is the name of the exception's type: its text may hold what a client sent."""
    _log().error("a door met an unforeseen error, the client was told to try again", door=door, error=error)
