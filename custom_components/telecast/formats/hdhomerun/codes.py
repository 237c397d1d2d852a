"""Why a tuner does not stream, in the device's own numbers."""

from enum import IntEnum


class Code(IntEnum):
    """Why a tuner does not stream, as the header X-HDHomeRun-Error tells it."""

    UNKNOWN_CHANNEL = 801
    UNKNOWN_TRANSCODE_PROFILE = 802
    SYSTEM_BUSY = 803
    TUNER_IN_USE = 804
    ALL_TUNERS_IN_USE = 805
    TUNE_FAILED = 806
    NO_VIDEO_DATA = 807

    @property
    def text(self) -> str:
        """The reason in the device's words."""
        return self.name.replace("_", " ").title()
