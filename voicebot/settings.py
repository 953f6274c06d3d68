"""All settings of voicebot: one YAML file and ``VOICEBOT_*`` environment variables over it.

Each station declares its own slice with unit, default and range; here they are put together. Only this
module reads the environment. A nested setting is written with two underscores:
``VOICEBOT_TURNS__ENDPOINTING=0.6``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from voicebot.calls.inbound import InboundSettings
from voicebot.calls.settings import CallSettings
from voicebot.campaigns.ledger.payment_settings import PaymentSettings
from voicebot.campaigns.ledger.promises import Terms
from voicebot.campaigns.sheets.settings import ImportSettings
from voicebot.errors import SettingsError
from voicebot.interpreter.settings import UnderstandingSettings
from voicebot.media.settings import AudioSocketSettings, MediaWebSocketSettings
from voicebot.metrics.settings import MetricsSettings
from voicebot.stt.settings import SttSettings
from voicebot.telemetry.settings import LogSettings
from voicebot.telephony.settings import AriSettings, TelephonySettings
from voicebot.tts.settings import TtsSettings
from voicebot.turns.timing import TurnTiming
from voicebot.vad.settings import VadSettings

PACKAGED_FLOWS = Path(__file__).parent / "flows"
CHECKOUT_FLOWS = Path(__file__).parent.parent / "flows"


class Settings(BaseSettings):
    """Everything an operator can set."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="VOICEBOT_", env_nested_delimiter="__"
    )

    var_dir: Path = Path("var")
    """Folder of all state: database, recordings, prompt cache, models."""
    database_url: str = ""
    """SQLAlchemy URL; empty for SQLite under ``var_dir``."""
    flows_dir: Path = Field(
        default_factory=lambda: next(p for p in (CHECKOUT_FLOWS, PACKAGED_FLOWS) if p.exists())
    )
    """Folder of the YAML flows."""
    campaigns_dir: Path = Path("campaigns")
    """Folder of the campaigns, a YAML file each, and of ``inbox/``, where their contacts are dropped."""
    imports: ImportSettings = ImportSettings()
    models_mirror: str = ""
    """Base URL that models are fetched from instead of where they are published, such as
    ``http://mirror.example/models``: each file is taken from ``MIRROR/NAME/PATH``."""
    ari: AriSettings = AriSettings()
    media: MediaWebSocketSettings = MediaWebSocketSettings()
    telephony: TelephonySettings = TelephonySettings()
    audiosocket: AudioSocketSettings = AudioSocketSettings()
    vad: VadSettings = VadSettings()
    stt: SttSettings = SttSettings()
    tts: TtsSettings = TtsSettings()
    turns: TurnTiming = TurnTiming()
    understanding: UnderstandingSettings = UnderstandingSettings()
    interpreter_key: SecretStr = SecretStr("")
    """Key of the interpreter's endpoint; only from VOICEBOT_INTERPRETER_KEY."""
    suppression_key: SecretStr = SecretStr("")
    """Secret by which numbers that are never called again are known; only from VOICEBOT_SUPPRESSION_KEY. The
    same on all machines that share a database; empty for one of its own in ``var_dir``."""
    promises: Terms = Terms()
    payments: PaymentSettings = PaymentSettings()
    calls: CallSettings = CallSettings()
    inbound: InboundSettings = InboundSettings()
    metrics: MetricsSettings = MetricsSettings()
    log: LogSettings = LogSettings()

    @property
    def store_url(self) -> str:
        """Where promises and records are kept."""
        return self.database_url or f"sqlite+aiosqlite:///{self.var_dir.resolve() / 'voicebot.db'}"

    @property
    def models_dir(self) -> Path:
        """Where models lie, a folder each."""
        return self.var_dir / "models"

    def require_heard(self) -> None:
        """See that the recogniser is good enough for every language that calls are answered in.

        Raises:
            SettingsError: it is not; with the ways out.
        """
        unheard = {route.language for route in self.inbound.every_route} & self.stt.refused
        if unheard:
            raise SettingsError(
                f"{self.stt.engine} hears {', '.join(sorted(unheard))} well enough for demonstrations only, "
                "and inbound answers in it; use another one (pip install 'voicebot[whisper]', voicebot "
                "models pull small, stt.engine: whisper, stt.model: small: see docs/speech.md), or for a "
                "trial set stt.allow_demo_grade: true"
            )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings  # the environment wins over the file


def load_settings(path: Path | None = None, **overrides: Any) -> Settings:
    """Settings from ``path`` (YAML), the environment over it, and ``overrides`` in place of the file's.

    Raises:
        SettingsError: the file cannot be read, or a setting is unknown or out of range; all at once.
    """
    written = _read(path) if path else {}
    _refuse_secrets(path, written)
    try:
        return Settings(**{**written, **overrides})
    except ValidationError as error:
        raise SettingsError("\n".join(_problem(path, problem) for problem in error.errors())) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path} cannot be read as YAML: {error}") from error
    if not isinstance(written, dict):
        raise SettingsError(f"{path}: settings are `name: value` lines; found a {type(written).__name__}")
    return written


def _refuse_secrets(path: Path | None, written: dict[str, Any]) -> None:
    """Configuration files are copied, shown and committed: secrets are not to be in them."""
    for name in _secrets(Settings):
        found: Any = written
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found is not None:
            raise _secret_in(path, name)


def _secrets(settings: type[BaseModel], parents: str = "") -> Iterator[str]:
    """The dotted names of all settings that are secrets."""
    for name, field in settings.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if kind is SecretStr:
                yield f"{parents}{name}"
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _secrets(kind, f"{parents}{name}.")


def _secret_in(path: Path | None, name: str) -> SettingsError:
    variable = f"VOICEBOT_{name.upper().replace('.', '__')}"
    return SettingsError(
        f"{path}: {name}: a secret has no place in a file; remove it here and "
        f"set {variable} in the environment"
    )


def _problem(path: Path | None, problem: Any) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    told = f"{path or 'environment'}: {name}: {problem['msg']}"
    # A part as a whole may have a secret in it.
    return told if isinstance(problem["input"], dict) else f"{told} (got {problem['input']!r})"
