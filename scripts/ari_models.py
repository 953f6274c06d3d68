"""Write voicebot/telephony/ari_models.py anew from Asterisk's own description of ARI.

    scripts/ari_models

The description is the folder ``rest-api`` of the Asterisk that scripts/asterisk starts; a running one serves
it at ``/ari/api-docs``. Names, types and what is required are taken over as they stand there, for the fields
of ``USED`` and no others: no message is refused for want of a field that nobody reads. The descriptions are
left out, because they are under Asterisk's licence.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MODULE = Path(__file__).resolve().parents[1] / "voicebot" / "telephony" / "ari_models.py"

USED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "channels": {
        "CallerID": ("name", "number"),
        "DialplanCEP": ("exten", "app_name", "app_data"),
        "Channel": ("id", "name", "state", "caller", "connected", "dialplan"),
    },
    "applications": {
        "Application": ("channel_ids",),
    },
    "events": {
        "StasisStart": ("args", "channel"),
        "StasisEnd": ("channel",),
        "ChannelConnectedLine": ("channel",),
        "ChannelDestroyed": ("cause", "tech_cause", "channel"),
        "ChannelDtmfReceived": ("digit", "channel"),
        "ChannelHangupRequest": ("cause", "tech_cause", "channel"),
        "ChannelStateChange": ("channel",),
        "ChannelUserevent": ("eventname", "userevent", "channel"),
        "Dial": ("dialstatus", "caller", "peer"),
        "ApplicationReplaced": ("application",),
        "RESTResponse": ("request_id", "status_code", "message_body"),
    },
}
"""Fields by object and file. An object comes after those that it is made of."""

TYPES = {
    "string": "str",
    "int": "int",
    "object": "dict[str, Any]",
    "List[string]": "tuple[str, ...]",
}

NARROWER = {
    # Empty, it would turn a request about one channel into one about all of them.
    "Channel.id": "Field(min_length=1)",
    # Described as 0-9, A-E, # or *; no telephone has an E, and no flow knows what it would mean.
    "ChannelDtmfReceived.digit": 'Field(pattern=r"^[0-9*#A-D]$")',
}
"""What we take of a field, where that is less than its type says."""

HEAD = '''"""Asterisk's objects and events as its ``api-docs`` describe them: the fields that we read. Pure.

Generated from Asterisk {version} by scripts/ari_models; to change it, change that.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class AriModel(BaseModel):
    """What Asterisk says; it may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")
'''


class UnknownError(Exception):
    """Asterisk's description has not what we use; the text says what."""


def main() -> None:
    from asterisk_configuration import ROOT
    from asterisk_debian import find_asterisk
    from debian import UnavailableError

    try:
        asterisk = find_asterisk(ROOT)
        docs = {name: json.loads((asterisk.data / "rest-api" / f"{name}.json").read_text()) for name in USED}
        MODULE.write_text(render(asterisk.version, docs))
    except (UnavailableError, UnknownError, OSError) as reason:
        sys.exit(f"voicebot: {reason}")
    print(f"{MODULE}: as Asterisk {asterisk.version} says")


def render(version: str, docs: Mapping[str, Any]) -> str:
    """The module's text, from the parsed files of ``api-docs`` by their name without ``.json``.

    Raises:
        UnknownError: an object or a field is not described there, or has a type of which we know nothing.
    """
    classes = (
        _class(model, name, [_field(model, field, docs[name]["models"]) for field in fields])
        for name, models in USED.items()
        for model, fields in models.items()
    )
    return "\n\n".join((HEAD.format(version=version), *classes))


def _class(model: str, name: str, fields: list[str]) -> str:
    return f'class {model}(AriModel):\n    """``{model}`` of ``{name}.json``."""\n\n' + "".join(fields)


def _field(model: str, field: str, described: Mapping[str, Any]) -> str:
    try:
        facts = (_of_every_event(described) | described[model]["properties"])[field]
    except KeyError:
        raise UnknownError(
            f"Asterisk knows no {model}.{field} any more: see its UPGRADE notes, then USED in {__file__}"
        ) from None
    kind = _type(model, field, facts["type"])
    if not facts.get("required"):
        return f"    {field}: {kind} | None = None\n"
    narrower = NARROWER.get(f"{model}.{field}")
    return f"    {field}: {kind} = {narrower}\n" if narrower else f"    {field}: {kind}\n"


def _of_every_event(described: Mapping[str, Any]) -> dict[str, Any]:
    return dict(described["Event"]["properties"]) if "Event" in described else {}


def _type(model: str, field: str, name: str) -> str:
    if any(name in models for models in USED.values()):
        return name
    try:
        return TYPES[name]
    except KeyError:
        raise UnknownError(f"{model}.{field} is a {name}: say in TYPES of {__file__} what that is") from None


if __name__ == "__main__":
    main()
