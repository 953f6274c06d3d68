from voicebot.bench.usage import Machine


def test_what_others_take_of_the_machine_is_told() -> None:
    assert Machine(50.0, 150.0).busy_with_others(Machine(20.0, 100.0), own=10.0) == 0.25
