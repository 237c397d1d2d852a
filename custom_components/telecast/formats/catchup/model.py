"""What is known of an archive, and what is asked of it."""

from dataclasses import dataclass, field
from enum import StrEnum
import json
from typing import Any


class Kind(StrEnum):
    """How the address of a recording follows from that of the live stream."""

    DEFAULT = "default"
    """It does not: `source` is the whole address."""
    APPEND = "append"
    """`source` goes behind it."""
    SHIFT = "shift"
    """The times go behind it, as SIPTV names them: `utc` and `lutc`."""
    FLUSSONIC = "flussonic"
    """A Flussonic server's, of HLS unless the live stream is MPEG-TS."""
    FLUSSONIC_TS = "flussonic-ts"
    """A Flussonic server's, of MPEG-TS unless the live stream is HLS."""
    XTREAM = "xtream"
    """An Xtream Codes panel's: `/timeshift/…`."""
    VOD = "vod"
    """`source` is the whole address; without one the programme's own id is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchup:
    """How recordings of a live stream are addressed."""

    kind: Kind
    source: str = field(default="", repr=False)
    """A template (see `fill`), for those kinds that have one."""
    correction: int = 0
    """Minutes by which the archive's clock is behind: taken off every start."""

    def as_json(self) -> str:
        """Answer what `from_json` takes, without what is as usual."""
        fields: dict[str, Any] = {"kind": self.kind.value}
        if self.source:
            fields["source"] = self.source
        if self.correction:
            fields["correction"] = self.correction
        return json.dumps(fields)

    @classmethod
    def from_json(cls, text: str) -> Catchup | None:
        """Make what was told as JSON; None for the empty text, which tells of none."""
        if not text:
            return None
        fields = json.loads(text)
        return cls(**fields | {"kind": Kind(fields["kind"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is asked for; all times in seconds since 1970 (UTC)."""

    start: int
    duration: int
    """Seconds."""
    now: int
    id: str = ""
    """What the guide calls the programme in the archive (`catchup-id`)."""
