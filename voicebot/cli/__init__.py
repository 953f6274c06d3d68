"""The commands people type."""

from __future__ import annotations

import os
import sys

from voicebot.cli import (  # noqa: F401  # each adds its commands to the tree
    accounts,
    backup,
    bench_calls,
    bench_speech,
    calls,
    campaigns,
    contact,
    dialling,
    flows,
    holding,
    models,
    processes,
    promises,
    prompts,
    reports,
    requests,
    speech,
    suppressions,
)
from voicebot.cli.app import app as app
from voicebot.cli.options import Leave
from voicebot.errors import VoicebotError


def main() -> None:
    """Run a command; what goes wrong outside is one clear line and exit code 1, or the error's own."""
    try:
        app()
    except Leave as end:
        os._exit(end.code if isinstance(end.code, int) else 1)
    except VoicebotError as error:
        print(f"voicebot: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        sys.exit(f"voicebot: {error.filename or 'the system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        sys.exit(130)
