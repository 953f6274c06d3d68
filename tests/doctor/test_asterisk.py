from __future__ import annotations

import pytest

from voicebot.doctor.asterisk import (
    BESIDE,
    CONTROL,
    SOUND,
    check_asterisk,
    judge_apart,
    judge_application,
    judge_endpoints,
    judge_modules,
    judge_off,
    judge_version,
    judge_write_timeout,
)
from voicebot.doctor.verdict import Outcome
from voicebot.settings import load_settings


@pytest.mark.parametrize(
    ("version", "media", "outcome"),
    [
        ("22.10.1+dfsg+~cs6.17.60671434-1", "websocket", Outcome.OK),
        ("20.18.0", "websocket", Outcome.OK),
        ("24.0.0-rc1", "websocket", Outcome.OK),
        ("22.7.0", "websocket", Outcome.FAILS),  # no JSON in chan_websocket
        ("22.7.0", "ulaw", Outcome.OK),
        ("23.1.0", "websocket", Outcome.FAILS),
        ("23.1.0", "alaw", Outcome.OK),
        ("20.13.0", "ulaw", Outcome.FAILS),  # no REST over the events socket
        ("21.12.0", "ulaw", Outcome.FAILS),  # a branch that ended before
        ("18.26.4", "ulaw", Outcome.FAILS),
        ("certified-20.7-cert5", "ulaw", Outcome.FAILS),
        ("GIT-master-1a2b3c4", "websocket", Outcome.WARNING),
    ],
)
def test_asterisk_is_new_enough_for_what_is_asked_of_it(version: str, media: str, outcome: Outcome) -> None:
    verdict = judge_version(version, media)
    assert verdict.outcome is outcome
    assert version in verdict.finding
    assert ("22.8" in verdict.advice) is (outcome is not Outcome.OK)


def modules(*left_out: str) -> list[dict[str, str]]:
    every = {*CONTROL, *BESIDE, *(name for names in SOUND.values() for name in names)}
    return [
        {"name": f"{name}.so", "status": "Not Running" if name in left_out else "Running"} for name in every
    ]


def test_modules_are_all_there() -> None:
    assert judge_modules(modules(), "websocket").outcome is Outcome.OK


def test_a_module_that_calls_need_fails_where_they_need_it() -> None:
    verdict = judge_modules(modules("chan_websocket", "app_stasis"), "websocket")
    assert verdict.outcome is Outcome.FAILS
    assert verdict.finding == "not loaded: app_stasis, chan_websocket"
    assert "load = app_stasis.so" in verdict.advice
    assert judge_modules(modules("chan_websocket"), "ulaw").outcome is Outcome.OK
    assert judge_modules(modules("chan_rtp"), "ulaw").outcome is Outcome.FAILS


def test_a_module_that_calls_can_do_without_is_a_warning() -> None:
    assert judge_modules(modules("app_audiosocket"), "websocket").outcome is Outcome.WARNING


def test_a_short_write_time_out_is_a_warning() -> None:
    assert judge_write_timeout({"websocket_write_timeout": "1000"}).outcome is Outcome.OK
    short = judge_write_timeout({"websocket_write_timeout": "100"})
    assert short.outcome is Outcome.WARNING
    assert "websocket_write_timeout = 1000" in short.advice
    assert judge_write_timeout({}).outcome is Outcome.SKIPPED


def test_a_voicebot_at_work_is_told() -> None:
    assert "a running voicebot" in judge_application("voicebot", {"voicebot", "other"}).finding
    idle = judge_application("voicebot", {"other"})
    assert (idle.outcome, "nobody serves" in idle.finding) == (Outcome.OK, True)


@pytest.mark.parametrize(
    ("since_asked", "since_answered", "outcome", "told"),
    [
        (0.002, -0.003, Outcome.OK, "within 0.005 s"),
        (0.5, 0.4, Outcome.OK, "within 0.400 s"),
        (61.0, 60.9, Outcome.WARNING, "60.9 s ahead of ours"),
        (-7200.0, -7200.1, Outcome.WARNING, "7200.0 s behind ours"),
    ],
)
def test_clocks_that_are_apart_are_told(
    since_asked: float, since_answered: float, outcome: Outcome, told: str
) -> None:
    verdict = judge_apart(since_asked, since_answered)
    assert verdict.outcome is outcome
    assert told in verdict.finding


def test_telephones_are_listed_and_trunks_with_limits_must_be_there() -> None:
    states = {"softphone": "offline", "carrier": "online"}
    assert judge_endpoints(states, {"carrier"}).finding == "carrier online, softphone offline"
    assert judge_endpoints({}, set()).outcome is Outcome.OK
    unknown = judge_endpoints(states, {"carier"})
    assert (unknown.outcome, "telephony.trunks" in unknown.advice) == (Outcome.WARNING, True)
    away = judge_endpoints({**states, "carrier": "offline"}, {"carrier"})
    assert (away.outcome, away.finding) == (Outcome.WARNING, "trunks that cannot be reached: carrier")


async def test_ari_is_off_until_the_settings_name_it() -> None:
    verdict = await check_asterisk(load_settings())
    assert verdict.outcome is Outcome.SKIPPED
    assert "VOICEBOT_ARI__PASSWORD" in verdict.advice


def test_with_both_doors_off_no_call_comes_in() -> None:
    verdict = judge_off(audiosocket=False)
    assert verdict.outcome is Outcome.FAILS
    assert "VOICEBOT_ARI__PASSWORD" in verdict.advice


async def test_an_asterisk_that_dials_us_is_left_to_itself() -> None:
    settings = load_settings(ari={"connection": "listen", "password": "0f" * 16})
    verdict = await check_asterisk(settings)
    assert (verdict.outcome, "dials us" in verdict.finding) == (Outcome.SKIPPED, True)
