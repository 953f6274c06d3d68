from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from voicebot.telemetry.log import configure_logging
from voicebot.telemetry.settings import LogSettings


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_facts_and_its_call(stream: io.StringIO) -> None:
    configure_logging(LogSettings(), stream)
    with structlog.contextvars.bound_contextvars(call_id="1763808000.12"):
        structlog.get_logger().info("utterance_ended", seconds=2.4, reason="silence")
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "utterance_ended",
        "level": "info",
        "call_id": "1763808000.12",
        "seconds": 2.4,
        "reason": "silence",
    }


def test_personal_data_never_reaches_the_log(stream: io.StringIO) -> None:
    configure_logging(LogSettings(), stream)
    try:
        raise ValueError("no such number: +56 9 1234 5678")
    except ValueError:
        structlog.get_logger().exception("dial_failed", to="+56 9 1234 5678", heard="four five three two")
    (line,) = lines(stream)
    assert line["to"] == "[phone]"
    assert line["heard"] == "[digits]"
    assert "ValueError: no such number: [phone]" in line["exception"]


def test_events_under_the_level_are_left_out(stream: io.StringIO) -> None:
    configure_logging(LogSettings(level="warning"), stream)
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_libraries_write_the_same_lines(stream: io.StringIO) -> None:
    configure_logging(LogSettings(), stream)
    logging.getLogger("asyncio").error("lost the call of %s", "+15551234567")
    logging.getLogger("asyncio").info("chatter")
    (line,) = lines(stream)
    assert line["event"] == "lost the call of [phone]"
    assert line["level"] == "error"


def test_the_console_is_for_people(stream: io.StringIO) -> None:
    configure_logging(LogSettings(format="console"), stream)
    try:
        raise ValueError("no luck")
    except ValueError:
        structlog.get_logger().exception("call_failed", seconds=2.4)
    assert "call_failed" in stream.getvalue()
    assert "seconds=2.4" in stream.getvalue()
    assert "ValueError: no luck" in stream.getvalue()


def test_configuring_again_does_not_write_twice(stream: io.StringIO) -> None:
    configure_logging(LogSettings(), stream)
    configure_logging(LogSettings(), stream)
    logging.getLogger("asyncio").error("once")
    structlog.get_logger().error("once")
    assert len(lines(stream)) == 2
