"""Can the ports be had, or who has them?"""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from voicebot.doctor.installation import ari_is_on
from voicebot.doctor.verdict import Verdict, fails, ok, warning
from voicebot.settings import Settings

LISTENING = "0A"
"""A TCP state in /proc/net/tcp."""
PROC = Path("/proc")
EVERYWHERE = ("", "0.0.0.0", "::")
"""Hosts that listen on all addresses."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that listens on a port."""

    pid: int
    command: tuple[str, ...]

    @property
    def is_voicebot(self) -> bool:
        """Whether it is one of ours: ``voicebot serve``, ``python -m voicebot serve``."""
        return any(Path(word).name == "voicebot" for word in self.command[:4])

    def __str__(self) -> str:
        shown = " ".join(Path(word).name for word in self.command[:4])
        return f"process {self.pid} ({shown})"


async def check_audiosocket_port(settings: Settings) -> Verdict:
    """The dialplan's AudioSocket calls can come in."""
    if not settings.audiosocket.enabled:
        return ok("not used: audiosocket.enabled is false")
    return look_at_port("audiosocket.", settings.audiosocket.host, settings.audiosocket.port)


async def check_media_port(settings: Settings) -> Verdict:
    """Asterisk's media connections can come in."""
    if not ari_is_on(settings):
        return ok("not used: ARI is off")
    if settings.telephony.media != "websocket":
        return ok(f"not used: telephony.media is {settings.telephony.media}")
    return look_at_port("media.", settings.media.host, settings.media.port)


async def check_ari_port(settings: Settings) -> Verdict:
    """Asterisk can dial us, where it is the one who does."""
    if settings.ari.connection == "dial":
        return ok("not used: ari.connection is dial")
    return look_at_port("ari.listen_", settings.ari.listen_host, settings.ari.listen_port)


def look_at_port(setting: str, host: str, port: int) -> Verdict:
    """Try to listen, and look for whoever prevents it; ``setting`` stands in front of `host` and `port`."""
    error = listening_error(host, port)
    holder = holder_of(port) if error == errno.EADDRINUSE else None
    return judge_port(setting, host, port, error, holder)


def judge_port(setting: str, host: str, port: int, error: int, holder: Holder | None) -> Verdict:
    """``error`` is 0 for a port that can be had; ``holder`` has it otherwise, where that is known."""
    place, elsewhere = f"{host}:{port}", f"set {setting}port"
    match error:
        case 0:
            return _exposed(
                setting, host, f"{place} is free" if port else "a free port is taken at each start"
            )
        case errno.EADDRINUSE:
            return _held(setting, host, port, holder)
        case errno.EADDRNOTAVAIL:
            return fails(f"{host} is no address of this machine", f"set {setting}host")
        case errno.EACCES:
            return fails(f"{place} is for root alone", f"{elsewhere} to 1024 or more")
        case _:
            return fails(f"{place}: {os.strerror(error)}", f"{elsewhere} and {setting}host")


def _held(setting: str, host: str, port: int, holder: Holder | None) -> Verdict:
    place, advice = f"{host}:{port}", f"stop it, or set {setting}port"
    if holder is None:
        advice = f"if it is no voicebot, {advice}; `ss -ltnp 'sport = :{port}'` as root names it"
        return warning(f"{place} is held by a process of another user", advice)
    if not holder.is_voicebot:
        return fails(f"{place} is held by {holder}", advice)
    return _exposed(setting, host, f"{place} is held by the running voicebot, {holder}")


def _exposed(setting: str, host: str, found: str) -> Verdict:
    if host in EVERYWHERE:
        advice = f"set {setting}host to the address that Asterisk reaches, such as 127.0.0.1"
        return warning(f"{found}, on every address of this machine", advice)
    return ok(found)


def listening_error(host: str, port: int) -> int:
    """The error number of an attempt to listen there; 0 for success."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def holder_of(port: int) -> Holder | None:
    """Who listens on a TCP port of this machine, if we may know."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for folder in PROC.glob("[0-9]*"):
        try:
            if any(str(held.readlink()) in sockets for held in (folder / "fd").iterdir()):
                words = (folder / "cmdline").read_bytes().rstrip(b"\0").decode(errors="replace").split("\0")
                return Holder(int(folder.name), tuple(words))
        except OSError:  # of another user, or gone meanwhile
            continue
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        lines = (PROC / "net" / table).read_text().splitlines()[1:] if (PROC / "net" / table).exists() else []
        for fields in map(str.split, lines):
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found
