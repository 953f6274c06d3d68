"""What an operator may choose about the voice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from voicebot.errors import SettingsError
from voicebot.tts.synthesizer import Voice


class LoudnessSettings(BaseModel):
    """How loud prompts are and how they begin and end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speech_level: float = Field(default=-20.0, ge=-40.0, le=-12.0)
    """Active speech level in dBFS; telephone networks are lined up for about -20."""
    peak_level: float = Field(default=-3.0, ge=-20.0, le=0.0)
    """Highest sample in dBFS; louder peaks are turned down, not clipped."""
    leading_silence: float = Field(default=0.02, ge=0.0, le=0.5)
    """Seconds of silence kept in front of the first sound: the caller waits for them at every answer."""
    trailing_silence: float = Field(default=0.06, ge=0.0, le=1.0)
    """Seconds of silence kept behind the last sound."""
    fade: float = Field(default=0.005, ge=0.0, le=0.05)
    """Seconds over which both ends swell and die away, so that they do not click."""


class TtsSettings(BaseModel):
    """Which engine speaks, with which voices, how fast and how loud."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Literal["espeak"] = "espeak"
    """``espeak`` is espeak-ng, from the extra ``voicebot[embedded]``."""
    voices: Mapping[str, str] = Field(default={"en": "en-us", "es": "es-419"})
    """The engine's own name of the voice for each language."""
    words_per_minute: int = Field(default=150, ge=80, le=400)
    """Speaking rate."""
    loudness: LoudnessSettings = LoudnessSettings()
    memory: int = Field(default=64 * 2**20, ge=2**20, le=2**34)
    """Bytes of ready prompts kept in memory by one process; a minute takes 1 MB narrow, 2 MB wide."""

    def voice(self, language: str) -> Voice:
        """The voice that speaks ``language``.

        Raises:
            SettingsError: none is set for it.
        """
        try:
            name = self.voices[language]
        except KeyError:
            raise SettingsError(
                f"no voice is set for the language {language!r}: add it under tts.voices"
            ) from None
        return Voice(language=language, name=name, words_per_minute=self.words_per_minute)
