"""What operators set about calls. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CallSettings(BaseModel):
    """How calls are kept within bounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_most: int = Field(default=100, ge=0)
    """Calls at once in one process, counted from the moment that one is accepted or dialled; 0 sets no limit.
    What a core can hold: see the README; with a recogniser on the same core it is far less."""
    longest_call: float = Field(default=900.0, ge=10.0, le=7200.0)
    """Seconds after which a call is ended whatever is going on."""
    machines: bool = True
    """Tell answering machines from people in calls that we place, and leave them at once."""
    record: bool = True
    """Keep both legs as a stereo WAV (the flow must say so to the caller)."""
