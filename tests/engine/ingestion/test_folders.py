"""A library's folders are looked through to their ends, and never left."""

from collections import Counter
import os
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import PathNotAllowedError, TooLargeError
from custom_components.telecast.engine.ingestion import folders
from custom_components.telecast.engine.ingestion.folders import (
    FolderGoneError,
    Walk,
    address_of,
    read_file,
    resolved,
)
from tests.fakes.media_folders import lay_out


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "media"
    root.mkdir()
    return root


def found(root: Path, skipped: Counter[str] | None = None) -> list[str]:
    """The keys of all films, in the order in which they are met."""
    walk = Walk([root], Counter() if skipped is None else skipped)
    return [one.key(file) for one in walk.through(root) for file in one.films]


def test_films_are_found_however_deep_each_folder_before_those_in_it(
    root: Path,
) -> None:
    lay_out(root, "b/2.mkv", "b/1.MP4", "b/a/3.avi", "z.ts", "c.txt", "b/a.nfo")
    assert found(root) == ["z.ts", "b/1.MP4", "b/2.mkv", "b/a/3.avi"]


def test_samples_extras_and_what_is_hidden_are_left_out(root: Path) -> None:
    lay_out(
        root,
        *("Film/Film.mkv", "Film/film-sample.mkv", "Film/Extras/x.mkv", ".a/b.mkv"),
        *("Film/.hidden.mkv", "@eaDir/c.mkv", "Private/.nomedia", "Private/d/e.mkv"),
    )
    assert found(root) == ["Film/Film.mkv"]


def test_a_folder_that_a_link_led_to_before_is_not_gone(root: Path) -> None:
    lay_out(root, "a/1.mkv", "b/2.mkv")
    (root / "a" / "b").symlink_to(root / "b")
    walk = Walk([root], Counter())
    keys = [
        [one.key(file) for one in walk.through(root / name) for file in one.films]
        for name in ("a", "b")
    ]
    assert keys == [["1.mkv", "b/2.mkv"], []]


def test_links_are_followed_only_inside(root: Path, tmp_path: Path) -> None:
    outside = tmp_path.resolve() / "outside"
    lay_out(outside, "secret.mkv")
    lay_out(root, "a/1.mkv")
    (root / "to_a").symlink_to(root / "a")
    (root / "one.mkv").symlink_to(root / "a" / "1.mkv")
    (root / "out").symlink_to(outside)
    (root / "out.mkv").symlink_to(outside / "secret.mkv")
    (root / "broken.mkv").symlink_to(root / "nothing")
    (root / "around").symlink_to(root)
    skipped = Counter[str]()
    # A folder is met once, whatever leads to it.
    assert found(root, skipped) == ["one.mkv", "a/1.mkv"]
    assert skipped == {"outside": 2, "unreadable": 1}


def test_only_regular_files_are_films(root: Path) -> None:
    lay_out(root, "a.mkv")
    (root / "folder.mkv").mkdir()
    os.mkfifo(root / "pipe.mkv")
    assert found(root) == ["a.mkv"]


def test_names_that_are_no_text_are_counted(root: Path) -> None:
    lay_out(root, "a.mkv")
    (root / os.fsdecode(b"b\xff.mkv")).write_bytes(b"x")
    skipped = Counter[str]()
    assert found(root, skipped) == ["a.mkv"]
    assert skipped == {"bad_name": 1}


def test_a_folder_that_is_not_there_or_empty_is_gone(root: Path) -> None:
    with pytest.raises(FolderGoneError):
        found(root)
    with pytest.raises(FolderGoneError):
        found(root / "nothing")
    lay_out(root, "file")
    with pytest.raises(FolderGoneError):
        found(root / "file")
    assert found(root) == []


def test_what_has_no_end_is_too_large(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(root, "a/1.mkv", "b/2.mkv")
    monkeypatch.setattr(folders, "_MOST_ENTRIES", 3)
    with pytest.raises(TooLargeError):
        found(root)


def test_folders_in_folders_end_somewhere(root: Path) -> None:
    lay_out(root, "/".join(["a"] * 15) + "/1.mkv", "/".join(["b"] * 40) + "/2.mkv")
    assert [len(key.split("/")) for key in found(root)] == [16]


def test_each_folder_is_read_once(root: Path) -> None:
    lay_out(root, "a/1.mkv")
    names = [str(root), f"{root}/a", f"{root}/b/..", str(root)]
    assert resolved(names, [root.parent]) == [root]
    assert resolved([f"{root}/b", f"{root}/a"], [root]) == [root / "b", root / "a"]


@pytest.mark.parametrize("folder", ["/etc", "media", "", "/media\0", "{root}/.."])
def test_folders_outside_are_refused(root: Path, folder: str) -> None:
    with pytest.raises(PathNotAllowedError):
        resolved([folder.format(root=root)], [root])


def test_a_link_out_of_the_allowed_folders_is_refused(root: Path) -> None:
    (root / "etc").symlink_to("/etc")
    with pytest.raises(PathNotAllowedError):
        resolved([f"{root}/etc"], [root])


def test_small_files_are_read_inside_alone(root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (root / "a").write_bytes(b"text")
    (root / "link").symlink_to(secret)
    os.mkfifo(root / "pipe")
    assert read_file(root / "a", [root], 4) == b"text"
    for name in ("link", "pipe", "nothing", "../secret", "."):
        assert read_file(root / name, [root], 99) == b""
    assert read_file(root / "a", [root], 3) == b""


def test_addresses_hold_whatever_a_path_does() -> None:
    assert address_of(Path("/a b/ü#?.mkv")) == "file:///a%20b/%C3%BC%23%3F.mkv"
