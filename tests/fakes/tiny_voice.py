"""Voices of a megabyte, in the files that Piper and sherpa-onnx load.

Every step on the way to their sound is the real one, words into phonemes included; but each phoneme is a tone
of its own, 50 ms at the usual speed, and longer at a slower one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

RATE = 22050
PHONEME_SECONDS = 0.05
SLOWEST = 2.0
KOKORO_TOKENS = 510
MEL_BANDS = 80


def build_tiny_piper(folder: Path, name: str = "tiny", *, espeak_voice: str = "en-us") -> Path:
    """Write a voice as Piper publishes them into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_tones(), str(folder / f"{name}.onnx"))
    config = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": espeak_voice},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "num_symbols": len(DEFAULT_PHONEME_ID_MAP),
        "num_speakers": 1,
        "speaker_id_map": {},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
    }
    (folder / f"{name}.onnx.json").write_text(json.dumps(config))
    return folder


def build_tiny_vits(folder: Path) -> Path:
    """Write the same voice as sherpa-onnx publishes those of Piper."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_with(_tones(), {"model_type": "vits", "comment": "piper"}), str(folder / "tiny.onnx"))
    _write_tokens(folder)
    return folder


def build_tiny_kokoro(folder: Path) -> Path:
    """Write a voice of two speakers as sherpa-onnx publishes Kokoro's; the second is half as loud."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = {"style_dim": f"{KOKORO_TOKENS},1,1", "n_speakers": "2", "speaker_names": "a,b"}
    told = {"model_type": "kokoro", "version": "2", "speaker2id": "a->0,b->1", **shape}
    onnx.save(_with(_styled_tones(), told), str(folder / "model.onnx"))
    np.repeat(np.array([1.0, 0.5], np.float32), KOKORO_TOKENS).tofile(folder / "voices.bin")
    _write_tokens(folder)
    return folder


def build_tiny_matcha(folder: Path) -> Path:
    """Write a voice as sherpa-onnx publishes Matcha's, with a vocoder to which each number is a sample."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "model_type": "matcha-tts",
        "version": "1",
        "use_icefall": "1",
        "use_eos_bos": "1",
        "num_ode_steps": "3",
    }
    onnx.save(
        _with(_spectrogram(), {**told, "pad_id": "0", "jieba": "0"}), str(folder / "model-steps-3.onnx")
    )
    onnx.save(_with(_unrolled(), {"model_type": "hifigan"}), str(folder / "hifigan.onnx"))
    _write_tokens(folder)
    return folder


def _write_tokens(folder: Path) -> None:
    single = {phoneme: ids[0] for phoneme, ids in DEFAULT_PHONEME_ID_MAP.items() if len(phoneme) == 1}
    tokens = (f"{phoneme} {number}\n" for phoneme, number in single.items())
    (folder / "tokens.txt").write_text("".join(tokens), encoding="utf-8")


def _with(model: onnx.ModelProto, metadata: Mapping[str, str]) -> onnx.ModelProto:
    common = {"language": "English", "voice": "en-us", "has_espeak": "1", "n_speakers": "1"}
    helper.set_model_props(model, {**common, "sample_rate": str(RATE), "comment": "", **metadata})
    return model


def _tones() -> onnx.ModelProto:
    """Piper's inputs: phonemes, their number, and the scales, of which the second is the length."""
    nodes = [
        helper.make_node("Slice", ["scales", "one", "two"], ["slowness"]),
        helper.make_node("Mul", ["slowness", "usual"], ["exactly"]),
        *_spoken("input"),
        helper.make_node("Reshape", ["spoken", "shape"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples"])
    return _model(nodes, inputs, output, {"two": np.array([2]), "shape": np.array([1, 1, 1, -1])})


def _styled_tones() -> onnx.ModelProto:
    """Kokoro's inputs: phonemes, a speaker's style, and the speed."""
    nodes = [
        helper.make_node("Div", ["usual", "speed"], ["exactly"]),
        *_spoken("tokens"),
        helper.make_node("Reshape", ["spoken", "shape"], ["flat"]),
        helper.make_node("ReduceMean", ["style"], ["loudness"], keepdims=0),
        helper.make_node("Mul", ["flat", "loudness"], ["audio"]),
    ]
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "phonemes"]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 1]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    output = helper.make_tensor_value_info("audio", TensorProto.FLOAT, ["samples"])
    return _model(nodes, inputs, output, {"shape": np.array([-1])})


def _spectrogram() -> onnx.ModelProto:
    """Matcha's inputs: phonemes, their number, the noise, and the length; its bands hold the sound itself."""
    nodes = [
        helper.make_node("Mul", ["length_scale", "frames"], ["about"]),
        helper.make_node("Floor", ["about"], ["whole"]),
        helper.make_node("Mul", ["whole", "bands"], ["exactly"]),
        *_spoken("x"),
        helper.make_node("Reshape", ["spoken", "shape"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["mel"], perm=[0, 2, 1]),
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.INT64, [1, "phonemes"]),
        helper.make_tensor_value_info("x_length", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("noise_scale", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("length_scale", TensorProto.FLOAT, [1]),
    ]
    output = helper.make_tensor_value_info("mel", TensorProto.FLOAT, [1, MEL_BANDS, "frames"])
    frames = np.array([PHONEME_SECONDS * RATE // MEL_BANDS], np.float32)
    bands = np.array([MEL_BANDS], np.float32)
    shape = np.array([1, -1, MEL_BANDS])
    return _model(nodes, inputs, output, {"frames": frames, "bands": bands, "shape": shape})


def _unrolled() -> onnx.ModelProto:
    """A vocoder: the bands of each frame one after the other."""
    nodes = [
        helper.make_node("Transpose", ["mel"], ["rows"], perm=[0, 2, 1]),
        helper.make_node("Reshape", ["rows", "shape"], ["audio"]),
    ]
    mel = helper.make_tensor_value_info("mel", TensorProto.FLOAT, [1, MEL_BANDS, "frames"])
    audio = helper.make_tensor_value_info("audio", TensorProto.FLOAT, [1, 1, "samples"])
    return _model(nodes, [mel], audio, {"shape": np.array([1, 1, -1])})


def _spoken(phonemes: str) -> list[onnx.NodeProto]:
    """Each phoneme looked up in a table of tones, cut to the length that is asked for."""
    return [
        helper.make_node("Cast", ["exactly"], ["length"], to=TensorProto.INT64),
        helper.make_node("Slice", ["table", "start", "length", "one"], ["tones"]),
        helper.make_node("Gather", ["tones", phonemes], ["spoken"], axis=0),
    ]


def _model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    output: onnx.ValueInfoProto,
    constants: Mapping[str, Any],
) -> onnx.ModelProto:
    most = int(PHONEME_SECONDS * SLOWEST * RATE)
    phonemes = max(ids[0] for ids in DEFAULT_PHONEME_ID_MAP.values()) + 1
    pitches = 150 + 10 * np.arange(phonemes)[:, None]
    every = {
        "table": (0.5 * np.sin(2 * np.pi * pitches * np.arange(most) / RATE)).astype(np.float32),
        "usual": np.array([most / SLOWEST], np.float32),
        "one": np.array([1]),
        "start": np.array([0]),
        **constants,
    }
    initial = [numpy_helper.from_array(value, name) for name, value in every.items()]
    graph = helper.make_graph(nodes, "tiny voice", inputs, [output], initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
