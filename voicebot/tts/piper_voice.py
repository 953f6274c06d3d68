"""A Piper voice in memory."""

from __future__ import annotations

import json
from pathlib import Path

import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig

from voicebot.errors import SpeechError
from voicebot.tts.synthesizer import Voice


class PiperSpeaker:
    """Makes one sentence on one processor core: a medium voice takes a twentieth of the time it sounds.

    Piper's own ``load`` takes all cores for each sentence, and they wait for each other in a loop: with two
    of them, shared with other work, a sentence took twice as long as with one.
    """

    def __init__(self, file: Path) -> None:
        """Load the voice, which takes half a second."""
        alone = onnxruntime.SessionOptions()
        alone.intra_op_num_threads = alone.inter_op_num_threads = 1
        self._piper = PiperVoice(
            session=onnxruntime.InferenceSession(str(file), alone, providers=["CPUExecutionProvider"]),
            config=PiperConfig.from_dict(json.loads(Path(f"{file}.json").read_text(encoding="utf-8"))),
        )
        self.rate: int = self._piper.config.sample_rate

    def speak(self, sentence: str, voice: Voice) -> bytes:
        """The whole sound; blocks. Piper itself sees to it that threads take turns where they must.

        Raises:
            SpeechError: Piper failed.
        """
        how = SynthesisConfig(
            speaker_id=voice.speaker if self._piper.config.num_speakers > 1 else None,
            length_scale=self._piper.config.length_scale / voice.speed,
        )
        plain = sentence.replace("[[", "[")  # what stands in [[ ]] Piper takes for phonemes
        try:
            return b"".join(chunk.audio_int16_bytes for chunk in self._piper.synthesize(plain, how))
        except Exception as error:  # those of onnxruntime have no other base
            raise SpeechError(f"Piper could not say {len(sentence)} characters: {error}") from error
