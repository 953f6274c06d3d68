"""What an operator may choose about the recogniser. Pure."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Engine(StrEnum):
    """The recognisers that voicebot can run."""

    SPHINX = "sphinx"
    """pocketsphinx: in the package, English by grammar; Spanish for demos only."""


class SttSettings(BaseModel):
    """How callers are heard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Engine = Engine.SPHINX
    """Which recogniser listens."""
    workers: int = Field(default=2, ge=1, le=64)
    """Processes that decode, each with its own 150 MB of models; never more than there are processor
    cores."""
    utterance_timeout: float = Field(default=5.0, ge=0.5, le=60.0)
    """Seconds after which recognising one utterance is given up."""
    languages: tuple[str, ...] = ("en", "es")
    """Languages made ready at the start; any other is made ready when it is first heard."""

    @property
    def demo_grade(self) -> frozenset[str]:
        """Languages that the engine hears well enough for demonstrations, and not for production."""
        return frozenset({"es"}) if self.engine is Engine.SPHINX else frozenset()
