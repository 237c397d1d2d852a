"""What this machine's FFmpeg can do: it has to show it, nothing is believed."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ...formats.ffmpeg import Encoder, ProofCommand, arguments, available, parse_version
from ..errors import EncodingFailedError, StreamError
from ..processes.process import Descriptors, Programs

PROOF_SECONDS = 10.0
"""How long an encoder may take for its proof, and FFmpeg for an answer."""


class Problem(StrEnum):
    """Why there is no FFmpeg that would do."""

    MISSING = "ffmpeg_missing"
    TOO_OLD = "ffmpeg_too_old"
    WITHOUT_H264 = "ffmpeg_without_h264"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether an encoder encodes on this machine."""

    encoder: Encoder
    works: bool
    reason: str
    """Why it does not; empty where it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All that one round of proofs has shown."""

    proofs: tuple[Proof, ...] = ()
    problem: Problem | None = None
    reason: str = ""
    """What shows the problem."""


async def find_out(
    programs: Programs, encoders: Collection[Encoder], *, device: str
) -> Findings:
    """Have FFmpeg show which of the encoders work; raises nothing.

    `device` is the node of the graphics card that is used by those that need one.
    """
    try:
        async with asyncio.timeout(PROOF_SECONDS):
            version = parse_version(await programs.ask("-version"))
            listed = available(await programs.ask("-hide_banner", "-encoders"))
    except (StreamError, TimeoutError) as err:
        return _useless(Problem.MISSING, str(err) or "FFmpeg does not answer")
    if version is None:
        return _useless(Problem.MISSING, "What is called FFmpeg is none")
    if not version.sufficient:
        return _useless(Problem.TOO_OLD, f"It is FFmpeg {version.text}")
    async with asyncio.TaskGroup() as tasks:
        proving = [
            tasks.create_task(_proof(programs, encoder, encoder in listed, device))
            for encoder in encoders
        ]
    proofs = tuple(task.result() for task in proving)
    if not any(proof.works for proof in proofs):
        return Findings(
            proofs=proofs, problem=Problem.WITHOUT_H264, reason=proofs[-1].reason
        )
    return Findings(proofs=proofs)


async def _proof(
    programs: Programs, encoder: Encoder, listed: bool, device: str
) -> Proof:
    try:
        if not listed:
            raise EncodingFailedError("This FFmpeg was built without it")
        await _encode(programs, ProofCommand(encoder=encoder, device=device))
    except StreamError as err:
        return Proof(encoder=encoder, works=False, reason=str(err))
    return Proof(encoder=encoder, works=True, reason="")


async def _encode(programs: Programs, command: ProofCommand) -> None:
    """Encode a little; raise EncodingFailedError where nothing comes of it."""

    def build(numbers: Descriptors) -> list[str]:
        return ["-progress", f"pipe:{numbers.progress}", *arguments(command)]

    async with programs.run(build, inputs=0, outputs=0) as ffmpeg:
        try:
            async with asyncio.timeout(PROOF_SECONDS):
                status = await ffmpeg.wait()
        except TimeoutError as err:
            raise EncodingFailedError("It does not come to an end") from err
    if status:
        raise EncodingFailedError(ffmpeg.first_words, status=status)
    if ffmpeg.progress is None or not ffmpeg.progress.frame:
        raise EncodingFailedError("It encodes nothing")


def _useless(problem: Problem, reason: str) -> Findings:
    return Findings(problem=problem, reason=reason)
