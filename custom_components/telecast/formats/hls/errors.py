"""What is wrong with a playlist; no message holds an address, which may hold a password."""


class PlaylistError(ValueError):
    """The root of all errors of playlists and of the names of their files."""


class NotAPlaylistError(PlaylistError):
    """What came does not begin with #EXTM3U (RFC 8216 §4.3.1.1)."""


class EmptyVariantsError(PlaylistError):
    """A master playlist has no variant (§4.3.4.2)."""


class InvalidBandwidthError(PlaylistError):
    """A bandwidth is not positive (§4.3.4.2)."""


class InvalidResolutionError(PlaylistError):
    """A resolution is not two positive whole numbers (§4.2)."""


class InvalidGroupError(PlaylistError):
    """An alternative contradicts itself or its group, or a group is missing (§4.3.4.1)."""


class InvalidDurationError(PlaylistError):
    """A segment has no duration that can be, or is longer than the target (§4.3.3.1)."""


class InvalidKeyError(PlaylistError):
    """A key or a map cannot be said as it is (§4.3.2.4, §4.3.2.5)."""


class InvalidNumberError(PlaylistError):
    """A number is beyond those that a playlist can hold (§4.2)."""


class InvalidTextError(PlaylistError):
    """A text holds quotes or line ends, or an address what no address can hold (§4.2)."""


class InvalidTimeError(PlaylistError):
    """A date has no time zone (§4.3.2.6)."""


class InvalidNameError(PlaylistError):
    """A rendition cannot be called so, or a segment not be numbered so."""
