from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import structlog

from voicebot.errors import SpeechError
from voicebot.media.frame import AudioFrame, pcm_seconds
from voicebot.tts.cache import PromptCache, Source
from voicebot.tts.settings import LoudnessSettings, TtsSettings
from voicebot.tts.synthesizer import Voice

ENGINE_RATE = 22050
VOICE = Voice("en", "low")
SECONDS = 0.5


class ToneSynthesizer:
    """Speaks every text as half a second of a tone and remembers what it was asked to say."""

    def __init__(self, name: str = "tone 1") -> None:
        self._name = name
        self.spoken: list[str] = []
        self.asked = asyncio.Event()
        self.broken = False

    def identity(self, voice: Voice) -> str:
        return self._name

    async def ready(self) -> None:
        pass

    async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
        self.spoken.append(text)
        self.asked.set()
        await asyncio.sleep(0)
        if self.broken:
            raise SpeechError("the tone is broken: mend it")
        time = np.arange(round(SECONDS * ENGINE_RATE)) / ENGINE_RATE
        pcm = (8000 * np.sin(2 * np.pi * 440 * time)).astype("<i2").tobytes()
        half = len(pcm) // 4 * 2
        yield AudioFrame(pcm[:half], ENGINE_RATE, 0.0)
        yield AudioFrame(pcm[half:], ENGINE_RATE, SECONDS / 2)

    async def close(self) -> None:
        pass


@pytest.fixture
def tones() -> ToneSynthesizer:
    return ToneSynthesizer()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prompts"


def a_cache(tones: ToneSynthesizer, folder: Path, settings: TtsSettings | None = None) -> PromptCache:
    return PromptCache(tones, folder, settings or TtsSettings())


def kept(folder: Path) -> list[Path]:
    """The files in ``folder``, were there one."""
    return list(folder.glob("*"))


@pytest.mark.parametrize("rate", [8000, 16000])
async def test_a_prompt_comes_in_the_rate_and_at_the_level_of_the_line(
    tones: ToneSynthesizer, folder: Path, rate: int
) -> None:
    pcm = await a_cache(tones, folder).render("Hello", voice=VOICE, rate=rate)
    assert pcm_seconds(pcm, rate) == pytest.approx(SECONDS, abs=0.005)
    power = np.mean((np.frombuffer(pcm, "<i2") / 32768) ** 2)
    assert 10 * np.log10(power) == pytest.approx(-20.0, abs=0.3)


async def test_a_prompt_is_spoken_once(tones: ToneSynthesizer, folder: Path) -> None:
    prompts = a_cache(tones, folder)
    first = await prompts.render("Hello", voice=VOICE, rate=8000)
    assert await prompts.render("Hello", voice=VOICE, rate=8000) == first
    assert tones.spoken == ["Hello"]


async def test_where_a_prompt_came_from_is_told(tones: ToneSynthesizer, folder: Path) -> None:
    found: list[Source] = []
    for _ in range(2):
        prompts = PromptCache(tones, folder, TtsSettings(), on_found=found.append)
        await prompts.render("Hello.", voice=VOICE, rate=8000)
        await prompts.render("Hello.", voice=VOICE, rate=8000)
    assert found == [Source.VOICE, Source.MEMORY, Source.DISK, Source.MEMORY]


async def test_a_prompt_outlives_the_process(tones: ToneSynthesizer, folder: Path) -> None:
    first = await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000)
    assert await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000) == first
    assert tones.spoken == ["Hello"]


async def test_a_hundred_calls_that_ask_at_once_share_one_rendering(
    tones: ToneSynthesizer, folder: Path
) -> None:
    prompts = a_cache(tones, folder)
    heard = await asyncio.gather(*(prompts.render("Hello", voice=VOICE, rate=8000) for _ in range(100)))
    assert len(set(heard)) == 1
    assert tones.spoken == ["Hello"]


async def test_when_the_first_who_asked_hangs_up_the_others_still_get_their_prompt(
    tones: ToneSynthesizer, folder: Path
) -> None:
    prompts = a_cache(tones, folder)
    first, second = (
        asyncio.create_task(prompts.render("Hello", voice=VOICE, rate=8000), name=f"caller {n}")
        for n in range(2)
    )
    await tones.asked.wait()
    first.cancel()
    assert await second
    assert first.cancelled()


async def test_everything_that_changes_the_sound_makes_another_prompt(
    tones: ToneSynthesizer, folder: Path
) -> None:
    louder = TtsSettings(loudness=LoudnessSettings(speech_level=-15.0))
    await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000)
    await a_cache(tones, folder).render("Hello!", voice=VOICE, rate=8000)
    await a_cache(tones, folder).render("Hello", voice=Voice("en", "high"), rate=8000)
    await a_cache(tones, folder).render("Hello", voice=Voice("en", "low", 120), rate=8000)
    await a_cache(tones, folder).render("Hello", voice=VOICE, rate=16000)
    await a_cache(tones, folder, louder).render("Hello", voice=VOICE, rate=8000)
    await a_cache(ToneSynthesizer("tone 2"), folder).render("Hello", voice=VOICE, rate=8000)
    assert len(kept(folder)) == 7


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 4000])
async def test_a_damaged_file_is_rendered_anew(tones: ToneSynthesizer, folder: Path, damage: bytes) -> None:
    first = await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000)
    (file,) = kept(folder)
    file.write_bytes(damage)
    assert await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000) == first
    assert await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000) == first
    assert tones.spoken == ["Hello", "Hello"]


async def test_a_truncated_file_is_rendered_anew(tones: ToneSynthesizer, folder: Path) -> None:
    first = await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000)
    (file,) = kept(folder)
    file.write_bytes(file.read_bytes()[:-2])
    assert await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000) == first


async def test_a_folder_that_takes_no_files_costs_one_warning_and_no_prompt(
    tones: ToneSynthesizer, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "prompts"
    in_the_way.write_text("a file where the folder should be")
    prompts = a_cache(tones, in_the_way)
    with structlog.testing.capture_logs() as logs:
        await prompts.warm(["One", "Two"], voice=VOICE, rates=[8000])
    assert [entry["event"] for entry in logs] == ["prompts_not_kept"]
    assert await prompts.render("One", voice=VOICE, rate=8000)
    assert tones.spoken == ["One", "Two"]


async def test_a_full_disk_leaves_no_pieces_behind(
    tones: ToneSynthesizer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", no_space)
    assert await a_cache(tones, folder).render("Hello", voice=VOICE, rate=8000)
    assert kept(folder) == []


async def test_what_tells_about_a_person_stays_off_the_disk(tones: ToneSynthesizer, folder: Path) -> None:
    prompts = a_cache(tones, folder)
    await prompts.render("Ana owes two dollars", voice=VOICE, rate=8000, ephemeral=True)
    await prompts.render("Ana owes two dollars", voice=VOICE, rate=8000, ephemeral=True)
    assert kept(folder) == []
    assert tones.spoken == ["Ana owes two dollars"]


async def test_memory_keeps_the_prompts_used_last(tones: ToneSynthesizer, folder: Path) -> None:
    settings = TtsSettings(memory=2**20)
    prompts = a_cache(tones, folder, settings)
    texts = [f"Prompt {n}" for n in range(140)]  # 8 kB each
    for text in texts:
        await prompts.render(text, voice=VOICE, rate=8000, ephemeral=True)
        await prompts.render(texts[0], voice=VOICE, rate=8000, ephemeral=True)
    await prompts.render(texts[1], voice=VOICE, rate=8000, ephemeral=True)
    assert tones.spoken == [*texts, texts[1]]


async def test_a_failed_rendering_is_tried_again_by_the_next_call(
    tones: ToneSynthesizer, folder: Path
) -> None:
    prompts = a_cache(tones, folder)
    tones.broken = True
    with pytest.raises(SpeechError, match="mend it"):
        await prompts.render("Hello", voice=VOICE, rate=8000)
    tones.broken = False
    assert await prompts.render("Hello", voice=VOICE, rate=8000)


async def test_who_waits_for_a_rendering_that_fails_does_not_wait_for_another_one(
    tones: ToneSynthesizer, folder: Path
) -> None:
    prompts = a_cache(tones, folder)
    tones.broken = True
    asked = [prompts.render("Hello", voice=VOICE, rate=8000) for _ in range(3)]
    assert all(isinstance(one, SpeechError) for one in await asyncio.gather(*asked, return_exceptions=True))
    assert tones.spoken == ["Hello"]


async def test_warming_tells_how_far_it_is(tones: ToneSynthesizer, folder: Path) -> None:
    prompts, told = a_cache(tones, folder), list[int]()
    made = await prompts.warm(["One", "Two", "One"], voice=VOICE, rates=[8000], progress=told.append)
    assert (told, made) == ([1, 2, 3], 2)
    assert tones.spoken == ["One", "Two"]


async def test_prompts_made_ahead_are_spoken_once_for_all_lines(tones: ToneSynthesizer, folder: Path) -> None:
    await a_cache(tones, folder).warm(["One"], voice=VOICE, rates=[8000, 16000])
    later = a_cache(tones, folder)
    assert await later.warm(["One"], voice=VOICE, rates=[8000, 16000]) == 0
    narrow, wide = [await later.render("One", voice=VOICE, rate=rate) for rate in (8000, 16000)]
    assert len(wide) == pytest.approx(2 * len(narrow), abs=2)
    assert tones.spoken == ["One"]


async def test_what_was_said_about_a_person_first_is_kept_once_it_is_known_to_be_said_to_everybody(
    tones: ToneSynthesizer, folder: Path
) -> None:
    prompts = a_cache(tones, folder)
    await prompts.render("Thank you.", voice=VOICE, rate=8000, ephemeral=True)
    assert await prompts.warm(["Thank you."], voice=VOICE, rates=[8000]) == 0
    assert len(kept(folder)) == 1


async def test_what_is_said_to_everybody_is_ready_in_a_prompt_about_a_person_too(
    tones: ToneSynthesizer, folder: Path
) -> None:
    await a_cache(tones, folder).warm(["Is that right?"], voice=VOICE, rates=[8000])
    await a_cache(tones, folder).render("Is that right?", voice=VOICE, rate=8000, ephemeral=True)
    assert tones.spoken == ["Is that right?"]


async def test_nothing_to_say_is_no_sound(folder: Path) -> None:
    class Mute(ToneSynthesizer):
        async def synthesize(self, text: str, *, voice: Voice) -> AsyncIterator[AudioFrame]:
            return
            yield

    assert await a_cache(Mute(), folder).render("", voice=VOICE, rate=8000) == b""
