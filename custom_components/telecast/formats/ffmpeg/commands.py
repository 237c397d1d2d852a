"""All commands, and the one way to say them."""

from .film import FilmCommand, film_arguments
from .hls_file import HlsFileCommand, hls_arguments
from .playout import PlayoutCommand, playout_arguments
from .proof import ProofCommand, proof_arguments
from .remux import RemuxCommand, remux_arguments
from .slate import SlateCommand, slate_arguments
from .transcode import TranscodeCommand, transcode_arguments

type Command = (
    TranscodeCommand
    | RemuxCommand
    | FilmCommand
    | HlsFileCommand
    | PlayoutCommand
    | ProofCommand
    | SlateCommand
)


def arguments(command: Command) -> list[str]:
    """Answer the arguments of a command, without the binary's name.

    An address among them may hold a credential. Raises FFmpegError for what cannot be said.
    """
    match command:
        case TranscodeCommand():
            return transcode_arguments(command)
        case RemuxCommand():
            return remux_arguments(command)
        case FilmCommand():
            return film_arguments(command)
        case HlsFileCommand():
            return hls_arguments(command)
        case PlayoutCommand():
            return playout_arguments(command)
        case ProofCommand():
            return proof_arguments(command)
        case SlateCommand():
            return slate_arguments(command)
