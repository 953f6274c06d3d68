"""The bot's ears in one call: sound becomes turns, turns become words."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from voicebot.calls.heard import Heard
from voicebot.calls.live_sound import LiveSound
from voicebot.calls.pause import Pause
from voicebot.calls.recognizing import Recognizing
from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band
from voicebot.stt.recognizer import ListenContext, Recognizer, Transcript
from voicebot.turns.detector import Phase, TurnDetector, Words
from voicebot.turns.echo import EchoGate
from voicebot.turns.events import (
    TurnEvent,
    UtteranceEnded,
    UtterancePaused,
    UtteranceResumed,
    UtteranceStarted,
)
from voicebot.turns.timing import TurnTiming
from voicebot.vad.vad import Vad, VoiceActivity

AFTER_SPEECH = 0.2
"""Seconds of sound after the end of speech that recognisers get: final consonants fade slowly."""


class Grasp(Protocol):
    """Tells from the words so far how far the caller has come."""

    def answers(self, text: str) -> bool:
        """Whether ``text`` completely answers what is awaited."""

    def breaks_off(self, text: str) -> bool:
        """Whether the last word of ``text`` wants another one."""

    def only_listens(self, text: str) -> bool:
        """Whether ``text``, said over a prompt, takes no turn."""


class EndOfTurn(Protocol):
    """Hears from the voice whether a caller has finished."""

    async def finished(self, frames: Sequence[AudioFrame]) -> bool | None:
        """Whether nothing more is to come after ``frames``; ``None`` if that is not known soon."""


class Ears:
    """Feeds one caller's sound to the VAD, keeps the utterance in hand, and has it recognised.

    At the first short pause the recogniser starts on what has been said so far: when the caller goes on,
    that is dropped; when not, the words are there by the time the endpoint is.
    """

    def __init__(
        self,
        band: Band,
        vad: Vad,
        recognizer: Recognizer,
        timing: TurnTiming,
        *,
        on_turn: Callable[[TurnEvent, Heard | None], None],
        grasp: Grasp,
        foresee: Callable[[str], None],
        on_failure: Callable[[Exception], None],
        end_of_turn: EndOfTurn | None = None,
        on_voice: Callable[[VoiceActivity], None] | None = None,
    ) -> None:
        """``on_turn`` gets every turn event, the end of an utterance with its words to come;
        ``grasp`` tells from words recognised at a pause whether more is to come;
        ``foresee`` gets those words, for what may be done before it is sure that they are all;
        ``on_failure`` gets what goes wrong where nobody awaits it;
        ``end_of_turn`` is asked at a pause whose words leave open whether more is to come;
        ``on_voice`` gets the verdict on every window, whoever's turn it is."""
        self._recognizing = Recognizing(recognizer)
        self._on_turn = on_turn
        self._grasp = grasp
        self._foresee = foresee
        self._on_failure = on_failure
        self._end_of_turn = end_of_turn
        self._on_voice = on_voice
        self._any_words = True
        self._context = ListenContext("en")
        self._detector = TurnDetector(timing)
        self._echo = EchoGate() if timing.echo else None
        self._stream = vad.open(band, self._on_activity)
        self._recent: deque[AudioFrame] = deque(maxlen=round((timing.pre_roll + 1.0) / FRAME_SECONDS))
        self._pre_roll = timing.pre_roll
        self._interjection = timing.backchannel + timing.pause
        self._utterance: list[AudioFrame] | None = None
        self._began_at = 0.0
        self._over_prompt = False
        self._live: tuple[LiveSound, asyncio.Task[Transcript]] | None = None
        self._pause: Pause | None = None
        self.now = 0.0
        """Seconds of the caller's audio so far."""

    def listen(self, context: ListenContext, *, delay: float | None, no_input: float) -> None:
        """Expect another answer: ``delay`` seconds of silence end it (``None``: as many as suit this caller),
        and once the bot is silent the caller has ``no_input`` seconds to begin."""
        self._context = context
        self._any_words = delay is None
        self._detector.listen(self.now, delay=delay, no_input=no_input)

    def bot_speaks(self, speaking: bool, interruptible: bool) -> None:
        """Know whether the bot is audible, and whether it may be broken in on."""
        self._detector.interruptible = interruptible
        self._detector.on_bot_speaking(speaking, self.now)

    def bot_sounds(self, pcm: bytes) -> None:
        """Know what the caller is given to hear now: 20 ms, silence included."""
        if self._echo:
            self._echo.played(pcm, self.now)

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame of the caller's leg."""
        self._stream.push(frame)
        (self._recent if self._utterance is None else self._utterance).append(frame)
        if self._live:
            self._live[0].put(frame)
        self.now = frame.at + FRAME_SECONDS
        if self.now >= self._detector.deadline:
            self._take(self._detector.on_time(self.now))

    @property
    def speaking(self) -> bool:
        """An utterance is in hand, be it in a pause."""
        return self._utterance is not None

    @property
    def speaking_for(self) -> float:
        """Seconds since the utterance in hand began; 0 while there is none, and in its pauses."""
        return self.now - self._began_at if self._detector.phase is Phase.SPEAKING else 0.0

    def wait_on(self) -> None:
        """The last utterance took no turn: what was asked is still to be answered."""
        self._detector.wait_on(self.now)

    def words_in(self, frames: Sequence[AudioFrame], language: str) -> asyncio.Task[Transcript]:
        """Whatever words are in ``frames``, to come; fails with SpeechError when none could be had."""
        return self._recognizing.words_in(frames, ListenContext(language))

    def close(self) -> None:
        """Stop listening."""
        self._stream.close()
        del self._stream  # it knows us: the two would wait for the garbage collector
        self._drop_pause()
        self._recognizing.cancel()  # nobody is there any more to be answered

    def _on_activity(self, activity: VoiceActivity) -> None:
        try:
            own = self._echo.admit(activity) if self._echo else activity
            if self._on_voice:
                self._on_voice(own)
            self._take(self._detector.on_activity(own))
        except Exception as error:  # the VAD serves all calls: what fails here is this call's alone
            self._on_failure(error)

    def _take(self, events: Sequence[TurnEvent]) -> None:
        for event in events:
            heard = None
            match event:
                case UtteranceStarted(at=at, barge_in=barge_in):
                    self._over_prompt = barge_in
                    self._begin_utterance(at)
                case UtterancePaused():
                    self._pause_begins()
                case UtteranceResumed():
                    self._drop_pause()
                    self._listen_live()
                case UtteranceEnded():
                    heard = self._end_utterance(event)
            self._on_turn(event, heard)

    def _begin_utterance(self, at: float) -> None:
        self._began_at = at
        begin = at - self._pre_roll
        self._utterance = [frame for frame in self._recent if frame.at >= begin]
        self._recent.clear()
        self._listen_live()

    def _listen_live(self) -> None:
        """Have the recogniser follow the utterance, where it gains by that."""
        if self._recognizing.hears_live and self._utterance is not None:
            sound = LiveSound(self._utterance)
            self._live = sound, self._recognizing.words_of(sound, self._context, self._foresee)

    def _live_words(self) -> asyncio.Task[Transcript] | None:
        """The words of what was followed, whose sound ends here."""
        live, self._live = self._live, None
        if live is None:
            return None
        sound, words = live
        sound.end()
        return words

    def _pause_begins(self) -> None:
        assert self._utterance is not None
        so_far = list(self._utterance)
        ask_voice = self._end_of_turn if self._any_words else None
        self._pause = Pause(
            self._live_words() or self._recognizing.words_in(so_far, self._context),
            ask_voice.finished(so_far) if ask_voice else None,
            reach=self._reach,
            weighed=self._detector.on_words,
            foresee=self._foresee,
        )

    def _end_pause(self) -> asyncio.Task[Transcript] | None:
        """The words up to the pause, where there was one."""
        pause, self._pause = self._pause, None
        return pause.end() if pause else None

    def _drop_pause(self) -> None:
        if words := self._end_pause():
            words.cancel()

    def _reach(self, text: str) -> Words:
        if self._grasp.breaks_off(text):
            return Words.BROKEN_OFF
        whole = self._grasp.answers(text) or (self._interjects and self._grasp.only_listens(text))
        return Words.COMPLETE if whole else Words.OPEN

    @property
    def _interjects(self) -> bool:
        """The utterance in hand is one over a prompt, and too short to have the turn already."""
        return self._over_prompt and self.now - self._began_at <= self._interjection

    def _end_utterance(self, ended: UtteranceEnded) -> Heard:
        assert self._utterance is not None
        words = self._end_pause() or self._live_words()
        if words is None:
            end = ended.ended_at + AFTER_SPEECH
            sound = [frame for frame in self._utterance if frame.at < end]
            words = self._recognizing.words_in(sound, self._context)
        self._recent.extend(self._utterance)
        self._utterance = None
        return Heard(ended, words, asyncio.get_running_loop().time())
