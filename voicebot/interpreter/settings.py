"""What an operator may choose about understanding. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator


class InterpreterSettings(BaseModel):
    """A chat endpoint that may be asked about words that are not understood.

    Its key, if it wants one, is ``VOICEBOT_INTERPRETER_KEY`` in the environment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
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

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write an address such as http://127.0.0.1:8080/v1")
        if "@" in parts.netloc:
            raise ValueError("a secret has no place in an address; set VOICEBOT_INTERPRETER_KEY instead")
        return value.rstrip("/")


class UnderstandingSettings(BaseModel):
    """How what callers say is understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    interpreter: InterpreterSettings | None = None
    """Who is asked about words that we do not understand; nobody unless it is given."""
