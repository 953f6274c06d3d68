"""What an instance of Asterisk is configured with: dialplans/*.conf, filled in.

Passwords are made up on the first start and kept; ports and addresses are as asked for.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import secrets
import shutil
import socket
from contextlib import suppress
from pathlib import Path

from asterisk_debian import Asterisk

REPOSITORY = Path(__file__).resolve().parent.parent
DIALPLANS = REPOSITORY / "dialplans"
VAR = Path(os.environ.get("VOICEBOT_VAR_DIR", REPOSITORY / "var")).absolute() / "asterisk"
ROOT = Path(os.environ.get("VOICEBOT_ASTERISK_ROOT", VAR / "root")).absolute()
INSTANCE = Path(os.environ.get("VOICEBOT_ASTERISK_DIR", VAR / "instance")).absolute()
SETTINGS = INSTANCE / "settings.env"
PORTS = range(10_000, 12_000)
"""For ``--ports auto``: below those of sipp's sound, and those that a system gives to whoever wants any."""
RTP_PORTS = 2000
"""For ``--ports auto``: five hundred calls."""
SHORTEST_PASSWORD = 16
LOCAL = "127.0.0.1"


class RefusedError(Exception):
    """What was asked for cannot be done; the text says what to do instead."""


def write_configuration(settings: dict[str, str], site: list[Path], asterisk: Asterisk) -> None:
    """Fill in dialplans/*.conf below the instance's ``etc``, and the files of ``site`` below ``etc/site``."""
    make_folders(asterisk)
    shutil.rmtree(INSTANCE / "etc")
    (INSTANCE / "etc" / "site").mkdir(parents=True)
    for source in sorted(DIALPLANS.glob("*.conf")):
        write_private(INSTANCE / "etc" / source.name, fill_in(source, settings))
    for source in site:
        write_private(INSTANCE / "etc" / "site" / source.name, fill_in(source, settings))
    write_private(INSTANCE / "etc" / "asterisk.conf", asterisk_conf(asterisk))
    write_private(SETTINGS, "".join(f"{name}={value}\n" for name, value in settings.items()))


def choose_site(arguments: argparse.Namespace) -> list[Path]:
    """The operator's own files."""
    files = sorted(arguments.site.glob("*.conf")) if arguments.site else []
    if arguments.site and not files:
        raise RefusedError(
            f"{arguments.site} holds no *.conf file: name the folder of your own configuration"
        )
    return files


def choose_settings(arguments: argparse.Namespace) -> dict[str, str]:
    """The operator's file, else the passwords of last time or new ones; ports and address as asked for."""
    settings = read_settings(DIALPLANS / "settings.example")
    if arguments.settings:
        settings |= read_settings(arguments.settings)
    else:
        kept = read_settings(SETTINGS) if SETTINGS.exists() else {}
        settings |= {key: kept.get(key) or secrets.token_hex(16) for key in settings if is_password(key)}
    settings |= wished_ports(settings, arguments.ports) | wished_network(arguments)
    check_passwords(settings, arguments.settings or SETTINGS)
    check_reach(settings, arguments.site)
    return settings


def wished_network(arguments: argparse.Namespace) -> dict[str, str]:
    wishes = {"SIP_ADDRESS": arguments.address, "PHONE_NETWORK": arguments.network}
    return {key: value for key, value in wishes.items() if value}


def check_reach(settings: dict[str, str], site: Path | None) -> None:
    """Refuse an Asterisk that telephones cannot reach, or that strangers can."""
    if settings["SIP_ADDRESS"].startswith("127."):
        return
    if settings["PHONE_NETWORK"].startswith("127."):
        raise RefusedError("say which telephones may call, such as --network 192.168.1.0/24")
    if site and any("[anonymous]" in file.read_text() for file in site.glob("*.conf")):
        raise RefusedError(
            f"{site} lets in callers without a password: leave --address away, or that endpoint"
        )


def is_password(key: str) -> bool:
    return key.endswith("_PASSWORD")


def read_settings(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise RefusedError(f"{path} cannot be read ({error.strerror})") from None
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def check_passwords(settings: dict[str, str], file: Path) -> None:
    for key, value in settings.items():
        if "CHANGE-ME" in value:
            raise RefusedError(f"{file}: {key} still says CHANGE-ME: write a password (openssl rand -hex 16)")
        if is_password(key) and not re.fullmatch(rf"[A-Za-z0-9._~+-]{{{SHORTEST_PASSWORD},}}", value):
            raise RefusedError(
                f"{file}: {key} needs at least {SHORTEST_PASSWORD} letters, digits or . _ ~ + -"
            )


def fill_in(source: Path, settings: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        try:
            return settings[found[1]]
        except KeyError:
            raise RefusedError(f"{source}: nothing is known for @{found[1]}@: see settings.example") from None

    return re.sub(r"@([A-Z_]+)@", value, source.read_text())


def write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


# Ports


def wished_ports(usual: dict[str, str], wish: str) -> dict[str, str]:
    if wish == "auto":
        return free_ports()
    if not wish.lstrip("+").isdigit():
        raise RefusedError(f"--ports {wish}: write auto, or a number such as 100")
    ports = [key for key in usual if key.endswith("_PORT") or key.startswith("RTP_")]
    return {key: str(int(usual[key]) + int(wish)) for key in ports}


def free_ports() -> dict[str, str]:
    """Ports that nobody uses now. Asterisk itself passes over RTP ports that somebody has taken."""
    first = 20000 + 2 * secrets.randbelow(5000)
    return {
        "SIP_PORT": str(free_port(socket.SOCK_DGRAM)),
        "HTTP_PORT": str(free_port(socket.SOCK_STREAM)),
        "AUDIOSOCKET": f"{LOCAL}:{free_port(socket.SOCK_STREAM)}",  # whoever starts a bot takes it later
        "MEDIA_WEBSOCKET": f"{LOCAL}:{free_port(socket.SOCK_STREAM)}",
        "RTP_FIRST": str(first),
        "RTP_LAST": str(first + RTP_PORTS - 1),
    }


def check_ports(settings: dict[str, str]) -> None:
    """Refuse what Asterisk could not listen on: without SIP it would start all the same, and be deaf."""
    for address, port, kind in (
        (settings["SIP_ADDRESS"], settings["SIP_PORT"], socket.SOCK_DGRAM),
        (LOCAL, settings["HTTP_PORT"], socket.SOCK_STREAM),
    ):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, int(port)))
            except OSError as error:
                raise RefusedError(
                    f"cannot listen on {address}:{port} ({error.strerror}): stop what uses it, or choose "
                    "--ports auto, or with --address one of this machine's own"
                ) from None


def free_port(kind: socket.SocketKind) -> int:
    """The next one that nobody uses; another instance is told another one, though nobody listens yet."""
    while True:
        with socket.socket(socket.AF_INET, kind) as probe, suppress(OSError):
            probe.bind((LOCAL, next_port()))
            return int(probe.getsockname()[1])


def next_port() -> int:
    """Each in turn, whoever asks."""
    VAR.mkdir(parents=True, exist_ok=True)
    with open(VAR / "next-port", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        turn = int(file.read() or secrets.randbelow(len(PORTS)))
        file.truncate(0)
        file.write(str(turn + 1))
    return PORTS[turn % len(PORTS)]


# Folders


FOLDERS = {
    "astetcdir": "etc",
    "astvarlibdir": "lib",
    "astdbdir": "lib",
    "astkeydir": "keys",
    "astdatadir": "data",
    "astagidir": "agi",
    "astspooldir": "spool",
    "astrundir": "run",
    "astlogdir": "log",
    "astcachedir": "cache",
}
"""All that Asterisk writes or reads, below the instance."""
SHARED = ("documentation", "rest-api", "static-http", "moh")
SOUNDS = {"en": ("en", "en_US*"), "es": ("es", "es_MX*", "es_*")}


def make_folders(asterisk: Asterisk) -> None:
    INSTANCE.mkdir(parents=True, exist_ok=True)
    INSTANCE.chmod(0o700)
    for name in {*FOLDERS.values(), "keys/keys", "data/sounds"}:
        (INSTANCE / name).mkdir(parents=True, exist_ok=True)
    for name in SHARED:
        link(INSTANCE / "data" / name, asterisk.data / name)
    for language, patterns in SOUNDS.items():
        found = [path for pattern in patterns for path in sorted((asterisk.data / "sounds").glob(pattern))]
        if found:
            link(INSTANCE / "data" / "sounds" / language, found[0])


def link(here: Path, there: Path) -> None:
    here.unlink(missing_ok=True)
    here.symlink_to(there)


def asterisk_conf(asterisk: Asterisk) -> str:
    folders = "".join(f"{name} => {INSTANCE / folder}\n" for name, folder in FOLDERS.items())
    return (
        f"[directories]\nastmoddir => {asterisk.modules}\n{folders}\n"
        "[options]\nhideconnect = yes\nsystemname = voicebot\ndocumentation_language = en_US\n"
    )
