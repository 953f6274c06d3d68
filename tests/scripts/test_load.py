from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    monkeypatch.syspath_prepend(REPOSITORY / "scripts")
    return __import__


def plan(module: Callable[[str], Any], seconds: int) -> Any:
    return module("load_plan").Plan(10, 5, seconds, "ari", None, Path("out"))


@pytest.mark.parametrize(
    ("seconds", "spoken"),
    [(4, 0), (5, 1), (9, 2), (19, 2), (20, 3), (60, 8), (70, 10)],
)
def test_a_caller_has_to_be_answered_so_often(
    module: Callable[[str], Any], seconds: int, spoken: int
) -> None:
    assert plan(module, seconds).utterances == spoken


@pytest.mark.parametrize(
    ("told", "fits"),
    [
        (" SIPp v3.8.0-TLS-SCTP-PCAP.", True),
        ("SIPp v3.7.1", True),
        ("SIPp v3.6.1-TLS-PCAP", False),
        ("", False),
    ],
)
def test_an_older_sipp_chooses_its_ports_in_another_way(
    module: Callable[[str], Any], told: str, fits: bool
) -> None:
    assert module("load_caller").is_new_enough(told) is fits


GOOD = {
    "way": "ari",
    "asked": 2,
    "answered": 2,
    "failed": 0,
    "records": 2,
    "unended": 0,
    "channels_left": 0,
    "utterances": 3,
    "turns_answered": 6,
    "turns_answered_least": 3,
    "answer_ms": (2.0, 3.0, 3.0),
    "voice_to_voice_ms": (220.0, 240.0, 250.0),
    "late_frames": 0,
    "warnings": 0,
    "call_minutes": 1.0,
    "bot_cpu": 0.2,
    "asterisk_cpu": 0.3,
    "sipp_cpu": 0.1,
    "bot_megabytes": 170.0,
    "bot_megabytes_per_call": 0.2,
    "asterisk_megabytes": 80.0,
    "others_percent": 5.0,
}


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"failed": 1}, "1 calls failed"),
        ({"answered": 1}, "1 calls were not answered"),
        ({"records": 3}, "3 records of 2 calls"),
        ({"unended": 1}, "1 records without an end"),
        ({"channels_left": 4}, "4 channels left in Asterisk"),
        ({"turns_answered_least": 2}, "a caller who spoke 3 times got 2 replies"),
    ],
)
def test_whatever_went_wrong_is_told(
    module: Callable[[str], Any], wrong: dict[str, int], problem: str
) -> None:
    figures = module("load_figures").Figures
    assert figures(**GOOD).problems == []
    assert figures(**{**GOOD, **wrong}).problems == [problem]


def test_what_sipp_is_just_writing_is_read_later(module: Callable[[str], Any], tmp_path: Path) -> None:
    sipp = module("load_caller").SipP(None, tmp_path)
    assert sipp.dialled.answered == 0
    (tmp_path / "sipp.csv").write_text("CurrentCall;FailedCall(C);\n5;1;\n7;")
    (tmp_path / "caller_1_rtt.csv").write_text("Date_ms;response_time_ms;rtd_name\n1;4.5;1\n2;2.5;1\n3;9")
    assert (sipp.dialled.in_progress, sipp.dialled.failed) == (5, 1)
    assert sipp.dialled.answer_ms == (2.5, 4.5)
