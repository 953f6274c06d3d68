"""The columns of a file, by whatever name they go. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from voicebot.campaigns.sheets.problems import Code, UnreadableCsv

REJECTED: Final = ("rejected_line", "rejected_codes", "rejected_why")
"""What ``*.rejected.csv`` has beside the columns of its file; not read when it is dropped again."""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A name without case, accents, spaces and signs: ``Nº Operación`` is ``n_operacion``."""
    plain = unicodedata.normalize("NFKD", name.replace("º", "").replace("°", "").lower())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9.]+", "_", letters).strip("_.")


def by_every_name(aliases: Mapping[str, str]) -> dict[str, str]:
    """Columns by all they are called, where ``aliases`` has the other names of each, with blanks between."""
    return {
        alias: str(column) for column, others in aliases.items() for alias in (str(column), *others.split())
    }


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in every row of a file."""

    header: tuple[str, ...]
    places: Mapping[str, int]
    """By the column that voicebot reads."""

    def name(self, column: str) -> str:
        """A column as the file names it."""
        place = self.places.get(column)
        return str(column) if place is None else self.header[place]

    def told(self) -> dict[str, str]:
        """What every column of the file was taken for."""
        taken = self.taken()
        return {self.header[index] or f"({index + 1})": taken[index] for index in sorted(taken)}

    def taken(self) -> dict[int, str]:
        """The same by where it stands."""
        return {index: str(column) for column, index in self.places.items()}


def refuse_twice(
    header: Sequence[str], meant: Sequence[str], many: Collection[str] = ("",), remedy: str = "keep one"
) -> None:
    """See that no two columns of a file are the same.

    Args:
        header: the names, as the file writes them.
        meant: what each is.
        many: what several may be.
        remedy: what to do where they are.

    Raises:
        UnreadableCsv: two are.
    """
    first: dict[str, int] = {}
    for index, name in enumerate(meant):
        if name in many:
            continue
        before = first.setdefault(name, index)
        if before != index:
            one, other = header[before], header[index]
            told = f"the columns {one!r} and {other!r} are both read as {name}"
            told = f"two columns are called {other!r}" if one == other else told
            raise UnreadableCsv(Code.DUPLICATE_COLUMN, f"{told}: {remedy}", 1)
