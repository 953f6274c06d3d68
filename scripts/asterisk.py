"""Start and stop a real Asterisk with this project's dialplans, several side by side if need be.

    scripts/asterisk start [--ports auto|N] [--address IP --network IP/BITS] [--settings FILE] [--site DIR]
    scripts/asterisk stop | status | env | cli [COMMAND ...] | configure [as start]

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
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from asterisk_configuration import (
    INSTANCE,
    LOCAL,
    ROOT,
    SETTINGS,
    RefusedError,
    check_ports,
    choose_settings,
    choose_site,
    read_settings,
    write_configuration,
)
from asterisk_debian import Asterisk, find_asterisk
from debian import UnavailableError, show

START_SECONDS = 120.0
STOP_SECONDS = 10.0


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
    commands.add_parser(
        "env", help='what the bot needs to know of it, for a shell: eval "$(scripts/asterisk env)"'
    ).set_defaults(command=environment)
    cli = commands.add_parser("cli", help="Asterisk's own console, or one command of it")
    cli.add_argument("words", nargs="*", metavar="COMMAND")
    cli.set_defaults(command=console)
    return parser


# Commands


def start(arguments: argparse.Namespace) -> None:
    if running() is not None:
        raise RefusedError(f"the Asterisk of {INSTANCE} runs already: scripts/asterisk stop")
    settings, site = choose_settings(arguments), choose_site(arguments)
    check_ports(settings)
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


def environment(_: argparse.Namespace) -> None:
    if not SETTINGS.exists():
        raise RefusedError(f"there is no Asterisk in {INSTANCE} yet: scripts/asterisk start")
    settings = read_settings(SETTINGS)
    for name, value in (
        ("ARI__PORT", settings["HTTP_PORT"]),
        ("ARI__PASSWORD", settings["ARI_PASSWORD"]),
        ("MEDIA__PORT", settings["MEDIA_WEBSOCKET"].rpartition(":")[2]),
        ("MEDIA__PASSWORD", settings["MEDIA_PASSWORD"]),
        ("AUDIOSOCKET__PORT", settings["AUDIOSOCKET"].rpartition(":")[2]),
    ):
        print(f"export VOICEBOT_{name}={shlex.quote(value)}")


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


if __name__ == "__main__":
    main()
