"""What an operator can set of telephony. Pure."""

from __future__ import annotations

from base64 import b64encode
from typing import Literal, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from voicebot.telephony.reconnect import ReconnectSettings
from voicebot.telephony.trunk import TrunkSettings


class AriSettings(BaseModel):
    """Where Asterisk is, and who we are there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connection: Literal["dial", "listen"] = "dial"
    """Who opens it: we dial Asterisk's HTTP server, or Asterisk dials us, where its HTTP port must not be
    reached."""
    host: str = "127.0.0.1"
    """Address of Asterisk's HTTP server."""
    port: int = Field(default=8088, ge=1, le=65535)
    """Its TCP port."""
    listen_host: str = "127.0.0.1"
    """Our address for Asterisk to dial: one that it reaches and nobody else."""
    listen_port: int = Field(default=9094, ge=0, le=65535)
    """Our TCP port for it; 0 takes a free one."""
    tls: bool = False
    """Whether the connection is encrypted: wss instead of ws."""
    app: str = Field(default="voicebot", pattern=r"^[A-Za-z0-9_.-]+$")
    """Name of the Stasis application, as in the dialplan; one process registers it."""
    entrance: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]*$")
    """Application that callers of ours came in by, if another: the front's, which moved them here. The front
    sets it for its workers."""
    username: str = "voicebot"
    """Section of Asterisk's ``ari.conf``; ``username`` in its ``websocket_client.conf`` if it dials us."""
    password: SecretStr = SecretStr("")
    """Password there, never empty if Asterisk dials us; from the environment, ``VOICEBOT_ARI__PASSWORD``."""
    connect_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for one attempt to connect."""
    request_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for Asterisk to answer a request, and, before that, for a lost connection to come back."""
    reconnect: ReconnectSettings = ReconnectSettings()

    @model_validator(mode="after")
    def _strangers_stay_out(self) -> Self:
        if self.connection == "listen" and not self.password.get_secret_value():
            raise ValueError(
                "anybody could control calls: set VOICEBOT_ARI__PASSWORD as in websocket_client.conf"
            )
        return self

    @property
    def names(self) -> frozenset[str]:
        """Applications by which the dialplan may have given us a channel."""
        return frozenset((self.app, self.entrance)) - {""}

    @property
    def url(self) -> str:
        """The events socket."""
        query = urlencode({"app": self.app, "subscribeAll": "false"})
        return f"{'wss' if self.tls else 'ws'}://{self.host}:{self.port}/ari/events?{query}"

    @property
    def authorization(self) -> str:
        """HTTP Basic: in the query it would end up in logs."""
        credentials = f"{self.username}:{self.password.get_secret_value()}"
        return f"Basic {b64encode(credentials.encode()).decode()}"


class TelephonySettings(BaseModel):
    """How calls are placed, carried and handed off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trunks: dict[str, TrunkSettings] = Field(default_factory=dict)
    """Limits by the trunk's name."""
    band: Literal["auto", "narrow", "wide"] = "auto"
    """Sound between Asterisk and us: 8 or 16 kHz; auto takes what the caller's line carries."""
    media: Literal["websocket", "ulaw", "alaw"] = "websocket"
    """What brings the sound: chan_websocket (Asterisk 20.18, 22.8, 23.2 and newer), or RTP with G.711."""
    rtp_host: str = "127.0.0.1"
    """Our address for RTP, as Asterisk reaches it."""
    excess: Literal["people", "busy"] = "people"
    """What becomes of callers for whom there is no place (``calls.at_most``): they go on to people at once,
    or hear the busy tone."""
    media_seconds: float = Field(default=5.0, ge=0.1, le=60.0)
    """Seconds for a call's media channel to come up."""
    hand_off_context: str = Field(default="human", min_length=1)
    """Dialplan context of the human queues: its extension ``s`` finds the queue's name in
    ``VOICEBOT_QUEUE``. Callers that a dead process left behind go there too."""
