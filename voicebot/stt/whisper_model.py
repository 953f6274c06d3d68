"""A Whisper model in memory, as faster-whisper and CTranslate2 run it.

faster-whisper's own ``transcribe`` fills every sound up to 30 seconds and takes one at a time; its parts are
used here for sounds as short as they are, several at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import faster_whisper
import numpy as np
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from voicebot.errors import SpeechError
from voicebot.media.resample import resample
from voicebot.stt.conditioning import samples
from voicebot.stt.jobs import Prompted, Said, Utterance
from voicebot.stt.recognizer import ListenContext
from voicebot.stt.settings import SttSettings

RATE = 16_000
FILES = ("model.bin", "config.json", "tokenizer.json")
"""faster-whisper would look for a missing tokenizer on the internet."""
HOP = 160
"""Samples from one column of the spectrogram to the next."""
WINDOW = 3000
"""Columns of 30 seconds, the most that the model takes."""
AFTERWARDS = 50
"""Columns of silence after the words: in training a sound was nearly always followed by some."""
SILENCE = 2.0
"""How far below its loudest value a spectrogram is cut off: eight decades, in units of four."""

Spectrogram = NDArray[np.float32]
"""Mel bands by columns of 10 ms."""


class WhisperModel:
    """Hears batches of utterances, one batch at a time."""

    def __init__(self, folder: Path, settings: SttSettings) -> None:
        """Load the files in ``folder``: takes seconds, and as much memory as they have bytes.

        Raises:
            SpeechError: files are missing, or this machine cannot run them.
        """
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise SpeechError(
                f"{folder} is no Whisper model: faster-whisper needs {', '.join(missing)} there"
            )
        if settings.device == "cuda" and not ctranslate2.get_cuda_device_count():
            raise SpeechError(
                "stt.device is cuda, and there is no graphics card here that CTranslate2 can use: see that"
                " nvidia-smi shows one, or set stt.device: cpu"
            )
        try:
            self._whisper = faster_whisper.WhisperModel(
                str(folder),
                device=settings.device,
                compute_type=settings.whisper.compute_type,
                cpu_threads=min(settings.threads, os.cpu_count() or 1),
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechError(f"the Whisper model in {folder} cannot be loaded: {error}") from error
        self._settings = settings
        self._ends = self._whisper.hf_tokenizer.token_to_id("<|endoftext|>")

    def prepared(self, utterance: Utterance) -> Prompted:
        """The utterance with the tokens before its answer: what is likely, and in which language.

        Raises:
            SpeechError: the model does not know the language.
        """
        return Prompted(utterance.pcm, utterance.rate, self._prompt(utterance.context))

    def batch_kind(self, job: Prompted) -> int:
        """The length of the prompt: CTranslate2 wants the answers of a batch to begin at the same place."""
        return len(job.prompt)

    def hear(self, batch: Sequence[Prompted]) -> list[Said]:
        """What was said in each sound; blocks. All prompts are of one length.

        Raises:
            SpeechError: the model failed, for example for lack of memory.
        """
        try:
            found = self._whisper.model.generate(
                self._features(batch),
                [list(heard.prompt) for heard in batch],
                beam_size=1,
                max_length=len(batch[0].prompt) + self._settings.whisper.most_tokens,
                return_scores=True,
                return_no_speech_prob=True,
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechError(f"Whisper failed: {error}") from error
        return [self._said(answer) for answer in found]

    def _prompt(self, context: ListenContext) -> tuple[int, ...]:
        tokenizer = self._tokenizer(context.language)
        start = (*tokenizer.sot_sequence, tokenizer.no_timestamps)
        most = self._settings.hot_words
        if not (context.phrases and most):
            return start
        # Single words tell most for their length, and sentences of one answer alone would favour it. What is
        # nearest to the sound weighs most; a text cut at its beginning is what the model was trained on.
        shortest = sorted(context.phrases, key=len)[:most]
        likely = tokenizer.encode(" " + ", ".join(reversed(shortest)))
        return (tokenizer.sot_prev, *likely[-most:], *start)

    def _tokenizer(self, language: str) -> Tokenizer:
        multilingual = self._whisper.model.is_multilingual
        if not multilingual and language != "en":
            raise SpeechError(
                f"this Whisper model hears English only, not {language!r}: choose a stt.model without .en"
            )
        try:
            return Tokenizer(self._whisper.hf_tokenizer, multilingual, task="transcribe", language=language)
        except ValueError:
            raise SpeechError(f"Whisper does not know the language {language!r}") from None

    def _features(self, batch: Sequence[Prompted]) -> ctranslate2.StorageView:
        spectrograms = [self._spectrogram(resample(heard.pcm, heard.rate, RATE)) for heard in batch]
        columns = WINDOW
        if self._settings.whisper.window == "short":
            columns = min(WINDOW, max(one.shape[1] for one in spectrograms) + AFTERWARDS)
        return ctranslate2.StorageView.from_array(np.stack([filled(one, columns) for one in spectrograms]))

    def _spectrogram(self, pcm: bytes) -> Spectrogram:
        last: Spectrogram = self._whisper.feature_extractor(samples(pcm)[-WINDOW * HOP :], padding=0)
        return last

    def _said(self, answer: ctranslate2.models.WhisperGenerationResult) -> Said:
        tokens = [token for token in answer.sequences_ids[0] if token < self._ends]
        return Said(self._whisper.hf_tokenizer.decode(tokens), answer.scores[0], answer.no_speech_prob)


def filled(spectrogram: Spectrogram, columns: int) -> Spectrogram:
    """The same with digital silence behind it."""
    silence = spectrogram.max() - SILENCE
    filled: Spectrogram = np.pad(
        spectrogram, ((0, 0), (0, columns - spectrogram.shape[1])), constant_values=silence
    )
    return filled
