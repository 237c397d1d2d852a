"""Which encoder to use: the best one that was proven, and has not failed since."""

from collections import defaultdict
from collections.abc import Callable

from ...formats.ffmpeg import AUTO, Encoder, best
from .proofs import Findings

FAILURES = 3
"""So often may an encoder that passes its proofs fail, then it is left alone."""
OUT_SECONDS = 600.0
"""For so long after its last failure."""
_REMEMBERED_SECONDS = 3600.0


class EncoderChoice:
    """Chooses from what proofs have shown, and from what failed in spite of them."""

    def __init__(self, wanted: str, clock: Callable[[], float]) -> None:
        """Prepare; `wanted` is an encoder's name, or `auto` for the best there is."""
        self._wanted = None if wanted == AUTO else Encoder(wanted)
        self._clock = clock
        self._findings = Findings()
        self._suspects: frozenset[Encoder] = frozenset()
        self._failures: defaultdict[Encoder, list[float]] = defaultdict(list)

    @property
    def candidates(self) -> list[Encoder]:
        """Those that may be chosen: the wanted one, and all that come after it."""
        every = list(Encoder)
        return every[every.index(self._wanted) :] if self._wanted else every

    @property
    def findings(self) -> Findings:
        """What the last round of proofs has shown."""
        return self._findings

    @property
    def suspects(self) -> frozenset[Encoder]:
        """Those that have failed, and not been proven since."""
        return self._suspects

    @property
    def encoder(self) -> Encoder:
        """The one to use; software where there is none better."""
        return best({encoder for encoder in self._proven if not self._failing(encoder)})

    @property
    def reason(self) -> str | None:
        """Why that is not the best, or the wanted one; None where it is."""
        if self._findings.problem:
            return self._findings.reason
        better = self._wanted or best(self._proven)
        return None if better == self.encoder else f"{better}: {self._why_not(better)}"

    def learn(self, findings: Findings, suspects: frozenset[Encoder]) -> None:
        """Take new proofs, which `suspects` had to pass again."""
        self._findings = findings
        self._suspects -= suspects

    def fail(self, encoder: Encoder) -> bool:
        """Note that an encoder failed; answer whether it is another one's turn now.

        What has been begun before it fails with it, and says nothing new. There is
        nothing to take the place of software.
        """
        if encoder is Encoder.NONE or encoder not in self._proven:
            return False
        if self._failing(encoder):
            return False
        now = self._clock()
        self._failures[encoder] = [
            failed
            for failed in self._failures[encoder]
            if failed > now - _REMEMBERED_SECONDS
        ] + [now]
        self._suspects |= {encoder}
        return True

    def is_out(self, encoder: Encoder) -> bool:
        """Tell whether an encoder fails too often for its proofs to count."""
        failures = self._failures[encoder]
        return len(failures) >= FAILURES and self._clock() < failures[-1] + OUT_SECONDS

    @property
    def _proven(self) -> set[Encoder]:
        works = {proof.encoder for proof in self._findings.proofs if proof.works}
        return works | {Encoder.NONE}

    def _failing(self, encoder: Encoder) -> bool:
        return encoder in self._suspects or self.is_out(encoder)

    def _why_not(self, encoder: Encoder) -> str:
        if self.is_out(encoder):
            return "it has failed too often"
        if encoder in self._suspects:
            return "it has failed"
        for proof in self._findings.proofs:
            if proof.encoder == encoder:
                return proof.reason
        return "it is still to be tested"
