"""Only what has changed is looked into, and a bad file costs the others nothing."""

from collections.abc import Callable
import errno
import os
from pathlib import Path

import psutil
import pytest

from custom_components.telecast.engine.errors import ProberMissingError
from custom_components.telecast.engine.ingestion import media_probing
from custom_components.telecast.engine.ingestion.media_channel import MediaCounts
from tests.fakes.media_folders import WHEN, put
from tests.formats.clips import AAC, H264, clip

from .media_world import MediaIntake, film

SILENT = "#!/bin/sh\nexec sleep 60\n"
ENDLESS = "#!/bin/sh\nexec cat /dev/zero\n"
CRASHING = "#!/bin/sh\nkill -SEGV $$\n"


@pytest.fixture(name="intake")
def _intake(tmp_path: Path) -> MediaIntake:
    return MediaIntake(tmp_path)


def script(folder: Path, text: str) -> str:
    """A prober of another kind."""
    path = folder / "other"
    path.write_text(text)
    path.chmod(0o700)
    return str(path)


def counts(items: int, unprobed: int, unreadable: int) -> MediaCounts:
    """What there is, of a channel that is not in the line-up."""
    return MediaCounts(items=items, unprobed=unprobed, unreadable=unreadable)


def test_durations_and_shapes_are_found_out(intake: MediaIntake) -> None:
    put(intake.root / "a" / "1.mkv", film(), when=WHEN)
    put(intake.root / "a" / "2.mkv", film(seconds=3), when=WHEN + 1)
    put(intake.root / "a" / "3.mkv", film(size="320x180"), when=WHEN + 2)
    put(intake.root / "a" / "4.avi", film("-c:v", "mpeg4", *AAC), when=WHEN + 3)
    intake.take("a")
    assert [one.duration for one in intake.listed()] == [0, 0, 0, 0]
    assert intake.probe() == counts(4, 0, 0)
    first, second, third, fourth = intake.listed()
    # The last sound may last a little longer than the picture.
    assert 2000 <= first.duration < 2100 and 3000 <= second.duration < 3100
    assert first.shape == second.shape != ""
    assert third.shape not in {"", first.shape}
    assert fourth.shape == ""
    video = first.streams["video"]
    assert (video["codec_name"], video["width"]) == ("h264", 160)
    assert first.streams["audio"]["codec_name"] == "aac"
    assert intake.progress[-1] == 4


def test_what_has_only_sound_or_only_a_picture_can_be_played(
    intake: MediaIntake,
) -> None:
    put(intake.root / "a" / "1.mkv", film("-vn", *AAC), when=WHEN)
    put(intake.root / "a" / "2.mkv", film(*H264, "-an"), when=WHEN + 1)
    intake.take("a")
    assert intake.probe() == counts(2, 0, 0)
    heard, seen = intake.listed()
    assert heard.duration >= 2000 and seen.duration >= 1900
    assert set(heard.streams) & {"video", "audio"} == {"audio"}
    assert set(seen.streams) & {"video", "audio"} == {"video"}
    assert heard.shape == seen.shape == ""


def test_bad_files_are_named_and_left_out(intake: MediaIntake) -> None:
    subtitle = b"1\n00:00:00,000 --> 00:00:05,000\nWords\n"
    put(intake.root / "a" / "1.mkv", os.urandom(100_000), when=WHEN)
    put(intake.root / "a" / "2.mkv", film(seconds=0.4), when=WHEN + 1)
    put(intake.root / "a" / "3.mkv", film(), when=WHEN + 2)
    put(intake.root / "a" / "4.mkv", b"#EXTM3U\nhttp://x.example/\n", when=WHEN + 3)
    put(intake.root / "a" / "5.mkv", subtitle, when=WHEN + 4)
    intake.take("a")
    assert intake.probe() == counts(1, 0, 4)
    assert [one.error for one in intake.listed()] == [
        *("unreadable", "no_duration", "", "unreadable", "unreadable")
    ]
    assert [one.duration > 0 for one in intake.listed()] == [
        *(False, False, True, False, False)
    ]


def test_what_is_in_a_file_is_what_ffmpeg_says(
    intake: MediaIntake, tmp_path: Path
) -> None:
    put(intake.root / "a" / "1.mkv", b"anything")
    answers = {
        '{"streams": [{"codec_type": "subtitle"}], "format": {"duration": "9.0"}}': (
            "no_picture"
        ),
        '{"streams": [{"codec_type": "audio"}], "format": {}}': "no_duration",
        '{"streams": [{"codec_type": "audio"}], "format": {"duration": "0.999"}}': (
            "no_duration"
        ),
        '{"streams": [{"codec_type": "audio"}], "format": {"duration": "1.0004"}}': "",
        "{": "unreadable",
    }
    for number, (answer, error) in enumerate(answers.items()):
        put(intake.root / "a" / "1.mkv", b"anything", when=WHEN + number)
        intake.take("a")
        intake.probe(program=script(tmp_path, f"#!/bin/sh\necho '{answer}'\n"))
        assert intake.one("a/1.mkv").error == error
    assert intake.one("a/1.mkv").duration == 0


def test_a_second_scan_opens_no_file(intake: MediaIntake) -> None:
    for number, content in enumerate((film(), film(seconds=3), b"broken")):
        put(intake.root / "a" / f"{number}.mkv", content, when=WHEN + number)
    intake.take("a")
    first = intake.probe()
    assert intake.probes == 3
    told = intake.all()
    # What is in the files now would be another answer, if anybody looked.
    for path in sorted((intake.root / "a").iterdir()):
        about = path.stat()
        path.write_bytes(bytes(about.st_size))
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    watching = intake.watch()
    intake.take("a")
    assert intake.probe() == first
    assert intake.probes == 3
    assert intake.all() == told
    assert watching.execute("SELECT count(*) FROM writes").fetchone() == (0,)
    watching.close()


def test_a_file_that_has_changed_is_looked_into_again(intake: MediaIntake) -> None:
    put(intake.root / "a" / "1.mkv", b"broken", when=WHEN)
    put(intake.root / "a" / "2.mkv", film(), when=WHEN)
    intake.take("a")
    assert intake.probe() == counts(1, 0, 1)
    put(intake.root / "a" / "1.mkv", film(seconds=3), when=WHEN + 1)
    intake.take("a")
    assert intake.one("a/1.mkv").error == ""
    assert intake.probe(seconds=0) == counts(1, 1, 0)
    assert intake.probe() == counts(2, 0, 0)
    assert intake.probes == 3
    assert intake.one("a/1.mkv").duration >= 3000


def test_a_renamed_file_is_not_looked_into_again(intake: MediaIntake) -> None:
    put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    intake.probe()
    (intake.root / "a" / "1.mkv").rename(intake.root / "a" / "2.mkv")
    intake.take("a")
    assert intake.probe() == counts(1, 0, 0)
    assert intake.probes == 1


def test_what_another_channel_knows_is_not_looked_for_again(
    intake: MediaIntake,
) -> None:
    put(intake.root / "a" / "1.mkv", film(), when=WHEN)
    put(intake.root / "a" / "2.mkv", b"broken", when=WHEN)
    intake.take("a")
    intake.probe()
    put(intake.root / "a" / "3.mkv", film(seconds=3), when=WHEN)
    intake.take("a", source="two")
    assert intake.probe(source="two") == counts(2, 0, 1)
    assert intake.probes == 3
    (one, *_), (other, *_) = intake.listed(), intake.listed("two")
    assert (one.duration, one.shape) == (other.duration, other.shape)
    assert one.streams == other.streams


def test_there_is_an_end_to_the_time_that_it_takes(intake: MediaIntake) -> None:
    for number in range(4):
        put(intake.root / "a" / f"{number}.mkv", film(), when=WHEN + number)
    intake.take("a")
    assert intake.probe(seconds=0) == counts(0, 4, 0)
    assert intake.probes == 0
    assert intake.probe() == counts(4, 0, 0)


def test_a_prober_that_says_nothing_is_ended_and_asked_again_another_time(
    intake: MediaIntake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    with monkeypatch.context() as hurried:
        hurried.setattr(media_probing, "PROBE_SECONDS", 0.6)
        assert intake.probe(program=script(tmp_path, SILENT)) == counts(0, 0, 1)
    assert (intake.one("a/1.mkv").error, intake.one("a/1.mkv").probed) == (
        *("unreadable", ""),
    )
    assert psutil.Process().children() == []
    assert intake.probe() == counts(1, 0, 0)
    assert intake.one("a/1.mkv").error == ""


@pytest.mark.parametrize("text", [ENDLESS, CRASHING], ids=["endless", "crashing"])
def test_a_prober_that_goes_mad_costs_nothing_but_its_file(
    text: str, intake: MediaIntake, tmp_path: Path
) -> None:
    put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    assert intake.probe(program=script(tmp_path, text)) == counts(0, 0, 1)
    assert psutil.Process().children() == []
    watching = intake.watch()
    assert intake.probe(program=script(tmp_path, text)) == counts(0, 0, 1)
    assert watching.execute("SELECT count(*) FROM writes").fetchone() == (0,)
    watching.close()


def test_a_disk_that_fails_says_nothing_of_its_files(
    intake: MediaIntake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: int) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    with monkeypatch.context() as patched:
        patched.setattr(os, "pread", fail)
        fails = "#!/bin/sh\nexit 1\n"
        assert intake.probe(program=script(tmp_path, fails)) == counts(0, 0, 1)
    assert intake.probe() == counts(1, 0, 0)


def test_those_that_fail_for_no_fault_of_their_own_come_last(
    intake: MediaIntake, tmp_path: Path
) -> None:
    for number in range(4):
        put(intake.root / "a" / f"{number}.mkv", film(), when=WHEN + number)
    intake.take(files=("a/0.mkv", "a/1.mkv"))
    assert intake.probe(program=script(tmp_path, CRASHING)) == counts(0, 0, 2)
    intake.take("a")
    asked = tmp_path / "asked"
    text = f"#!/bin/sh\nstat -L -c %Y /proc/self/fd/0 >> {asked}\nsleep 0.2\n"
    assert intake.probe(program=script(tmp_path, text)) == counts(0, 0, 4)
    times = [int(one) - WHEN for one in asked.read_text().split()]
    assert (set(times[:2]), set(times[2:])) == ({2, 3}, {0, 1})


def vanish(path: Path) -> None:
    path.unlink()


def grow(path: Path) -> None:
    path.write_bytes(b"it is still being copied")


@pytest.mark.parametrize("happen", [vanish, grow])
def test_what_is_not_what_was_listed_is_left_for_the_next_scan(
    happen: Callable[[Path], None], intake: MediaIntake
) -> None:
    path = put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    happen(path)
    assert intake.probe() == counts(0, 1, 0)
    assert intake.probes == 0


def test_what_grows_while_it_is_looked_into_is_looked_into_again(
    intake: MediaIntake, tmp_path: Path
) -> None:
    path = put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    growing = f'#!/bin/sh\ntruncate -s +1 {path}\nexec ffprobe "$@"\n'
    assert intake.probe(program=script(tmp_path, growing)) == counts(0, 1, 0)
    intake.take("a")
    assert intake.probe() == counts(1, 0, 0)


@pytest.mark.parametrize(
    ("seconds", "items"), [("2419200", 1), ("2419201", 0), ("9223372036.8", 0)]
)
def test_nothing_plays_for_years(
    seconds: str, items: int, intake: MediaIntake, tmp_path: Path
) -> None:
    put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    told = (
        f'{{"format": {{"duration": "{seconds}"}},'
        ' "streams": [{"codec_type": "video", "codec_name": "h264"}]}'
    )
    telling = f"#!/bin/sh\necho '{told}'\n"
    assert intake.probe(program=script(tmp_path, telling)) == counts(
        items, 0, 1 - items
    )
    assert intake.one("a/1.mkv").error == ("" if items else "no_duration")


def test_a_link_that_leads_outside_meanwhile_is_not_followed(
    intake: MediaIntake, tmp_path: Path
) -> None:
    path = put(intake.root / "a" / "1.mkv", film())
    intake.take("a")
    secret = put(tmp_path / "secret.mkv", film())
    path.unlink()
    path.symlink_to(secret)
    assert intake.probe() == counts(0, 0, 1)
    assert intake.probes == 0


def test_without_a_prober_that_is_said_and_all_stays_listed(
    intake: MediaIntake,
) -> None:
    put(intake.root / "a" / "1.mkv", film(), when=WHEN)
    intake.take("a")
    with pytest.raises(ProberMissingError):
        intake.probe(program="no-such-prober")
    assert intake.items() == ["a/1.mkv"]
    assert intake.probe() == counts(1, 0, 0)
    # Nothing is left to be asked.
    assert intake.probe(program="no-such-prober") == counts(1, 0, 0)


def test_a_name_is_no_option_of_the_prober(intake: MediaIntake) -> None:
    put(intake.root / "-i" / "-f concat.mkv", film(), when=WHEN)
    put(intake.root / "100% %41 #1?.mkv", film(seconds=3), when=WHEN)
    assert intake.take("") == ["100% %41 #1?.mkv", "-i/-f concat.mkv"]
    assert intake.probe() == counts(2, 0, 0)


def test_the_sound_of_several_languages_is_told(intake: MediaIntake) -> None:
    two = clip(
        *("-map", "0:v", "-map", "1:a", "-map", "1:a"),
        *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"),
        *(*H264, *AAC),
        seconds=2,
        start=0,
        container=("-f", "matroska"),
    )
    put(intake.root / "a" / "1.mkv", two)
    intake.take("a")
    intake.probe()
    (one,) = intake.listed()
    assert one.streams["languages"] == ["eng", "deu"]
