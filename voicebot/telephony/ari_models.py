"""Asterisk's objects and events as its ``api-docs`` describe them: the fields that we read. Pure.

Generated from Asterisk 22.10.1 by scripts/ari_models; to change it, change that.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class AriModel(BaseModel):
    """What Asterisk says; it may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class CallerID(AriModel):
    """``CallerID`` of ``channels.json``."""

    name: str
    number: str


class DialplanCEP(AriModel):
    """``DialplanCEP`` of ``channels.json``."""

    exten: str
    app_name: str
    app_data: str


class Channel(AriModel):
    """``Channel`` of ``channels.json``."""

    id: str = Field(min_length=1)
    name: str
    state: str
    caller: CallerID
    connected: CallerID
    dialplan: DialplanCEP


class Application(AriModel):
    """``Application`` of ``applications.json``."""

    channel_ids: tuple[str, ...]


class StasisStart(AriModel):
    """``StasisStart`` of ``events.json``."""

    args: tuple[str, ...]
    channel: Channel


class StasisEnd(AriModel):
    """``StasisEnd`` of ``events.json``."""

    channel: Channel


class ChannelConnectedLine(AriModel):
    """``ChannelConnectedLine`` of ``events.json``."""

    channel: Channel


class ChannelDestroyed(AriModel):
    """``ChannelDestroyed`` of ``events.json``."""

    cause: int
    tech_cause: int | None = None
    channel: Channel


class ChannelDtmfReceived(AriModel):
    """``ChannelDtmfReceived`` of ``events.json``."""

    digit: str = Field(pattern=r"^[0-9*#A-D]$")
    channel: Channel


class ChannelHangupRequest(AriModel):
    """``ChannelHangupRequest`` of ``events.json``."""

    cause: int | None = None
    tech_cause: int | None = None
    channel: Channel


class ChannelStateChange(AriModel):
    """``ChannelStateChange`` of ``events.json``."""

    channel: Channel


class ChannelUserevent(AriModel):
    """``ChannelUserevent`` of ``events.json``."""

    eventname: str
    userevent: dict[str, Any]
    channel: Channel | None = None


class Dial(AriModel):
    """``Dial`` of ``events.json``."""

    dialstatus: str
    caller: Channel | None = None
    peer: Channel


class ApplicationReplaced(AriModel):
    """``ApplicationReplaced`` of ``events.json``."""

    application: str


class RESTResponse(AriModel):
    """``RESTResponse`` of ``events.json``."""

    request_id: str
    status_code: int
    message_body: str | None = None
