"""One file imported by a process of its own: ``python -m voicebot.inbox.child FILE``.

The settings come pickled by the standard input, as they have secrets in them. The report goes to the standard
output as JSON; what kept it from being tried, to the standard error as one line.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import sys
from pathlib import Path
from typing import Final

from voicebot.errors import VoicebotError
from voicebot.inbox.importing import import_file
from voicebot.records import open_records
from voicebot.settings import Settings

_NICE: Final = 10


async def _import(settings: Settings, path: Path) -> str:
    async with open_records(settings) as store:
        report = await import_file(settings, store, path)
    told = report.as_json()
    return json.dumps(
        {name: told[name] for name in ("campaign", "state", "code", "sentence", "totals", "moved_to")}
    )


def main() -> None:
    """Import the file of the command line."""
    os.nice(_NICE)
    settings = pickle.load(sys.stdin.buffer)
    try:
        print(asyncio.run(_import(settings, Path(sys.argv[1]))))
    except (VoicebotError, OSError) as error:
        sys.exit(" ".join(str(error).split()))


if __name__ == "__main__":
    main()
