"""Opens a source's documents, from the network or from an allowed folder."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import errno
from http import HTTPStatus
import os
from pathlib import Path
import re
import stat
from typing import BinaryIO

import aiohttp
from yarl import URL

from ..errors import (
    AddressNotAllowedError,
    CannotConnectError,
    MissingFileError,
    PathNotAllowedError,
)
from ..fetch import Fetcher, names_this_machine, without_secrets
from ..schemes import HTTP
from .files import PIECE, opened, pieces

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
TOTAL_SECONDS = 15 * 60.0

_TIMEOUT = aiohttp.ClientTimeout(
    total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS
)
# Follows no link that was put there meanwhile, nor waits for a writer of a pipe.
_OPEN_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a document is, and how far it is trusted."""

    url: str = field(repr=False)
    """http, https, or the path of a file."""
    typed: bool = True
    """Whether the user named it; else a document did."""
    local: bool = True
    """Whether it may lead to this machine."""
    user_agent: str = ""
    key: str = ""
    """What tells it from others in the place of an address that holds a login."""

    @property
    def name(self) -> str:
        """What tells it from others."""
        return self.key or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What tells whether a document has changed since it was read."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A document that is open."""

    chunks: AsyncIterator[bytes]
    validators: Validators


class Opener:
    """Opens addresses by the rules for what they are."""

    def __init__(self, fetcher: Fetcher, allowed_folders: Sequence[Path]) -> None:
        """Use `fetcher`; paths may lead only into `allowed_folders`, which are resolved."""
        self._fetcher = fetcher
        self._allowed_folders = tuple(allowed_folders)

    @asynccontextmanager
    async def open(
        self, address: Address, known: Validators | None = None
    ) -> AsyncIterator[Opened | None]:
        """Open a document; answer None if it is still as `known` has it.

        Raises CannotConnectError, SourceTimeoutError, AddressNotAllowedError and
        PathNotAllowedError, also while it is read.
        """
        scheme = scheme_of(address.url)
        if scheme in HTTP:
            opening = self._open_url(address, known)
        elif scheme and scheme != "file":
            raise AddressNotAllowedError(f"Addresses of {scheme}: are not read")
        elif not address.typed:
            raise AddressNotAllowedError("A document may not name a file")
        elif scheme:
            raise PathNotAllowedError("A file is named by its path alone")
        else:
            opening = self._open_path(address.url, known)
        async with opening as opened:
            yield opened

    @asynccontextmanager
    async def _open_url(
        self, address: Address, known: Validators | None
    ) -> AsyncIterator[Opened | None]:
        headers = {"User-Agent": address.user_agent} if address.user_agent else {}
        if known and known.etag:
            headers["If-None-Match"] = known.etag
        if known and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        async with self._fetcher.open(
            address.url, headers=headers, local=address.local, timeout=_TIMEOUT
        ) as response:
            if response.status == HTTPStatus.NOT_MODIFIED and known:
                yield None
                return
            if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise CannotConnectError(
                    f"{without_secrets(address.url)} answers {response.status}"
                )
            yield Opened(
                chunks=response.content.iter_chunked(PIECE),
                validators=Validators(
                    etag=response.headers.get("ETag", ""),
                    last_modified=response.headers.get("Last-Modified", ""),
                ),
            )

    @asynccontextmanager
    async def _open_path(
        self, path: str, known: Validators | None
    ) -> AsyncIterator[Opened | None]:
        async with opened(lambda: open_allowed(path, self._allowed_folders)) as file:
            about = await asyncio.to_thread(os.fstat, file.fileno())
            validators = Validators(etag=f"{about.st_mtime_ns}-{about.st_size}")
            if validators == known:
                yield None
            else:
                yield Opened(chunks=pieces(file), validators=validators)


def scheme_of(url: str) -> str:
    """Answer the scheme of an address in lower case; "" for a path."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def lives_here(url: str) -> bool:
    """Tell whether a document lives on this machine, so that it may name others here."""
    if not (scheme := scheme_of(url)):
        return True
    return scheme in HTTP and names_this_machine(URL(url).host or "")


def open_allowed(path: str, allowed_folders: Sequence[Path]) -> BinaryIO:
    """Open a regular file inside the folders, wherever links lead; blocks."""
    try:
        resolved = Path(path).resolve()
        if not Path(path).is_absolute() or not any(
            resolved.is_relative_to(folder) for folder in allowed_folders
        ):
            raise PathNotAllowedError("The path lies outside the allowed folders")
        descriptor = os.open(resolved, _OPEN_FLAGS)
    except (ValueError, RuntimeError) as err:
        raise PathNotAllowedError("This is not a path") from err
    except OSError as err:
        why = os.strerror(err.errno or errno.EIO)
        is_missing = isinstance(err, (FileNotFoundError, NotADirectoryError))
        kind = MissingFileError if is_missing else CannotConnectError
        raise kind(f"The file cannot be opened ({why})") from err
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise PathNotAllowedError("This is not a regular file")
    return os.fdopen(descriptor, "rb")
