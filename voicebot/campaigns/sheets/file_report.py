"""What came of a file, for the person who brought it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from voicebot.campaigns.sheets.columns import Layout
from voicebot.campaigns.sheets.encoding import Encoding
from voicebot.campaigns.sheets.problems import RowProblem, UnreadableCsv
from voicebot.campaigns.sheets.settings import CsvSettings

MOST_TOLD: Final = 10_000
"""Problems in a report; all of them are in ``*.rejected.csv``."""
SHOWN: Final = 5
"""Problems that people are shown at once."""


class ImportState(StrEnum):
    """What was done with a file."""

    IMPORTED = "imported"
    """Its good rows are loaded."""
    KNOWN = "known"
    """The same bytes were loaded before: nothing is done."""
    HELD = "held"
    """Nothing of it is loaded."""


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


def dialect(encoding: Encoding, delimiter: str, csv: CsvSettings, layout: Layout) -> Dialect:
    """How a file was read."""
    return Dialect(
        encoding=encoding.name,
        encoding_told=encoding.told,
        delimiter=delimiter,
        delimiter_told="declared" if csv.delimiter else "detected",
        decimal=csv.decimal,
        date_format=csv.date_format,
        columns=layout.told(),
    )


@dataclass(slots=True)
class FileReport:
    """What is told of any file."""

    file: str
    _: KW_ONLY
    state: ImportState = ImportState.HELD
    sha256: str = ""
    sentence: str = ""
    """The outcome in words."""
    code: str = ""
    """Why it is held; empty otherwise."""
    line: int = 0
    """Where that was found; 0 for the file as a whole."""
    dialect: Dialect | None = None
    problems: ProblemTally = field(default_factory=ProblemTally)
    seconds: float = 0.0

    def hold(self, fault: UnreadableCsv) -> None:
        """Nothing is loaded."""
        self.state = ImportState.HELD
        self.code, self.line, self.sentence = fault.code.value, fault.line, fault.sentence

    def told(self, counts: Mapping[str, int]) -> dict[str, Any]:
        """For ``*.report.json`` and for programs."""
        told = self.problems
        return {
            "state": self.state.value,
            "sentence": self.sentence,
            "code": self.code or None,
            "line": self.line or None,
            "sha256": self.sha256 or None,
            "dialect": asdict(self.dialect) if self.dialect else None,
            "totals": dict(counts),
            "by_code": dict(sorted(told.by_code.items())),
            "problems": [{**asdict(problem), "code": problem.code.value} for problem in told.told],
            "problems_left_out": sum(told.by_code.values()) - len(told.told),
            "seconds": round(self.seconds, 1),
        }

    def lines_of(self, counts: Mapping[str, int]) -> list[str]:
        """For people."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        lines = [f"{where}: {self.state}: {self.sentence}"]
        many = [f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count]
        lines += [f"  {', '.join(many)}"] if many else []
        lines += [f"  {code}: {count:,}" for code, count in self.problems.by_code.most_common()]
        shown = self.problems.told[:SHOWN]
        lines += [f"  line {problem.line}: {problem.code}: {problem.sentence}" for problem in shown]
        return lines
