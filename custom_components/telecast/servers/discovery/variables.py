"""The named values that clients read and change over the control connection."""

from collections.abc import Callable
import re

from ...engine.errors import TunerInUseError
from ...formats.hdhomerun import FIRMWARE_NAME, FIRMWARE_VERSION, MODEL_NUMBER, control
from ...formats.hdhomerun.control import ControlReply, ControlRequest
from .model import ControlledTuners, TunerUse

_SIGNAL = "8vsb"
_TUNER = re.compile(r"/tuner([0-9]{1,3})/([a-z]+)")
_KEY = re.compile(r"[0-9]{1,10}")
_LARGEST_KEY = 0xFFFFFFFF
# Answers are short, names need not be.
_LONGEST_NAME = 100

_UNKNOWN = "ERROR: unknown getset variable"
_READ_ONLY = "ERROR: the value cannot be changed"
_OVER_HTTP = "ERROR: channels are tuned over HTTP, at /auto/v<number>"
_INVALID_KEY = "ERROR: invalid lockkey"

_SYSTEM = {
    "/sys/copyright": "Telecast",
    "/sys/features": (
        "channelmap: us-bcast\nmodulation: 8vsb\nauto-modulation: auto\n"
    ),
    "/sys/hwmodel": MODEL_NUMBER,
    "/sys/model": FIRMWARE_NAME,
    "/sys/version": FIRMWARE_VERSION,
}
_LOCKKEY = "lockkey"
# What a client puts back to "none" when it has done with a tuner.
_TUNING = frozenset({"channel", "program", "target", "vchannel"})

_TUNER_VALUES: dict[str, Callable[[TunerUse], str]] = {
    "channel": lambda use: f"auto:{use.number}" if use.number else control.NONE,
    _LOCKKEY: lambda use: use.holder or control.NONE,
    "program": lambda use: "1" if use.number else "0",
    "status": lambda use: control.tuner_line(
        channel=use.number,
        locked_to=_SIGNAL if use.number else control.NONE,
        rate=use.rate,
    ),
    "streaminfo": lambda use: (
        f"1: {use.number} {use.name[:_LONGEST_NAME]}\n" if use.number else control.NONE
    ),
    "target": lambda use: f"http://{use.target}" if use.number else control.NONE,
    "vchannel": lambda use: use.number or control.NONE,
    "vstatus": lambda use: (
        f"vch={use.number or control.NONE} name={use.name[:_LONGEST_NAME] or control.NONE}"
        " auth=unspecified cci=none cgms=none"
    ),
}
HELP = "".join(
    f"{line}\n"
    for line in (
        "Supported configuration options:",
        *_SYSTEM,
        *(f"/tuner<n>/{name}" for name in _TUNER_VALUES),
    )
)


class Variables:
    """Answers requests; of what can be changed there are only the tuners' locks."""

    def __init__(self, tuners: ControlledTuners) -> None:
        self._tuners = tuners

    def answer(self, request: ControlRequest, address: str) -> ControlReply:
        """Answer a request from an address; what cannot be is an error in words."""
        try:
            value = self._value(request, address)
        except _RefusedError as err:
            return ControlReply(error=str(err))
        except TunerInUseError:
            return ControlReply(error=self._locked(request))
        return ControlReply(name=request.name, value=value)

    def _value(self, request: ControlRequest, address: str) -> str:
        if match := _TUNER.fullmatch(request.name):
            index, name = int(match[1]), match[2]
            uses = self._tuners.uses()
            if index < len(uses) and name in _TUNER_VALUES:
                if request.value is not None:
                    return self._set(index, name, request, address)
                return _TUNER_VALUES[name](uses[index])
        elif request.name == "help" or request.name in _SYSTEM:
            if request.value is not None:
                raise _RefusedError(_READ_ONLY)
            return HELP if request.name == "help" else _SYSTEM[request.name]
        raise _RefusedError(_UNKNOWN)

    def _set(self, index: int, name: str, request: ControlRequest, address: str) -> str:
        value = request.value or ""
        if name == _LOCKKEY:
            return self._set_lock(index, value, request.lockkey, address)
        if name not in _TUNING:
            raise _RefusedError(_READ_ONLY)
        self._tuners.expect(index, address=address, held=request.lockkey)
        if value not in (control.NONE, "0", ""):
            raise _RefusedError(_OVER_HTTP)
        return value

    def _set_lock(self, index: int, value: str, held: int | None, address: str) -> str:
        if value == control.FORCE:
            self._tuners.unlock(index)
        elif value == control.NONE:
            self._tuners.expect(index, address=address, held=held)
            self._tuners.unlock(index)
        elif _KEY.fullmatch(value) and 0 < int(value) <= _LARGEST_KEY:
            self._tuners.lock(index, int(value), address=address, held=held)
        else:
            raise _RefusedError(_INVALID_KEY)
        return value

    def _locked(self, request: ControlRequest) -> str:
        match = _TUNER.fullmatch(request.name)
        use = self._tuners.uses()[int(match[1])] if match else TunerUse()
        return f"ERROR: resource locked by {use.holder or 'another client'}"


class _RefusedError(Exception):
    """The text is what the client is told."""
