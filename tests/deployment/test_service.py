"""The systemd unit and the page that leads to it, docs/debian.md."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deployment.compose import seconds
from tests.deployment.documents import DOCS, REPOSITORY, blocks
from voicebot.calls.inbound import InboundSettings

UNIT = DOCS / "voicebot.service"
PAGE = (DOCS / "debian.md").read_text(encoding="utf-8")


@pytest.fixture
def service() -> configparser.SectionProxy:
    return service_of(UNIT.read_text(encoding="utf-8"))


def service_of(text: str) -> configparser.SectionProxy:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(text)
    return unit["Service"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_knows_every_word_of_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/voicebot/.venv/bin/voicebot", "/bin/true"))
    told = subprocess.run(
        ("systemd-analyze", "verify", "--man=no", str(unit)), capture_output=True, text=True
    )
    about_ours = [line for line in told.stderr.splitlines() if unit.name in line]
    assert (told.returncode, about_ours) == (0, [])


def test_calls_in_progress_may_finish_and_so_may_their_recognisers(
    service: configparser.SectionProxy,
) -> None:
    example = yaml.safe_load((DOCS / "voicebot.example.yaml").read_text())
    assert seconds(service["TimeoutStopSec"]) > max(
        InboundSettings().drain, example["inbound"].get("drain", 0)
    )
    assert (service["KillSignal"], service["KillMode"]) == ("SIGTERM", "mixed")


def test_the_service_may_write_nothing_but_its_state(service: configparser.SectionProxy) -> None:
    assert (service["ProtectSystem"], service["NoNewPrivileges"]) == ("strict", "true")
    assert service["CapabilityBoundingSet"] == ""
    assert "ReadWritePaths" not in service
    assert service["StateDirectory"] == "voicebot"


def test_the_sound_of_calls_goes_before_other_services_and_nothing_is_in_real_time(
    service: configparser.SectionProxy,
) -> None:
    assert int(service["Nice"]) < 0
    assert int(service["CPUWeight"]) > 100
    assert "CPUSchedulingPolicy" not in service
    assert service["RestrictRealtime"] == "true"


def test_the_page_puts_files_where_the_service_looks_for_them(service: configparser.SectionProxy) -> None:
    configuration = service["ExecStart"].split()[-1]
    assert f"docs/voicebot.example.yaml {configuration}" in PAGE
    assert f"> {service['EnvironmentFile']}" in PAGE
    assert f"git clone <this repository> {service['ExecStart'].split('/.venv')[0]}" in PAGE


def test_commands_of_the_page_and_the_nightly_backup_find_what_the_service_has(
    service: configparser.SectionProxy, tmp_path: Path
) -> None:
    told = tmp_path / "systemd-run"
    told.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    told.chmod(0o755)
    script = next(
        block.split("END'\n")[1].split("END\n")[0]
        for block in blocks("debian.md", "sh")
        if "> /usr/local/sbin/voicebot" in block
    )
    asked = ["sh", "-c", script, "voicebot", "campaign", "list"]
    words = subprocess.run(
        asked, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True
    ).stdout.splitlines()
    program, _, *rest = service["ExecStart"].split()
    assert words[-5:] == [program, "campaign", "list", *rest]
    assert f"--uid={service['User']}" in words
    assert f"--working-directory={service['WorkingDirectory']}" in words
    assert service["Environment"] in words
    assert f"EnvironmentFile={service['EnvironmentFile']}" in words

    nightly = service_of(blocks("backup.md", "ini")[0])
    same = ("User", "WorkingDirectory", "Environment", "EnvironmentFile")
    assert [nightly[name] for name in same] == [service[name] for name in same]
    assert program in nightly["ExecStart"]
    assert " ".join(rest) in nightly["ExecStart"]


def test_the_page_gives_the_bot_its_half_of_the_passwords() -> None:
    command = next(
        line for block in blocks("debian.md", "sh") for line in block.splitlines() if "sed -n" in line
    )
    script = command.split("'")[1]
    example = REPOSITORY / "dialplans" / "settings.example"
    told = subprocess.run(("sed", "-n", script, str(example)), capture_output=True, text=True).stdout
    assert re.findall(r"^(\w+)=", told, re.MULTILINE) == [
        "VOICEBOT_ARI__PASSWORD",
        "VOICEBOT_MEDIA__PASSWORD",
    ]


def test_the_firewall_opens_the_ports_that_asterisk_listens_on() -> None:
    example = (REPOSITORY / "dialplans" / "settings.example").read_text()
    port = dict(re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE))
    rules = "\n".join(blocks("debian.md", "nft"))
    assert f"udp dport {port['SIP_PORT']} accept" in rules
    assert f"udp dport {port['RTP_FIRST']}-{port['RTP_LAST']} accept" in rules
    assert port["HTTP_PORT"] not in rules


@pytest.mark.parametrize("script", blocks("debian.md", "sh"))
def test_every_command_of_the_page_is_one_that_a_shell_can_read(script: str) -> None:
    text = re.sub(r"<(this repository|version)>", "it", script)
    read = subprocess.run(("sh", "-n"), input=text, capture_output=True, text=True)
    assert read.returncode == 0, read.stderr
