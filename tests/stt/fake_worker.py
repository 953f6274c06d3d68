"""A worker without a model: it does what the grammar of its job says."""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from voicebot.stt.jobs import Answer, Job


def answer(job: Job) -> Answer:
    match job.grammar:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            threading.Event().wait()
        case "fail":
            return Answer(error="no such word")
    return Answer(job.grammar, 1.0)


if __name__ == "__main__":
    connection = Connection(int(sys.argv[1]))
    if sys.argv[2:] == ["broken"]:
        sys.exit(3)
    connection.send(Answer())
    while True:
        try:
            connection.send(answer(connection.recv()))
        except EOFError:
            break
