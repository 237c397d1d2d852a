"""HLS as a provider serves it: playlists written by hand, segments put beside them."""

from collections.abc import Iterable, Sequence

from aiohttp import web

from tests.fakes.content import Content, Document
from tests.fakes.faults import Fault
from tests.fakes.provider import Provider

MPEGURL = "application/vnd.apple.mpegurl"


def media_playlist(
    segments: Iterable[str],
    *,
    sequence: int = 0,
    target: int = 1,
    ended: bool = True,
    head: str = "",
) -> str:
    """Write a playlist; a segment may bring lines of its own in front of its address."""
    lines = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{target}"]
    lines += [f"#EXT-X-MEDIA-SEQUENCE:{sequence}", *filter(None, [head])]
    for segment in segments:
        *tags, uri = segment.split("\n")
        lines += [*tags, f"#EXTINF:{target:.3f},", uri]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else []), ""])


class Station:
    """One stream at a provider."""

    def __init__(self, provider: Provider, folder: str = "/hls/") -> None:
        self.provider = provider
        self.folder = folder

    @property
    def url(self) -> str:
        """Where its playlist is."""
        return f"{self.provider.url}{self.folder}list.m3u8"

    @property
    def loads(self) -> int:
        """How often its playlist was asked for."""
        return len(self.provider.asked(self.folder + "list.m3u8"))

    def put(self, segments: Sequence[bytes], name: str = "{}.ts") -> list[str]:
        """Offer segments; answer their names."""
        names = [name.format(index) for index in range(len(segments))]
        for segment, where in zip(segments, names, strict=True):
            self.file(where, segment)
        return names

    def file(self, name: str, data: bytes) -> None:
        """Offer anything."""
        self.provider.document(self.folder + name, data)

    def show(self, text: str, name: str = "list.m3u8") -> None:
        """Put a playlist in the place of the last one."""
        self.provider.document(self.folder + name, text.encode(), MPEGURL)

    def fail(self, name: str, fault: Fault, *, times: int | None = None) -> None:
        """Misbehave at a file."""
        self.provider.misbehave(self.folder + name, fault, times=times)

    def fetched(self) -> list[str]:
        """Answer the names that were asked for, beside the playlist's."""
        asked = [seen.path.partition("?")[0] for seen in self.provider.requests]
        names = [path.removeprefix(self.folder) for path in asked]
        return [name for name in names if name != "list.m3u8"]

    async def until_loaded(self, times: int) -> None:
        """Wait until the playlist has been asked for so many times."""
        await self.provider.until(lambda: self.loads >= times)


def ranges() -> Fault:
    """Answer the range that is asked for."""

    async def fault(request: web.BaseRequest, content: Content) -> web.StreamResponse:
        assert isinstance(content, Document) and isinstance(content.data, bytes)
        part = content.data[request.http_range]
        return web.Response(body=part, status=206)

    return fault
