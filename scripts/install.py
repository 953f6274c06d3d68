"""Make or repair the virtual environment that ./scripts/run and ./scripts/test use.

Runs on the system's Python with nothing installed. It does nothing when the environment is whole and fits
pyproject.toml, so a second start takes a fraction of a second.

    python3 scripts/install.py EXTRA        EXTRA: embedded (to run) or dev (to test)

Environment: VOICEBOT_VENV moves the environment (default .venv).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("VOICEBOT_VENV", ROOT / ".venv"))
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
INCLUDES = {"embedded": ("embedded",), "dev": ("dev", "embedded")}
"""What each extra brings with it: an environment for tests also runs the demo."""
RUNS = ("-c", "import voicebot.cli, voicebot.demo.call, voicebot.bench.serve, pocketsphinx, espeakng_loader")
TOOLS = (("-m", "pytest", "--version"), ("-m", "mypy", "--version"), ("-m", "ruff", "--version"))
CHECKS = {"embedded": (RUNS,), "dev": (RUNS, *TOOLS)}
"""What an environment must be able to do to count as whole."""
ALONE = {"embedded": (), "dev": ("pyrnnoise==0.4.5",)}
"""Packages of which tests use a library only, without the many others that they name."""


def main() -> None:
    extra = sys.argv[1]
    VENV.parent.mkdir(parents=True, exist_ok=True)
    with open(VENV.with_name(VENV.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two scripts started at once install once
        if not is_whole(extra):
            install("dev" if "dev" in stamp() else extra)  # one for tests stays one


def fingerprint() -> str:
    """What the environment was made from: another pyproject.toml, installer or Python needs another one."""
    source = (ROOT / "pyproject.toml").read_bytes() + Path(__file__).read_bytes()
    source += str(sys.version_info[:2]).encode()
    return hashlib.sha256(source).hexdigest()


def stamp() -> list[str]:
    """What the environment was made from, and its extras; empty for none or half of one."""
    try:
        return STAMP.read_text().split()
    except OSError:
        return []


def is_whole(extra: str) -> bool:
    made_from, *extras = stamp() or [""]
    return made_from == fingerprint() and extra in extras and all(works(check) for check in CHECKS[extra])


def works(arguments: tuple[str, ...]) -> bool:
    """Whether the environment's Python runs so: what is missing or damaged shows at once."""
    try:
        done = subprocess.run([PYTHON, *arguments], capture_output=True, cwd=ROOT)
    except OSError:
        return False
    return done.returncode == 0


def install(extra: str) -> None:
    started = time.monotonic()
    show(f"Preparing {VENV.name} with Python {sys.version.split()[0]}")
    make_environment()
    pip_install("--prefer-binary", "--editable", f"{ROOT}[{extra}]")
    if ALONE[extra]:
        pip_install("--no-deps", *ALONE[extra])
    STAMP.write_text(" ".join([fingerprint(), *INCLUDES[extra]]))
    done(f"Installed in {time.monotonic() - started:.0f} s")


def make_environment() -> None:
    if VENV.exists() and not looks_like_ours():
        fail(f"{VENV} exists and is no virtual environment: move it away, or set VOICEBOT_VENV")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        fail(f"Python's venv module is missing: install it (Debian: apt install python{version}-venv)")


def looks_like_ours() -> bool:
    """A virtual environment, whole or half made; never a folder or a file of somebody's."""
    return VENV.is_dir() and ((VENV / "pyvenv.cfg").exists() or not any(VENV.iterdir()))


def pip_install(*wanted: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", *wanted]
    seen: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            seen.append(line)
            show_step(line)
    if pip.returncode:
        done("".join(line for line in seen if "ERROR" in line)[-2000:].rstrip())
        fail("The packages could not be installed: check the package index and the disk, then repeat")


def show_step(line: str) -> None:
    words = line.split()
    if words[:1] == ["Collecting"]:
        show(f"Finding {words[1]}")
    elif words[:1] == ["Downloading"]:
        show("Downloading " + " ".join(words[1:]).rsplit("/", 1)[-1])
    elif words[:1] == ["Installing"]:
        show(f"Installing {len(words) - 3} packages")


def show(text: str) -> None:
    """One line that renews itself on a terminal; one line each elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K  {text[:100]}", end="", flush=True)
    else:
        print(f"  {text}", flush=True)


def done(text: str) -> None:
    print(f"\r\033[K  {text}" if sys.stdout.isatty() else f"  {text}", flush=True)


def fail(text: str) -> None:
    sys.exit(f"voicebot: {text}.")


if __name__ == "__main__":
    main()
