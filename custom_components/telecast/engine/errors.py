"""Everything that can go wrong, named by who can act; each edge translates it once.

Messages never hold a credential: addresses appear as scheme and host only.
"""

import signal
from typing import ClassVar


class TelecastError(Exception):
    """The root of all our errors; `code` is the stable name that outsiders see."""

    code: ClassVar[str] = "error"


class UnknownChannelError(TelecastError):
    """No enabled channel has this number or id."""

    code = "unknown_channel"


class UnknownRenditionError(UnknownChannelError):
    """The channel is not offered in this rendition, or no more in this segment."""

    code = "unknown_rendition"


class UnknownRecordingError(UnknownChannelError):
    """The channel has no archive, or one that does not hold this time."""

    code = "unknown_recording"


class UnknownFilmError(TelecastError):
    """No film, series or episode has this id, or the account may not see it."""

    code = "unknown_film"


class UnknownSourceError(TelecastError):
    """No source has this id."""

    code = "unknown_source"


class InvalidTimelineError(TelecastError):
    """A timeline contradicts itself, or was not stored by us; the one before stays."""

    code = "invalid_timeline"


class CircleError(InvalidTimelineError):
    """A virtual channel would show itself, be it by way of others.

    `shown` is the number, or the name, of the channel that leads back to it.
    """

    code = "circle"

    def __init__(self, message: str, *, shown: str) -> None:
        super().__init__(message)
        self.shown = shown


class NotVirtualError(TelecastError):
    """The channel is none that we play ourselves."""

    code = "not_virtual"


class UnknownItemError(TelecastError):
    """No item of a virtual channel has that id."""

    code = "unknown_item"


class NotInOrderError(TelecastError):
    """The items of a virtual channel are not played in the order in which they are listed."""

    code = "not_in_order"


class SourceError(TelecastError):
    """A source's document could not be taken in; what was there before stays."""

    code = "cannot_connect"


class CannotConnectError(SourceError):
    """The address is dead, refuses us, or answers with an error status."""


class MissingFileError(CannotConnectError):
    """The path leads to nothing."""


class SourceTimeoutError(SourceError):
    """The address does not answer in time."""

    code = "timeout"


class NotAPlaylistError(SourceError):
    """What came is no playlist (an HTML page, a broken archive, random bytes)."""

    code = "not_a_playlist"


class EmptyPlaylistError(SourceError):
    """The playlist holds no channel that could be played."""

    code = "empty_playlist"


class PlaylistShrunkError(SourceError):
    """The playlist came back absurdly smaller than last time."""

    code = "playlist_shrunk"


class NotAGuideError(SourceError):
    """What came is no XMLTV guide, or less than half of the last one survived its damage."""

    code = "not_a_guide"


class TooLargeError(SourceError):
    """The document expands beyond all reason."""

    code = "too_large"


class InvalidAuthError(SourceError):
    """The provider does not know the login, or has shut it out."""

    code = "invalid_auth"


class AccountExpiredError(SourceError):
    """The provider's account was good, and is no longer."""

    code = "account_expired"


class PathNotAllowedError(SourceError):
    """The path lies outside the folders that may be read."""

    code = "path_not_allowed"


class NoMediaError(SourceError):
    """There is nothing that could be played."""

    code = "no_media"


class ProberMissingError(SourceError):
    """FFmpeg's prober is needed to look into files, and cannot be started."""

    code = "ffmpeg_missing"


class OwnTunerError(SourceError):
    """The tuner is our own: its channels would go round in a circle."""

    code = "own_tuner"


class AddressNotAllowedError(SourceError):
    """A document or a redirect names an address that it may not lead to."""

    code = "address_not_allowed"


class IngestionError(SourceError):
    """The ingestion process failed or was ended."""

    code = "ingestion_failed"


class StreamError(TelecastError):
    """A channel cannot be watched, or not any longer."""

    code = "stream_failed"


class TuneFailedError(StreamError):
    """No candidate could be opened."""

    code = "tune_failed"


class NoDataError(StreamError):
    """A candidate was opened, but no usable video data came."""

    code = "no_data"


class NoKeyFrameError(NoDataError):
    """A file cannot be entered where it was to be without being encoded anew."""

    def __init__(self, message: str, *, late: int | None) -> None:
        """Tell how much later the nearest key frame is that will do.

        In milliseconds, below nought where it is earlier; None where there is none.
        """
        super().__init__(message)
        self.late = late


class UnsupportedStreamError(StreamError):
    """The candidate's address is of a kind that cannot be streamed."""

    code = "unsupported_stream"


class StreamClosedError(StreamError):
    """The stream was ended by us (shutdown, an action) before or while it was watched."""

    code = "stream_closed"


class EngineNotFoundError(SourceError):
    """No AceStream engine answers where one should be."""

    code = "engine_not_found"


class NoEngineError(StreamError):
    """An AceStream id cannot be played: no AceStream engine has been added."""

    code = "no_acestream_engine"


class NoPeersError(StreamError):
    """An AceStream engine claims to download, but has nobody to download from."""

    code = "no_peers"


class FFmpegMissingError(StreamError):
    """FFmpeg is needed and cannot be started, or is too old."""

    code = "ffmpeg_missing"


class EncodingFailedError(StreamError):
    """An FFmpeg ended by itself, or delivers nothing."""

    code = "encoding_failed"

    def __init__(self, message: str, *, status: int | None = None) -> None:
        """Name what went wrong; `status` is the exit status, negative for a signal."""
        super().__init__(message)
        self.status = status

    @property
    def was_killed(self) -> bool:
        """Whether somebody killed it; an encoder that fails or crashes ends otherwise."""
        return self.status in {-signal.SIGKILL, -signal.SIGTERM}


class StorageFullError(StreamError):
    """There is no room for segments."""

    code = "storage_full"


class FilmChangedError(StreamError):
    """A film broke off, and what its address holds now are bytes of another one."""

    code = "film_changed"


class StarvedError(StreamError):
    """A candidate delivers more slowly than its own clock runs."""

    code = "starved"


class NoPictureError(StreamError):
    """Data comes, but no picture that a decoder could begin with."""

    code = "no_picture"


class UnsatisfiableRangeError(TelecastError):
    """A film has none of the bytes that were asked for; `size` is how many it has."""

    code = "range_not_satisfiable"

    def __init__(self, size: int | None) -> None:
        super().__init__("The film has no such bytes")
        self.size = size


class AccountChangedError(TelecastError):
    """The account lost, since its viewer came in, the right to what it is about to watch.

    `reason` is why, as sessions have it that are ended for that.
    """

    code = "account_changed"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The account may not watch this any more ({reason})")
        self.reason = reason


class BusyError(TelecastError):
    """A limit is reached; the message says who holds what.

    That is for those at home, and for the log; outsiders are told the `outline`, in
    which nobody's address is.
    """

    code = "busy"
    usual_outline: ClassVar[str] = "Everything is in use"

    def __init__(self, message: str = "", *, outline: str = "") -> None:
        super().__init__(message)
        self.outline = outline or self.usual_outline


class SourceBusyError(BusyError):
    """Every slot of every source that carries the channel is taken."""

    code = "source_busy"
    usual_outline = "All connections to the provider are in use"


class EncodersBusyError(BusyError):
    """As many encoders run as may."""

    code = "encoders_busy"
    usual_outline = "All encoders are in use"


class TunerInUseError(BusyError):
    """The tuner that was asked for by name is taken."""

    code = "tuner_in_use"


class TunersBusyError(BusyError):
    """All tuners are taken."""

    code = "all_tuners_in_use"


class AccountBusyError(BusyError):
    """The account watches as many channels at once as it may."""

    code = "account_busy"
    usual_outline = "All connections of the account are in use"
