"""What may be wrong with a description of something that FFmpeg is to do.

No message holds an address: it may carry a credential.
"""


class FFmpegError(ValueError):
    """The root of these errors: what was asked for cannot be said to FFmpeg."""


class InvalidRenditionError(FFmpegError):
    """No rendition has this name."""


class InvalidEncoderError(FFmpegError):
    """There is no such encoder, or not on this machine."""


class InvalidProfileError(FFmpegError):
    """No profile has this name."""


class EmptyInputError(FFmpegError):
    """The command has nothing to read."""


class InvalidInputError(FFmpegError):
    """The input is of a kind that FFmpeg may not open for us."""


class InvalidSeekError(FFmpegError):
    """The place to begin lies before the beginning."""


class EmptyOutputError(FFmpegError):
    """The command has nowhere to write."""


class InvalidOutputError(FFmpegError):
    """The output is no place that FFmpeg may write to for us."""


class InvalidSegmentLengthError(FFmpegError):
    """The length of segments is not positive."""


class InvalidListSizeError(FFmpegError):
    """The number of segments that a playlist lists is not positive."""
