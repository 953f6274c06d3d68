"""The containers of compose.yaml, as far as they can be judged without an engine to run them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from tests.deployment.compose import (
    SERVICES,
    TEXT,
    VARIABLE,
    bind_mounts,
    seconds,
    template_values,
)
from tests.deployment.documents import DOCS, REPOSITORY
from voicebot.calls.inbound import InboundSettings
from voicebot.media.audiosocket import AudioSocketServer
from voicebot.media.clock import MediaClock
from voicebot.media.settings import AudioSocketSettings
from voicebot.media.transport import MediaTransport
from voicebot.settings import Settings

DOCKERFILES = [REPOSITORY / "Dockerfile", REPOSITORY / "docker" / "asterisk" / "Dockerfile"]
PASSWORDS = dict.fromkeys(
    ("ARI_PASSWORD", "MEDIA_PASSWORD", "PHONE_PASSWORD", "AGENT_PASSWORD"), "a-password-for-tests"
)


def test_it_is_what_the_compose_specification_says() -> None:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec")
    checked = subprocess.run((*command, "compose.yaml"), cwd=REPOSITORY, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_every_file_it_mounts_or_builds_from_is_there() -> None:
    for service in SERVICES.values():
        build: dict[str, Any] = service.get("build", {})
        files = [build.get("dockerfile", "Dockerfile")] if build else []
        assert all((REPOSITORY / file).exists() for file in [*files, *bind_mounts(service)])


def test_every_setting_of_the_bot_in_it_is_one_that_the_bot_reads() -> None:
    for name in set(SERVICES["voicebot"]["environment"]) - {"TZ"}:
        model: Any = Settings
        for part in name.removeprefix("VOICEBOT_").lower().split("__"):
            assert issubclass(model, BaseModel), name
            assert part in model.model_fields, name
            model = model.model_fields[part].annotation


def test_asterisk_is_given_every_setting_that_its_configuration_asks_for() -> None:
    asked = {line.split("=")[0] for line in example_settings()}
    assert set(SERVICES["asterisk"]["environment"]) == asked


def example_settings() -> list[str]:
    lines = (REPOSITORY / "dialplans" / "settings.example").read_text().splitlines()
    return [line for line in lines if "=" in line and not line.startswith("#")]


def test_every_variable_is_explained_in_the_template_and_has_the_default_it_tells() -> None:
    told = template_values()
    for name, kind, default in VARIABLE.findall(TEXT):
        assert name in told
        assert kind != "-" or name == "DATABASE_URL" or told[name] == default
    compose_itself_reads = {"COMPOSE_PROFILES"}
    assert set(told) - compose_itself_reads == {name for name, _, _ in VARIABLE.findall(TEXT)}


def test_an_untouched_template_starts_nothing() -> None:
    empty = {name for name, value in template_values().items() if not value}
    demanded = {name for name, kind, _ in VARIABLE.findall(TEXT) if kind == "?"}
    assert set(PASSWORDS) <= demanded & empty


def test_nothing_but_sip_and_sound_can_be_reached_from_outside() -> None:
    assert not any("ports" in service for service in SERVICES.values())
    assert SERVICES["voicebot"]["network_mode"] == "service:asterisk"
    assert SERVICES["postgres"]["network_mode"] == "none"
    bot, asterisk = SERVICES["voicebot"]["environment"], SERVICES["asterisk"]["environment"]
    assert bot["VOICEBOT_MEDIA__HOST"] == bot["VOICEBOT_AUDIOSOCKET__HOST"] == "127.0.0.1"
    assert all(asterisk[door].startswith("127.0.0.1:") for door in ("MEDIA_WEBSOCKET", "AUDIOSOCKET"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_more_rights_than_it_needs_and_does_not_fill_the_disk(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]
    assert service["healthcheck"]["test"][0] == "CMD"


def test_the_sound_of_calls_goes_before_a_database() -> None:
    assert SERVICES["asterisk"]["cpu_shares"] == SERVICES["voicebot"]["cpu_shares"] > 1024
    assert "cpu_shares" not in SERVICES["postgres"]


def test_calls_in_progress_may_finish_before_the_bot_is_killed() -> None:
    example = yaml.safe_load((DOCS / "voicebot.example.yaml").read_text())
    drains = InboundSettings().drain, example["inbound"].get("drain", 0)
    assert seconds(SERVICES["voicebot"]["stop_grace_period"]) > max(drains)


async def test_the_bot_counts_as_well_when_it_answers_and_not_when_it_is_gone() -> None:
    async def on_call(call: MediaTransport) -> None:
        raise AssertionError("a check is no call")

    async with AudioSocketServer(on_call, AudioSocketSettings(port=0), MediaClock()) as server:
        port = server.port
        assert await is_well(port)
    assert not await is_well(port)


async def is_well(port: int) -> bool:
    _, _, *program = SERVICES["voicebot"]["healthcheck"]["test"]
    check = await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        env={**os.environ, "VOICEBOT_AUDIOSOCKET__PORT": str(port)},
        stderr=subprocess.DEVNULL,
    )
    return await check.wait() == 0


# Images


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=["voicebot", "asterisk"])
def test_everything_that_is_copied_into_an_image_is_there_and_sent_to_the_build(dockerfile: Path) -> None:
    ignored = set((REPOSITORY / ".dockerignore").read_text().split())
    for source in copied(dockerfile):
        assert (REPOSITORY / source).exists(), source
        assert Path(source).parts[:1] == () or Path(source).parts[0] not in ignored, source


def copied(dockerfile: Path) -> list[str]:
    """The sources of COPY, but for those from another stage."""
    lines = dockerfile.read_text().replace("\\\n", " ").splitlines()
    words = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    return [source for sources in words if not sources[0].startswith("--from=") for source in sources]


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=["voicebot", "asterisk"])
def test_no_image_runs_as_root_or_as_an_untold_version(dockerfile: Path) -> None:
    lines = dockerfile.read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] != "root"
    assert all(":" in line and ":latest" not in line for line in lines if line.startswith("FROM "))


def start_asterisk(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The start script of the image, with a program in Asterisk's place that only says how it is called."""
    program = folder / "bin" / "asterisk"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    return subprocess.run(
        [REPOSITORY / "docker" / "asterisk" / "start"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "TMPDIR": str(folder),
            "VOICEBOT_ASTERISK_DIR": str(folder / "pbx"),
            **settings,
        },
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("wrong", ["", "short", "CHANGE-ME"])
def test_asterisk_does_not_start_with_a_bad_password(wrong: str, tmp_path: Path) -> None:
    started = start_asterisk(tmp_path, **{**PASSWORDS, "ARI_PASSWORD": wrong})
    assert started.returncode == 1
    assert "ARI_PASSWORD" in started.stderr
    assert started.stdout == ""


def test_asterisk_starts_with_its_configuration_filled_in_from_the_environment(tmp_path: Path) -> None:
    started = start_asterisk(tmp_path, **PASSWORDS, SIP_PORT="5099")
    if started.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"no Asterisk here: {started.stderr.strip()}")
    assert started.stdout == f"-C {tmp_path}/pbx/etc/asterisk.conf -f -n\n"
    assert "bind = 127.0.0.1:5099" in (tmp_path / "pbx" / "etc" / "pjsip.conf").read_text()
    assert (tmp_path / "pbx" / "log" / "messages").resolve() == Path("/dev/null")
