from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator

import pytest

from voicebot.doctor.ports import (
    Holder,
    check_ari_port,
    check_audiosocket_port,
    check_media_port,
    holder_of,
    judge_port,
    listening_error,
    look_at_port,
)
from voicebot.doctor.verdict import Outcome
from voicebot.settings import load_settings

OURS = Holder(17, ("/opt/voicebot/.venv/bin/python", "/opt/voicebot/.venv/bin/voicebot", "serve"))
ASTERISK = Holder(18, ("/opt/voicebot/var/asterisk/root/usr/sbin/asterisk", "-f"))


def test_a_free_port_is_well() -> None:
    assert judge_port("media.", "127.0.0.1", 9093, 0, None).finding == "127.0.0.1:9093 is free"
    assert "at each start" in judge_port("media.", "127.0.0.1", 0, 0, None).finding


def test_a_port_that_a_running_voicebot_holds_is_well() -> None:
    verdict = judge_port("media.", "127.0.0.1", 9093, errno.EADDRINUSE, OURS)
    assert verdict.outcome is Outcome.OK
    assert verdict.finding.endswith("held by the running voicebot, process 17 (python voicebot serve)")


def test_a_port_that_another_program_holds_fails_and_names_it() -> None:
    verdict = judge_port("media.", "127.0.0.1", 9093, errno.EADDRINUSE, ASTERISK)
    assert verdict.outcome is Outcome.FAILS
    assert verdict.finding.endswith("held by process 18 (asterisk -f)")
    assert verdict.advice == "stop it, or set media.port"


def test_a_port_whose_holder_is_not_told_is_a_warning() -> None:
    verdict = judge_port("media.", "127.0.0.1", 9093, errno.EADDRINUSE, None)
    assert verdict.outcome is Outcome.WARNING
    assert "ss -ltnp" in verdict.advice


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (errno.EADDRNOTAVAIL, "set audiosocket.host"),
        (errno.EACCES, "set audiosocket.port to 1024 or more"),
        (errno.EAFNOSUPPORT, "set audiosocket.port and audiosocket.host"),
    ],
)
def test_a_port_that_nobody_can_have_fails(error: int, advice: str) -> None:
    verdict = judge_port("audiosocket.", "192.0.2.1", 92, error, None)
    assert (verdict.outcome, verdict.advice) == (Outcome.FAILS, advice)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_a_port_open_to_everybody_is_a_warning_held_or_free(host: str) -> None:
    for error, holder in ((0, None), (errno.EADDRINUSE, OURS)):
        verdict = judge_port("media.", host, 9093, error, holder)
        assert verdict.outcome is Outcome.WARNING
        assert "set media.host" in verdict.advice


@pytest.fixture
def held() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_the_holder_of_a_port_is_found(held: int) -> None:
    assert listening_error("127.0.0.1", held) == errno.EADDRINUSE
    holder = holder_of(held)
    assert holder is not None
    assert holder.pid == os.getpid()


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    assert look_at_port("media.", "192.0.2.1", 9093).finding == "192.0.2.1 is no address of this machine"
    assert look_at_port("media.", "no such host", 9093).outcome is Outcome.FAILS


async def test_the_media_port_does_not_matter_to_rtp(held: int) -> None:
    settings = load_settings(ari={}, telephony={"media": "ulaw"}, media={"port": held})
    assert (await check_media_port(settings)).finding == "not used: telephony.media is ulaw"


async def test_ports_that_the_settings_turn_off_do_not_matter(held: int) -> None:
    settings = load_settings(audiosocket={"enabled": False, "port": held}, media={"port": held})
    for check in (check_audiosocket_port, check_media_port, check_ari_port):
        verdict = await check(settings)
        assert (verdict.outcome, verdict.finding[:9]) == (Outcome.OK, "not used:")


async def test_the_port_that_asterisk_dials_must_be_had(held: int) -> None:
    ari = {"connection": "listen", "listen_port": held, "password": "0f" * 16}
    verdict = await check_ari_port(load_settings(ari=ari))
    assert verdict.outcome is Outcome.FAILS
    assert verdict.advice == "stop it, or set ari.listen_port"
