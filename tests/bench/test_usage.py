import os
import sys
from subprocess import PIPE, Popen

from voicebot.bench.usage import Machine, usage_of


def test_what_others_take_of_the_machine_is_told() -> None:
    assert Machine(50.0, 150.0).busy_with_others(Machine(20.0, 100.0), own=10.0) == 0.25


def test_what_a_process_has_started_counts_as_its_own() -> None:
    with Popen([sys.executable, "-c", "print(flush=True); input()"], stdin=PIPE, stdout=PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        alone = usage_of(child.pid).megabytes
        assert 0 < alone < usage_of(os.getpid()).megabytes - alone / 2
        child.communicate(b"\n")
