"""What an operator may choose about understanding. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from voicebot.remote.address import Address


class InterpreterSettings(BaseModel):
    """A chat endpoint that may be asked about words that are not understood.

    Its key, if it wants one, is ``VOICEBOT_INTERPRETER_KEY`` in the environment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: Address
    """Address of an OpenAI-compatible API, such as llama.cpp's ``http://127.0.0.1:8080/v1``."""
    model: str = Field(min_length=1)
    """The model, as the endpoint calls it."""
    timeout: float = Field(default=0.8, ge=0.1, le=5.0)
    """Seconds for an answer: the caller waits for it in silence."""
    in_flight: int = Field(default=4, ge=1, le=256)
    """Questions of all calls that may be under way at once; no more are asked meanwhile."""
    failures: int = Field(default=5, ge=1, le=100)
    """Questions in a row without a proper answer after which it is left alone."""
    rest: float = Field(default=30.0, ge=1.0, le=3600.0)
    """Seconds for which it is left alone then."""


class UnderstandingSettings(BaseModel):
    """How what callers say is understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interpreter: InterpreterSettings | None = None
    """Who is asked about words that we do not understand; nobody unless it is given."""
