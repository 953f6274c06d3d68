"""Is it put together well? Python, the flows that answer, what they are told, and the passwords."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel, SecretStr

from voicebot.calls.inbound import Route
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.states import Transfer
from voicebot.dialogue.reading.loader import load_flow, read_flow
from voicebot.doctor.verdict import Verdict, fails, ok, warning
from voicebot.errors import FlowError, SettingsError
from voicebot.settings import Settings

OLDEST_PYTHON = (3, 11)
NEWEST_TESTED = (3, 13)
SHORTEST_PASSWORD = 16
"""Characters, as ``scripts/asterisk`` wants them."""
NEW_PASSWORD = "openssl rand -hex 16"


def judge_python(version: tuple[int, ...]) -> Verdict:
    """Whether voicebot runs on it."""
    found = f"Python {'.'.join(map(str, version))}"
    if version < OLDEST_PYTHON:
        return fails(found, "install Python 3.11 or newer, remove .venv, and run ./scripts/run")
    if version[:2] > NEWEST_TESTED:
        return warning(f"{found} is newer than what voicebot is tested on", "prefer Python 3.11 or 3.13")
    return ok(f"{found} ({platform.python_implementation()}, {platform.machine()})")


# Flows


def inbound_flows(settings: Settings) -> list[Path]:
    """The files of all flows that may answer calls."""
    names = [name for route in settings.inbound.every_route for name in (route.flow, route.stranger) if name]
    return [settings.flows_dir / f"{name}.yaml" for name in dict.fromkeys(names)]


async def check_flows(settings: Settings) -> Verdict:
    """They can be read, have no lint, and keep what must be proved of them."""
    flows, faults = [], []
    for path in inbound_flows(settings):
        try:
            flows.append(await asyncio.to_thread(load_flow, path))
        except FlowError as error:
            faults.append(str(error))
    if faults:
        return fails("\n".join(faults), f"correct it; `voicebot check {settings.flows_dir}` tells the rest")
    return ok(", ".join(f"{flow.id} {flow.version}, proved" for flow in flows))


async def check_facts(settings: Settings) -> Verdict:
    """Every route can talk with callers of whom no account is known, in a language that has a voice."""
    inbound = settings.inbound
    routes: dict[str, Route] = {"inbound": inbound}
    routes |= {f"inbound.routes.{number}": route for number, route in inbound.routes.items()}
    faults = [fault for name, route in routes.items() for fault in _faults_of(settings, name, route)]
    if faults:
        advice = (
            "complete its `facts`, as inbound.facts of docs/voicebot.example.yaml; or name a `stranger` flow"
        )
        return fails("\n".join(faults), advice)
    told = ", ".join(f"{name}: {route.language}, {len(route.facts)} facts" for name, route in routes.items())
    return ok(told)


def _faults_of(settings: Settings, name: str, route: Route) -> Iterator[str]:
    flow, _ = read_flow(settings.flows_dir / f"{route.stranger or route.flow}.yaml")
    facts = {fact: value for fact, value in route.facts.items() if flow.takes(fact)}
    try:
        Conversation(flow, facts, language=route.language, today=date.today())
        settings.tts.voice(route.language)
    except (FlowError, SettingsError) as error:
        yield f"{name}: {error}"


def queues_of(flow: Flow) -> set[str]:
    """The human queues that a flow hands callers to."""
    return {state.hand_off for state in flow.states.values() if isinstance(state, Transfer)}


# Passwords


async def check_secrets(settings: Settings) -> Verdict:
    """Passwords that are needed are set, and those that are set are real ones."""
    secrets = dict(secrets_of(settings))
    secrets.pop("VOICEBOT_INTERPRETER_KEY")  # its owner chose it, and its own check tries it
    secrets.pop("VOICEBOT_SUPPRESSION_KEY")  # none of Asterisk's
    return judge_secrets(secrets, needed_secrets(settings))


def judge_secrets(secrets: dict[str, str], needed: set[str]) -> Verdict:
    """Passwords by the name of their variable; empty ones are not set."""
    given = {name: value for name, value in secrets.items() if value}
    choose = f"choose one ({NEW_PASSWORD}), the same here and in Asterisk's configuration"
    if placeholders := [name for name, value in given.items() if "CHANGE-ME" in value.upper()]:
        return fails(f"still a placeholder: {', '.join(placeholders)}", choose)
    if missing := sorted(needed - given.keys()):
        return fails(f"not set: {', '.join(missing)}", "set it to what Asterisk's configuration has for it")
    if short := [name for name, value in given.items() if len(value) < SHORTEST_PASSWORD]:
        return warning(f"shorter than {SHORTEST_PASSWORD} characters: {', '.join(short)}", choose)
    return ok(f"set: {', '.join(given)}" if given else "none is needed")


def needed_secrets(settings: Settings) -> set[str]:
    """The variables without which calls over ARI do not work."""
    if not ari_is_on(settings):
        return set()
    by_websocket = settings.telephony.media == "websocket" and settings.media.username
    return {"VOICEBOT_ARI__PASSWORD"} | ({"VOICEBOT_MEDIA__PASSWORD"} if by_websocket else set())


def ari_is_on(settings: Settings) -> bool:
    """Whether ARI is named in the settings, in the file or by a variable such as its password."""
    return "ari" in settings.model_fields_set


def secrets_of(model: BaseModel, prefix: str = "VOICEBOT_") -> Iterator[tuple[str, str]]:
    """Every secret setting below ``model`` by the name of its variable."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, SecretStr):
            yield f"{prefix}{name.upper()}", value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from secrets_of(value, f"{prefix}{name.upper()}__")
