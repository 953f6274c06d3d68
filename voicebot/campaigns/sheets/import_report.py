"""What came of a file of contacts, for the person who dropped it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from voicebot.campaigns.sheets.problems import RowProblem, UnreadableCsv

MOST_TOLD: Final = 10_000
"""Problems in a report; all of them are in ``*.rejected.csv``."""


class ImportState(StrEnum):
    """What was done with a file."""

    IMPORTED = "imported"
    """Its good rows are loaded."""
    KNOWN = "known"
    """The same bytes were loaded before: nothing is done."""
    HELD = "held"
    """Nothing of it is loaded."""


@dataclass(slots=True)
class ImportTotals:
    """How many rows became what."""

    rows: int = 0
    accepted: int = 0
    """New in the campaign."""
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    """Each is in ``*.rejected.csv``."""
    closed: int = 0
    """Contacts of the campaign that a ``full`` file lacks."""
    not_called: int = 0
    """Of the loaded: the file says no, or the telephones are suppressed."""
    call_live: int = 0
    """Not loaded, for a call about them was on: they are in ``*.rejected.csv``, to be dropped again."""

    def resume(self, before: ImportTotals) -> None:
        """Go on from what was loaded before the file was interrupted; calls that were on then are over."""
        for name in ("accepted", "updated", "unchanged", "closed", "not_called"):
            setattr(self, name, getattr(before, name))

    def add(self, other: ImportTotals) -> None:
        """Count what another part of the file came to."""
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)


@dataclass(slots=True)
class ProblemTally:
    """The problems of a file: counted all, told as many as a report has room for."""

    told: list[RowProblem] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)

    def add(self, problems: Iterable[RowProblem]) -> None:
        """Take what was found in a row."""
        for problem in problems:
            self.by_code[problem.code.value] += 1
            if len(self.told) < MOST_TOLD:
                self.told.append(problem)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written, and who says so."""

    encoding: str
    encoding_told: str
    delimiter: str
    delimiter_told: str
    decimal: str
    """Empty where amounts told by themselves."""
    date_format: str
    columns: Mapping[str, str]
    """What each was taken for."""


@dataclass(slots=True)
class ImportReport:
    """All that is told of a file."""

    file: str
    campaign: str
    full: bool
    state: ImportState = ImportState.HELD
    sha256: str = ""
    sentence: str = ""
    """The outcome in words."""
    code: str = ""
    """Why it is held; empty otherwise."""
    line: int = 0
    """Where that was found; 0 for the file as a whole."""
    dialect: Dialect | None = None
    totals: ImportTotals = field(default_factory=ImportTotals)
    problems: ProblemTally = field(default_factory=ProblemTally)
    seconds: float = 0.0
    peak_megabytes: int = 0
    """The most memory that the process had."""
    moved_to: str = ""
    """Where the file lies now; empty where it stayed."""

    def hold(self, fault: UnreadableCsv) -> None:
        """Nothing is loaded."""
        self.state = ImportState.HELD
        self.code, self.line, self.sentence = fault.code.value, fault.line, fault.sentence

    def as_json(self) -> dict[str, Any]:
        """For ``*.report.json`` and for programs."""
        told = self.problems
        return {
            "file": self.file,
            "campaign": self.campaign,
            "full": self.full,
            "state": self.state.value,
            "sentence": self.sentence,
            "code": self.code or None,
            "line": self.line or None,
            "sha256": self.sha256 or None,
            "dialect": asdict(self.dialect) if self.dialect else None,
            "totals": asdict(self.totals),
            "by_code": dict(sorted(told.by_code.items())),
            "problems": [{**asdict(problem), "code": problem.code.value} for problem in told.told],
            "problems_left_out": sum(told.by_code.values()) - len(told.told),
            "seconds": round(self.seconds, 1),
            "peak_megabytes": self.peak_megabytes,
            "moved_to": self.moved_to or None,
        }

    def lines(self) -> list[str]:
        """For people."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        lines = [f"{where}: {self.state}: {self.sentence}"]
        totals = {name.replace("_", " "): count for name, count in asdict(self.totals).items() if count}
        if totals:
            lines.append("  " + ", ".join(f"{count:,} {name}" for name, count in totals.items()))
        lines += [f"  {code}: {count:,}" for code, count in self.problems.by_code.most_common()]
        shown = self.problems.told[:5]
        lines += [f"  line {problem.line}: {problem.code}: {problem.sentence}" for problem in shown]
        return lines
