"""Ports for programs that cannot be told to take any."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

HOST = "127.0.0.1"
PORTS = range(3000, 4000)
"""None that a system gives to whoever wants any: those may be gone before the program takes its own."""


def free_port() -> int:
    """One that nobody uses."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, random.choice(PORTS)))
            return int(probe.getsockname()[1])
