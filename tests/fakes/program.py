"""A program that stands in for FFmpeg and does what a plan says."""

from dataclasses import asdict, dataclass
import json
from pathlib import Path
import sys

# A script of its own, not this module: it starts in a hundredth of a second.
_SCRIPT = """#!{python} -IS
import json, os, re, signal, sys

plan, arguments = json.loads({plan!r}), sys.argv[1:]
encoders = [one for one in arguments if re.fullmatch(r"libx264|h264_\\w+", one)]
pipes = re.findall(r"(?:^|(?<= ))(?<!-i )(?<!-progress )pipe:(\\d+)", " ".join(arguments))
outputs = [int(pipe) for pipe in pipes]

def say(text):
    os.write(2, text.encode())

with open({calls!r}, "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
if plan["ignores_term"]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if set(plan["hangs"]) & set(arguments):
    signal.pause()
if "-version" in arguments:
    print(plan["version"])
    sys.exit(0)
if "-encoders" in arguments:
    print("Encoders:\\n V..... = Video\\n ------")
    for name in plan["listed"]:
        print(f" V....D {{name:20}} makes pictures (codec h264)")
    sys.exit(0)
if encoders and not set(encoders) & set(plan["encodes"]):
    say(f"[{{encoders[0]}} @ 0x55d6e1c3a080] Cannot load libcuda.so.1\\n")
    say("Error initializing output stream 0:0\\nConversion failed!\\n")
    sys.exit(1)
if progress := re.search(r"-progress pipe:(\\d+)", " ".join(arguments)):
    os.write(int(progress[1]), b"frame=%d\\nprogress=end\\n" % plan["frames"])
say(plan["says"])
for pipe in outputs:
    os.write(pipe, plan["writes"].encode())
while plan["floods"]:
    say("complaint after complaint " * 1000)
while plan["passes"] and (data := os.read(0, 65536)):
    for pipe in outputs:
        os.write(pipe, data)
if plan["stays"]:
    signal.pause()
sys.exit(plan["status"])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the program does; by itself it writes a little and ends in order."""

    version: str = "ffmpeg version 5.1.9 Copyright (c) 2000-2026"
    listed: tuple[str, ...] = ("libx264",)
    """The encoders that it says it has."""
    encodes: tuple[str, ...] = ("libx264",)
    """Those of them that do."""
    hangs: tuple[str, ...] = ()
    """Arguments that make it do nothing at all for ever."""
    frames: int = 10
    """How many pictures it says that it has encoded."""
    says: str = ""
    """What it complains of."""
    writes: str = "video"
    """What it writes to each output."""
    floods: bool = False
    """Whether it complains without end then."""
    passes: bool = False
    """Whether it passes its input to its outputs then."""
    stays: bool = False
    """Whether it waits for a signal at the end."""
    ignores_term: bool = False
    status: int = 0


class Program:
    """The program in a folder; a plan can be changed while it is there."""

    def __init__(self, folder: Path, plan: Plan | None = None) -> None:
        self.path = folder / "ffmpeg"
        self._calls = folder / "calls"
        self.change(plan or Plan())

    def change(self, plan: Plan) -> None:
        """Follow another plan from the next start on."""
        script = _SCRIPT.format(
            python=sys.executable, plan=json.dumps(asdict(plan)), calls=str(self._calls)
        )
        new = self.path.with_suffix(".new")
        new.write_text(script)
        new.chmod(0o755)
        new.replace(self.path)

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each start so far."""
        if not self._calls.exists():
            return []
        return [json.loads(line) for line in self._calls.read_text().splitlines()]
