"""Complaints: what went wrong, and not whose password it was."""

import pytest

from custom_components.telecast.engine.processes.complaints import Complaints

HTTP = "http://user:hunter2@host.example:8080/live/user/hunter2/7.ts"


def said(text: str) -> Complaints:
    complaints = Complaints()
    complaints.take(text.encode())
    return complaints


def test_the_first_and_the_last_line_are_told() -> None:
    complaints = said(
        "[h264_nvenc @ 0x55c763749000] Cannot load libcuda.so.1\n"
        "[vost#0:0/h264_nvenc @ 0x1] [enc:h264_nvenc @ 0x2f] Error while opening\n"
        "Conversion failed!\n\n"
    )
    assert complaints.first == "[h264_nvenc] Cannot load libcuda.so.1"
    assert (
        complaints.last == "[vost#0:0/h264_nvenc] [enc:h264_nvenc] Error while opening"
    )


def test_who_says_nothing_has_no_words() -> None:
    assert (said("").first, said("\n \n").last) == ("no words", "no words")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            f"{HTTP}: Server returned 403",
            "http://host.example:8080 Server returned 403",
        ),
        (
            f"Opening '{HTTP}' for reading",
            "Opening 'http://host.example:8080 for reading",
        ),
        ("http://us%40er:hunter2%3A@host/?p=hunter2 x", "http://host x"),
        ("http%3A%2F%2Fuser%3Ahunter2%40host%2F x", "The address x"),
        ("http:%2f%2fuser:hunter2@host x", "The address x"),
        ("http://user:'hunter2\"@host/'hunter2 x", "http://host x"),
        ("RTSP://user:hunter2@host/ x", "rtsp://host x"),
        ("cache:http://u:hunter2@a/|http://u:hunter2@b/ x", "cache:http://a x"),
        ("\x1b[31mhttp://user:hunter2@host/\x1b[0m x", "[31mhttp://host [0m x"),
    ],
)
def test_an_address_is_cut_to_its_host(line: str, told: str) -> None:
    assert said(line).last == told


@pytest.mark.parametrize("after", ["\n", " "])
@pytest.mark.parametrize("step", [1, 7, 4096])
def test_wherever_the_beginning_is_cut_off_no_password_is_told(
    after: str, step: int
) -> None:
    line = f"{HTTP}: no{after}".encode()
    data = line + b"y " * 2048
    complaints = Complaints()
    complaints.take(data[:4096])
    assert "http://host.example:8080" in complaints.lines[0]
    for at in range(4096, 4096 + len(line), step):
        complaints.take(data[at : at + step])
        assert complaints.last.startswith(("y", "no"))
        assert "hunter2" not in "".join(complaints.lines)


def test_only_the_end_is_kept_and_lines_are_bounded() -> None:
    complaints = said("one\n" + "two " * 5000 + "\nthree " + "." * 1000)
    assert complaints.first.startswith("three .")
    assert len(complaints.last) == 300
