"""One import of a kind at a time on a machine: two of the same file would wait for each other row by row."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voicebot.errors import CampaignError


@contextmanager
def alone(var_dir: Path, kind: str) -> Iterator[None]:
    """Keep other imports of a kind waiting outside.

    Raises:
        CampaignError: another is at work.
    """
    var_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(var_dir / f"{kind}.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CampaignError("another import is at work: try again when it is done") from None
        yield
