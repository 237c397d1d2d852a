"""MPEG transport streams (ISO/IEC 13818-1): packets, tables, clocks, key frames, segments."""

from .clocks import CLOCK, PCR_WRAP, WRAP, dts_of, last_pcr, pcr_of, pts_of, unwrap
from .codecs import AUDIO_CODEC_STRINGS
from .description import describe_video
from .discontinuity import breaks, discontinuities, starts_anew
from .joining import Counters, timed
from .loop import Loop
from .packets import NULL_PID, PACKET, PAT_PID, SYNC, Aligner, pid_of
from .scanner import Frame, Join, Scanner
from .segment import Segment
from .segments import Grid, Segmenter
from .tables import Elementary, Program, Tables
from .video import Video

__all__ = [
    "AUDIO_CODEC_STRINGS",
    "CLOCK",
    "NULL_PID",
    "PACKET",
    "PAT_PID",
    "PCR_WRAP",
    "SYNC",
    "WRAP",
    "Aligner",
    "Counters",
    "Elementary",
    "Frame",
    "Grid",
    "Join",
    "Loop",
    "Program",
    "Scanner",
    "Segment",
    "Segmenter",
    "Tables",
    "Video",
    "breaks",
    "describe_video",
    "discontinuities",
    "dts_of",
    "last_pcr",
    "pcr_of",
    "pid_of",
    "pts_of",
    "starts_anew",
    "timed",
    "unwrap",
]
