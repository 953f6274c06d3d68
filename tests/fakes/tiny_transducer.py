"""Transducers that know one sentence, in the files that sherpa-onnx loads.

The streaming one is of sherpa-onnx's kind ``lstm``: its state counts 40 ms steps, and at every eighth it says
the next word. The other is as NeMo makes them, for whole utterances.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

STEPS_A_WORD = 8
"""Of 40 ms."""
SURE = 9.0
NEVER = 100.0
BLANK = "<blk>"

Numbers = Mapping[str, NDArray[Any]]


def build_tiny_transducer(folder: Path, says: str = "yes tomorrow") -> Path:
    """Write into ``folder`` a model of a few kilobytes that says a word of ``says`` each 0.32 s."""
    tokens = [BLANK, *(f"▁{word.upper()}" for word in says.split())]
    size = len(tokens)
    folder.mkdir(parents=True, exist_ok=True)
    _encoder(folder / "encoder.int8.onnx", size)
    _decoder(folder / "decoder.onnx", size)
    _joiner(folder / "joiner.int8.onnx", size)
    _write_tokens(folder, tokens)
    return folder


def _encoder(path: Path, size: int) -> None:
    """Forbids every word but at the steps where one is due."""
    forbids = np.zeros((1, 1, size), np.float32)
    forbids[0, 0, 0] = NEVER
    graph = f"""encoder (float[N, 9, 80] x, float[1, N, 1] h0, float[1, N, 1] c0)
        => (float[N, 1, {size}] encoder_out, float[1, N, 1] next_h0, float[1, N, 1] next_c0) {{
        next_h0 = Add(h0, one)
        next_c0 = Identity(c0)
        since = Mod <fmod = 1> (h0, steps)
        due = Equal(since, zero)
        quiet = Where(due, zero, one)
        turned = Transpose <perm = [1, 0, 2]> (quiet)
        encoder_out = Mul(turned, forbids)
    }}"""
    numbers: Numbers = {
        "one": _number(1),
        "zero": _number(0),
        "steps": _number(STEPS_A_WORD),
        "forbids": forbids,
    }
    shape = {"num_encoder_layers": 1, "T": 9, "decode_chunk_len": 4, "rnn_hidden_size": 1, "d_model": 1}
    _save(path, graph, {**numbers, "forbids": forbids}, {"model_type": "lstm", **shape})


def _decoder(path: Path, size: int) -> None:
    graph = f"""decoder (int64[N, 2] y) => (float[N, {size}] decoder_out) {{
        last = Gather <axis = 1> (y, place)
        decoder_out = Gather <axis = 0> (follows, last)
    }}"""
    numbers: Numbers = {"place": np.array(1, np.int64), "follows": _follows(size)}
    _save(path, graph, numbers, {"vocab_size": size, "context_size": 2})


def _joiner(path: Path, size: int) -> None:
    graph = f"""joiner (float[N, {size}] encoder_out, float[N, {size}] decoder_out)
        => (float[N, {size}] logit) {{
        logit = Add(encoder_out, decoder_out)
    }}"""
    _save(path, graph, {}, {"joiner_dim": size})


def _number(value: float) -> NDArray[np.float32]:
    return np.array(value, np.float32)


def _save(path: Path, graph: str, numbers: Numbers, told: Mapping[str, str | int]) -> None:
    model = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]>\n{graph}')
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(value, name) for name, value in numbers.items()
    )
    onnx.helper.set_model_props(model, {name: str(value) for name, value in told.items()})
    onnx.save_model(model, path)


def build_tiny_nemo(folder: Path, says: str = "sí mañana") -> Path:
    """Write into ``folder`` a model that says ``says`` to any sound."""
    tokens = [*(f"▁{word}" for word in says.split()), BLANK]
    size = len(tokens)
    folder.mkdir(parents=True, exist_ok=True)
    encoder = f"""encoder (float[N, 80, T] audio_signal, int64[N] length)
        => (float[N, {size}, T] outputs, int64[N] encoded_lengths) {{
        loudness = ReduceMax <axes = [1], keepdims = 1> (audio_signal)
        outputs = Mul(loudness, zeros)
        encoded_lengths = Identity(length)
    }}"""
    heard: dict[str, str | int] = {
        "vocab_size": size - 1,
        "subsampling_factor": 1,
        "normalize_type": "",
        "pred_rnn_layers": 1,
    }
    zeros = {"zeros": np.zeros((1, size, 1), np.float32)}
    _save(folder / "encoder.int8.onnx", encoder, zeros, {**heard, "pred_hidden": 1})
    decoder = f"""decoder (int32[N, 1] targets, int32[N] target_length, float[1, N, 1] s0, float[1, N, 1] s1)
        => (float[N, {size}, 1] outputs, int32[N] prednet_lengths, float[1, N, 1] t0, float[1, N, 1] t1) {{
        likely = Gather <axis = 0> (follows, targets)
        outputs = Transpose <perm = [0, 2, 1]> (likely)
        prednet_lengths = Identity(target_length)
        t0 = Identity(s0)
        t1 = Identity(s1)
    }}"""
    _save(folder / "decoder.int8.onnx", decoder, {"follows": _follows(size)}, {})
    joiner = f"""joiner (float[N, {size}, 1] encoder_outputs, float[N, {size}, 1] decoder_outputs)
        => (float[N, 1, 1, {size}] outputs) {{
        sum = Add(encoder_outputs, decoder_outputs)
        outputs = Reshape(sum, shape)
    }}"""
    shape = {"shape": np.array([-1, 1, 1, size], np.int64)}
    _save(folder / "joiner.int8.onnx", joiner, shape, {})
    _write_tokens(folder, tokens)
    return folder


def _follows(size: int) -> NDArray[np.float32]:
    """Each word makes the next one likely, from the blank to the blank."""
    follows = np.zeros((size, size), np.float32)
    for word in range(size):
        follows[word, (word + 1) % size] = SURE
    return follows


def _write_tokens(folder: Path, tokens: list[str]) -> None:
    lines = [f"{token} {number}" for number, token in enumerate(tokens)]
    (folder / "tokens.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
