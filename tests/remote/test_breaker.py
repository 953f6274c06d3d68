from voicebot.remote.breaker import Breaker


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


def resting() -> Breaker:
    breaker = Breaker(failures=1, rest=30.0)
    breaker.failed(now=0.0)
    return breaker


def test_after_the_rest_it_is_tried_with_one_question() -> None:
    breaker = resting()
    assert breaker.allows(now=30.0)
    assert not breaker.allows(now=30.1)
    breaker.succeeded()
    assert breaker.allows(now=30.2)
    assert breaker.allows(now=30.2)


def test_a_trial_that_nobody_waited_for_leaves_room_for_another() -> None:
    breaker = resting()
    assert breaker.allows(now=30.0)
    breaker.abandoned()
    assert breaker.allows(now=30.1)


def test_who_asks_to_be_left_alone_is_left_alone_at_once_and_as_long_as_asked() -> None:
    breaker = Breaker(failures=5, rest=30.0)
    assert breaker.failed(now=0.0, rest=60.0)
    assert not breaker.allows(now=59.0)
    assert breaker.allows(now=60.0)
