"""How long turn-taking waits before it decides. Pure."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from voicebot.turns.settings import EndOfTurnSettings


class TurnTiming(BaseModel):
    """Delays in seconds of audio, and thresholds on the probability of speech."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: float = Field(default=0.5, ge=0.1, le=0.95)
    """Probability from which sound resumes speech, or begins it over a prompt."""
    start_awaited: float = Field(default=0.35, ge=0.1, le=0.95)
    """Probability from which sound begins speech while the bot is silent: a soft "no" in a noisy street."""
    stop: float = Field(default=0.45, ge=0.05, le=0.95)
    """Probability below which speech under way stops; not above ``start``."""

    start_speech: float = Field(default=0.06, ge=0.02, le=0.5)
    """Seconds of speech that begin an utterance while the bot is silent."""
    suspect_speech: float = Field(default=0.06, ge=0.02, le=0.5)
    """Seconds of speech over a prompt that hold it."""
    barge_in_speech: float = Field(default=0.13, ge=0.05, le=1.0)
    """Seconds of certain speech over a prompt that take the turn. A window of probability p counts p squared
    of its length, so that a hesitant cough needs far longer than a clear "yes"."""
    false_start: float = Field(default=0.4, ge=0.2, le=1.0)
    """Seconds without speech after which a held prompt goes on: it was a cough."""

    backchannel: float = Field(default=1.0, ge=0.0, le=3.0)
    """Seconds of speech over a prompt that may still be no more than "aha", after which the prompt goes on; 0
    drops the prompt at the first word, whatever it is."""

    echo: bool = True
    """Take what comes back of the bot's own prompts for no speech: hands-free telephones, lines without echo
    cancellation."""

    endpointing: float = Field(default=0.5, ge=0.2, le=3.0)
    """Seconds of silence that end an utterance, where the dialogue names no other delay; of a caller of whom
    nothing is known yet, if it is ``adaptive``."""
    adaptive: bool = True
    """Learn from the pauses of each caller how long to wait for this one."""
    endpointing_shortest: float = Field(default=0.35, ge=0.2, le=3.0)
    """Seconds of silence that end an utterance of the most fluent caller."""
    endpointing_longest: float = Field(default=1.2, ge=0.2, le=5.0)
    """Seconds of silence that end an utterance of the most hesitant caller."""
    endpointing_complete: float = Field(default=0.25, ge=0.2, le=3.0)
    """Seconds of silence that end an utterance which already holds the whole expected answer."""
    endpointing_digits: float = Field(default=0.8, ge=0.2, le=3.0)
    """Seconds of silence that end numbers and dates: people pause between groups of digits."""
    endpointing_broken_off: float = Field(default=1.0, ge=0.2, le=5.0)
    """Seconds of silence that end an utterance whose last word wants another one: "um", "and", "two hundred
    and"."""
    end_of_turn: EndOfTurnSettings = EndOfTurnSettings()
    """A model that hears whether the caller has finished, where the words leave it open."""
    pause: float = Field(default=0.2, ge=0.1, le=1.0)
    """Seconds of silence after which it is worth recognising what has been said so far."""
    hang_over: float = Field(default=0.16, ge=0.0, le=0.3)
    """Seconds that a detector may go on reporting speech after the sound has fallen to the background; beyond
    them it is believed: the caller speaks softly."""
    linger: float = Field(default=0.3, ge=0.0, le=1.0)
    """Seconds after speech for which sound clearly above the background is not silence, whatever a detector
    says."""
    longest_utterance: float = Field(default=20.0, ge=2.0, le=120.0)
    """Seconds after which an utterance is cut: a television, or music on hold."""

    no_input: float = Field(default=6.0, ge=1.0, le=60.0)
    """Seconds of silence after a prompt that count as no answer, where the dialogue names no other."""
    after_murmur: float = Field(default=2.0, ge=0.5, le=10.0)
    """Seconds that the caller has to begin after a cough or a murmur without words, where they were given no
    more than the usual time; then they are asked as after silence."""
    pre_roll: float = Field(default=0.3, ge=0.0, le=1.0)
    """Seconds of sound before an utterance that recognition is given too: soft first consonants."""

    @model_validator(mode="after")
    def _stop_not_above_start(self) -> Self:
        if self.stop > self.start:
            raise ValueError(f"stop ({self.stop}) is above start ({self.start}): lower it")
        return self

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.endpointing_shortest > self.endpointing_longest:
            raise ValueError(
                f"endpointing_shortest ({self.endpointing_shortest}) is above "
                f"endpointing_longest ({self.endpointing_longest}): lower it"
            )
        return self
