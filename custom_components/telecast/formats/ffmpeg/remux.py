"""From any input to one transport stream, nothing decoded."""

from dataclasses import dataclass

from .errors import EmptyInputError
from .inputs import Network, Piped, network_input, pipe_input
from .outputs import transport_stream
from .transcode import PROBE_BYTES, PROBE_MICROSECONDS, QUIET, probing

# Packets of one pipe that wait for the other; with FFmpeg's own few it complains.
_QUEUE = ("-thread_queue_size", "512")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemuxCommand:
    """Writes the first video and all audio of an input to a pipe.

    Of several pipes the first one has the video, the others have the audio, and all of
    them tell the time by one clock.
    """

    source: Network | tuple[Piped, ...] = (Piped(),)
    descriptor: int = 1
    """Of the pipe that is written."""
    probe_microseconds: int = PROBE_MICROSECONDS
    probe_bytes: int = PROBE_BYTES


def remux_arguments(command: RemuxCommand) -> list[str]:
    """Answer the command's arguments, without the binary's name.

    Raises EmptyInputError, and InvalidInputError for an address that may not be opened.
    """
    probe = probing(command.probe_microseconds, command.probe_bytes)
    probe += ["-fflags", "+genpts"]
    if isinstance(command.source, Network):
        inputs = ["-nostdin", *probe, *network_input(command.source)]
        return [
            *QUIET,
            *inputs,
            *_copied("0:a?"),
            *transport_stream(command.descriptor),
        ]
    if not command.source:
        raise EmptyInputError("There is nothing to read")
    inputs = []
    for piped in command.source:
        inputs += [*probe, *_QUEUE, *pipe_input(piped)]
    if len(command.source) == 1:
        return [
            *QUIET,
            *inputs,
            *_copied("0:a?"),
            *transport_stream(command.descriptor),
        ]
    # Else each input would begin at nought, whenever it really did.
    audio = (f"{index}:a?" for index in range(1, len(command.source)))
    output = transport_stream(command.descriptor)
    return [*QUIET, "-copyts", *inputs, *_copied(*audio), *output]


def _copied(*audio: str) -> list[str]:
    maps = [option for stream in audio for option in ("-map", stream)]
    return ["-map", "0:v:0?", *maps, "-c", "copy"]
