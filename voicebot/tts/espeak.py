"""espeak-ng inside this process: every language from one small library, robotic but instantly.

espeak-ng is GPL-3.0-or-later, so it comes with the extra ``voicebot[embedded]`` and is loaded at run time.
Two renderings of one text differ by an inaudible flutter of the voice: they are never equal byte for byte.
"""

from __future__ import annotations

import asyncio
import ctypes
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from voicebot.errors import SpeechError
from voicebot.media.frame import BYTES_PER_SAMPLE, AudioFrame
from voicebot.tts.sentences import split_sentences
from voicebot.tts.synthesizer import Voice

# Constants of espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_END_PAUSE = 0x1000
_POSITION_CHARACTER = 1
_RATE = 1
_PHONEMES_IPA = 2
_GO_ON, _ABORT = 0, 1

_BUFFER_MILLISECONDS = 200
"""Sound per callback: 0.4 ms of work, the longest that an abandoned text keeps others waiting."""

_OnSound = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class EspeakSynthesizer:
    """Speaks for any number of calls: sentence by sentence, in one worker thread."""

    def __init__(self) -> None:
        """Load the library, which takes a millisecond.

        Raises:
            SpeechError: espeak-ng is not installed.
        """
        self._library = the_library()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="espeak-ng")

    def identity(self, voice: Voice) -> str:
        """Engine and version: all voices come with it."""
        return f"espeak-ng {self._library.version}"

    async def ready(self) -> None:
        """It is, from the start."""

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        """The sound of ``text``, one frame for each sentence.

        Raises:
            SpeechError: espeak-ng does not know the voice.
        """
        at = 0.0
        for sentence in split_sentences(text):
            frame = AudioFrame(await self._speak(sentence, voice), self._library.rate, at)
            at = frame.ends_at
            yield frame

    async def close(self) -> None:
        """Stop the worker thread; the library itself stays loaded for the life of the process."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _speak(self, sentence: str, voice: Voice) -> bytes:
        abandoned = threading.Event()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._worker, self._library.speak, sentence, voice, abandoned
            )
        finally:
            abandoned.set()


class EspeakLibrary:
    """The one espeak-ng of this process: with its single global voice it takes one text at a time."""

    def __init__(self) -> None:
        self._espeak, self._data = load_library()
        self._lock = threading.Lock()
        self.rate: int = self._espeak.espeak_Initialize(
            # It wants the folder that holds espeak-ng-data, not espeak-ng-data itself.
            _AUDIO_OUTPUT_SYNCHRONOUS,
            _BUFFER_MILLISECONDS,
            str(self._data.parent).encode(),
            _INITIALIZE_DONT_EXIT,
        )
        if self.rate <= 0:
            raise SpeechError(
                f"espeak-ng cannot read its voices in {self._data}: reinstall 'voicebot[embedded]'"
            )
        self._espeak.espeak_Info.restype = ctypes.c_char_p
        self._espeak.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.version: str = self._espeak.espeak_Info(None).decode()

    def speak(self, text: str, voice: Voice, abandoned: threading.Event) -> bytes:
        """The whole sound of ``text``, or as much of it as there was when it was abandoned.

        Raises:
            SpeechError: the voice is unknown, or espeak-ng failed.
        """
        sound = bytearray()

        def keep(samples: int | None, count: int, _events: int | None) -> int:
            if samples and count:
                sound.extend(ctypes.string_at(samples, count * BYTES_PER_SAMPLE))
            return _ABORT if abandoned.is_set() else _GO_ON

        with self._lock:
            if not abandoned.is_set():
                self._choose(voice)
                self._synthesize(text, _OnSound(keep))
        return bytes(sound)

    def pronounce(self, words: str, voice: Voice) -> str:
        """How ``words`` are said, in IPA; their punctuation is left out.

        Raises:
            SpeechError: the voice is unknown.
        """
        rest = ctypes.c_char_p(_encoded(words))
        with self._lock:
            self._choose(voice)
            sounds = []
            while rest.value:
                sounds.append(
                    self._espeak.espeak_TextToPhonemes(ctypes.byref(rest), _CHARS_UTF8, _PHONEMES_IPA)
                )
        return " ".join(sound.decode() for sound in sounds)

    def _choose(self, voice: Voice) -> None:
        if self._espeak.espeak_SetVoiceByName(voice.name.encode()) != 0:
            known = ", ".join(self.voices(voice.language)) or "none for this language"
            raise SpeechError(f"espeak-ng has no voice {voice.name!r}: set tts.voices to one of {known}")
        self._espeak.espeak_SetParameter(_RATE, round(voice.words_per_minute * voice.speed), 0)

    def _synthesize(self, text: str, on_sound: ctypes._FuncPointer) -> None:
        """Blocks, without Python's lock, while ``on_sound`` is called for each piece of sound."""
        encoded = _encoded(text)
        self._espeak.espeak_SetSynthCallback(on_sound)
        status = self._espeak.espeak_Synth(
            encoded,
            ctypes.c_size_t(len(encoded) + 1),
            0,
            _POSITION_CHARACTER,
            0,
            _CHARS_UTF8 | _END_PAUSE,
            None,
            None,
        )
        if status != 0:
            raise SpeechError(
                f"espeak-ng could not say {len(text)} characters (status {status}): shorten them"
            )

    def voices(self, language: str) -> list[str]:
        """Names of the voices for ``language`` and its countries."""
        names = (path.name.lower() for path in (self._data / "lang").rglob("*") if path.is_file())
        return sorted(name for name in names if name.split("-")[0] == language)


the_library = cache(EspeakLibrary)
"""espeak-ng can be initialised once in a process."""


def _encoded(text: str) -> bytes:
    return text.replace("\0", " ").encode(errors="replace")


def load_library() -> tuple[ctypes.CDLL, Path]:
    """The shared library and its folder ``espeak-ng-data``.

    Raises:
        SpeechError: the package that carries them is missing or does not fit this machine.
    """
    try:
        import espeakng_loader

        return ctypes.CDLL(espeakng_loader.get_library_path()), Path(espeakng_loader.get_data_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise SpeechError(
            f"espeak-ng cannot be loaded ({error}): install it with pip install 'voicebot[embedded]'"
        ) from error
