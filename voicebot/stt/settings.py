"""What an operator may choose about the recogniser. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


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
    most_tokens: int = Field(default=64, ge=8, le=200)
    """Pieces of words that one answer may have; three make about two words."""


class SherpaSettings(BaseModel):
    """What only sherpa-onnx knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hot_word_score: float = Field(default=1.5, ge=0.0, le=10.0)
    """How much each token of what is expected is favoured by a transducer with a ``bpe.vocab`` beside it;
    0 for not at all, which is faster."""


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
    """Seconds after which recognising one utterance is given up."""
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
    hot_words: int = Field(default=64, ge=0, le=200)
    """Most pieces of words of what is expected that Whisper is told beforehand; 0 for none."""
    whisper: WhisperSettings = WhisperSettings()
    sherpa: SherpaSettings = SherpaSettings()

    @property
    def demo_grade(self) -> frozenset[str]:
        """Languages that the engine hears well enough for demonstrations, and not for production."""
        return frozenset({"es"}) if self.engine is Engine.SPHINX else frozenset()

    @property
    def refused(self) -> frozenset[str]:
        """Languages that no caller of a server is to be answered in."""
        return frozenset() if self.allow_demo_grade else self.demo_grade
