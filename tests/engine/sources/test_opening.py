"""Which documents may be opened, and what goes wrong with them."""

import asyncio
from collections.abc import AsyncIterator
import os
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    PathNotAllowedError,
    SourceError,
    SourceTimeoutError,
)
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.sources.opening import (
    SILENCE_SECONDS,
    Address,
    Opener,
    Validators,
    lives_here,
)
from tests.fakes import faults
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import PLAYLIST, Provider

DOCUMENT = b"#EXTM3U\n" + b"x" * 1_000_000


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with Provider() as provider:
        provider.playlist(DOCUMENT)
        yield provider


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "allowed"
    folder.mkdir()
    return folder


@pytest.fixture
async def opener(folder: Path) -> AsyncIterator[Opener]:
    async with open_fetcher(ssl.create_default_context()) as fetcher:
        yield Opener(fetcher, [folder])


async def read(
    opener: Opener, address: Address, known: Validators | None = None
) -> tuple[bytes, Validators] | None:
    """Answer a document and its validators; None when it has not changed."""
    async with opener.open(address, known) as opened:
        if opened is None:
            return None
        return b"".join([piece async for piece in opened.chunks]), opened.validators


async def failure(opener: Opener, address: Address) -> SourceError | None:
    """Answer what goes wrong with a document."""
    try:
        await read(opener, address)
    except SourceError as err:
        return err
    return None


async def test_a_document_is_read_with_the_users_user_agent(
    provider: Provider, opener: Opener
) -> None:
    result = await read(opener, Address(url=provider.playlist_url, user_agent="VLC/3"))
    assert result and result[0] == DOCUMENT
    assert provider.requests[0].headers["User-Agent"] == "VLC/3"
    assert "If-None-Match" not in provider.requests[0].headers


@pytest.mark.parametrize(
    ("etag", "modified", "header"),
    [(True, False, "If-None-Match"), (False, True, "If-Modified-Since")],
)
async def test_what_has_not_changed_is_not_read_again(
    etag: bool, modified: bool, header: str, provider: Provider, opener: Opener
) -> None:
    provider.playlist(DOCUMENT, etag=etag, modified=modified)
    address = Address(url=provider.playlist_url)
    result = await read(opener, address)
    assert result
    assert await read(opener, address, result[1]) is None
    assert header in provider.requests[-1].headers
    provider.playlist(b"new", etag=etag, modified=modified)
    changed = await read(opener, address, result[1])
    assert changed and changed[0] == b"new" and changed[1] != result[1]


async def test_without_validators_it_is_read_again(
    provider: Provider, opener: Opener
) -> None:
    provider.playlist(DOCUMENT, etag=False, modified=False)
    address = Address(url=provider.playlist_url)
    result = await read(opener, address)
    assert result == (DOCUMENT, Validators())
    assert await read(opener, address, result[1]) == result


@pytest.mark.parametrize("status", [304, 300, 401, 403, 404, 429, 458, 500, 503])
async def test_a_status_of_failure_is_named(
    status: int, provider: Provider, opener: Opener
) -> None:
    provider.misbehave(PLAYLIST, faults.status(status))
    with pytest.raises(CannotConnectError, match=str(status)):
        await read(opener, Address(url=provider.playlist_url))


@pytest.mark.parametrize("reset", [True, False])
async def test_a_document_that_is_cut_short_is_none(
    reset: bool, provider: Provider, opener: Opener
) -> None:
    provider.misbehave(PLAYLIST, faults.die(after=500_000, reset=reset))
    with pytest.raises(CannotConnectError):
        await read(opener, Address(url=provider.playlist_url))


async def test_a_dead_address_cannot_be_connected_to(opener: Opener) -> None:
    async with Provider() as provider:
        pass
    with pytest.raises(CannotConnectError):
        await read(opener, Address(url=provider.playlist_url))


async def test_headers_that_do_not_come_are_not_waited_for_any_longer(
    provider: Provider, opener: Opener
) -> None:
    time = LoopTime()
    provider.misbehave(PLAYLIST, faults.no_headers())
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(failure(opener, Address(url=provider.playlist_url)))
        await provider.until(lambda: len(provider.requests) == 1)
        time.advance(SILENCE_SECONDS + 1)
    assert isinstance(reading.result(), SourceTimeoutError)


async def test_a_document_that_stalls_is_not_waited_for_any_longer(
    provider: Provider, opener: Opener
) -> None:
    time = LoopTime()
    provider.misbehave(PLAYLIST, faults.stall(after=1000))
    with pytest.raises(SourceTimeoutError):
        async with opener.open(Address(url=provider.playlist_url)) as opened:
            assert opened
            assert await anext(opened.chunks) == DOCUMENT[:1000]
            time.advance(SILENCE_SECONDS + 1)
            await anext(opened.chunks)


async def test_a_document_that_drips_is_not_read_for_ever(
    provider: Provider, opener: Opener
) -> None:
    time = LoopTime()
    provider.misbehave(PLAYLIST, faults.drip(1000, every=SILENCE_SECONDS / 2))
    with pytest.raises(SourceTimeoutError):
        async with opener.open(Address(url=provider.playlist_url)) as opened:
            assert opened
            async for _ in opened.chunks:
                time.advance(SILENCE_SECONDS / 2)


async def test_errors_tell_no_secret(provider: Provider, opener: Opener) -> None:
    provider.misbehave("/get.php", faults.status(403))
    url = f"{provider.url}/get.php?username=anna&password=hunter2"
    secret = url.replace("http://", "http://anna:hunter2@")
    for address in (
        url,
        secret,
        "ftp://anna:hunter2@host/",
        "/hunter2\0",
        "file:hunter2",
    ):
        with pytest.raises(SourceError) as caught:
            await read(opener, Address(url=address))
        assert "hunter2" not in str(caught.value)
        assert "hunter2" not in repr(Address(url=address))


async def test_what_a_document_names_may_not_lead_here(
    provider: Provider, opener: Opener
) -> None:
    address = Address(url=provider.playlist_url, typed=False, local=False)
    with pytest.raises(AddressNotAllowedError):
        await read(opener, address)
    assert not provider.requests


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://host/", "gopher://x/"])
async def test_a_redirect_leads_to_no_other_scheme(
    to: str, provider: Provider, opener: Opener
) -> None:
    provider.misbehave(PLAYLIST, faults.redirect(to))
    with pytest.raises(AddressNotAllowedError):
        await read(opener, Address(url=provider.playlist_url))


@pytest.mark.parametrize("fault", [faults.redirect_loop(), faults.redirects(11)])
async def test_redirects_come_to_an_end(
    fault: faults.Fault, provider: Provider, opener: Opener
) -> None:
    provider.misbehave(PLAYLIST, fault)
    with pytest.raises(CannotConnectError):
        await read(opener, Address(url=provider.playlist_url))


@pytest.mark.parametrize(
    "url", ["ftp://host/a", "concat:/etc/passwd|x", "data:text/plain,a", "udp://@1:2"]
)
async def test_other_schemes_are_not_opened(url: str, opener: Opener) -> None:
    with pytest.raises(AddressNotAllowedError):
        await read(opener, Address(url=url))


async def test_a_file_in_an_allowed_folder_is_read(
    opener: Opener, folder: Path
) -> None:
    path = folder / "a list.m3u"
    path.write_bytes(DOCUMENT)
    result = await read(opener, Address(url=str(path)))
    assert result and result[0] == DOCUMENT
    assert await read(opener, Address(url=str(path)), result[1]) is None
    path.write_bytes(DOCUMENT + b"\n")
    assert await read(opener, Address(url=str(path)), result[1]) is not None


async def test_a_link_within_allowed_folders_is_followed(
    opener: Opener, folder: Path
) -> None:
    (folder / "there").write_bytes(b"there")
    (folder / "link").symlink_to(folder / "there")
    result = await read(opener, Address(url=str(folder / "link")))
    assert result and result[0] == b"there"


@pytest.mark.parametrize(
    "path",
    [
        "{outside}",
        "{folder}/../outside",
        "{folder}/link",
        "{folder}/linked/outside",
        "{folder}",
        "{folder}/pipe",
        "/etc/passwd",
        "/dev/zero",
        "outside",
        "",
        "{folder}/a\0b",
        "file://{folder}/inside",
        "FILE:{folder}/inside",
        r"\\host\share",
    ],
)
async def test_other_paths_are_not_opened(
    path: str, opener: Opener, folder: Path
) -> None:
    outside = folder.parent / "outside"
    outside.write_bytes(b"canary")
    (folder / "inside").write_bytes(b"inside")
    (folder / "link").symlink_to(outside)
    (folder / "linked").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    url = path.format(folder=folder, outside=outside)
    with pytest.raises(PathNotAllowedError):
        await read(opener, Address(url=url))


async def test_a_missing_file_is_told_from_a_forbidden_one(
    opener: Opener, folder: Path
) -> None:
    with pytest.raises(CannotConnectError):
        await read(opener, Address(url=str(folder / "missing")))
    with pytest.raises(PathNotAllowedError):
        await read(opener, Address(url=str(folder.parent / "missing")))


async def test_a_document_names_no_file(opener: Opener, folder: Path) -> None:
    (folder / "inside").write_bytes(b"inside")
    for url in str(folder / "inside"), f"file://{folder}/inside":
        with pytest.raises(AddressNotAllowedError):
            await read(opener, Address(url=url, typed=False, local=True))


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("/media/list.m3u", True),
        ("http://127.0.0.1:6878/list.m3u", True),
        ("HTTP://localhost/", True),
        ("http://[::1]/", True),
        ("http://192.168.1.5/list.m3u", False),
        ("https://provider.example/get.php", False),
        ("ftp://localhost/", False),
    ],
)
def test_what_lives_on_this_machine_is_known(url: str, here: bool) -> None:
    assert lives_here(url) is here
