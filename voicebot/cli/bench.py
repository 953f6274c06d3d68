"""Commands that measure."""

from __future__ import annotations

from typing import Annotated

import typer

from voicebot.cli.app import bench
from voicebot.cli.options import ConfigFile, run, settings_of


@bench.command("serve")
def bench_serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on the loopback address; 0: a free one.")
    ],
    ari: Annotated[
        bool,
        typer.Option("--ari", help="Stand behind a real Asterisk: answer over ARI too, and keep records."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Answer AudioSocket calls with a scripted recogniser and a cached reply, for a load generator.

    scripts/load puts a real Asterisk and a SIP load generator in front of it.
    """
    from voicebot.bench.serve import serve_bench

    run(serve_bench(settings_of(config), port, ari=ari))
