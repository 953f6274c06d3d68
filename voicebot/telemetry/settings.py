"""What operators set about logs. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class LogSettings(BaseModel):
    """How much is logged, and for whom it is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important events that are written."""
    format: Literal["json", "console"] = "json"
    """``json`` has one object per line for machines; ``console`` is for people at a terminal."""
