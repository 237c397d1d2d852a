"""A playlist and a guide as large as they come, written for a measurement."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_GROUPS = 200
_SHOW = timedelta(minutes=30)
_CHANNELS_WITH_GUIDE = 10_000
_DESCRIPTION = (
    "A quiet hour among colour bars, in which red meets green, blue stays late, and "
    "nobody can say for certain where the grey scale has gone since last week."
)


def write_playlist(path: Path, *, channels: int, upstream: str) -> None:
    """Write a playlist of so many channels, with the guide's address in its header."""
    with path.open("w") as file:
        file.write(f'#EXTM3U url-tvg="{upstream}/big.xml"\n')
        for number in range(1, channels + 1):
            file.write(
                f'#EXTINF:-1 tvg-id="channel{number}.example" '
                f'tvg-name="Channel {number} HD" '
                f'tvg-logo="http://logos.example/{number}.png" '
                f'group-title="Group {number % _GROUPS}",Channel {number} HD\n'
                f"{upstream}/live/{number}.ts\n"
            )


def write_guide(path: Path, *, megabytes: int, channels: int) -> None:
    """Write XMLTV of about this size: half-hour shows from now on."""
    start = datetime.now(UTC).replace(minute=0, second=0)
    channels = min(channels, _CHANNELS_WITH_GUIDE)
    with path.open("w") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n')
        for number in range(1, channels + 1):
            file.write(
                f'<channel id="channel{number}.example">'
                f"<display-name>Channel {number} HD</display-name></channel>\n"
            )
        half_hour = 0
        while file.tell() < megabytes * 1_000_000:
            begin = start + half_hour * _SHOW
            times = (
                f'start="{begin:%Y%m%d%H%M%S} +0000" '
                f'stop="{begin + _SHOW:%Y%m%d%H%M%S} +0000"'
            )
            file.writelines(
                f'<programme {times} channel="channel{number}.example">'
                f'<title lang="en">Show {half_hour} of {number}</title>'
                f'<sub-title lang="en">Part {half_hour}</sub-title>'
                f'<desc lang="en">{_DESCRIPTION}</desc>'
                f'<category lang="en">Documentary</category>'
                f'<episode-num system="xmltv_ns">0.{half_hour}.</episode-num>'
                "</programme>\n"
                for number in range(1, channels + 1)
            )
            half_hour += 1
        file.write("</tv>\n")
