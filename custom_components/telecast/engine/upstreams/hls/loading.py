"""Fetches what HLS is made of: playlists, keys, initialisations, segments."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from yarl import URL

from ....formats import hls
from ....formats.compression import CompressionError, Decompressor
from ...errors import CannotConnectError, NoDataError, UnsupportedStreamError
from ...fetch import Fetcher, names_this_machine, without_secrets
from ...model import Candidate
from ..body import TIMEOUT, Body
from .decryption import KEY_BYTES, Decryption
from .reading import Read, bounded, cut, decrypted

MAX_PLAYLIST = 4 * 1024 * 1024
# What takes longer to read than the loop can spare.
_LONG = 64 * 1024
MAX_SEGMENT = 256 * 1024 * 1024
_MAX_INITIALISATION = 4 * 1024 * 1024
_MAX_KEY = 1024
# Live streams change their keys now and then; old ones never come back.
_KEPT = 16
_GONE = frozenset({403, 404, 410})
_PARTIAL = 206
_SECRET_HEADERS = frozenset({"authorization", "cookie"})


class GoneError(CannotConnectError):
    """A playlist is no longer where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded[Playlist]:
    """A playlist, and how far what it names is trusted."""

    playlist: Playlist = field(repr=False)
    local: bool
    """Whether that may lead to this machine: only what is here itself may say so."""


type AnyLoaded = Loaded[hls.MasterPlaylist] | Loaded[hls.MediaPlaylist]


class Loader:
    """Makes the requests of one stream, each with what its candidate asks for."""

    def __init__(self, fetcher: Fetcher, candidate: Candidate) -> None:
        self._fetcher = fetcher
        self._candidate = candidate
        self._host = URL(candidate.url).host
        self._keys: dict[str, bytes] = {}
        self._initialisations: dict[hls.Map, bytes] = {}

    async def playlist(self, url: str, *, local: bool) -> AnyLoaded:
        """Fetch a playlist.

        Raises GoneError where it answers 403, 404 or 410, any other SourceError, and
        NoDataError for what is no playlist.
        """
        async with self._fetcher.open(
            url,
            local=local,
            headers=self._headers(url),
            timeout=TIMEOUT,
            any_status=True,
        ) as response:
            if response.status >= 400:
                error = GoneError if response.status in _GONE else CannotConnectError
                raise error(f"{without_secrets(url)} answers {response.status}")
            data = await Body(response).whole(MAX_PLAYLIST)
        return await self.parse(data, asked=url, url=response.url, local=local)

    async def parse(
        self, data: bytes, *, asked: str, url: URL, local: bool
    ) -> AnyLoaded:
        """Read a playlist that was asked for at one address and came from another.

        Raises NoDataError for what is no playlist.
        """
        base = str(_with_login(url, URL(asked)))
        try:
            if len(data) > _LONG:
                playlist = await asyncio.to_thread(_parse, data, base)
            else:
                playlist = _parse(data, base)
        except (CompressionError, hls.NotAPlaylistError) as err:
            raise NoDataError(f"{without_secrets(asked)} sends no playlist") from err
        local = local and names_this_machine(url.host or "")
        if isinstance(playlist, hls.MasterPlaylist):
            return Loaded(playlist=playlist, local=local)
        return Loaded(playlist=playlist, local=local)

    @asynccontextmanager
    async def segment(
        self, segment: hls.MediaSegment, sequence: int, *, local: bool
    ) -> AsyncIterator[Read]:
        """Open a segment; what is read is its plain bytes.

        Raises SourceError, and UnsupportedStreamError for encryption that only players
        with a licence can undo.
        """
        decryption = await self._decryption(
            segment.key, hls.iv_of(segment, sequence), local=local
        )
        async with self._part(
            segment.uri, segment.byte_range, MAX_SEGMENT, local=local
        ) as read:
            yield decrypted(read, decryption) if decryption else read

    async def initialisation(self, wanted: hls.Map, *, local: bool) -> bytes:
        """Answer what goes in front of segments; it is fetched once.

        Raises SourceError and UnsupportedStreamError, as `segment` does.
        """
        if wanted in self._initialisations:
            return self._initialisations[wanted]
        iv = (wanted.key and wanted.key.iv) or bytes(KEY_BYTES)
        decryption = await self._decryption(wanted.key, iv, local=local)
        async with self._part(
            wanted.uri, wanted.byte_range, _MAX_INITIALISATION, local=local
        ) as read:
            data = await _whole(decrypted(read, decryption) if decryption else read)
        _keep(self._initialisations, wanted, data)
        return data

    @asynccontextmanager
    async def _part(
        self, url: str, part: hls.ByteRange | None, limit: int, *, local: bool
    ) -> AsyncIterator[Read]:
        headers = self._headers(url)
        if part:
            headers["Range"] = f"bytes={part.offset}-{part.offset + part.length - 1}"
        async with self._fetcher.open(
            url, local=local, headers=headers, timeout=TIMEOUT
        ) as response:
            read = bounded(Body(response).read, limit)
            if part:
                # Who knows no ranges sends everything, from the beginning.
                skip = 0 if response.status == _PARTIAL else part.offset
                read = cut(read, skip=skip, length=part.length)
            yield read

    async def _decryption(
        self, key: hls.Key | None, iv: bytes, *, local: bool
    ) -> Decryption | None:
        if key is None:
            return None
        if key.method != "AES-128" or key.keyformat != hls.IDENTITY or not key.uri:
            raise UnsupportedStreamError("The stream is encrypted for licensed players")
        if key.uri not in self._keys:
            secret = await self._fetch_key(key.uri, local=local)
            _keep(self._keys, key.uri, secret)
        return Decryption(self._keys[key.uri], iv)

    async def _fetch_key(self, url: str, *, local: bool) -> bytes:
        async with self._part(url, None, _MAX_KEY, local=local) as read:
            secret = await _whole(read)
        if len(secret) != KEY_BYTES:
            raise CannotConnectError(f"{without_secrets(url)} sends no key")
        return secret

    def _headers(self, url: str) -> dict[str, str]:
        """Answer the candidate's headers: another host is not told its secrets."""
        try:
            same = URL(url).host == self._host
        except ValueError:
            same = False
        return {
            name: value
            for name, value in self._candidate.headers.items()
            if same or name.casefold() not in _SECRET_HEADERS
        }


def _parse(data: bytes, base: str) -> hls.MasterPlaylist | hls.MediaPlaylist:
    plain = b"".join(Decompressor(max_output=MAX_PLAYLIST).feed(data))
    return hls.parse(plain.decode(errors="replace"), base)


def _keep[Name](cache: dict[Name, bytes], name: Name, data: bytes) -> None:
    while len(cache) >= _KEPT:
        del cache[next(iter(cache))]
    cache[name] = data


async def _whole(read: Read) -> bytes:
    pieces = []
    while piece := await read():
        pieces.append(piece)
    return b"".join(pieces)


def _with_login(url: URL, asked: URL) -> URL:
    """Answer a playlist's address with the login that it was asked for with.

    What it names beside itself is asked for with the same one.
    """
    if asked.user is None or url.user is not None or url.origin() != asked.origin():
        return url
    return url.with_user(asked.user).with_password(asked.password)
