import numpy as np
import pytest

from tests.amd.sounds import RATE, noise, signals, silence, tone
from voicebot.amd.signals import Signal
from voicebot.disposition import Disposition

SHORT, LONG = 0.274, 0.380
LOW, HIGH = (913.8, 1370.6, 1776.7), (985.2, 1428.5)


def sit(first: tuple[float, float], second: tuple[float, float]) -> bytes:
    return silence(0.31) + tone(*first) + tone(*second) + tone(LOW[2], LONG) + silence(0.3)


@pytest.mark.parametrize(
    ("first", "second", "signal", "disposition"),
    [
        ((LOW[0], SHORT), (LOW[1], SHORT), Signal.SIT_INTERCEPT, Disposition.SIT_INVALID),
        ((HIGH[0], LONG), (LOW[1], SHORT), Signal.SIT_VACANT, Disposition.SIT_INVALID),
        ((LOW[0], SHORT), (HIGH[1], LONG), Signal.SIT_REORDER, Disposition.SIT_REORDER),
        ((HIGH[0], SHORT), (LOW[1], LONG), Signal.SIT_REORDER, Disposition.SIT_REORDER),
        ((HIGH[0], LONG), (HIGH[1], LONG), Signal.SIT_NO_CIRCUIT, Disposition.SIT_NO_CIRCUIT),
        ((LOW[0], LONG), (LOW[1], LONG), Signal.SIT_NO_CIRCUIT, Disposition.SIT_NO_CIRCUIT),
    ],
)
def test_three_rising_tones_say_why_the_network_cannot_connect(
    first: tuple[float, float], second: tuple[float, float], signal: Signal, disposition: Disposition
) -> None:
    [found] = signals(sit(first, second))
    assert (found.signal, found.signal.disposition) == (signal, disposition)


def test_the_tones_of_other_countries_do_not_say_why_and_cost_no_number() -> None:
    pcm = tone(950, 0.33) + silence(0.02) + tone(1400, 0.33) + silence(0.02) + tone(1800, 0.33)
    [found] = signals(pcm + silence(0.3))
    assert found.signal.disposition is Disposition.UNREACHABLE


@pytest.mark.parametrize(("hertz", "seconds"), [(440, 0.2), (1000, 0.5), (1400, 0.15), (2000, 1.4)])
@pytest.mark.parametrize("level", [-6.0, -18.0, -30.0])
def test_a_beep_is_known_an_eighth_of_a_second_after_it(hertz: float, seconds: float, level: float) -> None:
    pcm = noise(0.5) + tone(hertz, seconds, level) + noise(0.4)
    [found] = signals(pcm)
    assert found.signal is Signal.BEEP
    assert found.at == pytest.approx(0.5 + seconds, abs=0.041)


@pytest.mark.parametrize(
    ("hertz", "seconds"), [(425, 0.5), (425, 1.0), (1000, 0.08), (1000, 2.5), (300, 0.5), (2600, 0.5)]
)
def test_ringing_clicks_and_whistles_are_no_beep(hertz: float, seconds: float) -> None:
    assert signals(silence(0.3) + tone(hertz, seconds) + silence(0.5)) == []


def test_keys_are_no_beep() -> None:
    key = np.frombuffer(tone(770, 0.3), np.int16) // 2 + np.frombuffer(tone(1336, 0.3), np.int16) // 2
    assert signals(silence(0.2) + key.astype(np.int16).tobytes() + silence(0.5)) == []


def test_a_fax_machine_that_answers_is_known_while_it_whistles() -> None:
    turned = b"".join(tone(2100, 0.45) for _ in range(6))  # V.8 turns the phase every 450 ms
    for whistle in (tone(2100, 3.0), turned):
        [found] = signals(silence(0.2) + whistle + silence(0.3))
        assert found.signal is Signal.FAX
        assert found.at < 2.0


def test_a_fax_machine_that_calls_is_known_by_its_second_tone() -> None:
    found = signals(tone(1100, 0.5) + silence(3.0) + tone(1100, 0.5) + silence(0.3))
    assert [one.signal for one in found] == [Signal.BEEP, Signal.FAX]


def test_one_sweep_is_no_tone() -> None:
    at = np.arange(RATE) / RATE
    sweep = (9000 * np.sin(2 * np.pi * (500 * at + 600 * at**2))).astype(np.int16).tobytes()
    assert signals(sweep + silence(0.3)) == []
