"""The flows that are live, and how a saved one takes the place of another while calls go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import structlog
from watchfiles import awatch

from voicebot.dialogue.checking.check import TEST_SUFFIX, check_flow
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.loader import load
from voicebot.errors import FlowError

log = structlog.get_logger(__name__)


class Shelf:
    """Live flows by name. A call holds on to the flow it began with, whatever becomes live meanwhile."""

    def __init__(
        self, folder: Path, names: Iterable[str], *, accept: Callable[[str, Flow], None] = lambda *_: None
    ) -> None:
        """Load every flow that is named.

        Args:
            folder: where ``NAME.yaml`` lies.
            names: the flows that may be needed.
            accept: raises ``FlowError`` for a flow that makes no sense where it is used.

        Raises:
            FlowError: one is missing, not sound or not accepted.
        """
        self._folder = folder
        self._accept = accept
        self._live: dict[str, Flow] = {}
        self._made_of: dict[str, frozenset[Path]] = {}
        self._refused: set[str] = set()
        self.on_live: Callable[[Flow], None] = lambda flow: None
        """Is told of each flow that becomes live from now on."""
        for name in names:
            self._live[name], self._made_of[name] = load(self._path(name))
        for name, flow in self._live.items():
            accept(name, flow)

    @property
    def live(self) -> Mapping[str, Flow]:
        """The flows for new calls."""
        return self._live

    async def watch(self) -> None:
        """Take up what is saved, until cancelled."""
        async for changes in awatch(self._folder):
            for name in self._live:
                if self._concerns(name, [path for _, path in changes]):
                    await self.take_up(name)

    def _concerns(self, name: str, saved: Iterable[str]) -> bool:
        """Whether a ``saved`` file is one of the flow's; a refused flow may be waiting for any."""
        files = {Path(path).resolve() for path in saved}
        own = (*self._made_of[name], self._path(name), self._folder / f"{name}{TEST_SUFFIX}")
        waiting = name in self._refused and any(file.suffix == ".yaml" for file in files)
        return waiting or not files.isdisjoint(path.resolve() for path in own)

    async def take_up(self, name: str) -> None:
        """Make the saved flow live if ``voicebot check`` finds nothing; else tell, and keep the old one."""
        report = await asyncio.to_thread(check_flow, self._path(name))
        try:
            if report.problems:
                raise UnusableFlow(report.problems)
            flow, files = await asyncio.to_thread(load, self._path(name))
            self._accept(name, flow)
        except FlowError as error:
            log.error("flow_refused", flow=name, live=self._live[name].version, why=str(error))
            self._refused.add(name)
            return
        self._refused.discard(name)
        self._made_of[name] = files
        if flow.version != self._live[name].version:
            log.info("flow_live", flow=name, was=self._live[name].version, version=flow.version)
            self._live[name] = flow
            self.on_live(flow)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.yaml"
