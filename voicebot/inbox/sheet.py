"""A file of rows on disk: every byte is looked at first, and the same file is read then."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from voicebot.campaigns.sheets.encoding import Encoding, EncodingProbe, refuse_others
from voicebot.campaigns.sheets.problems import Code, UnreadableCsv
from voicebot.campaigns.sheets.records import LONGEST_LINE, Head, Known, Record, open_records
from voicebot.campaigns.sheets.settings import CsvSettings, ImportSettings

CHUNK: Final = 1 << 20
_TELL_EVERY: Final = 500

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is, and how much there is."""


def quiet(_doing: str, _done: int, _all: int) -> None:
    """Nobody watches."""


class Sheet:
    """One file."""

    def __init__(self, path: Path, csv: CsvSettings, limits: ImportSettings, progress: Progress) -> None:
        self._path = path
        self._csv = csv
        self._limits = limits
        self._progress = progress
        self._seen = (0, 0)
        self.sha256 = ""
        """Of the file, once it was looked at."""

    def probe(self) -> Encoding:
        """Look at every byte.

        Raises:
            UnreadableCsv: it is no text with cells.
        """
        with opened(self._path, self._limits) as file:
            size, done = os.fstat(file.fileno()).st_size, 0
            digest, probe = hashlib.sha256(), EncodingProbe(self._csv.encoding)
            while chunk := file.read(CHUNK):
                if not done:
                    refuse_others(chunk)
                digest.update(chunk)
                probe.see(chunk)
                done += len(chunk)
                self._progress("checking", done, size)
            self._seen = _fingerprint(file)
        self.sha256 = digest.hexdigest()
        return probe.encoding()

    @contextmanager
    def read(self, encoding: Encoding, known: Known, doing: str = "reading") -> Iterator[Head]:
        """Open a file that was looked at, by its header; at the end all of it must have been read.

        Args:
            encoding: of ``probe``.
            known: knows the columns of such a file.
            doing: told as progress.

        Raises:
            UnreadableCsv: nothing of the file can be loaded.
        """
        with (
            opened(self._path, self._limits) as file,
            io.TextIOWrapper(io.BufferedReader(file, CHUNK), encoding.name, newline="") as text,
        ):
            self._refuse_changed(file)
            try:
                lines = iter(partial(text.readline, LONGEST_LINE + 1), "")
                head = open_records(lines, known, self._csv.delimiter)
                yield replace(head, rows=self._counted(head.rows, file, doing))
            except UnicodeError:
                whose = "the campaign's file declares" if encoding.told == "declared" else "it seems to be in"
                told = f"{whose} {encoding.name}, and not all of it can be read so: save it as CSV UTF-8"
                raise UnreadableCsv(Code.BAD_ENCODING, told) from None
            self._refuse_changed(file)

    def _counted(self, rows: Iterator[Record], file: io.FileIO, doing: str) -> Iterator[Record]:
        most, size, number = self._limits.most_rows, os.fstat(file.fileno()).st_size, 0
        for number, record in enumerate(rows, 1):  # how many there were
            if number > most:
                told = f"it has more rows than imports.most_rows ({most:,}): split it"
                raise UnreadableCsv(Code.TOO_MANY_ROWS, told, record.line)
            yield record
            if number % _TELL_EVERY == 0:
                self._progress(doing, file.tell(), size)
        if not number:
            raise UnreadableCsv(Code.EMPTY, "there are no rows below the header")
        self._progress(doing, size, size)

    def _refuse_changed(self, file: io.FileIO) -> None:
        if _fingerprint(file) != self._seen:
            told = "it changed while it was read: drop it when it is whole"
            raise UnreadableCsv(Code.NOT_READABLE, told)


def refuse_unopened(path: Path) -> None:
    """Find out whether there is a file that can be opened, before anything is written beside it.

    Raises:
        UnreadableCsv: there is none, it is a folder, a link or a device, or may not be read.
    """
    os.close(_descriptor(path))


@contextmanager
def opened(path: Path, limits: ImportSettings) -> Iterator[io.FileIO]:
    """The file, if it is one and not too large; nothing of it is read yet.

    Raises:
        UnreadableCsv: it is a folder, a link or a device, may not be read, or is too large.
    """
    with io.FileIO(_descriptor(path), "rb") as file:
        found = os.fstat(file.fileno())
        if found.st_size > limits.most_megabytes << 20:
            raise UnreadableCsv(
                Code.TOO_LARGE,
                f"it has {found.st_size >> 20:,} MB and imports.most_megabytes is {limits.most_megabytes:,}: "
                "split it, or raise the limit",
            )
        if not found.st_size:
            raise UnreadableCsv(Code.EMPTY, "the file is empty")
        yield file


def _descriptor(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _not_opened(error) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableCsv(Code.NOT_A_FILE, "it is no file: drop the CSV itself")
    return descriptor


def _not_opened(error: OSError) -> UnreadableCsv:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return UnreadableCsv(Code.NOT_A_FILE, "there is no such file: look at its name and folder")
        case errno.ELOOP:
            return UnreadableCsv(Code.NOT_A_FILE, "it is a link: drop the file itself")
        case errno.EACCES | errno.EPERM:
            return UnreadableCsv(Code.NOT_READABLE, "voicebot may not read it: let its user read the file")
        case _:
            return UnreadableCsv(Code.NOT_READABLE, f"it cannot be opened: {error.strerror}")


def _fingerprint(file: io.FileIO) -> tuple[int, int]:
    """Another one, and the file was written meanwhile."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns
