from voicebot.bench.soak import Footing, Round, leaks


def rounds(*kilobytes: float, threads: int = 0, files: int = 0) -> list[Round]:
    """Fifty calls each; the last has more ``threads`` and ``files``."""
    return [
        Round(Footing(50 * (n + 1), kb, 9 + last * threads, 20 + last * files), 0.0, 0)
        for n, kb in enumerate(kilobytes)
        for last in [n == len(kilobytes) - 1]
    ]


def test_caches_that_fill_in_the_first_half_are_no_leak() -> None:
    assert leaks(rounds(100_000, 180_000, 200_000, 200_500)) == []


def test_memory_that_grows_with_every_call_is_told() -> None:
    assert leaks(rounds(100_000, 110_000, 120_000, 130_000)) == ["memory grows by 200 kB with every call"]


def test_a_thread_and_files_that_stay_are_told() -> None:
    assert leaks(rounds(1, 1, 1, 1, threads=1, files=2)) == [
        "1 threads more than before",
        "2 files more than before",
    ]


def test_one_round_tells_nothing() -> None:
    assert leaks(rounds(100_000)) == []
