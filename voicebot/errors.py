"""Every error voicebot raises on purpose. Pure.

VoicebotError
├── SettingsError       a setting is missing or out of range
├── MediaError          a peer sent what is no sound, or the line broke
├── TelephonyError      a call could not be placed, answered, handed off or ended
├── SpeechError         a recogniser, voice or VAD model failed
│   ├── ModelError      a model is not here, cannot be fetched, or is not what was published
│   └── SpeechServerError  a server that hears or speaks did not; it may have said for how long
├── RemoteError         a server elsewhere did not do what it was asked for
├── InterpreterError    an interpreter could not be asked, or answered what it may not
├── FlowError           a flow cannot be used: carries every problem found, with file, line and column
├── ReplayError         a recorded call cannot be held again
├── AccountError        an account cannot be used as it was given, or there is none
├── NumberError         what was given is no telephone number
├── RequestError        there is no such request
├── PaymentError        a file of payments cannot be read
├── CampaignError       a campaign cannot be used as it is written, or there is none
├── BackupError         a backup cannot be made, or not be put back
└── StoreError          a record could not be kept

Each message says what went wrong and what to do next. A mistake of the people who write flows is a
``FlowProblem`` (a value, many at once); a mistake of ours is an ``AssertionError`` or ``TypeError``.
"""


class VoicebotError(Exception):
    """The base of all errors that voicebot raises on purpose."""

    exit_status = 1
    """Of a command that it ends."""


class SettingsError(VoicebotError):
    """A setting is missing or out of range."""


class MediaError(VoicebotError):
    """A peer sent what is no sound, or the line broke."""


class TelephonyError(VoicebotError):
    """A call could not be placed, answered, handed off or ended."""


class SpeechError(VoicebotError):
    """A recogniser, a voice or a VAD model failed."""


class ModelError(SpeechError):
    """A model is not here, cannot be fetched, or is not what was published."""


class SpeechServerError(SpeechError):
    """A server that hears or speaks did not."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        """``retry_after`` is how many seconds the server asks to be left alone."""
        super().__init__(message)
        self.retry_after = retry_after


class RemoteError(VoicebotError):
    """A server elsewhere did not do what it was asked for."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        """``retry_after`` is how many seconds the server asks to be left alone."""
        super().__init__(message)
        self.retry_after = retry_after


class InterpreterError(VoicebotError):
    """An interpreter could not be asked, or answered what it may not."""


class FlowError(VoicebotError):
    """A flow cannot be used."""


class ReplayError(VoicebotError):
    """A recorded call cannot be held again."""


class AccountError(VoicebotError):
    """An account cannot be used as it was given, or there is none."""


class NumberError(VoicebotError):
    """What was given is no telephone number."""


class RequestError(VoicebotError):
    """There is no such request."""


class ProcessError(VoicebotError):
    """A process that is said to be gone is not missing."""


class CampaignError(VoicebotError):
    """A campaign cannot be used as it is written, or there is none."""


class PaymentError(VoicebotError):
    """A file of payments cannot be read."""


class StoreError(VoicebotError):
    """A record could not be kept."""


class BackupError(VoicebotError):
    """A backup cannot be made, or not be put back."""
