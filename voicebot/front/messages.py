"""What the front and its workers tell each other. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Door = Literal["audiosocket", "media"]


class Beat(BaseModel):
    """A worker's sign of life: once a second, and whenever a call comes or goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ready: bool
    """It takes calls."""
    taken: int
    """Places in use or reserved."""
    asked: str = ""
    """The call that a place was just asked for, whether there was one or not."""


class Brought(BaseModel):
    """The front brings a connection, which is attached, to a door of the worker."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    door: Door
