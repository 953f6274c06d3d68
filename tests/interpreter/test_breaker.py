from voicebot.interpreter.breaker import Breaker


def test_failures_in_a_row_are_followed_by_a_rest() -> None:
    breaker = Breaker(failures=2, rest=30.0)
    assert not breaker.failed(now=0.0)
    assert breaker.allows(now=0.0)
    assert breaker.failed(now=1.0)
    assert not breaker.allows(now=30.9)
    assert breaker.allows(now=31.0)


def test_a_success_between_failures_starts_the_count_again() -> None:
    breaker = Breaker(failures=2, rest=30.0)
    breaker.failed(now=0.0)
    breaker.succeeded()
    assert not breaker.failed(now=1.0)


def test_after_the_rest_one_more_failure_is_enough_for_another() -> None:
    breaker = Breaker(failures=2, rest=30.0)
    breaker.failed(now=0.0)
    breaker.failed(now=0.0)
    assert breaker.failed(now=40.0)
    assert not breaker.allows(now=41.0)
