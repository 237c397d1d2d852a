"""Transport streams made of other containers, of several pipes and from the network."""

import os
import socket
import subprocess
import threading

import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import (
    Demuxer,
    EmptyInputError,
    InvalidInputError,
    Network,
    Piped,
    RemuxCommand,
)

from .clips import AAC, H264, clip, packets, parts, ran

SECRET = "rtsp://me:secret@127.0.0.1/camera"
FRAGMENTED = ("-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4")
CONTAINERS = {
    Demuxer.MPEGTS: ("-f", "mpegts"),
    Demuxer.MP4: FRAGMENTED,
    Demuxer.FLV: ("-f", "flv"),
    Demuxer.MATROSKA: ("-f", "matroska"),
}


def remuxed(command: RemuxCommand, source: bytes) -> bytes:
    """Run a command whose only input is standard input."""
    return ran(*ffmpeg.arguments(command), stdin=source)


@pytest.mark.parametrize("demuxer", CONTAINERS)
def test_a_container_becomes_a_transport_stream(demuxer: Demuxer) -> None:
    source = clip(seconds=2, start=0, container=CONTAINERS[demuxer])
    output = remuxed(RemuxCommand(source=(Piped(demuxer=demuxer),)), source)
    assert set(parts(output)) == {"video", "audio"}
    assert parts(output)["video"]["codec_name"] == "h264"
    assert len(packets(output)) == len(packets(source)) == 20
    assert remuxed(RemuxCommand(), source) == output


@pytest.mark.parametrize(
    ("demuxer", "start", "offset"),
    [(Demuxer.MATROSKA, 20, 0), (Demuxer.MP4, 0, 0.5)],
    ids=["one clock", "clocks from nought"],
)
def test_sound_of_its_own_keeps_to_the_picture(
    demuxer: Demuxer, start: float, offset: float
) -> None:
    container = CONTAINERS[demuxer]
    picture = clip(
        *(*H264, "-bf", "0"), sound="", seconds=2, start=start, container=container
    )
    begun = start + 0.5 - offset
    sound = clip("-map", "1", *AAC, seconds=1, start=begun, container=container)
    reading, writing = os.pipe()

    def feed() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(sound)

    command = RemuxCommand(
        source=(
            Piped(demuxer=demuxer),
            Piped(descriptor=reading, demuxer=demuxer, offset_seconds=offset),
        )
    )
    feeding = threading.Thread(target=feed)
    feeding.start()
    done = subprocess.run(
        ["ffmpeg", *ffmpeg.arguments(command)],
        input=picture,
        capture_output=True,
        check=True,
        pass_fds=[reading],
    )
    os.close(reading)
    feeding.join()
    seen, heard = packets(done.stdout), packets(done.stdout, "audio")
    late = (heard[0].pts - min(packet.pts for packet in seen)) / 90_000
    assert late == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    "script",
    [
        "ffconcat version 1.0\nfile '{path}'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:{path}\n#EXT-X-ENDLIST\n",
    ],
)
def test_what_is_no_container_leads_nowhere(
    script: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("canary") / "canary.ts"
    path.write_bytes(clip(seconds=1))
    done = subprocess.run(
        ["ffmpeg", *ffmpeg.arguments(RemuxCommand())],
        input=script.format(path=path).encode() * 50,
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("scheme", "greeting"),
    [
        ("rtsp", b"OPTIONS rtsp://"),
        ("rtsps", b"\x16\x03"),
        ("rtmp", b"\x03"),
        ("rtmps", b"\x16\x03"),
    ],
)
def test_ffmpeg_may_speak_what_an_address_names(scheme: str, greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/live/x"
        command = RemuxCommand(source=Network(url=url))
        with subprocess.Popen(
            ["ffmpeg", *ffmpeg.arguments(command)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ):
            # When we hang up, FFmpeg ends by itself.
            with server.accept()[0] as connection:
                connection.settimeout(20)
                assert connection.recv(100).startswith(greeting)


@pytest.mark.parametrize("scheme", ["srt", "udp", "rtp"])
def test_other_schemes_have_no_more_than_their_own(scheme: str) -> None:
    url = f"{scheme}://239.0.0.1:1234"
    arguments = ffmpeg.arguments(RemuxCommand(source=Network(url=url)))
    allowed = arguments[arguments.index("-protocol_whitelist") + 1].split(",")
    assert set(allowed) <= {scheme, "udp"}
    assert arguments[arguments.index("-i") + 1] == url


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "/etc/passwd", "-i", "--", "pipe:0", "fd:0"),
        *("concat:a|b", "subfile,,start,0,end,9,,:/etc/passwd", "data:text,x"),
        *("http://host/a", "rtsp:/host", "rtsp://", "://host", "\\\\host\\share"),
        *("rtsp://host/a b", "rtsp://host/\r\nX: y", "rtsp://host/\0", "rtsp+x://host"),
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        ffmpeg.arguments(RemuxCommand(source=Network(url=url)))
    assert url not in str(refused.value)


@pytest.mark.parametrize("source", [Network(url=""), Network(url="  "), ()])
def test_there_is_something_to_read(source: Network | tuple[Piped, ...]) -> None:
    with pytest.raises(EmptyInputError):
        ffmpeg.arguments(RemuxCommand(source=source))


def test_an_address_is_not_shown() -> None:
    assert "secret" not in repr(RemuxCommand(source=Network(url=SECRET)))
