"""Where metrics can be read. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MetricsSettings(BaseModel):
    """The page that Prometheus reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on. The page knows no password: keep it on a private network."""
    port: int = Field(default=0, ge=0, le=65535)
    """TCP port of ``/metrics``, such as 9464; 0 shows none."""
