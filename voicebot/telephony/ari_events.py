"""What Asterisk says over ARI, as values. Pure.

The fields are Asterisk's own (``ari_models``); what they mean for a call is said here.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from voicebot.errors import TelephonyError
from voicebot.telephony import ari_models
from voicebot.telephony.channel import Channel

_SHOWN = 80
"""Characters of a malformed message that the error repeats."""


class AriMalformedError(TelephonyError):
    """Asterisk, or something else at its address, sent what is no ARI message."""

    def __init__(self, reason: str, text: str | bytes) -> None:
        super().__init__(
            f"no ARI message ({reason}): {text[:_SHOWN]!r}; does ari.host and ari.port lead to Asterisk?"
        )
        self.reason = reason


class ChannelFacts(ari_models.Channel):
    """A channel as ARI describes it."""

    @property
    def dialled_by_us(self) -> bool:
        """ARI dials it, and it has not come to any application yet."""
        return self.dialplan.app_name == "AppDial2"

    def in_application(self, apps: Collection[str]) -> bool:
        """Whether it is in a Stasis application now that it entered by one of these names: a channel that was
        moved keeps the name of the first."""
        return self.dialplan.app_name == "Stasis" and self._stasis[0] in apps

    @property
    def stasis_arguments(self) -> tuple[str, ...]:
        """What came after the application's name in ``Stasis()``, if it is there now."""
        return self._stasis[1:]

    @property
    def _stasis(self) -> tuple[str, ...]:
        return tuple(self.dialplan.app_data.split(","))

    def as_channel(self, arguments: tuple[str, ...] = ()) -> Channel:
        """The leg in our own words."""
        return Channel(
            id=self.id,
            name=self.name,
            caller_number=self.caller.number,
            caller_name=self.caller.name,
            dialled=arguments[1] if arguments[:1] == ("inbound",) and arguments[1:] else self.dialplan.exten,
            arguments=arguments,
            answered=self.state == "Up",
        )


class _ChannelEvent(ari_models.AriModel):
    channel: ari_models.Channel

    @property
    def channel_id(self) -> str:
        """Whose event it is."""
        return self.channel.id


class StasisStart(_ChannelEvent, ari_models.StasisStart):
    """A channel has come to our application."""

    channel: ChannelFacts


class StasisEnd(_ChannelEvent, ari_models.StasisEnd):
    """A channel has left our application: hung up, or gone on in the dialplan. The last event of a leg
    that came in, unless the application subscribed to it."""


class ChannelDtmfReceived(_ChannelEvent, ari_models.ChannelDtmfReceived):
    """A key was pressed."""


class ChannelHangupRequest(_ChannelEvent, ari_models.ChannelHangupRequest):
    """Somebody hung up."""


class ChannelDestroyed(_ChannelEvent, ari_models.ChannelDestroyed):
    """A channel that we dialled or subscribed to is gone: how an unanswered dial ends, and a call that is
    away. It follows the ``StasisEnd`` of such a channel if that was in our application.

    ``tech_cause`` is the SIP status, where SIP it was.
    """


class ChannelStateChange(_ChannelEvent, ari_models.ChannelStateChange):
    """A channel rings, or was answered."""


class ChannelConnectedLine(_ChannelEvent, ari_models.ChannelConnectedLine):
    """Somebody else is at the other end: ``channel.connected``. A queue says so as soon as the agent's
    telephone rings; that it was answered is told by ``Dial``."""


class ChannelUserevent(ari_models.ChannelUserevent):
    """The dialplan's ``UserEvent(NAME,key: value)``, on a channel that we hear of; ``userevent`` holds what
    came with it, and ``eventname`` once more."""

    @property
    def channel_id(self) -> str:
        """Whose event it is; empty when sent by ``POST events/user`` without a channel."""
        return self.channel.id if self.channel else ""


class Dial(ari_models.Dial):
    """How a dial goes on. Not to be trusted for how it ended: four different ends are called NOANSWER.

    Both ends hear it. For a caller who is away in a queue, ``ANSWER`` is the moment an agent took the call.
    There is no ``caller`` where we dial ourselves.
    """

    @property
    def channel_id(self) -> str:
        """Whose event it is."""
        return self.peer.id


class ApplicationReplaced(ari_models.ApplicationReplaced):
    """Somebody else registered our application: no more events will come."""


class RESTResponse(ari_models.RESTResponse):
    """The answer to a request sent over the same socket; ``message_body`` is JSON, as a string."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An event we have no use for."""

    type: str


@dataclass(frozen=True, slots=True)
class ChannelLost:
    """A channel ended while the connection was down: found missing after the reconnect, its cause unknown."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class ChannelOrphaned:
    """A channel is in our application and nobody here knows it: left by a process that died."""

    channel_id: str


ChannelEvent = (
    StasisStart
    | StasisEnd
    | ChannelDtmfReceived
    | ChannelHangupRequest
    | ChannelDestroyed
    | ChannelStateChange
    | ChannelConnectedLine
    | ChannelUserevent
    | Dial
)

LegEvent = ChannelEvent | ChannelLost
"""What happens to one channel."""

Arrival = StasisStart | ChannelOrphaned
"""A channel that nobody here has asked for."""

AriMessage = ChannelEvent | ApplicationReplaced | RESTResponse | PassedOver

_MODELS: Final[dict[str, type[ari_models.AriModel]]] = {
    model.__name__: model
    for model in (
        StasisStart,
        StasisEnd,
        ChannelDtmfReceived,
        ChannelHangupRequest,
        ChannelDestroyed,
        ChannelStateChange,
        ChannelConnectedLine,
        ChannelUserevent,
        Dial,
        ApplicationReplaced,
        RESTResponse,
    )
}


def read_message(text: str | bytes) -> AriMessage:
    """One message of the events socket.

    Raises:
        AriMalformedError: it is none.
    """
    fields = _read_object(text)
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise AriMalformedError("no type", text)
    model = _MODELS.get(kind)
    if model is None:
        return PassedOver(kind)
    try:
        return model.model_validate(fields)  # type: ignore[return-value]  # the table holds these only
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise AriMalformedError(
            f"{kind}.{'.'.join(map(str, problem['loc']))}: {problem['msg']}", text
        ) from None


def _read_object(text: str | bytes) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise AriMalformedError("no JSON", text) from None
    if not isinstance(fields, dict):
        raise AriMalformedError("no object", text)
    return fields
