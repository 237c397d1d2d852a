"""Films made into transport streams on their way, for players that need that."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass

from ...formats.containers import container_of
from ...formats.ffmpeg import (
    AudioCopy,
    Copy,
    Demuxer,
    Encode,
    Encoder,
    FilmCommand,
    Output,
    Piped,
    Profile,
    arguments,
)
from ..encoders.encoders import Encoders, Running
from ..model import Playable
from ..processes.process import Build, Descriptors, FFmpeg, Programs
from ..upstreams.basin import Pour, open_basin
from ..upstreams.remux import Read, convert


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What is to become of a film on its way."""

    profile: Profile | None = None
    """None leaves picture and sound as they are."""
    start_seconds: float = 0.0
    """From where on it is wanted. What lies before is fetched all the same."""

    @property
    def encodes(self) -> bool:
        """Whether its picture is encoded."""
        return self.profile is not None and isinstance(self.profile.video, Encode)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmConverter:
    """Runs the FFmpegs of films, one for each viewer."""

    programs: Programs
    encoders: Encoders

    @asynccontextmanager
    async def open(
        self,
        source: Read,
        film: Playable,
        conversion: Conversion,
        *,
        needed: Callable[[], bool],
        give_way: Callable[[], None],
    ) -> AsyncIterator[Read]:
        """Answer what reads a film as a transport stream; leaving the block ends FFmpeg.

        `source` reads it as it is, from its beginning to its end.
        `needed` and `give_way` are for Encoders.take, where the picture is encoded.
        Raises EncodersBusyError. Reading raises what `source` raises, and NoDataError,
        FFmpegMissingError and EncodingFailedError.
        """
        slot: AbstractContextManager[None] = nullcontext()
        if conversion.encodes:
            slot = self.encoders.take(film.title, needed=needed, give_way=give_way)
        with slot:
            if conversion.encodes:
                await self.encoders.ready()
            encoder = self.encoders.encoder
            head = await source()

            async def read() -> bytes:
                nonlocal head
                data, head = head, b""
                return data or await source()

            def noting(ffmpeg: FFmpeg) -> AbstractContextManager[None]:
                running = Running(
                    ffmpeg=ffmpeg,
                    channel=film.title,
                    number="",
                    encoder=encoder.value if conversion.encodes else "copy",
                    what=conversion.profile.name if conversion.profile else "copy",
                )
                return self.encoders.running(running)

            demuxer = _demuxer_of(head)
            build = _command(conversion, demuxer, encoder, self.encoders.device)

            async def work(pour: Pour) -> None:
                await convert(
                    self.programs, build, [read], pour, noting=noting, patient=True
                )

            async with open_basin(work) as basin:
                yield basin.read


def _command(
    conversion: Conversion, demuxer: Demuxer | None, encoder: Encoder, device: str
) -> Build:
    profile = conversion.profile

    def build(descriptors: Descriptors) -> list[str]:
        return arguments(
            FilmCommand(
                source=Piped(descriptor=descriptors.inputs[0], demuxer=demuxer),
                output=Output(
                    descriptor=descriptors.outputs[0],
                    video=profile.video if profile else Copy(),
                    audio=profile.audio if profile else AudioCopy(),
                ),
                seek_seconds=conversion.start_seconds,
                encoder=encoder,
                device=device,
                progress_descriptor=descriptors.progress,
            )
        )

    return build


def _demuxer_of(head: bytes) -> Demuxer | None:
    """Answer how a film is to be read, by its first bytes; None leaves that to FFmpeg."""
    container = container_of(head)
    return Demuxer(container.value) if container and container in Demuxer else None
