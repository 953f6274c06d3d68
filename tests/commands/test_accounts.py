import subprocess
import sys
from pathlib import Path

import pytest

from voicebot.commands.accounts import add_account, find_accounts, remove_account, show_account
from voicebot.errors import AccountError, NumberError
from voicebot.settings import Settings, load_settings

ANA = """\
account   4711
language  es
phones    +15551234567
          +15557654321
facts     first_name=Ana
          balance=500.00"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(var_dir=tmp_path / "var")


async def add_ana(settings: Settings) -> str:
    phones = ["(555) 123-4567", "+15557654321", "5551234567"]
    return await add_account(settings, "4711", phones, "es", "US", {"first_name": "Ana", "balance": "500.00"})


async def test_an_account_is_told_back_as_it_was_kept(settings: Settings) -> None:
    assert await add_ana(settings) == ANA
    assert await show_account(settings, "4711") == ANA


async def test_an_account_is_found_by_a_telephone_written_in_any_way(settings: Settings) -> None:
    await add_ana(settings)
    assert await find_accounts(settings, "001 555 765 4321", "CL") == ANA


async def test_everybody_on_a_shared_telephone_is_found(settings: Settings) -> None:
    await add_ana(settings)
    await add_account(settings, "0815", ["5557654321"], None, "US", {})
    luis = "account   0815\nlanguage  not known\nphones    +15557654321"
    assert await find_accounts(settings, "5557654321", "US") == f"{luis}\n\n{ANA}"


async def test_a_removed_account_is_gone(settings: Settings) -> None:
    await add_ana(settings)
    assert "4711 is removed" in await remove_account(settings, "4711")
    with pytest.raises(AccountError, match="there is no account 4711"):
        await show_account(settings, "4711")
    with pytest.raises(AccountError, match="there is no account 4711"):
        await remove_account(settings, "4711")
    with pytest.raises(AccountError, match=r"no account has the telephone \+15551234567"):
        await find_accounts(settings, "5551234567", "US")


@pytest.mark.parametrize(
    ("phone", "region", "told"),
    [
        ("555", "US", "'555' is no telephone number of US: write it as"),
        ("5551234567", "us", "'us' is no country: write two capital letters"),
        ("5551234567", "ZZ", "'ZZ' is no country"),
    ],
)
async def test_a_wrong_telephone_keeps_nothing(
    settings: Settings, phone: str, region: str, told: str
) -> None:
    with pytest.raises(NumberError, match=told):
        await add_account(settings, "4711", ["5557654321", phone], None, region, {})
    with pytest.raises(AccountError):
        await show_account(settings, "4711")


def voicebot(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "voicebot", *arguments)
    environment = {"VOICEBOT_VAR_DIR": str(settings.var_dir)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_the_operator_asked_for_is_printed_and_nothing_is_logged(settings: Settings) -> None:
    add = ("accounts", "add", "4711", "--phone", "5551234567", "--phone", "+15557654321", "--lang", "es")
    done = voicebot(settings, *add, "--set", "first_name=Ana", "--set", "balance=500.00")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{ANA}\n", "")


def test_a_wrong_telephone_is_told_in_one_line(settings: Settings) -> None:
    done = voicebot(settings, "accounts", "add", "4711", "--phone", "anonymous")
    assert (done.returncode, done.stdout) == (1, "")
    told = "'anonymous' is no telephone number of US: write it as +15551234567, country code first"
    assert done.stderr == f"voicebot: {told}\n"
