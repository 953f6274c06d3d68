"""What can be chosen about voice activity detection. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from voicebot.vad.gate import GateSettings


class VadSettings(BaseModel):
    """Which detector listens, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Literal["silero", "webrtc", "energy"] = "silero"
    """``silero``: neural, sure in noise. ``webrtc``: lighter, easily fooled. ``energy``: loudness alone."""
    tick: float = Field(default=0.02, ge=0.002, le=0.05)
    """Seconds between two runs of the Silero model over all calls: less answers sooner, more costs less."""
    aggressiveness: int = Field(default=3, ge=0, le=3)
    """How much the WebRTC detector keeps out, from 0 to 3."""
    gate: GateSettings = GateSettings()
    """How voices behind the caller are kept out."""
