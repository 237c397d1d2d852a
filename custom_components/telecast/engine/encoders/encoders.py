"""The encoders of this machine: which one is in use, and what runs on it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
import logging
from typing import Any

from ...formats.ffmpeg import DEVICE, Encoder
from ..errors import EncodersBusyError
from ..events import EncoderChanged, EncodersChanged, Event
from ..processes.process import FFmpeg, Programs
from .choice import OUT_SECONDS, EncoderChoice
from .proofs import Problem, Proof, find_out

_LOGGER = logging.getLogger(__name__)

READY_SECONDS = 10.0
"""How long a first stream waits for the proofs at most."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Running:
    """An FFmpeg that runs on a channel."""

    ffmpeg: FFmpeg
    channel: str
    number: str
    encoder: str
    """An encoder's name, or `copy`."""
    what: str
    """What comes out of it."""

    def facts(self) -> dict[str, Any]:
        """Answer what others see of it; names fixed by the contract, bitrate in bit/s."""
        progress = self.ffmpeg.progress
        return {
            "pid": self.ffmpeg.pid,
            "channel": self.channel,
            "encoder": self.encoder,
            "speed": progress and progress.speed,
            "fps": progress and progress.fps,
            "bitrate": progress and _bits(progress.bitrate_kbps),
        }


@dataclass(frozen=True, slots=True, eq=False)
class _Holder:
    """Who has the right to encode."""

    name: str
    needed: Callable[[], bool]
    give_way: Callable[[], None]


class Encoders:
    """Has the encoders prove themselves, and counts who uses one."""

    def __init__(
        self,
        *,
        tasks: asyncio.TaskGroup,
        programs: Programs,
        choice: EncoderChoice,
        limit: int,
        emit: Callable[[Event], None],
        device: str,
    ) -> None:
        """Prepare; open_encoders says what is what."""
        self.device = device
        """The node of the graphics card that is used."""
        self._tasks = tasks
        self._programs = programs
        self._limit = limit
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._choice = choice
        self._told = self._to_tell()
        self._first = asyncio.Event()
        self._round: asyncio.Task[None] | None = None
        self._returns: dict[Encoder, asyncio.TimerHandle] = {}
        self._closed = False
        self._holders: list[_Holder] = []
        self._running: list[Running] = []

    @property
    def encoder(self) -> Encoder:
        """The encoder to use now: the best one proven; software until one is."""
        return self._choice.encoder

    @property
    def reason(self) -> str | None:
        """Why that is not the one that is wanted; None where it is."""
        return self._choice.reason

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """What the last round has shown of each encoder that may be used."""
        return self._choice.findings.proofs

    @property
    def problem(self) -> Problem | None:
        """Why there is no FFmpeg that would do; None where there is one."""
        return self._choice.findings.problem

    async def ready(self) -> None:
        """Wait until the first round of proofs is over, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                await self._first.wait()

    async def prove(self) -> None:
        """Have all prove themselves anew, or join what is under way; wait for the end."""
        if running := self._begin_round():
            await asyncio.wait({running})

    def failed(self, encoder: Encoder) -> None:
        """Note that an encoder failed on a stream: the next one begins on another.

        It comes back when it has proven itself again; one that fails again and again in
        spite of that does not for ten minutes.
        """
        if not self._choice.fail(encoder):
            return
        if self._choice.is_out(encoder):
            later = self._loop.call_later(OUT_SECONDS, self._begin_round)
            self._returns[encoder] = later
        self._tell()
        self._begin_round()

    @contextmanager
    def take(
        self,
        name: str,
        *,
        needed: Callable[[], bool] = lambda: True,
        give_way: Callable[[], None] = lambda: None,
    ) -> Iterator[None]:
        """Hold the right to encode inside the block.

        Where as many hold it as may, one that is not `needed` (nobody watches what it
        encodes) loses it, and hears so by `give_way`; where all are, EncodersBusyError is
        raised, naming them.
        """
        self._make_room()
        holder = _Holder(name, needed, give_way)
        self._holders.append(holder)
        try:
            yield
        finally:
            if holder in self._holders:
                self._holders.remove(holder)

    @contextmanager
    def running(self, running: Running) -> Iterator[None]:
        """Count an FFmpeg among those that run, inside the block."""
        self._running.append(running)
        self._emit(EncodersChanged(running=len(self._running)))
        try:
            yield
        finally:
            self._running.remove(running)
            self._emit(EncodersChanged(running=len(self._running)))

    @property
    def runs(self) -> tuple[Running, ...]:
        """The FFmpegs that run on channels now, the oldest first."""
        return tuple(self._running)

    def facts(self) -> list[dict[str, Any]]:
        """Answer what others see of each FFmpeg that runs now."""
        return [running.facts() for running in self._running]

    def close(self) -> None:
        """End the proofs, and begin no more; whoever waits for them goes on."""
        self._closed = True
        self._first.set()
        for handle in self._returns.values():
            handle.cancel()
        if self._round:
            self._round.cancel()

    def _make_room(self) -> None:
        if not self._limit or len(self._holders) < self._limit:
            return
        idle = next((one for one in self._holders if not one.needed()), None)
        if idle is None:
            names = ", ".join(one.name for one in self._holders)
            raise EncodersBusyError(f"In use by {names}")
        self._holders.remove(idle)
        idle.give_way()

    def _begin_round(self) -> asyncio.Task[None] | None:
        if not self._closed and (self._round is None or self._round.done()):
            self._round = self._tasks.create_task(self._prove(), name="encoders")
        return self._round

    async def _prove(self) -> None:
        while True:
            suspects = self._choice.suspects
            findings = await find_out(
                self._programs, self._choice.candidates, device=self.device
            )
            self._choice.learn(findings, suspects)
            self._first.set()
            self._tell()
            # Who has failed meanwhile may have been proven before that.
            if not self._choice.suspects:
                return

    def _tell(self) -> None:
        before, self._told = self._told, self._to_tell()
        if before == self._told:
            return
        encoder, reason, problem = self._told
        if (before[0], before[2]) != (encoder, problem):
            _LOGGER.info("Encoder: %s%s", encoder, f" ({reason})" if reason else "")
        self._emit(EncoderChanged(encoder=encoder, reason=reason or ""))

    def _to_tell(self) -> tuple[Encoder, str | None, Problem | None]:
        return self.encoder, self.reason, self.problem


@asynccontextmanager
async def open_encoders(
    *,
    programs: Programs,
    wanted: str,
    limit: int,
    emit: Callable[[Event], None],
    device: str = DEVICE,
) -> AsyncIterator[Encoders]:
    """Run the encoders; their proofs begin, and nobody waits for them.

    `wanted` is the name of an encoder, or `auto` for the best that proves itself; where
    the wanted one does not, the next one down to software is used. No more than `limit`
    may encode at once; 0 means any number. `device` is the node of the graphics card.
    Leaving the block ends what is being proven, and waits for that. Raises ValueError
    where no encoder has the name.
    """
    # Before the task group: what fails here must not come as a group of errors.
    choice = EncoderChoice(wanted, asyncio.get_running_loop().time)
    async with asyncio.TaskGroup() as tasks:
        encoders = Encoders(
            tasks=tasks,
            programs=programs,
            choice=choice,
            limit=limit,
            emit=emit,
            device=device,
        )
        tasks.create_task(encoders.prove(), name="first proofs")
        try:
            yield encoders
        finally:
            encoders.close()


def _bits(kbps: float | None) -> int | None:
    return None if kbps is None else round(kbps * 1000)
