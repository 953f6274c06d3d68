"""Start and stop a real Asterisk with this project's dialplans, several side by side if need be.

    scripts/asterisk start [--ports auto|N] [--address IP --network IP/BITS] [--settings FILE] [--site DIR]
    scripts/asterisk stop | status | cli [COMMAND ...] | configure [as start]

``start`` prints where it listens as JSON; passwords stand in the file it names. An instance lies in
var/asterisk/instance; VOICEBOT_ASTERISK_DIR names another folder, and with it another instance. Asterisk
itself is the system's if new enough, else Debian's, installed once into var/asterisk/root (or where
VOICEBOT_ASTERISK_ROOT says).
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from asterisk_debian import Asterisk, UnavailableError, find_asterisk, show

REPOSITORY = Path(__file__).resolve().parent.parent
DIALPLANS = REPOSITORY / "dialplans"
VAR = Path(os.environ.get("VOICEBOT_VAR_DIR", REPOSITORY / "var")).absolute() / "asterisk"
ROOT = Path(os.environ.get("VOICEBOT_ASTERISK_ROOT", VAR / "root")).absolute()
INSTANCE = Path(os.environ.get("VOICEBOT_ASTERISK_DIR", VAR / "instance")).absolute()
SETTINGS = INSTANCE / "settings.env"
START_SECONDS = 30.0
STOP_SECONDS = 10.0
RTP_PORTS = 400
"""For ``--ports auto``: a hundred calls."""
SHORTEST_PASSWORD = 16
LOCAL = "127.0.0.1"


class RefusedError(Exception):
    """What was asked for cannot be done; the text says what to do instead."""


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.command(arguments)
    except (RefusedError, UnavailableError) as reason:
        sys.exit(f"voicebot: {reason}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/asterisk", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for name, command, help_text in (
        ("start", start, "start it, wait until ARI answers, and print where it listens"),
        ("configure", configure, "only write the configuration, ready to be copied to /etc/asterisk"),
    ):
        adding = commands.add_parser(name, help=help_text)
        adding.add_argument(
            "--ports", default="0", help="auto: free ones; a number: added to each usual port"
        )
        adding.add_argument("--address", help=f"where telephones reach it; default {LOCAL}")
        adding.add_argument("--network", help="from where telephones may call, such as 192.168.1.0/24")
        adding.add_argument("--settings", type=Path, help="a file as dialplans/settings.example")
        adding.add_argument("--site", type=Path, help="folder of *.conf files of your own, added to ours")
        adding.set_defaults(command=command)
    commands.add_parser("stop", help="end it and its calls").set_defaults(command=stop)
    commands.add_parser("status", help="say whether it runs, as JSON").set_defaults(command=status)
    cli = commands.add_parser("cli", help="Asterisk's own console, or one command of it")
    cli.add_argument("words", nargs="*", metavar="COMMAND")
    cli.set_defaults(command=console)
    return parser


# Commands


def start(arguments: argparse.Namespace) -> None:
    if running() is not None:
        raise RefusedError(f"the Asterisk of {INSTANCE} runs already: scripts/asterisk stop")
    settings, site = choose_settings(arguments), choose_site(arguments)
    asterisk = find_asterisk(ROOT)
    write_configuration(settings, site, asterisk)
    started = time.monotonic()
    process = launch(asterisk)
    wait_until_ready(process, settings)
    show(f"Asterisk {asterisk.version} is ready after {(time.monotonic() - started) * 1000:.0f} ms")
    print(json.dumps(describe(settings), indent=2))


def configure(arguments: argparse.Namespace) -> None:
    settings, site = choose_settings(arguments), choose_site(arguments)
    write_configuration(settings, site, find_asterisk(ROOT))
    print(INSTANCE / "etc")


def stop(_: argparse.Namespace) -> None:
    pid = running()
    if pid is None:
        show("It was not running")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while running() == pid:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    pid_file().unlink(missing_ok=True)


def status(_: argparse.Namespace) -> None:
    if running() is None:
        print(json.dumps({"running": False, "directory": str(INSTANCE)}, indent=2))
        sys.exit(3)  # as systemctl does for what is not running
    print(json.dumps(describe(read_settings(SETTINGS)), indent=2))


def console(arguments: argparse.Namespace) -> None:
    if running() is None:
        raise RefusedError(f"the Asterisk of {INSTANCE} does not run: scripts/asterisk start")
    asterisk = find_asterisk(ROOT)
    mode = ["-rx", " ".join(arguments.words)] if arguments.words else ["-r"]
    command = [*asterisk.command, "-C", str(INSTANCE / "etc/asterisk.conf"), *mode]
    os.execv(command[0], command)


# The process


def pid_file() -> Path:
    return INSTANCE / "run" / "asterisk.pid"


def running() -> int | None:
    """The process of this instance. A number that now belongs to another program does not count."""
    try:
        pid = int(pid_file().read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(INSTANCE / "etc/asterisk.conf").encode() in words else None


def launch(asterisk: Asterisk) -> subprocess.Popen[bytes]:
    if os.geteuid() == 0:
        show("Running as root: good for a test, but give it a user of its own where strangers can call")
    with open(INSTANCE / "log" / "console", "wb") as log:
        return subprocess.Popen(
            [*asterisk.command, "-C", str(INSTANCE / "etc/asterisk.conf"), "-f", "-n"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=INSTANCE,
        )


def wait_until_ready(process: subprocess.Popen[bytes], settings: dict[str, str]) -> None:
    """Until ARI answers a ping: the HTTP port is open earlier, and says 404."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(settings):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            log = (INSTANCE / "log" / "console").read_text(errors="replace")
            told = [line for line in log.splitlines() if "ERROR" in line] or log.splitlines()
            raise RefusedError("Asterisk did not start; it says:\n" + "\n".join(told[-8:]))
        time.sleep(0.01)


def answers(settings: dict[str, str]) -> bool:
    password = base64.b64encode(f"voicebot:{settings['ARI_PASSWORD']}".encode()).decode()
    url = f"http://{LOCAL}:{settings['HTTP_PORT']}/ari/asterisk/ping"
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {password}"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def describe(settings: dict[str, str]) -> dict[str, object]:
    return {
        "running": True,
        "pid": running(),
        "directory": str(INSTANCE),
        "sip": f"{settings['SIP_ADDRESS']}:{settings['SIP_PORT']}",
        "ari": f"http://{LOCAL}:{settings['HTTP_PORT']}/ari",
        "ari_user": "voicebot",
        "rtp": [int(settings["RTP_FIRST"]), int(settings["RTP_LAST"])],
        "audiosocket": settings["AUDIOSOCKET"],
        "media_websocket": settings["MEDIA_WEBSOCKET"],
        "credentials": str(SETTINGS),
    }


# The configuration


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
        settings |= wished_ports(settings, arguments.ports)
    settings |= wished_network(arguments)
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
        "AUDIOSOCKET": f"{LOCAL}:{free_port(socket.SOCK_STREAM)}",
        "MEDIA_WEBSOCKET": f"{LOCAL}:{free_port(socket.SOCK_STREAM)}",
        "RTP_FIRST": str(first),
        "RTP_LAST": str(first + RTP_PORTS - 1),
    }


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


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


if __name__ == "__main__":
    main()
