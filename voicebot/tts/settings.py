"""What an operator may choose about the voice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from voicebot.errors import SettingsError
from voicebot.remote.settings import OpenAiSettings, WyomingSettings
from voicebot.tts.synthesizer import Engine, Voice


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


class VoiceSettings(BaseModel):
    """Who speaks one language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """The engine's own name of the voice (``es-419``); for other engines than espeak its model: a name of
    ``voicebot models list``, or a folder (with a slash in it)."""
    engine: Engine | None = None
    """What speaks; ``None`` for ``tts.engine``."""
    speaker: int = Field(default=0, ge=0, le=9999)
    """Which one, in a model of several."""
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    """Times the usual rate: 0.9 is a tenth slower."""


def _name_alone(value: object) -> object:
    """``en: en-us`` is short for ``en: {name: en-us}``."""
    return {"name": value} if isinstance(value, str) else value


ShortVoice = Annotated[VoiceSettings, BeforeValidator(_name_alone)]


class TtsSettings(BaseModel):
    """Which engine speaks, with which voices, how fast and how loud."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Engine = Engine.ESPEAK
    """What speaks where a voice names no engine of its own."""
    voices: Mapping[str, ShortVoice] = Field(
        default={"en": VoiceSettings(name="en-us"), "es": VoiceSettings(name="es-419")}
    )
    """The voice of each language; its name alone is enough: ``{en: en-us}``."""
    words_per_minute: int = Field(default=150, ge=80, le=400)
    """Speaking rate of espeak; other voices have their own, see ``speed``."""
    openai: OpenAiSettings | None = None
    """The server of voices whose engine is ``openai``."""
    wyoming: WyomingSettings | None = None
    """The server of voices whose engine is ``wyoming``."""
    timeout: float = Field(default=3.0, ge=0.2, le=30.0)
    """Seconds for the whole sound of a sentence from a server, before another voice says it: the caller waits
    for it in silence."""
    failures: int = Field(default=3, ge=1, le=100)
    """Sentences in a row that a server fails at before it is left alone."""
    rest: float = Field(default=30.0, ge=1.0, le=3600.0)
    """Seconds for which it is left alone then; after that it is tried with one sentence."""
    fallback: Mapping[str, ShortVoice] = Field(
        default={"en": VoiceSettings(name="en-us"), "es": VoiceSettings(name="es-419")}
    )
    """Who says, in each language, what its voice cannot; espeak, unless another engine on this machine is
    named. ``{}`` for nobody."""
    threads: int = Field(default=2, ge=1, le=64)
    """Sentences that other engines than espeak make at the same time, each on one processor core; prompts
    made ahead of the calls take one more."""
    loudness: LoudnessSettings = LoudnessSettings()
    memory: int = Field(default=64 * 2**20, ge=2**20, le=2**34)
    """Bytes of ready prompts kept in memory by one process; a minute takes 1 MB narrow, 2 MB wide."""

    @model_validator(mode="after")
    def _voices_are_of_the_engine(self) -> TtsSettings:
        if self.engine is not Engine.ESPEAK and "voices" not in self.model_fields_set:
            raise ValueError(
                f"the engine {self.engine} needs to know its voices: set tts.voices to one for each language,"
                " as `voicebot models list` names them"
            )
        return self

    @model_validator(mode="after")
    def _servers_are_named(self) -> TtsSettings:
        for engine in {chosen.engine or self.engine for chosen in self.voices.values()}:
            if engine.is_remote and getattr(self, engine) is None:
                raise ValueError(f"the voice {engine} is a server: say under tts.{engine} where it is")
        if any(chosen.engine and chosen.engine.is_remote for chosen in self.fallback.values()):
            raise ValueError("tts.fallback is for voices on this machine: espeak, piper or sherpa")
        return self

    def voice(self, language: str) -> Voice:
        """The voice that speaks ``language``.

        Raises:
            SettingsError: none is set for it.
        """
        try:
            chosen = self.voices[language]
        except KeyError:
            raise SettingsError(
                f"no voice is set for the language {language!r}: add it under tts.voices"
            ) from None
        return self._voice(language, chosen, self.engine)

    def stand_in(self, voice: Voice) -> Voice | None:
        """Who speaks when ``voice`` cannot."""
        chosen = self.fallback.get(voice.language)
        if chosen is None:
            return None
        stand_in = self._voice(voice.language, chosen, Engine.ESPEAK)
        alike = stand_in.engine is voice.engine is Engine.ESPEAK  # its voices live and die together
        return None if alike or stand_in == voice else stand_in

    @property
    def every_voice(self) -> Mapping[str, Voice]:
        """Who speaks, by language."""
        return {language: self.voice(language) for language in self.voices}

    def _voice(self, language: str, chosen: VoiceSettings, engine: Engine) -> Voice:
        return Voice(
            language,
            chosen.name,
            self.words_per_minute,
            chosen.engine or engine,
            chosen.speaker,
            chosen.speed,
        )
