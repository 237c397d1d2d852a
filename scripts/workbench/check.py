"""Tunes a channel through each protocol and looks at what comes, as players would."""

import asyncio
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import json
from typing import Any
from xml.parsers import expat

import aiohttp

_PROBE_TIMEOUT = 20.0


class CheckFailedError(RuntimeError):
    """Something is not as a player expects it; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An Xtream account, as a player is given it."""

    username: str
    password: str

    @property
    def query(self) -> str:
        """The login as Xtream's addresses carry it."""
        return f"username={self.username}&password={self.password}"

    @property
    def path(self) -> str:
        """The login as the stream addresses carry it."""
        return f"{self.username}/{self.password}"


async def check(
    url: str,
    login: Login,
    *,
    channels: int,
    virtual: str,
    say: Callable[[str], None],
) -> bool:
    """Try every protocol, say a line for each; answer whether all are well.

    `virtual` is the number of a virtual channel.
    """
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=30)
    ) as session:
        looks = _Looks(session, url, login, channels)
        if not await _tell("Xtream      get_live_streams", looks.streams(), say):
            return False
        stream = looks.first_stream
        documents: dict[str, Callable[[], Awaitable[str]]] = {
            "HDHomeRun   /discover.json": looks.discover,
            "HDHomeRun   /lineup.json": looks.lineup,
            "Xtream      /player_api.php": looks.login,
            "Xtream      /get.php": looks.playlist_of_account,
            "Xtream      /xmltv.php": looks.guide_of_account,
            "M3U         /telecast/playlist.m3u": looks.playlist,
            "XMLTV       /telecast/guide.xml": looks.guide,
            "health      /telecast/health": looks.health,
        }
        addresses = {
            "HDHomeRun   /auto/v1": "/auto/v1",
            "Xtream      /live/…/1.ts": f"/live/{login.path}/{stream}.ts",
            "Xtream      /…/1": f"/{login.path}/{stream}",
            "MPEG-TS     /telecast/stream/1.ts": f"/telecast/stream/{stream}.ts",
            "HLS         /telecast/hls/…/1/…": f"/telecast/hls/local/{stream}/master.m3u8",
            "transcoded  /auto/v2?transcode=mobile": "/auto/v2?transcode=mobile",
            f"virtual     /auto/v{virtual}": f"/auto/v{virtual}",
        }
        results = await asyncio.gather(
            *(_tell(name, look(), say) for name, look in documents.items()),
            *(
                _tell(name, describe_stream(f"{url}{path}"), say)
                for name, path in addresses.items()
            ),
        )
    return all(results)


async def describe_stream(url: str) -> str:
    """Answer in words what ffprobe finds at an address; both picture and sound or it fails."""
    found = await probe(url)
    kinds = {stream["codec_type"]: stream for stream in found["streams"]}
    if not {"video", "audio"} <= kinds.keys():
        raise CheckFailedError(f"ffprobe finds only {sorted(kinds) or 'nothing'}")
    video, audio = kinds["video"], kinds["audio"]
    return (
        f"{video['codec_name']} {video['width']}x{video['height']}, "
        f"{audio['codec_name']} {audio['sample_rate']} Hz"
    )


async def probe(url: str) -> dict[str, Any]:
    """Answer what ffprobe finds; raise CheckFailedError with what it says."""
    process = await asyncio.create_subprocess_exec(
        *("ffprobe", "-v", "error", "-analyzeduration", "1000000"),
        *("-show_streams", "-of", "json", url),
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(_PROBE_TIMEOUT):
            output, errors = await process.communicate()
    except TimeoutError as err:
        process.kill()
        await process.wait()
        raise CheckFailedError("ffprobe finds nothing in time") from err
    if process.returncode or errors:
        raise CheckFailedError(f"ffprobe: {errors.decode(errors='replace').strip()}")
    return dict(json.loads(output))


class _Looks:
    """One look at each document; each answers in a few words what it saw."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, login: Login, channels: int
    ) -> None:
        self._session = session
        self._url = url
        self._login = login
        self._channels = channels
        self.first_stream = 0
        """The id of the first channel, once the streams were listed."""

    async def discover(self) -> str:
        found = json.loads(await self._text("/discover.json"))
        self._expect(isinstance(found["TunerCount"], int), "TunerCount is no number")
        self._expect(found["BaseURL"] == self._url, f"BaseURL is {found['BaseURL']}")
        return f"{found['FriendlyName']}, {found['TunerCount']} tuners"

    async def lineup(self) -> str:
        entries = json.loads(await self._text("/lineup.json"))
        return self._count(len(entries))

    async def streams(self) -> str:
        path = f"/player_api.php?{self._login.query}&action=get_live_streams"
        entries = json.loads(await self._text(path))
        self.first_stream = int(entries[0]["stream_id"])
        return self._count(len(entries))

    async def login(self) -> str:
        found = json.loads(await self._text(f"/player_api.php?{self._login.query}"))
        status = found["user_info"].get("status")
        self._expect(status == "Active", f"the account is {status}")
        return f"{found['user_info']['username']} is active"

    async def playlist_of_account(self) -> str:
        path = f"/get.php?{self._login.query}&type=m3u_plus&output=ts"
        return self._entries(await self._text(path))

    async def playlist(self) -> str:
        return self._entries(await self._text("/telecast/playlist.m3u"))

    async def guide_of_account(self) -> str:
        return self._programmes(await self._text(f"/xmltv.php?{self._login.query}"))

    async def guide(self) -> str:
        return self._programmes(await self._text("/telecast/guide.xml"))

    async def health(self) -> str:
        status = json.loads(await self._text("/telecast/health"))["status"]
        self._expect(status == "ok", f"it is {status}")
        return str(status)

    async def _text(self, path: str) -> str:
        async with self._session.get(f"{self._url}{path}") as response:
            text = await response.text()
            self._expect(response.status == 200, f"{response.status} {text[:200]}")
            return text

    def _entries(self, playlist: str) -> str:
        self._expect(playlist.startswith("#EXTM3U"), "it is no playlist")
        return self._count(playlist.count("\n#EXTINF:"))

    def _count(self, found: int) -> str:
        self._expect(found == self._channels, f"{found} channels")
        return f"{found} channels"

    def _programmes(self, guide: str) -> str:
        elements: Counter[str] = Counter()
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, _attributes: elements.update([name])
        parser.Parse(guide, True)
        channels, programmes = elements["channel"], elements["programme"]
        self._expect(channels == self._channels, f"{channels} channels")
        self._expect(programmes > 0, "no programmes")
        return f"{channels} channels, {programmes} programmes"

    def _expect(self, is_so: bool, otherwise: str) -> None:
        if not is_so:
            raise CheckFailedError(otherwise)


async def _tell(name: str, look: Awaitable[str], say: Callable[[str], None]) -> bool:
    try:
        found = await look
    except (CheckFailedError, aiohttp.ClientError, TimeoutError) as err:
        say(f"FAILED  {name:38}{str(err) or type(err).__name__}")
        return False
    except (LookupError, ValueError, expat.ExpatError) as err:
        say(f"FAILED  {name:38}not as expected: {err!r}")
        return False
    say(f"ok      {name:38}{found}")
    return True
