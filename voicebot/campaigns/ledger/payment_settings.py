"""Where payments come in. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class WebhookSettings(BaseModel):
    """A port at which whoever takes payments tells of them, as ``docs/payments.md`` says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on. Put a proxy with TLS in front of it where others than this machine come in."""
    port: int = Field(default=0, ge=0, le=65535)
    """0: nothing listens."""
    secret: SecretStr = SecretStr("")
    """What messages are signed with; only from VOICEBOT_PAYMENTS__WEBHOOK__SECRET."""
    tolerance: int = Field(default=300, ge=1, le=86_400)
    """Seconds that a message may be old, or ahead of our clock."""


class PaymentSettings(BaseModel):
    """How payments come in beside ``voicebot payments import``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    webhook: WebhookSettings = WebhookSettings()
