"""A Whisper model that knows one sentence, in the files that faster-whisper loads.

Every step on the way to that sentence is the real one. Its attention is all zeros, so that each token leads
to the next: that of a letter is a unit vector, and the letter after it has the same one as its weights.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel

MELS, SOUND_POSITIONS, TEXT_POSITIONS, TIMESTAMPS = 80, 1500, 448, 1501
WIDTH = 32
SURE = 5.0
"""Weight of the next letter: its probability is close to one."""
BYTES = sorted(ByteLevel.alphabet())


def build_tiny_whisper(
    folder: Path, says: str = "Yes.", *, multilingual: bool = True, speech: bool = True
) -> Path:
    """Write into ``folder`` a model of a megabyte that says ``says`` to any sound; takes milliseconds.

    A letter that comes twice leads to what followed it first: "nana" is said for ever. Without ``speech`` the
    model is sure that nobody spoke.
    """
    vocabulary = [*BYTES, *_specials()]
    folder.mkdir(parents=True, exist_ok=True)
    _tokenizer().save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": MELS}))
    # CTranslate2 takes a model for multilingual by the empty token that ends Whisper's longer vocabulary.
    known = [*vocabulary, ""] if multilingual else vocabulary
    _spec(known, _chain(says, speech)).save(str(folder))
    return folder


def _specials() -> list[str]:
    names = ["endoftext", "startoftranscript", *_LANGUAGE_CODES[:99], "translate", "transcribe", "startoflm"]
    names += ["startofprev", "nospeech", "notimestamps", *(f"{n * 0.02:.2f}" for n in range(TIMESTAMPS))]
    return [f"<|{name}|>" for name in names]


def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(BPE(vocab={letter: number for number, letter in enumerate(BYTES)}, merges=[]))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=False)
    tokenizer.decoder = ByteLevelDecoder()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in _specials()])
    return tokenizer


def _chain(says: str, speech: bool) -> list[tuple[str, str]]:
    """Which token follows which."""
    letters = [letter for letter, _ in ByteLevel(add_prefix_space=False).pre_tokenize_str(says)]
    said = ["<|notimestamps|>", *"".join(letters), "<|endoftext|>"]
    followers = dict(reversed(list(pairwise(said)))) | (
        {} if speech else {"<|startoftranscript|>": "<|nospeech|>"}
    )
    return list(followers.items())


def _spec(known: list[str], chain: list[tuple[str, str]]) -> WhisperSpec:
    ids = {token: number for number, token in enumerate(known)}
    spec = WhisperSpec(1, 2, 1, 2)
    _encoder(spec.encoder)
    _decoder(spec.decoder, len(known))
    for dimension, (token, follower) in enumerate(chain):
        spec.decoder.embeddings.weight[ids[token], dimension] = 1
        spec.decoder.projection.weight[ids[follower], dimension] = SURE
    spec.register_vocabulary(known)
    spec.config.suppress_ids = list(range(ids["<|startoftranscript|>"], len(known)))
    spec.config.suppress_ids_begin = [ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[f"<|{code}|>"] for code in _LANGUAGE_CODES[:99]]
    spec.config.alignment_heads = [[0, 0]]
    spec.validate()
    return spec


def _encoder(encoder: Any) -> None:
    _linear(encoder.conv1, WIDTH, MELS, 3)
    _linear(encoder.conv2, WIDTH, WIDTH, 3)
    encoder.position_encodings.encodings = _zeros(SOUND_POSITIONS, WIDTH)
    _norm(encoder.layer_norm)
    for layer in encoder.layer:
        _attention(layer.self_attention, 3, 1)
        _feed_forward(layer.ffn)


def _decoder(decoder: Any, words: int) -> None:
    decoder.embeddings.weight = _zeros(words, WIDTH)
    decoder.position_encodings.encodings = _zeros(TEXT_POSITIONS, WIDTH)
    decoder.projection.weight = _zeros(words, WIDTH)
    _norm(decoder.layer_norm)
    for layer in decoder.layer:
        _attention(layer.self_attention, 3, 1)
        _attention(layer.attention, 1, 2, 1)
        _feed_forward(layer.ffn)


def _attention(attention: Any, *heights: int) -> None:
    _norm(attention.layer_norm)
    for linear, height in zip(attention.linear, heights, strict=True):
        _linear(linear, height * WIDTH, WIDTH)


def _feed_forward(ffn: Any) -> None:
    _norm(ffn.layer_norm)
    _linear(ffn.linear_0, 4 * WIDTH, WIDTH)
    _linear(ffn.linear_1, WIDTH, 4 * WIDTH)


def _linear(linear: Any, *shape: int) -> None:
    linear.weight = _zeros(*shape)
    linear.bias = _zeros(shape[0])


def _norm(norm: Any) -> None:
    norm.gamma = np.ones(WIDTH, np.float32)
    norm.beta = _zeros(WIDTH)


def _zeros(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, np.float32)
