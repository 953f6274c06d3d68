"""What an operator may choose about the recogniser. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from voicebot.remote.settings import OpenAiSettings, WyomingSettings


class Engine(StrEnum):
    """The recognisers that voicebot can run."""

    SPHINX = "sphinx"
    """pocketsphinx: in the package, English by grammar; Spanish for demos only."""
    WHISPER = "whisper"
    """Whisper on faster-whisper: English, Spanish and more, on a processor or a graphics card; from the extra
    ``voicebot[whisper]``, with a model."""
    SHERPA = "sherpa"
    """sherpa-onnx: streaming transducers, Parakeet, Moonshine; from the extra ``voicebot[sherpa]``, with a
    model."""
    OPENAI = "openai"
    """A server with OpenAI's API for recordings: OpenAI's own, speaches, vLLM, whisper.cpp ..."""
    OPENAI_REALTIME = "openai_realtime"
    """OpenAI's realtime API: the sound goes there while it is spoken."""
    WYOMING = "wyoming"
    """A server with the Wyoming protocol, as Home Assistant's voice services have it."""

    @property
    def is_remote(self) -> bool:
        """Whether a server does the work."""
        return self in {Engine.OPENAI, Engine.OPENAI_REALTIME, Engine.WYOMING}

    @property
    def demo_grade(self) -> frozenset[str]:
        """Languages that it hears well enough for demonstrations, and not for production."""
        return frozenset({"es"}) if self is Engine.SPHINX else frozenset()


class Denoiser(StrEnum):
    """What may take the noise out of a sound."""

    NONE = "none"
    RNNOISE = "rnnoise"
    """RNNoise, from the extra ``voicebot[rnnoise]``."""


class WhisperSettings(BaseModel):
    """What only Whisper knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: Literal["short", "full"] = "short"
    """``short`` computes the utterance alone; ``full`` fills it up to the 30 seconds that the model was
    trained on, for about fifteen times the work. Compare both on recordings (``voicebot transcribe``)."""
    compute_type: Literal[
        "auto", "default", "int8", "int8_float32", "int8_float16", "float16", "bfloat16", "float32"
    ] = "auto"
    """Numbers to compute in: ``auto`` takes the fastest that the device knows, ``default`` those of the
    files."""
    redecode: float = Field(default=0.0, ge=0.0, le=5.0)
    """Seconds of speech after which what was said so far is decoded while the caller goes on, so that the
    voice can begin with a likely reply; 0 for once, at the pause. At 1 an utterance of 3 s costs three times
    as much: for graphics cards."""
    most_tokens: int = Field(default=64, ge=8, le=200)
    """Pieces of words that one answer may have; three make about two words."""


class SherpaSettings(BaseModel):
    """What only sherpa-onnx knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hot_word_score: float = Field(default=1.5, ge=0.0, le=10.0)
    """How much each token of what is expected is favoured by a streaming transducer whose ``bpe.model`` is
    there; 0 for not at all, which is faster."""


class SttSettings(BaseModel):
    """How callers are heard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Engine = Engine.SPHINX
    """Which recogniser listens."""
    model: str = ""
    """What it was trained on: a name of ``voicebot models list``, or a folder (with a slash in it); the
    built-in engine has its own."""
    languages: tuple[str, ...] = ("en", "es")
    """Languages made ready at the start; any other is made ready when it is first heard."""
    allow_demo_grade: bool = False
    """Answer calls even in languages that the engine hears well enough for demonstrations only: for trials
    with callers who know."""
    utterance_timeout: float = Field(default=5.0, ge=0.5, le=60.0)
    """Seconds after which recognising one utterance is given up, by all recognisers together."""
    fallback: tuple[Engine, ...] = ()
    """Recognisers that take an utterance when those before them fail at it, in this order; one that is for
    demonstrations only in a language takes none in it."""
    attempt_timeout: float = Field(default=2.0, ge=0.2, le=30.0)
    """Seconds for an utterance, from its end, after which the next recogniser takes it."""
    failures: int = Field(default=3, ge=1, le=100)
    """Utterances in a row that a recogniser fails at before it is left alone."""
    rest: float = Field(default=30.0, ge=1.0, le=3600.0)
    """Seconds for which it is left alone then; after that it is tried with one utterance."""
    workers: int = Field(default=2, ge=1, le=64)
    """Processes of the built-in engine, each with its own 150 MB of models; never more than there are
    processor cores."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """What other engines compute on; ``auto`` takes a graphics card if there is one."""
    threads: int = Field(default=2, ge=1, le=64)
    """Processor threads of another engine; never more than there are processor cores."""
    batch: int = Field(default=8, ge=1, le=128)
    """Most utterances that another engine decodes at once, of those that end while it is busy."""
    waiting: int = Field(default=32, ge=1, le=1000)
    """Most utterances that may wait for another engine; one more fails at once, and is asked for again."""
    denoise: Denoiser = Denoiser.NONE
    """What takes the noise of the line out of an utterance before it is recognised, for 50 ms of a core for
    each second of it; turn-taking hears the line as it is."""
    denoise_from: float = Field(default=25.0, ge=0.0, le=100.0)
    """Decibels between the voice and the noise under it at which that begins; with less noise the utterance
    stays as it is."""
    hot_words: int = Field(default=64, ge=0, le=200)
    """Most pieces of words of what is expected that Whisper is told beforehand; 0 for none."""
    whisper: WhisperSettings = WhisperSettings()
    sherpa: SherpaSettings = SherpaSettings()
    openai: OpenAiSettings | None = None
    """The server of ``engine: openai``."""
    openai_realtime: OpenAiSettings | None = None
    """The server of ``engine: openai_realtime``."""
    wyoming: WyomingSettings | None = None
    """The server of ``engine: wyoming``."""

    @property
    def engines(self) -> tuple[Engine, ...]:
        """All that may hear an utterance, in the order in which they are asked."""
        return tuple(dict.fromkeys((self.engine, *self.fallback)))

    @property
    def most_expected_words(self) -> int:
        """``hot_words`` as words, for engines whose pieces are not known."""
        return self.hot_words * 2 // 3

    @property
    def demo_grade(self) -> frozenset[str]:
        """Languages that the engine hears well enough for demonstrations, and not for production."""
        return self.engine.demo_grade

    @property
    def refused(self) -> frozenset[str]:
        """Languages that no caller of a server is to be answered in."""
        return frozenset() if self.allow_demo_grade else self.demo_grade

    @model_validator(mode="after")
    def _servers_are_named(self) -> Self:
        for engine in self.engines:
            if engine.is_remote and getattr(self, engine) is None:
                raise ValueError(f"the recogniser {engine} is a server: say under stt.{engine} where it is")
        return self
