from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.fakes.file_server import FileServer
from voicebot.models.manifest import Model, manifest

CONTENTS = {"model.bin": bytes(range(256)) * 4096, "config.json": b"{}"}
"""A model of one megabyte."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A mirror with the model ``small``, which no proxy stands before."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with FileServer({f"/small/{path}": content for path, content in CONTENTS.items()}).open() as server:
        yield server


@pytest.fixture
def list_models(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has voicebot know these models alone."""

    def use(*models: Model) -> None:
        manifest.cache_clear()
        monkeypatch.setattr("voicebot.models.manifest.read_manifest", lambda _: {m.name: m for m in models})

    return use


@pytest.fixture(autouse=True)
def the_real_list_afterwards() -> Iterator[None]:
    yield
    manifest.cache_clear()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def model(contents: Mapping[str, bytes] = CONTENTS, *, pinned: bool = True, **more: Any) -> Model:
    """A model with these files, whose checksums are published or not."""
    files = [
        {
            "path": path,
            "sha256": sha256(content) if pinned else None,
            "size": len(content) if pinned else None,
            "unpack": ".tar" in path,
        }
        for path, content in contents.items()
    ]
    entry = {
        "name": "small",
        "what": "stt",
        "engine": "whisper",
        "languages": ["en"],
        "licence": "MIT",
        "size": sum(map(len, contents.values())),
        "homepage": "https://example.org",
        "quality": "Small.",
        "base": "https://example.org/small",
        "files": files,
    }
    return Model.model_validate(entry | more)
