from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from structlog.testing import capture_logs

from voicebot.media.frame import AudioFrame
from voicebot.media.recording import StereoRecording

pytestmark = pytest.mark.virtual_time

CALLER = np.full(160, 1000, "<i2").tobytes()
BOT = np.full(160, -2000, "<i2").tobytes()


def frame(number: int) -> AudioFrame:
    return AudioFrame(CALLER, 8000, number * 0.02)


def both_legs(path: Path) -> npt.NDArray[np.int16]:
    """One row for each sample: caller, bot."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


async def test_the_caller_is_left_and_the_bot_right(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "calls" / "call.wav", 8000)
    for number in range(60):
        recording.caller(frame(number))
        recording.bot(BOT)
    await recording.close()
    legs = both_legs(tmp_path / "calls" / "call.wav")
    assert legs.tolist() == [[1000, -2000]] * (60 * 160)


async def test_the_file_is_whole_while_the_call_goes_on(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "call.wav", 8000)
    lengths = []
    for number in range(150):
        recording.caller(frame(number))
        recording.bot(BOT)
        await asyncio.sleep(0.02)
        if number in (75, 125):
            lengths.append(len(both_legs(tmp_path / "call.wav")))
    assert lengths == pytest.approx([8000, 16000], abs=320)
    await recording.close()
    assert len(both_legs(tmp_path / "call.wav")) == 24000


async def test_a_bot_that_fell_behind_is_brought_back_in_step(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "call.wav", 8000)
    for number in range(50):
        recording.caller(frame(number))
        if number < 40:
            recording.bot(BOT)
    for number in range(50, 60):
        recording.caller(frame(number))
        recording.bot(BOT)
    await recording.close()
    bot = both_legs(tmp_path / "call.wav")[:, 1].reshape(60, 160)[:, 0]
    assert bot.tolist() == [-2000] * 40 + [0] * 10 + [-2000] * 10


async def test_a_caller_who_sends_nothing_is_recorded_as_silence(tmp_path: Path) -> None:
    recording = StereoRecording(tmp_path / "call.wav", 8000)
    for _ in range(250):
        recording.bot(BOT)
    await recording.close()
    assert both_legs(tmp_path / "call.wav").tolist() == [[0, -2000]] * (250 * 160)


async def test_a_call_without_sound_leaves_no_file(tmp_path: Path) -> None:
    await StereoRecording(tmp_path / "call.wav", 8000).close()
    assert not (tmp_path / "call.wav").exists()


async def test_a_folder_that_cannot_be_written_costs_the_recording_not_the_call(tmp_path: Path) -> None:
    (tmp_path / "calls").write_text("a file where a folder should be")
    recording = StereoRecording(tmp_path / "calls" / "call.wav", 8000)
    with capture_logs() as logs:
        for number in range(200):
            recording.caller(frame(number))
            recording.bot(BOT)
            await asyncio.sleep(0.02)
        await recording.close()
    assert [entry["event"] for entry in logs] == ["recording_stopped"]
    assert "goes on unrecorded" in logs[0]["check"]


async def test_a_full_disk_costs_the_recording_not_the_call() -> None:
    recording = StereoRecording(Path("/dev/full"), 8000)
    with capture_logs() as logs:
        for number in range(200):
            recording.caller(frame(number))
            recording.bot(BOT)
            await asyncio.sleep(0.02)
        await recording.close()
    assert [(entry["event"], entry["reason"]) for entry in logs] == [
        ("recording_stopped", "[Errno 28] No space left on device")
    ]
