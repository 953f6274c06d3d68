from __future__ import annotations

import asyncio

import pytest

from voicebot.doctor.examination import Check, Look, examine
from voicebot.doctor.verdict import Outcome, Verdict, fails, ok, skipped, warning
from voicebot.errors import SpeechError, TelephonyError
from voicebot.settings import Settings

SETTINGS = Settings()


def says(verdict: Verdict) -> Look:
    async def look(_: Settings) -> Verdict:
        return verdict

    return look


def raises(error: Exception) -> Look:
    async def look(_: Settings) -> Verdict:
        raise error

    return look


async def verdicts(*checks: Check) -> list[Verdict]:
    return [result.verdict for result in await examine(checks, SETTINGS)]


async def test_what_builds_on_a_check_that_fails_is_skipped_and_says_why_however_far_behind_it() -> None:
    root = Check("root", says(fails("gone", "bring it back")), "")
    branch = Check("branch", says(ok("")), "", needs=("root",))
    leaf = Check("leaf", says(ok("")), "", needs=("branch",))
    reason = skipped("needs `root`, which fails")
    assert await verdicts(root, branch, leaf) == [fails("gone", "bring it back"), reason, reason]


async def test_what_builds_on_a_warning_is_looked_at() -> None:
    root = Check("root", says(warning("old", "renew it")), "")
    assert (await verdicts(root, Check("leaf", says(ok("fine")), "", needs=("root",))))[1] == ok("fine")


async def test_what_is_off_is_off_for_all_that_builds_on_it() -> None:
    root = Check("root", says(skipped("ARI is off", "turn it on")), "")
    leaf = Check("leaf", says(ok("")), "", needs=("root",))
    assert (await verdicts(root, leaf))[1] == skipped("ARI is off")


async def test_an_error_that_says_what_to_do_is_taken_at_its_word() -> None:
    told = Check("ari", raises(TelephonyError("refused: 401; set the password")), "start Asterisk")
    silent = Check("stt", raises(SpeechError("no model")), "install one")
    assert await verdicts(told, silent) == [
        fails("refused: 401", "set the password"),
        fails("no model", "install one"),
    ]


async def test_a_fault_of_the_system_names_the_file() -> None:
    check = Check("folder", raises(PermissionError(13, "Permission denied", "/srv/var")), "chown it")
    assert await verdicts(check) == [fails("/srv/var: Permission denied", "chown it")]


async def test_a_mistake_of_ours_is_one_line_and_the_other_checks_go_on() -> None:
    broken, fine = await verdicts(Check("a", raises(KeyError("x")), ""), Check("b", says(ok("")), ""))
    assert broken.finding.startswith("KeyError: 'x' (")
    assert "\n" not in broken.finding
    assert "report it" in broken.advice
    assert fine == ok("")


@pytest.mark.virtual_time
async def test_a_check_that_hangs_is_given_up() -> None:
    async def hang(_: Settings) -> Verdict:
        await asyncio.Event().wait()
        return ok("")

    check = Check("recogniser", hang, "see what else runs", seconds=30)
    assert await verdicts(check) == [fails("gave no answer within 30 s", "see what else runs")]


@pytest.mark.virtual_time
async def test_what_measures_time_runs_when_all_else_is_done() -> None:
    story: list[str] = []

    def tells(name: str, seconds: float) -> Look:
        async def look(_: Settings) -> Verdict:
            story.append(f"{name} begins")
            await asyncio.sleep(seconds)
            story.append(f"{name} ends")
            return ok("")

        return look

    results = await examine(
        [
            Check("ticks", tells("ticks", 2), "", alone=True),
            Check("voice", tells("voice", 3), ""),
            Check("clock", tells("clock", 1), ""),
            Check("echo", tells("echo", 1), "", alone=True, needs=("voice",)),
        ],
        SETTINGS,
    )
    assert story[:4] == ["voice begins", "clock begins", "clock ends", "voice ends"]
    assert story[4:] == ["ticks begins", "ticks ends", "echo begins", "echo ends"]
    assert [result.name for result in results] == ["ticks", "voice", "clock", "echo"]
    assert all(result.verdict.outcome is Outcome.OK for result in results)
