from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from voicebot.doctor.clock import (
    UNSYNCHRONISED,
    check_clock,
    check_jitter,
    check_zone,
    judge_clock,
    judge_jitter,
    judge_zone,
)
from voicebot.doctor.verdict import Outcome
from voicebot.settings import Settings

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=-6)))


def test_the_kernel_knows_whether_its_clock_is_kept_right() -> None:
    assert judge_clock(0x2001).outcome is Outcome.OK
    lost = judge_clock(0x2001 | UNSYNCHRONISED)
    assert lost.outcome is Outcome.WARNING
    assert "chrony" in lost.advice
    assert judge_clock(None).outcome is Outcome.WARNING


def test_a_zone_with_a_name_is_well() -> None:
    assert judge_zone("America/Mexico_City", NOW).finding == "2026-11-22 09:30, America/Mexico_City"
    assert judge_zone("America/Mexico_City", NOW).outcome is Outcome.OK


@pytest.mark.parametrize("name", ["Etc/UTC", "UTC", "GMT", ""])
def test_a_zone_where_no_caller_lives_is_a_warning(name: str) -> None:
    verdict = judge_zone(name, NOW)
    assert verdict.outcome is Outcome.WARNING
    assert "set-timezone" in verdict.advice


def test_ticks_are_judged_by_their_worst_but_one_in_a_hundred() -> None:
    assert judge_jitter([1.0] * 99 + [80.0]).outcome is Outcome.OK
    verdict = judge_jitter([1.0] * 90 + [12.0] * 10)
    assert verdict.outcome is Outcome.WARNING
    assert "12.0 ms off" in verdict.finding


@pytest.mark.virtual_time
async def test_a_loop_that_is_never_late_ticks_well() -> None:
    verdict = await check_jitter(Settings())
    assert verdict.outcome is Outcome.OK
    assert "0.0 ms at most" in verdict.finding


async def test_this_machine_can_be_asked() -> None:
    assert (await check_clock(Settings())).outcome in (Outcome.OK, Outcome.WARNING)
    assert (await check_zone(Settings())).outcome in (Outcome.OK, Outcome.WARNING)
