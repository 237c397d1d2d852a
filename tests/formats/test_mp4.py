"""MP4 files whose index comes last: found, moved to the front, and still true."""

from array import array
from pathlib import Path
import subprocess
import sys

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.mp4 import (
    HEADER,
    Box,
    Front,
    box_of,
    front_of,
    moved_index,
)

FTYP = b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom"
FREE = b"\x00\x00\x00\x08free"


def box(kind: str, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return (len(body) + 8).to_bytes(4) + kind.encode() + body


def table(kind: str, places: list[int]) -> bytes:
    digits = 4 if kind == "stco" else 8
    written = b"".join(place.to_bytes(digits) for place in places)
    return box(kind, bytes(4), len(places).to_bytes(4), written)


def track(*tables: bytes) -> bytes:
    inner = box("stbl", box("stsd", b"codec"), *tables, box("stsz", b"sizes"))
    return box("trak", box("tkhd", b"x"), box("mdia", box("minf", inner)))


def index(*tables: bytes) -> bytes:
    return box("moov", box("mvhd", b"head"), *map(track, tables), box("udta", b"me"))


def places_of(moved: bytes, kind: str) -> list[list[int]]:
    """Find the tables of a kind, and read what is in them."""
    found: list[list[int]] = []
    start = 0
    while (start := moved.find(kind.encode(), start)) >= 0:
        count = int.from_bytes(moved[start + 8 : start + 12])
        digits = 4 if kind == "stco" else 8
        data = moved[start + 12 : start + 12 + count * digits]
        numbers = array("I" if digits == 4 else "Q", data)
        if sys.byteorder == "little":
            numbers.byteswap()
        found.append(list(numbers))
        start += 4
    return found


# The front.


def test_media_before_the_index_are_found() -> None:
    media = box("mdat", b"pictures")
    front = front_of(FTYP + FREE + media + index())
    assert front == Front(preamble=FTYP + FREE, media=28, after=28 + len(media))
    # Their header is enough.
    assert front_of((FTYP + FREE + media)[: 28 + 8]) == front


def test_media_beyond_four_gigabytes_have_a_longer_header() -> None:
    head = FTYP + b"\x00\x00\x00\x01mdat" + (5 * 2**30).to_bytes(8)
    front = front_of(head)
    assert front
    assert (front.media, front.after) == (20, 20 + 5 * 2**30)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        FTYP,
        FTYP[:7],
        FTYP + index() + box("mdat", b"x"),
        FTYP + b"\x00\x00\x00\x00mdat",  # to the end: no index follows
        FTYP + b"\x00\x00\x00\x01mdat",  # cut off
        FTYP + b"\x00\x00\x00\x01mdat" + (3).to_bytes(8),
        FTYP + b"\x00\x00\x00\x04mdat",
        FTYP + b"\x00\x10\x00\x00free",  # longer than what is there
        b"\x1a\x45\xdf\xa3" * 20,
    ],
)
def test_what_needs_no_moving_or_tells_nothing_is_left_alone(head: bytes) -> None:
    assert front_of(head) is None


def test_a_box_is_told_by_its_header() -> None:
    assert box_of(index()[:HEADER]) == Box(b"moov", 8, len(index()))
    long = b"\x00\x00\x00\x01mdat" + (99).to_bytes(8)
    found = box_of(long)
    assert found == Box(b"mdat", 16, 99)
    assert not found.is_index
    assert box_of(long[:15]) is None


@given(st.binary(max_size=64))
def test_whatever_a_file_begins_with_is_put_up_with(head: bytes) -> None:
    front = front_of(head)
    assert front is None or head.startswith(front.preamble)


# The index.

FRONT = Front(preamble=FTYP, media=20, after=10_000)
PLACE = 10_000


def test_every_place_moves_by_the_length_of_the_index() -> None:
    before = index(table("stco", [28, 5000]), table("co64", [300, 9999]))
    moved = moved_index(before, FRONT, PLACE)
    assert moved
    by = len(moved)
    assert by == len(before)
    assert places_of(moved, "stco") == [[28 + by, 5000 + by]]
    assert places_of(moved, "co64") == [[300 + by, 9999 + by]]
    kept = moved.replace((28 + by).to_bytes(4), (28).to_bytes(4))
    assert kept[: before.find(b"stco")] == before[: before.find(b"stco")]


def test_places_that_need_more_digits_get_them() -> None:
    end = 2**32 + 1000
    front = Front(preamble=FTYP, media=20, after=end)
    before = index(table("stco", [28, 2**32 - 10]), table("stco", [40]))
    moved = moved_index(before, front, end)
    assert moved
    by = len(moved)
    assert by == len(before) + 3 * 4
    assert places_of(moved, "stco") == []
    assert places_of(moved, "co64") == [[28 + by, 2**32 - 10 + by], [40 + by]]
    found = box_of(moved)
    assert found == Box(b"moov", 8, by)


def test_an_index_without_any_table_stays_as_it_is() -> None:
    assert moved_index(index(), FRONT, PLACE) == index()
    assert moved_index(index(table("stco", [])), FRONT, PLACE) == index(
        table("stco", [])
    )


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00\x00\x00\x08mdat",
        index(table("stco", [5])),  # before the media
        index(table("stco", [10_000])),  # in the index
        index(table("co64", [2**63])),
        index(table("stco", [28])[:-2]),
        index(box("stco", bytes(4), b"\xff\xff\xff\xff", bytes(40))),
        index(box("stco")),
        box("moov", box("cmov", b"packed")),
        box("moov", b"\x00\x00\xff\xffmvhd"),
    ],
)
def test_an_index_that_cannot_be_moved_is_not(broken: bytes) -> None:
    assert moved_index(broken, FRONT, PLACE) is None


@given(st.binary(max_size=40), st.integers(0, 300), st.integers(0, 300))
def test_a_damaged_index_is_put_up_with(data: bytes, place: int, cut: int) -> None:
    before = index(table("stco", [28, 5000]), table("co64", [300]))
    damaged = (before[:place] + data + before[place + len(data) :])[: len(before) - cut]
    moved = moved_index(damaged, FRONT, PLACE)
    assert moved is None or box_of(moved) == Box(b"moov", 8, len(moved))


@given(
    st.lists(st.lists(st.integers(20, 9_999), max_size=9), max_size=4),
    st.booleans(),
)
def test_moving_keeps_all_else(tables: list[list[int]], is_wide: bool) -> None:
    kind = "co64" if is_wide else "stco"
    before = index(*(table(kind, places) for places in tables))
    moved = moved_index(before, FRONT, PLACE)
    assert moved
    by = len(moved)
    assert moved == index(
        *(table(kind, [place + by for place in places]) for places in tables)
    )


def test_ffmpeg_reads_through_a_pipe_what_was_moved(tmp_path: Path) -> None:
    source = tmp_path / "last.mp4"
    # What FFmpeg can hold in its buffers it can also go back to.
    noise = "testsrc2=size=640x360:rate=25:duration=2,noise=alls=80:allf=t"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", noise, "-f", "lavfi"]
    command += ["-i", "sine=duration=2", "-c:v", "libx264", "-preset", "ultrafast"]
    subprocess.run([*command, "-c:a", "aac", str(source)], check=True)
    assert source.stat().st_size > 1_000_000
    data = source.read_bytes()
    front = front_of(data[:4096])
    assert front
    found = box_of(data[front.after : front.after + HEADER])
    assert found
    assert found.is_index
    moved = moved_index(data[front.after :], front, front.after)
    assert moved
    ordered = front.preamble + moved + data[front.media : front.after]

    def packets(told: bytes) -> list[str]:
        lines = told.decode().splitlines()
        return sorted(line for line in lines if not line.startswith("#"))

    def frames(film: bytes) -> list[str]:
        read = ["ffmpeg", "-v", "error", "-f", "mp4", "-i", "pipe:0"]
        done = subprocess.run(
            [*read, "-f", "framecrc", "-c", "copy", "-"],
            input=film,
            capture_output=True,
            check=False,
        )
        return packets(done.stdout)

    read = ["ffmpeg", "-v", "error", "-i", str(source)]
    whole = subprocess.run(
        [*read, "-f", "framecrc", "-c", "copy", "-"], capture_output=True, check=True
    )
    assert frames(data) == [], "it cannot be read as it is"
    assert len(packets(whole.stdout)) > 100
    assert frames(ordered) == packets(whole.stdout)
