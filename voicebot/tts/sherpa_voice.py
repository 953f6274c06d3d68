"""A voice of sherpa-onnx in memory."""

from __future__ import annotations

import numpy as np
import sherpa_onnx

from voicebot.errors import SpeechError
from voicebot.tts.phonemes import phonemes
from voicebot.tts.sherpa_files import SherpaFiles
from voicebot.tts.synthesizer import Voice

FULL_SCALE = 32767


class SherpaSpeaker:
    """Makes one sentence on one processor core.

    Since 2.0 sherpa-onnx drops words that it has no list of, such as names: so it is given phonemes.
    """

    def __init__(self, files: SherpaFiles) -> None:
        """Load the voice.

        Raises:
            SpeechError: sherpa-onnx does not take its files.
        """
        config = sherpa_onnx.OfflineTtsConfig(model=_model(files))
        if not config.validate():
            raise SpeechError(f"sherpa-onnx does not take the voice {files.model}: fetch it again")
        try:
            self._tts = sherpa_onnx.OfflineTts(config)
        except RuntimeError as error:
            raise SpeechError(f"the voice {files.model} cannot be loaded: {error}") from error
        self.rate: int = self._tts.sample_rate

    def speak(self, sentence: str, voice: Voice) -> bytes:
        """The whole sound; blocks.

        Raises:
            SpeechError: sherpa-onnx failed, or the model has no such speaker.
        """
        if voice.speaker >= max(1, self._tts.num_speakers):
            raise SpeechError(f"the voice {voice.name!r} has the speakers 0 to {self._tts.num_speakers - 1}")
        spelled = [ord(phoneme) for phoneme in phonemes(sentence, voice.language)]
        if not spelled:
            return b""
        how = sherpa_onnx.GenerationConfig()
        how.sid, how.speed, how.phoneme_codepoints = voice.speaker, voice.speed, [spelled]
        try:
            spoken = self._tts.generate("", how)
        except RuntimeError as error:
            raise SpeechError(f"sherpa-onnx could not say {len(sentence)} characters: {error}") from error
        samples = np.asarray(spoken.samples, np.float32)
        return (np.clip(samples, -1, 1) * FULL_SCALE).astype("<i2").tobytes()


def _model(files: SherpaFiles) -> sherpa_onnx.OfflineTtsModelConfig:
    model, tokens = str(files.model), str(files.tokens)
    if files.speakers:
        kokoro = sherpa_onnx.OfflineTtsKokoroModelConfig(
            model=model, voices=str(files.speakers), tokens=tokens
        )
        return sherpa_onnx.OfflineTtsModelConfig(kokoro=kokoro)
    if files.vocoder:
        matcha = sherpa_onnx.OfflineTtsMatchaModelConfig(
            acoustic_model=model, vocoder=str(files.vocoder), tokens=tokens
        )
        return sherpa_onnx.OfflineTtsModelConfig(matcha=matcha)
    vits = sherpa_onnx.OfflineTtsVitsModelConfig(model=model, tokens=tokens)
    return sherpa_onnx.OfflineTtsModelConfig(vits=vits)
