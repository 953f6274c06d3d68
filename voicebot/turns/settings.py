"""What can be chosen about telling the end of a turn by its sound. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class EndOfTurnSettings(BaseModel):
    """A model that hears whether the caller has finished or only pauses; off unless one is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""
    """``smart-turn`` (after ``voicebot models pull smart-turn``) or a path, with a slash in it, of a folder
    with an ``.onnx`` file of the same interface; empty for none."""
    threshold: float = Field(default=0.5, ge=0.05, le=0.95)
    """Probability from which the caller has finished."""
    deadline: float = Field(default=0.25, ge=0.05, le=1.0)
    """Seconds after which a decision is not waited for: silence alone then tells, as without the model."""
