"""Films in the user's own folders: only those, and only as far as was asked for."""

import os
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    NoDataError,
    PathNotAllowedError,
    TelecastError,
    UnsatisfiableRangeError,
)
from custom_components.telecast.engine.pipe import open_pipe
from custom_components.telecast.engine.pipe.local import open_local
from custom_components.telecast.formats.byte_ranges import Range, Span, Tail, resolve

from .conftest import FILM
from .reading import drained

SIZE = len(FILM)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "films"
    folder.mkdir()
    (folder / "a film.mkv").write_bytes(FILM)
    return folder


@pytest.mark.parametrize(
    "wanted",
    [None, Span(first=0), Span(first=1_234_567, last=2_000_000), Tail(length=7)],
)
async def test_a_file_is_read_by_ranges(folder: Path, wanted: Range | None) -> None:
    path = str(folder / "a film.mkv")
    async with open_pipe(
        lambda part, _: open_local(path, [folder], part), wanted, name="film"
    ) as pipe:
        got = await drained(pipe)
        facts = pipe.facts
    if wanted is None:
        assert got == FILM
    else:
        held = resolve(wanted, SIZE)
        assert got == FILM[held.first : held.last + 1]
    assert (facts.size, facts.ranges) == (SIZE, True)
    assert facts.last_modified.endswith(" GMT")


async def test_an_etag_changes_with_the_file(folder: Path) -> None:
    path = folder / "a film.mkv"
    tags = []
    for moment in (1, 1, 2):
        os.utime(path, (moment, moment))
        async with open_local(str(path), [folder], None) as part:
            tags.append(part.facts.etag)
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("../secret.mkv", PathNotAllowedError),
        ("link.mkv", PathNotAllowedError),
        ("folder", PathNotAllowedError),
        ("none.mkv", CannotConnectError),
        ("a\0b", PathNotAllowedError),
        ("empty.mkv", NoDataError),
    ],
)
async def test_what_is_no_film_of_the_user_is_refused(
    folder: Path, name: str, error: type[TelecastError]
) -> None:
    (folder.parent / "secret.mkv").write_bytes(b"secret")
    (folder / "link.mkv").symlink_to(folder.parent / "secret.mkv")
    (folder / "folder").mkdir()
    (folder / "empty.mkv").touch()
    with pytest.raises(error):
        async with open_local(f"{folder}/{name}", [folder], None):
            pass


async def test_what_lies_behind_the_end_of_a_file_is_not_there(folder: Path) -> None:
    with pytest.raises(UnsatisfiableRangeError) as raised:
        path = str(folder / "a film.mkv")
        async with open_local(path, [folder], Span(first=SIZE)):
            pass
    assert raised.value.size == SIZE
