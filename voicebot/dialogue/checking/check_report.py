"""What came of checking flows, for people and for programs.."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from voicebot.dialogue.checking.check import Rehearsal, Report


def lines(report: Report, *, ways: bool) -> Iterator[str]:
    """All problems, then what was rehearsed; with ``ways``, those that nobody took."""
    yield from map(str, report.problems)
    for rehearsal in report.rehearsals:
        yield str(rehearsal.coverage)
        gaps = (*rehearsal.never_entered, *(rehearsal.never_taken if ways else ()))
        yield from (f"  {gap}" for gap in gaps)


def as_document(report: Report) -> dict[str, Any]:
    """The same as plain data: ``problems``, and ``coverage`` by the id of the flow."""
    return {
        "problems": [asdict(problem) for problem in report.problems],
        "coverage": {one.coverage.flow: _as_document(one) for one in report.rehearsals},
    }


def _as_document(rehearsal: Rehearsal) -> dict[str, Any]:
    coverage = rehearsal.coverage
    return {
        "conversations": coverage.conversations,
        "states": len(coverage.states),
        "ways": len(coverage.ways),
        "never_entered": [asdict(gap) for gap in rehearsal.never_entered],
        "never_taken": [asdict(gap) for gap in rehearsal.never_taken],
    }
