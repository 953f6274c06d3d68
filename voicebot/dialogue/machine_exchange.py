"""Where a machine answers: a mailbox, or an assistant that asks who calls. Pure."""

from __future__ import annotations

from typing import assert_never

from voicebot.dialogue import events as told
from voicebot.dialogue.actions import Action, HangUp
from voicebot.dialogue.exchange import Exchange, FromCaller
from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.language.notation import Prompt
from voicebot.dialogue.understanding.opt_out import wants_no_calls
from voicebot.disposition import Disposition

SCREENED_WAIT = 20.0
"""Seconds in which somebody may come to the telephone, once an assistant knows who calls."""
MOST_SCREENED = 5
"""Times that such an assistant may speak before it is left: it asks in several sentences."""


class MachineExchange(Exchange):
    """An exchange that knows what to do while nobody is there: leave a message, or wait for a person."""

    def _machine_answered(self, disposition: Disposition) -> list[Action]:
        """Wait for the beep where a message is to be left, for as long as it is not told again."""
        asked = self._requests.disposition
        state = self._listening()
        if disposition is Disposition.SCREENED and state and self.flow.messages.screening and not asked:
            return self._announce(state, self.flow.messages.screening)
        machine = disposition is Disposition.MACHINE and not asked
        waits = machine and self.flow.messages.voicemail and not self._mailbox
        self._mailbox = True
        return [] if waits else [self._conclude(asked or disposition), HangUp()]

    def _announce(self, state: ListeningState, who_calls: Prompt) -> list[Action]:
        """Tell the assistant who calls, once, and wait for the person whom it asks."""
        self._screened += 1
        if self._screened > MOST_SCREENED:
            return [self._conclude(Disposition.SCREENED), HangUp()]
        said = [self._say(who_calls, interruptible=False)] if self._screened == 1 else []
        return [*said, self._listen(state, wait=SCREENED_WAIT)]

    def _behind_assistant(self, event: FromCaller, state: ListeningState) -> list[Action]:
        """A person who comes to the telephone has heard nothing yet; nobody comes where nothing is said."""
        match event:
            case told.CallerSilent():
                return [self._conclude(Disposition.SCREENED), HangUp()]
            case told.RecognitionFailed():
                return [self._listen(state, wait=SCREENED_WAIT)]
            case told.CallerSaid(text=text) if wants_no_calls(text, self.language) is not None:
                self._screened = 0
                return self._caller_told(event, state)
            case told.CallerSaid() | told.KeysPressed():
                self._screened, self._caller_heard = 0, True
                self._visits.clear()
                return self._go(self.flow.start)
            case _:
                assert_never(event)

    def _leave_message(self) -> list[Action]:
        message = self.flow.messages.voicemail
        if not (self._mailbox and message):
            return []
        return [self._say(message, interruptible=False), self._conclude(Disposition.MACHINE), HangUp()]
