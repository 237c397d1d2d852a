"""A guide comes in whole, or as far as it is whole, or leaves the last one in place."""

import asyncio
from collections.abc import AsyncIterator, Callable
import gzip
from pathlib import Path
import random

import pytest

from custom_components.telecast.engine.errors import (
    IngestionError,
    NotAGuideError,
    SourceError,
)

from ..storage import (
    Storage,
    children,
    gated,
    guide,
    numbered,
    open_storage,
    programme,
    until,
)

HTML = b"<!DOCTYPE html><html><body>Your account has expired</body></html>"
LAUGHS = (
    b'<!DOCTYPE tv [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    b"<tv><channel id='x'><display-name>&b;</display-name></channel></tv>"
)
MEGABYTE = 1 << 20


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        yield opened
        assert children() == []


async def test_a_guide_comes_in(storage: Storage) -> None:
    result = await storage.xmltv(
        guide(programme("A"), programme("B", 1), programme("C", channel="other"))
    )
    assert (result.programmes, result.channels, result.damage) == (3, 2, None)
    assert storage.guide.feeds("one") == {"feed"}


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "not_a_guide"),
        (HTML, "not_a_guide"),
        (b"abc", "not_a_guide"),
        (b"<?xml version='1.0'?><tv><channel id='one'><display-name>On", "not_a_guide"),
        (
            LAUGHS,
            "not_a_guide",
        ),
        (guide().encode(), "not_a_guide"),
        (gzip.compress(b"<tv>" + b" " * (400 * MEGABYTE), 1), "too_large"),
        (b"PK\x03\x04", "not_a_guide"),
    ],
    ids=[
        "nothing",
        "a page",
        "abc",
        "cut off",
        "laughs",
        "no programme",
        "bomb",
        "zip",
    ],
)
async def test_a_bad_guide_is_named_and_the_old_one_stays(
    document: bytes, code: str, storage: Storage
) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(guide(*(programme(str(n), n) for n in range(10))))
    before, revision = await storage.titles("1"), storage.guide.revision
    with pytest.raises(SourceError) as caught:
        await storage.xmltv(document)
    assert caught.value.code == code
    await storage.guide.reload()
    assert (await storage.titles("1"), storage.guide.revision) == (before, revision)
    assert [path.name for path in storage.guide.folder.iterdir()] == ["feed.db"]


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: data])
async def test_a_first_guide_that_breaks_off_is_used_up_to_the_break(
    pack: Callable[[bytes], bytes], storage: Storage
) -> None:
    await storage.playlist(numbered(1))
    whole = guide(*(programme(f"{n} {random.random()}", n) for n in range(1000)))
    document = pack(whole.encode())
    result = await storage.xmltv(document[: len(document) * 3 // 4])
    assert result.damage
    assert 500 < result.programmes < 1000
    assert len(await storage.titles("1")) == result.programmes


@pytest.mark.parametrize(("kept", "is_used"), [(6, True), (4, False)])
async def test_a_broken_guide_replaces_one_of_less_than_twice_its_size(
    kept: int, is_used: bool, storage: Storage
) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(guide(*(programme(f"old {n}", n) for n in range(10))))
    broken = guide(*(programme(f"new {n}", n) for n in range(kept)))
    broken = broken.removesuffix("</tv>\n") + "<programme start='2026"
    if is_used:
        assert (await storage.xmltv(broken)).damage
    else:
        with pytest.raises(NotAGuideError, match="more than half"):
            await storage.xmltv(broken)
    first = (await storage.titles("1"))[0]
    assert first == ("new 0" if is_used else "old 0")


async def test_a_guide_may_shrink_when_it_is_whole(storage: Storage) -> None:
    await storage.xmltv(guide(*(programme(str(n), n) for n in range(10))))
    assert (await storage.xmltv(guide(programme("one")))).programmes == 1


async def test_a_killed_child_leaves_the_guide_as_it_was(storage: Storage) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(guide(programme("old")))
    text = guide(*(programme(f"new {n}", n) for n in range(2000))).encode()
    gate = asyncio.Event()
    importing = asyncio.create_task(
        storage.importer.guide("feed", "one", gated(text[:-10], gate))
    )
    await until(lambda: list(storage.guide.folder.glob("*.new")))
    children()[0].kill()
    with pytest.raises(IngestionError):
        await importing
    await storage.guide.reload()
    assert await storage.titles("1") == ["old"]
