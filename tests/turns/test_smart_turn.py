from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import onnx
import pytest

from tests.vad.sounds import frames, pink_noise, silence
from voicebot.errors import ModelError
from voicebot.media.frame import AudioFrame, Band
from voicebot.turns.settings import EndOfTurnSettings
from voicebot.turns.smart_turn import SmartTurn, open_end_of_turn

pytestmark = pytest.mark.engine

LISTENING = EndOfTurnSettings(model="./any", deadline=1.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that takes a caller for finished whose last half second has no high tones."""
    helper, proto = onnx.helper, onnx.TensorProto
    integers = {"from": [40, 750], "to": [80, 800], "axes": [1, 2], "all": [0, 1, 2]}
    graph = helper.make_graph(
        [
            helper.make_node("Slice", ["input_features", "from", "to", "axes"], ["end"]),
            helper.make_node("ReduceMean", ["end", "all"], ["level"], keepdims=0),
            helper.make_node("Mul", ["level", "minus"], ["soft"]),
            helper.make_node("Reshape", ["soft", "shape"], ["one"]),
            helper.make_node("Sigmoid", ["one"], ["logits"]),
        ],
        "ends_softly",
        [helper.make_tensor_value_info("input_features", proto.FLOAT, ["batch", 80, 800])],
        [helper.make_tensor_value_info("logits", proto.FLOAT, [1, 1])],
        [
            *(helper.make_tensor(name, proto.INT64, [len(of)], of) for name, of in integers.items()),
            helper.make_tensor("minus", proto.FLOAT, [], [-20.0]),
            helper.make_tensor("shape", proto.INT64, [2], [1, 1]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, tmp_path / "tiny.onnx")
    return tmp_path


@asynccontextmanager
async def model_in(folder: Path) -> AsyncIterator[SmartTurn]:
    async with open_end_of_turn(LISTENING.model_copy(update={"model": str(folder)}), folder) as model:
        assert model is not None
        yield model


def trailing_off(band: Band = Band.NARROW) -> list[AudioFrame]:
    return frames(pink_noise(1.0, dbfs=-20, band=band), silence(0.6, band), band=band)


def going_on(band: Band = Band.NARROW) -> list[AudioFrame]:
    return frames(silence(0.6, band), pink_noise(1.0, dbfs=-20, band=band), band=band)


@pytest.mark.parametrize("band", Band)
async def test_who_trails_off_has_finished_and_who_does_not_has_not(folder: Path, band: Band) -> None:
    async with model_in(folder) as model:
        assert await model.finished(trailing_off(band)) is True
        assert await model.finished(going_on(band)) is False


class Stuck:
    """A model that answers when it is let go."""

    def __init__(self) -> None:
        self.free = Event()
        self.runs = 0

    def run(self, outputs: Any, inputs: Any) -> list[Any]:
        self.runs += 1
        self.free.wait(10)
        return [np.array([[0.9]])]


async def test_ten_callers_who_pause_at_once_do_not_wait_for_each_other(folder: Path) -> None:
    settings = EndOfTurnSettings(model=str(folder), deadline=0.05)
    stuck = Stuck()
    async with open_end_of_turn(settings, folder) as model:
        assert model is not None
        model._session = stuck
        answers = await asyncio.gather(*[model.finished(trailing_off()) for _ in range(10)])
        assert answers == [None] * 10
        stuck.free.set()
    assert stuck.runs <= 1


async def test_a_model_that_breaks_leaves_the_decision_to_silence(folder: Path) -> None:
    async with model_in(folder) as model:
        model._session = None
        assert await model.finished(trailing_off()) is None


async def test_no_model_is_no_model(tmp_path: Path) -> None:
    async with open_end_of_turn(EndOfTurnSettings(), tmp_path) as model:
        assert model is None


@pytest.mark.parametrize(
    ("name", "says"), [("smart-turn", "voicebot models pull smart-turn"), ("{}", "no .onnx file")]
)
async def test_a_model_that_is_not_here_says_how_to_get_it(tmp_path: Path, name: str, says: str) -> None:
    settings = EndOfTurnSettings(model=name.format(tmp_path))
    with pytest.raises(ModelError, match=says):
        async with open_end_of_turn(settings, tmp_path):
            pass


async def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.onnx").write_bytes(b"no model")
    with pytest.raises(ModelError, match="does not load"):
        async with open_end_of_turn(EndOfTurnSettings(model=str(tmp_path)), tmp_path):
            pass
