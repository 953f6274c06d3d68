"""The campaigns as they are written, and the conversation that each of their calls holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import structlog
from watchfiles import awatch

from voicebot.calls.matter import Matter
from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.files import read_campaign
from voicebot.campaigns.queue import Candidate
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import TONE
from voicebot.dialogue.reading.shelf import Shelf
from voicebot.errors import CampaignError, FlowError

FOLDER_SECONDS: Final = 2.0
"""Between two looks for a folder of campaigns where there was none."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Script:
    """A campaign that is dialled: what its file says, and its flow, as they are at this moment."""

    settings: CampaignSettings
    shelf: Shelf
    watching: asyncio.Task[None]

    def flow(self, name: str | None = None) -> Flow:
        """For the next call: that of the campaign, or the one that a contact is called about instead.

        Raises:
            FlowError: that is none of the campaign's.
        """
        flow = self.shelf.live.get(name or self.settings.flow)
        if flow is None:
            raise FlowError(f"flow {name} is none of the campaign's: name it in follow_up")
        return flow


class Scripts:
    """Campaigns by name; what is saved takes effect with the next call, and what is wrong never does."""

    def __init__(self, campaigns_dir: Path, flows_dir: Path, *, refused: Container[str] = ()) -> None:
        """``refused`` are languages that nobody is called in, for want of a recogniser."""
        self._campaigns_dir = campaigns_dir
        self._flows_dir = flows_dir
        self._refused = refused
        self._scripts: dict[str, Script] = {}
        self._problems: dict[str, str] = {}
        self.on_change: Callable[[], None] = lambda: None
        """Is told that something was saved."""
        self.on_flow: Callable[[Flow], None] = lambda flow: None
        """Is told of each flow that calls are about to speak."""

    def script(self, name: str) -> Script:
        """What the campaign says; read when it is first asked for.

        Raises:
            CampaignError: its file is missing or wrong, or it lacks what dialling needs.
            FlowError: its flow is missing or not sound.
        """
        if name not in self._scripts:
            self._scripts[name] = self._open(name)
        return self._scripts[name]

    def problem(self, name: str) -> str | None:
        """What is wrong with the file as it was last saved, where what was saved before goes on."""
        return self._problems.get(name)

    def forget(self, name: str) -> None:
        """The campaign is not dialled any more."""
        if script := self._scripts.pop(name, None):
            script.watching.cancel()

    async def watch(self) -> None:
        """Take up what is saved, until cancelled."""
        try:
            while not self._campaigns_dir.is_dir():  # noqa: ASYNC110  # it may be made later
                await asyncio.sleep(FOLDER_SECONDS)
            async for changes in awatch(self._campaigns_dir, recursive=False):
                for name in {Path(path).stem for _, path in changes} & self._scripts.keys():
                    self._take_up(name)
                self.on_change()
        finally:
            for name in tuple(self._scripts):
                self.forget(name)

    def matter(self, candidate: Candidate, today: date) -> Matter:
        """What a call is about; ``today`` is the person's.

        Raises:
            FlowError: facts are missing or wrong.
        """
        script = self.script(candidate.campaign)
        facts = {**script.settings.facts, **candidate.facts}
        flow = script.flow(candidate.flow)
        if script.settings.voicemail != "message":
            flow = _without_message(flow, facts)
        declared = {fact: value for fact, value in facts.items() if flow.takes(fact)}
        language = self._language(script.settings, candidate)
        conversation = Conversation(flow, declared, language=language, today=today)
        return Matter(conversation, candidate.account_id, "outbound", campaign=candidate.campaign)

    def _language(self, settings: CampaignSettings, candidate: Candidate) -> str:
        own = candidate.language
        return own if own and own not in self._refused else settings.language

    def _open(self, name: str) -> Script:
        settings = _dialled(name, read_campaign(self._campaigns_dir, name))
        if settings.language in self._refused:
            raise CampaignError(
                f"campaign {name}: the recogniser is for demonstrations only in {settings.language}: choose "
                "another stt.engine (docs/speech.md), or for a trial set stt.allow_demo_grade: true"
            )
        shelf = Shelf(self._flows_dir, settings.flows)
        for flow in shelf.live.values():
            self.on_flow(flow)
        shelf.on_live = self.on_flow
        return Script(settings, shelf, asyncio.create_task(shelf.watch(), name=f"flow of {name}"))

    def _take_up(self, name: str) -> None:
        try:
            fresh = self._open(name)
        except (CampaignError, FlowError) as error:
            log.error("campaign_refused", campaign=name, why=str(error))
            self._problems[name] = (
                f"its file cannot be used as it is now, and what was saved before goes on: {error}"
            )
            return
        self._problems.pop(name, None)
        self.forget(name)
        self._scripts[name] = fresh
        log.info("campaign_live", campaign=name)


def _dialled(name: str, settings: CampaignSettings) -> CampaignSettings:
    if settings.missing:
        lacks = "; ".join(settings.missing)
        raise CampaignError(f"campaign {name} cannot be dialled yet: campaigns/{name}.yaml lacks {lacks}")
    return settings


def _without_message(flow: Flow, facts: dict[str, str]) -> Flow:
    """The flow in its tone, leaving nothing on mailboxes; its version stays what was checked."""
    spoken = flow.in_tone(facts.get(TONE))
    if spoken.messages.voicemail is None:
        return flow
    silent = spoken.messages.model_copy(update={"voicemail": None})
    return spoken.model_copy(update={"messages": silent, "version": flow.version})
