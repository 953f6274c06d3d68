"""REST requests and their answers as text messages of the events socket. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.ari_events import AriMalformedError, ChannelFacts, RESTResponse
from voicebot.telephony.ari_models import Application

_APPLICATION: Final = TypeAdapter(Application)
_CHANNELS: Final = TypeAdapter(list[ChannelFacts])
_T = TypeVar("_T")


def uri_of(path: tuple[str, ...]) -> str:
    """A path whose parts may hold anything."""
    return "/".join(quote(part, safe="") for part in path)


def rest_request(
    number: str, method: str, uri: str, query: Mapping[str, str], body: Mapping[str, Any] | None
) -> str:
    """A request as one message; ``number`` comes back with its answer."""
    request: dict[str, Any] = {"type": "RESTRequest", "request_id": number, "method": method, "uri": uri}
    if query:
        request["query_strings"] = [{"name": name, "value": value} for name, value in query.items()]
    if body is not None:
        request["content_type"] = "application/json"
        request["message_body"] = json.dumps(body)
    return json.dumps(request)


def answer_of(response: RESTResponse, request: str) -> Any:
    """The JSON value that was asked for, ``None`` where there is none.

    Raises:
        AriError: Asterisk refused.
        AriMalformedError: its answer is no JSON.
    """
    if response.status_code >= 400:
        raise AriError(response.status_code, request, _reason(response))
    if not response.message_body:
        return None
    try:
        return json.loads(response.message_body)
    except (ValueError, RecursionError):
        raise AriMalformedError("message_body is no JSON", response.message_body) from None


def heard_channels(response: RESTResponse) -> set[str]:
    """The ids in the answer to ``GET applications/NAME``: what the application hears of.

    Raises:
        AriError: Asterisk refused.
        AriMalformedError: it answers something else.
    """
    application = _read(_APPLICATION, response, "GET applications")
    return set(application.channel_ids)


def all_channels(response: RESTResponse) -> dict[str, ChannelFacts]:
    """The answer to ``GET channels`` by channel id.

    Raises:
        AriError: Asterisk refused.
        AriMalformedError: it answers something else.
    """
    return {facts.id: facts for facts in _read(_CHANNELS, response, "GET channels")}


def _read(kind: TypeAdapter[_T], response: RESTResponse, request: str) -> _T:
    try:
        return kind.validate_python(answer_of(response, request))
    except ValidationError:
        body = response.message_body or ""
        raise AriMalformedError(f"no answer to {request}", body) from None


def _reason(response: RESTResponse) -> str:
    """What Asterisk says of a refusal."""
    try:
        return str(json.loads(response.message_body or "")["message"])
    except (ValueError, RecursionError, TypeError, KeyError):
        return "no reason given"
