"""What a check found, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How it stands, best first."""

    OK = "ok"
    SKIPPED = "skipped"
    """Not looked at, and why."""
    WARNING = "warning"
    """Calls work, and something should be seen to."""
    FAILS = "fails"
    """Calls do not work, or not as they should."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one thing stands."""

    outcome: Outcome
    finding: str
    """What was found."""
    advice: str = ""
    """What to do; empty where there is nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict with the name of its check."""

    name: str
    verdict: Verdict


def ok(finding: str) -> Verdict:
    """All is well."""
    return Verdict(Outcome.OK, finding)


def warning(finding: str, advice: str) -> Verdict:
    """It works, but."""
    return Verdict(Outcome.WARNING, finding, advice)


def fails(finding: str, advice: str) -> Verdict:
    """It does not work."""
    return Verdict(Outcome.FAILS, finding, advice)


def skipped(finding: str, advice: str = "") -> Verdict:
    """It was not looked at."""
    return Verdict(Outcome.SKIPPED, finding, advice)


def all_well(results: Iterable[Result]) -> bool:
    """Whether nothing fails; warnings are allowed."""
    return all(result.verdict.outcome is not Outcome.FAILS for result in results)
