"""Logs as structured events: one stable name and its facts, without personal data."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

from voicebot.telemetry.redact import redact_log
from voicebot.telemetry.settings import LogSettings


def configure_logging(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Send every event of voicebot and of the libraries under it to ``stream`` (stderr), redacted.

    An event is ``structlog.get_logger().info("utterance_ended", seconds=2.4)``. What is bound with
    ``structlog.contextvars.bound_contextvars(call_id=...)`` comes along in every event of that call.
    """
    stream = stream or sys.stderr
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    structlog.configure(
        processors=[*_FACTS, redact_log, _renderer(settings, stream)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    _bring_in_libraries(level, _renderer(settings, stream), stream)


_FACTS: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
)


def _renderer(settings: LogSettings, stream: TextIO) -> Processor:
    if settings.format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _bring_in_libraries(level: int, renderer: Processor, stream: TextIO) -> None:
    """Libraries write to Python's own logging: give their lines the same shape and the same redaction."""
    handler = logging.StreamHandler(stream)
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_FACTS, processors=[remove_meta, redact_log, renderer]
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
