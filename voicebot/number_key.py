"""The secret by which suppressed numbers are known: of the environment, or kept beside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from voicebot.calls.suppression import NumberKey
from voicebot.errors import SettingsError
from voicebot.settings import Settings

SHORTEST: Final = 16
"""Characters of a secret: who guesses it can turn the hashes back into numbers."""
FILE: Final = "suppression.key"
"""In ``var_dir``; for the owner alone."""


def number_key(settings: Settings) -> NumberKey:
    """The key of the settings, or the one on disk, which is made on first use.

    Raises:
        SettingsError: the secret is too short to be one.
        OSError: the file cannot be read or made.
    """
    secret = settings.suppression_key.get_secret_value() or _on_disk(settings.var_dir / FILE)
    if len(secret) < SHORTEST:
        raise SettingsError(
            f"the secret of suppressed numbers is shorter than {SHORTEST} characters: set "
            f"VOICEBOT_SUPPRESSION_KEY to a longer one, or put {settings.var_dir / FILE} back from a backup"
        )
    return NumberKey(secret.encode(), settings.inbound.region)


def _on_disk(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Whole or not at all, and by the first of several processes."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())  # before any hash by it is on disk
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        draft.unlink()
