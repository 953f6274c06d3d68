"""REST requests and their answers as text messages of the events socket. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from pydantic import TypeAdapter, ValidationError

from voicebot.telephony.ari_errors import AriError
from voicebot.telephony.ari_events import AriMalformedError, ChannelFacts, RESTResponse

_CHANNELS: Final = TypeAdapter(list[ChannelFacts])


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
    try:
        return json.loads(response.message_body) if response.message_body else None
    except (ValueError, RecursionError):
        raise AriMalformedError("message_body is no JSON", response.message_body) from None


def heard_channels(response: RESTResponse) -> set[str]:
    """The ids in the answer to ``GET applications/NAME``: what the application hears of.

    Raises:
        AriError: Asterisk refused.
        AriMalformedError: it answers something else.
    """
    application = answer_of(response, "GET applications")
    listed = application.get("channel_ids") if isinstance(application, dict) else None
    if not isinstance(listed, list):
        raise AriMalformedError("an application without channel_ids", response.message_body)
    return {str(channel_id) for channel_id in listed}


def all_channels(response: RESTResponse) -> dict[str, ChannelFacts]:
    """The answer to ``GET channels`` by channel id.

    Raises:
        AriError: Asterisk refused.
        AriMalformedError: it answers something else.
    """
    listed = answer_of(response, "GET channels")
    try:
        return {facts.id: facts for facts in _CHANNELS.validate_python(listed)}
    except ValidationError:
        raise AriMalformedError("no list of channels", response.message_body) from None


def _reason(response: RESTResponse) -> str:
    """What Asterisk says of a refusal."""
    try:
        said = json.loads(response.message_body)["message"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return response.reason_phrase
    return str(said)
