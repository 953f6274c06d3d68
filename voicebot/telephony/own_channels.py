"""Channels that we make for ourselves: nobody is on them, so none is ever sent to people. Pure."""

from __future__ import annotations

from secrets import token_hex
from typing import Final, Literal

_KINDS: Final = ("media", "question")


def own_channel(app: str, kind: Literal["media", "question"]) -> str:
    """A new id for one, by which whoever finds it knows that it is the application's."""
    return f"{app}-{kind}-{token_hex(8)}"


def is_own(app: str, channel_id: str) -> bool:
    """Whether the application made a channel for itself."""
    return channel_id.startswith(tuple(f"{app}-{kind}-" for kind in _KINDS))
