"""What an operator may choose about a server. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from voicebot.remote.address import Address


class OpenAiSettings(BaseModel):
    """A server with OpenAI's API: OpenAI's own, or one of yours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: Address
    """Where its API begins, such as ``http://127.0.0.1:8000/v1``."""
    key: SecretStr = SecretStr("")
    """Its bearer token, if it wants one: never in a file, only in the environment, by the name of this
    setting (``VOICEBOT_STT__OPENAI__KEY``)."""
    model: str = Field(min_length=1)
    """The model, as the server calls it."""
    connect_timeout: float = Field(default=1.5, ge=0.1, le=30.0)
    """Seconds after which a server that takes no connection counts as dead."""


class WyomingSettings(BaseModel):
    """A server with the Wyoming protocol, as Home Assistant's voice services have it.

    The protocol knows neither passwords nor encryption: keep it on a private network.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    """Name or number of the machine."""
    port: int = Field(ge=1, le=65535)
    """Usually 10300 for recognisers and 10200 for voices."""
    model: str = ""
    """One of several that the server has; empty for its own choice."""
    connect_timeout: float = Field(default=1.5, ge=0.1, le=30.0)
    """Seconds after which a server that takes no connection counts as dead."""
