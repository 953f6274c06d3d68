"""Who answered a call that we placed, judged while the bot already speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from voicebot.amd.answer import CERTAIN, WINDOW, Answerer, AnswerJudge
from voicebot.amd.mailbox import Mailbox, Moment
from voicebot.amd.signals import Heard, SignalFinder
from voicebot.amd.talk import Stretch, Talk
from voicebot.amd.wording import machine_words
from voicebot.calls.ears import Ears
from voicebot.calls.events import AnswerJudged, MailboxListens
from voicebot.calls.journal import Journal
from voicebot.dialogue import events
from voicebot.dialogue.events import MachineAnswered
from voicebot.disposition import Disposition
from voicebot.media.frame import AudioFrame
from voicebot.stt.recognizer import Transcript
from voicebot.vad.vad import VoiceActivity

log = structlog.get_logger(__name__)

GLIMPSES: Final = (2.2, 3.4, 4.6, 5.8, 7.5)
"""Seconds of talk without a pause at which the words so far are recognised."""
PRE_ROLL: Final = 0.3
"""Seconds of sound before talk that recognition is given too."""


class AnswerWatch:
    """Gives the judge what is heard, over any prompt, tells of a machine, and then when its mailbox listens.

    Turn-taking is deaf while the notices are said; here every word counts from the first moment.
    """

    def __init__(
        self,
        ears: Ears,
        journal: Journal,
        language: str,
        *,
        on_machine: Callable[[MachineAnswered | events.MailboxListens], None],
    ) -> None:
        """``on_machine`` hears of a machine that is known before its turn has ended, and of its mailbox."""
        self._ears = ears
        self._journal = journal
        self._language = language
        self._on_machine = on_machine
        self._judge = AnswerJudge(language)
        self._signals = SignalFinder()
        self._last_signal: Heard | None = None
        self._talk = Talk()
        self._frames: list[AudioFrame] = []
        self._words: set[asyncio.Task[Transcript]] = set()
        self._glimpsed = 0
        self._told = Answerer.UNSURE
        self._screened = False
        self._mailbox: Mailbox | None = None
        self._over = False

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame of the line, before its verdict."""
        if self._over:
            return
        if found := self._signals.hear(frame):
            self._last_signal = found
        if self._mailbox:
            self._wait(self._mailbox, frame.at)
        else:
            self._judge_frame(frame, found)

    def listen(self, activity: VoiceActivity) -> None:
        """Take the verdict on a window of the line."""
        if self._over:
            return
        over, going_on = self._talk.take(activity), self._talk.going_on
        if self._mailbox:
            return
        if over:
            self._glimpsed = 0
            self._recognize(over, partial(self._judge.heard, activity.at, seconds=over.seconds))
        elif going_on:
            self._judge.talks(activity.at, going_on.seconds)
            self._glimpse(activity.at, going_on)

    def _judge_frame(self, frame: AudioFrame, found: Heard | None) -> None:
        self._frames.append(frame)
        if found:
            self._judge.signalled(found.at, found.signal)
        self._tell()
        if frame.at > WINDOW and not self._mailbox:
            self._close()

    def _wait(self, mailbox: Mailbox, now: float) -> None:
        """Tell of the moment to leave a message, where anybody waits for it."""
        moment = mailbox.moment(now, self._last_signal, self._talk.silent_for(now))
        if moment is None:
            return
        self._over = True
        self._journal.write(MailboxListens(self._ears.now, moment))
        never = moment is Moment.NEVER
        self._on_machine(MachineAnswered(self._judge.disposition) if never else events.MailboxListens())

    def said(self, text: str) -> MachineAnswered | None:
        """Take the words of a turn; what is to be done if they are a machine's."""
        if self._screened:
            return self._said_by_assistant(text)
        if self._over or self._mailbox:
            return None
        self._judge.said(self._ears.now, text)
        return self._machine()

    def _glimpse(self, at: float, going_on: Stretch) -> None:
        """Look at the words of somebody who does not pause."""
        if self._glimpsed < len(GLIMPSES) and going_on.seconds >= GLIMPSES[self._glimpsed]:
            self._glimpsed += 1
            self._recognize(going_on, partial(self._judge.hears, at))

    def _recognize(self, stretch: Stretch, judge: Callable[[str], None]) -> None:
        words = self._ears.words_in(
            [frame for frame in self._frames if frame.at >= stretch.began_at - PRE_ROLL], self._language
        )
        self._words.add(words)
        words.add_done_callback(partial(self._recognized, judge))

    def _recognized(self, judge: Callable[[str], None], words: asyncio.Task[Transcript]) -> None:
        self._words.discard(words)
        if not (self._over or self._mailbox or words.cancelled() or words.exception()):
            judge(words.result().text)
            self._tell()

    def _tell(self) -> None:
        if machine := self._machine():
            self._on_machine(machine)

    def _machine(self) -> MachineAnswered | None:
        """What is new: a machine is told once, a person noted."""
        verdict = self._judge.verdict
        if self._judge.disposition is Disposition.SCREENED and self._talk.going_on:
            return None  # it is answered when it has asked
        if verdict not in (self._told, Answerer.UNSURE):
            self._note(verdict)
        if verdict is Answerer.MACHINE and self._judge.disposition is Disposition.SCREENED:
            self._screened = True
            self._close()
            return MachineAnswered(Disposition.SCREENED)
        if verdict is Answerer.MACHINE:
            self._forget()
            self._mailbox = Mailbox(self._ears.now)
            return MachineAnswered(self._judge.disposition)
        if self._judge.points <= CERTAIN:
            self._close()
        return None

    def _said_by_assistant(self, text: str) -> MachineAnswered | None:
        """What an assistant says while it looks for a person, who speaks otherwise."""
        if machine_words(text, self._language) is None:
            self._screened = False
            return None
        self._note(Answerer.MACHINE)
        return MachineAnswered(Disposition.SCREENED)

    def _close(self) -> None:
        self._over = True
        self._forget()
        if self._told is Answerer.UNSURE:
            self._note(Answerer.UNSURE)

    def _forget(self) -> None:
        """Nothing more is recognised."""
        self._frames.clear()
        for words in self._words:
            words.cancel()

    def _note(self, verdict: Answerer) -> None:
        self._told = verdict
        ends = self._judge.disposition if verdict is Answerer.MACHINE else None
        evidence = tuple(map(str, self._judge.evidence))
        self._journal.write(AnswerJudged(self._ears.now, verdict, ends, evidence))
        log.info("answer_judged", answerer=verdict, disposition=ends, evidence=evidence)
