"""Running checks: side by side where it does no harm, each within its time, none with a traceback."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from voicebot.doctor.verdict import Outcome, Result, Verdict, fails, skipped
from voicebot.errors import VoicebotError
from voicebot.settings import Settings

Look = Callable[[Settings], Awaitable[Verdict]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at."""

    name: str
    look: Look
    advice: str
    """What to do when it fails in a way that it has no words of its own for."""
    needs: tuple[str, ...] = ()
    """Names of checks, earlier in the list, without whose success it makes no sense."""
    seconds: float = 15.0
    """It is given up after as long."""
    alone: bool = False
    """Measures time: runs when all others are done, and nothing else beside it."""


async def examine(checks: Sequence[Check], settings: Settings) -> list[Result]:
    """The verdicts on all checks, in their order."""
    tasks: dict[str, asyncio.Task[Verdict]] = {}
    async with asyncio.TaskGroup() as group:
        for check in checks:
            if not check.alone:
                work = _after_its_needs(check, settings, tasks)
                tasks[check.name] = group.create_task(work, name=f"check {check.name}")
    for check in checks:
        if check.alone:
            tasks[check.name] = asyncio.create_task(_after_its_needs(check, settings, tasks))
            await tasks[check.name]
    return [Result(check.name, tasks[check.name].result()) for check in checks]


async def _after_its_needs(
    check: Check, settings: Settings, tasks: Mapping[str, asyncio.Task[Verdict]]
) -> Verdict:
    for name in check.needs:
        match await asyncio.shield(tasks[name]):
            case Verdict(Outcome.SKIPPED, why):
                return skipped(why)
            case Verdict(Outcome.FAILS):
                return skipped(f"needs `{name}`, which fails")
    return await _verdict(check, settings)


async def _verdict(check: Check, settings: Settings) -> Verdict:
    """What the check says, or what kept it from saying anything."""
    try:
        async with asyncio.timeout(check.seconds):
            return await check.look(settings)
    except TimeoutError:
        return fails(f"gave no answer within {check.seconds:g} s", check.advice)
    except VoicebotError as error:
        finding, _, advice = str(error).partition("; ")  # many errors say behind it what to do
        return fails(finding, advice or check.advice)
    except OSError as error:
        return fails(f"{error.filename or 'the system'}: {error.strerror or error}", check.advice)
    except Exception as mistake:
        return fails(_of_a_mistake(mistake), "this is a mistake of voicebot's: please report it")


def _of_a_mistake(mistake: Exception) -> str:
    where = traceback.extract_tb(mistake.__traceback__)[-1]
    return f"{type(mistake).__name__}: {mistake} ({where.filename}:{where.lineno})"
