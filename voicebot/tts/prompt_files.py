"""Ready prompts on disk: a file that was damaged or cannot be written is as good as none."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import structlog

log = structlog.get_logger()

DIGEST_BYTES = hashlib.sha256().digest_size


class PromptFiles:
    """A folder with one file for each prompt: the SHA-256 of its sound, then the sound.

    Deleting any of them is safe at any time; several processes may share the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._warned = False

    def has(self, key: str) -> bool:
        """Whether a sound is kept under ``key``, whole or damaged."""
        return self._path(key).is_file()

    def read(self, key: str) -> bytes | None:
        """The sound kept under ``key``; ``None`` when there is none or it is damaged."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        digest, pcm = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
        return pcm if hashlib.sha256(pcm).digest() == digest else None

    def write(self, key: str, pcm: bytes) -> None:
        """Keep ``pcm`` under ``key``; a folder that takes no files costs one warning and no prompt."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._replace(self._path(key), hashlib.sha256(pcm).digest() + pcm)
        except OSError as error:
            self._warn(error)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.prompt"

    def _replace(self, path: Path, content: bytes) -> None:
        """Readers see the old file or the whole new one, never a part."""
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix="unfinished-", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.replace(file.name, path)
            except OSError:
                os.unlink(file.name)
                raise

    def _warn(self, error: OSError) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "prompts_not_kept",
                folder=str(self._folder),
                error=str(error),
                advice="make the folder writable or free its disk; until then every start renders anew",
            )
