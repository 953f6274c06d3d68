"""A streaming transducer in memory, as sherpa-onnx runs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import sherpa_onnx

from voicebot.errors import SpeechError
from voicebot.media.resample import LiveResampler
from voicebot.stt.conditioning import samples
from voicebot.stt.free_text import plain
from voicebot.stt.jobs import Piece, Said
from voicebot.stt.recognizer import ListenContext
from voicebot.stt.sentencepiece import vocabulary
from voicebot.stt.settings import SttSettings
from voicebot.stt.sherpa_files import SherpaModel
from voicebot.stt.sherpa_model import RATE, loaded, said

AFTERWARDS = np.zeros(int(0.6 * RATE), np.float32)
"""Silence behind the last word: the model hears a word when it has seen what follows it."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One utterance on its way into the model."""

    state: sherpa_onnx.OnlineStream
    resampler: LiveResampler


class StreamingModel:
    """Hears any number of utterances while they are spoken."""

    def __init__(self, model: SherpaModel, settings: SttSettings) -> None:
        """Load it, which takes seconds. It takes hot words where its ``bpe.model`` or ``bpe.vocab`` is there.

        Raises:
            SpeechError: it cannot be loaded.
        """
        tokens = Path(model.files["tokens"])
        self._letters = _letters(tokens)
        score = settings.sherpa.hot_word_score
        words = _vocabulary(tokens.parent) if score else ""
        self._hot = bool(words)
        with NamedTemporaryFile("w", encoding="utf-8", suffix=".vocab") as file:
            file.write(words)
            file.flush()
            choices = _with_hot_words(file.name, score) if words else {}
            self._recognizer = loaded(
                sherpa_onnx.OnlineRecognizer.from_transducer, model, settings, **choices
            )

    def open(self, rate: int, context: ListenContext) -> Stream:
        """A stream for one utterance at ``rate`` hertz."""
        phrases = "/".join(self._spelled(context.phrases)) if self._hot else None
        return Stream(self._recognizer.create_stream(phrases), LiveResampler(rate, RATE))

    def hear(self, pieces: Sequence[Piece[Stream]]) -> list[Said]:
        """What each stream has said so far; blocks.

        Raises:
            SpeechError: the model failed.
        """
        for piece in pieces:
            _feed(piece)
        states = [piece.stream.state for piece in pieces]
        try:
            while ready := [state for state in states if self._recognizer.is_ready(state)]:
                self._recognizer.decode_streams(ready)
        except RuntimeError as error:
            raise SpeechError(f"sherpa-onnx failed: {error}") from error
        heard = map(self._recognizer.get_result_all, states)
        return [said(result.text, result.ys_probs) for result in heard]

    def _spelled(self, phrases: Iterable[str]) -> Iterator[str]:
        """Those that the model's letters can spell: for one other it would leave out all."""
        shouts = not any(letter.islower() for letter in self._letters)
        for phrase in map(plain, phrases):
            spelled = phrase.upper() if shouts else phrase
            if phrase and self._letters.issuperset(spelled.replace(" ", "")):
                yield spelled


def _feed(piece: Piece[Stream]) -> None:
    state = piece.stream.state
    state.accept_waveform(RATE, samples(piece.stream.resampler.process(piece.pcm)))
    if piece.last:
        state.accept_waveform(RATE, AFTERWARDS)
        state.input_finished()


def _letters(tokens: Path) -> frozenset[str]:
    words = (line.split()[0] for line in tokens.read_text(encoding="utf-8").splitlines() if line.strip())
    return frozenset(letter for word in words if word[0] != "<" for letter in word)


def _vocabulary(folder: Path) -> str:
    """The pieces that words are spelled in, with their scores; empty where the folder tells none."""
    ready, trained = folder / "bpe.vocab", folder / "bpe.model"
    try:
        return ready.read_text(encoding="utf-8") if ready.is_file() else vocabulary(trained.read_bytes())
    except FileNotFoundError:
        return ""
    except ValueError as error:
        raise SpeechError(
            f"{trained} cannot be read: {error}; `voicebot models verify` compares it"
        ) from error


def _with_hot_words(path: str, score: float) -> dict[str, Any]:
    return {
        "decoding_method": "modified_beam_search",
        "modeling_unit": "bpe",
        "bpe_vocab": path,
        "hotwords_score": score,
    }
