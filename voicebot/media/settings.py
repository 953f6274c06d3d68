"""What operators set about the media of calls. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class AudioSocketSettings(BaseModel):
    """Where calls come in, and how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = True
    """Whether calls are taken this way."""
    host: str = "127.0.0.1"
    """Address to listen on. AudioSocket knows no password: keep it on a private network."""
    port: int = Field(default=9092, ge=0, le=65535)
    """TCP port to listen on; 0 takes a free one."""
    hush_seconds: float = Field(default=0.0, ge=0.0, le=5.0)
    """Seconds for which nothing is sent, not even silence, after a prompt was held or dropped, unless new
    sound is played before: peers that have no other way to learn it, such as load generators, notice that
    the stream falls quiet. Leave it at 0 for Asterisk."""


class MediaWebSocketSettings(BaseModel):
    """Where Asterisk's media connections come in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on: one that Asterisk reaches and nobody else."""
    port: int = Field(default=9093, ge=0, le=65535)
    """TCP port to listen on; 0 takes a free one."""
    path: str = Field(default="/media", pattern=r"^/[A-Za-z0-9/_-]*$")
    """Path of the ``uri`` in Asterisk's ``websocket_client.conf``."""
    client: str = Field(default="voicebot-media", min_length=1)
    """Name of our section in ``websocket_client.conf``."""
    username: str = "asterisk"
    """User name there; empty when none is set."""
    password: SecretStr = SecretStr("")
    """Password there; from the environment, ``VOICEBOT_MEDIA__PASSWORD``."""
    connecting_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for Asterisk to dial us once a call's media was opened."""
