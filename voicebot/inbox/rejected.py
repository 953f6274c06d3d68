"""``NAME.rejected.csv``: the rows that were not loaded, with their reasons, to be mended and dropped."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from voicebot.campaigns.sheets.columns import REJECTED, folded
from voicebot.campaigns.sheets.problems import RowProblem

_FORMULA: Final = re.compile(r"[=@\t\r]|[+-](?![0-9 ().-]*$)")


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula; a telephone with its ``+`` is none."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


class RejectedRows:
    """Written beside the file under another name, and given its own when it is whole."""

    def __init__(self, draft: Path) -> None:
        """``draft`` is where it is while it is written."""
        self._draft = draft
        self._own: list[int] = []
        self._width = 0
        self._file: TextIO | None = None
        self._rows: Any = None
        self.count = 0

    def begin(self, header: Sequence[str], delimiter: str) -> None:
        """Write the header; what was begun before is forgotten.

        Raises:
            OSError: it cannot be written.
        """
        # A file that was mended once and has new faults has these columns already.
        self._own = [index for index, name in enumerate(header) if folded(name) not in REJECTED]
        self._width = len(header)
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = open(descriptor, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115  # __exit__ closes it
        self._rows = csv.writer(self._file, delimiter=delimiter, lineterminator="\n")
        self._rows.writerow([*REJECTED, *(harmless(header[index]) for index in self._own)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file:
            with suppress(OSError):  # of a full disk: what is left to write is left out
                self._file.close()
        self._draft.unlink(missing_ok=True)

    def add(self, line: int, cells: Sequence[str], problems: Sequence[RowProblem]) -> None:
        """Take a row and why it is not loaded.

        Raises:
            OSError: the disk is full.
        """
        reasons = [problem for problem in problems if not problem.note]
        codes = " ".join(dict.fromkeys(problem.code.value for problem in reasons))
        why = "; ".join(problem.sentence for problem in reasons)
        kept = [cells[index] for index in self._own if index < len(cells)]
        kept += cells[self._width :]
        self._rows.writerow([line, codes, why, *map(harmless, kept)])
        self.count += 1

    def keep_as(self, path: Path) -> bool:
        """Put it there at once, whole and on disk; whether it is there, for no row may have been rejected.

        Raises:
            OSError: it cannot be written.
        """
        if not self._file or not self.count:
            return False
        self._file.flush()
        os.fsync(self._file.fileno())
        self._draft.replace(path)
        return True
