"""Which conversation a call gets: by the number that was dialled, and by who calls."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from pathlib import Path

import structlog

from voicebot.calls.accounts import Account, AccountBook
from voicebot.calls.inbound import InboundSettings, Route
from voicebot.calls.matter import Matter
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import TONE
from voicebot.dialogue.language.tones import unknown_tone
from voicebot.dialogue.reading.shelf import Shelf
from voicebot.errors import FlowError, StoreError
from voicebot.telephony.number import e164

log = structlog.get_logger(__name__)


class Desk:
    """Decides who is talked with about what."""

    def __init__(
        self,
        settings: InboundSettings,
        flows_dir: Path,
        accounts: AccountBook,
        *,
        refused: Container[str] = (),
        today: Callable[[], date] = date.today,
    ) -> None:
        """Load the flows that may be needed.

        ``refused`` are languages that no account is talked with in, for want of a recogniser.

        Raises:
            FlowError: a flow is missing or not sound, or a route lacks facts that its strangers need.
        """
        self._settings = settings
        self._accounts = accounts
        self._refused = refused
        self._today = today
        names = {name for route in settings.every_route for name in (route.flow, route.stranger) if name}
        self.flows = Shelf(flows_dir, names, accept=self._accept)

    async def inbound(self, dialled: str = "", caller: str = "") -> Matter:
        """What a caller is talked with about.

        Args:
            dialled: the number they called, as the trunk sends it; empty where nobody tells.
            caller: their own number, however it is written; may be empty or ``anonymous``.
        """
        route = self._settings.route(dialled)
        account = await self._account(caller)
        if account is not None:
            try:
                return self._for_account(route, account)
            except FlowError:  # what it says may be personal
                log.warning(
                    "account_not_usable",
                    account=account.account_id,
                    advice=f"facts of flow {route.flow} are missing or wrong: voicebot accounts show ID",
                )
        return Matter(self._for_stranger(route))

    def example(self) -> Conversation:
        """A conversation as any caller may get it, to try things with."""
        return self._for_stranger(self._settings)

    def examples(self) -> list[Conversation]:
        """A conversation as any caller may get it, in every tone and language, to get ready for: a language
        that were loaded in the middle of a call would stop all others for a fifth of a second."""
        flow = self.flows.live[self._settings.stranger or self._settings.flow]
        return [
            self._converse(flow, {**self._settings.facts, TONE: tone}, language)
            for language in flow.languages
            if language not in self._refused
            for tone in flow.tones or ("",)
        ]

    async def _account(self, caller: str) -> Account | None:
        number = e164(caller, self._settings.region)
        if number is None:
            return None
        try:
            accounts = await self._accounts.accounts_of(number)
        except StoreError as error:
            log.error("accounts_not_read", reason=str(error))
            return None
        return accounts[0] if len(accounts) == 1 else None  # a shared telephone tells nobody's name

    def _for_account(self, route: Route, account: Account) -> Matter:
        facts, language = {**route.facts, **account.facts}, self._language(route, account)
        return Matter(self._begin(route.flow, facts, language), account.account_id)

    def _language(self, route: Route, account: Account) -> str:
        if account.language not in self._refused:
            return account.language or route.language
        log.warning(
            "account_language_not_heard",
            account=account.account_id,
            language=account.language,
            advice="the recogniser is for demonstrations only in it: choose another stt.engine",
        )
        return route.language

    def _for_stranger(self, route: Route) -> Conversation:
        return self._begin(route.stranger or route.flow, route.facts, route.language)

    def _accept(self, name: str, flow: Flow) -> None:
        """Strangers must get along with what the settings say alone."""
        for route in self._settings.every_route:
            if name == (route.stranger or route.flow):
                self._converse(flow, route.facts, route.language)

    def _begin(self, name: str, facts: Mapping[str, str], language: str) -> Conversation:
        flow = self.flows.live[name]
        if unknown_tone(flow, facts):  # what it says may be personal
            log.warning("tone_not_known", flow=name, known=flow.tones, instead=flow.tones[0])
        return self._converse(flow, facts, language)

    def _converse(self, flow: Flow, facts: Mapping[str, str], language: str) -> Conversation:
        declared = {fact: value for fact, value in facts.items() if flow.takes(fact)}
        return Conversation(flow, declared, language=language, today=self._today())
