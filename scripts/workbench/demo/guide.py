"""The demo channels' guide: the same shows every day, at the hours of the clock."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from .channels import DemoChannel

_DAYS = range(-1, 4)
_SHOWS = (
    ("Bars & Tone", "Red, green, blue", "Education"),
    ("The Grey Scale", "From black to white", "Documentary"),
    ("Signal at the Hour", "What is new in colour", "News"),
    ("Round and Round", "Eight seconds, again", "Series"),
)
_LENGTH = timedelta(minutes=30)


def render_guide(channels: Iterable[DemoChannel], now: datetime) -> bytes:
    """Render XMLTV from yesterday to three days ahead."""
    tv = ET.Element("tv", {"generator-info-name": "Telecast demo"})
    channels = tuple(channels)
    for channel in channels:
        element = ET.SubElement(tv, "channel", id=channel.guide_id)
        ET.SubElement(element, "display-name").text = channel.name
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for channel in channels:
        for day in _DAYS:
            for half_hour in range(48):
                start = midnight + timedelta(days=day) + half_hour * _LENGTH
                _add_programme(tv, channel, start, day, half_hour)
    guide: bytes = ET.tostring(tv, encoding="utf-8", xml_declaration=True)
    return guide


def _add_programme(
    tv: ET.Element, channel: DemoChannel, start: datetime, day: int, half_hour: int
) -> None:
    title, subtitle, category = _SHOWS[(half_hour + channel.number) % len(_SHOWS)]
    programme = ET.SubElement(
        tv,
        "programme",
        start=f"{start:%Y%m%d%H%M%S} +0000",
        stop=f"{start + _LENGTH:%Y%m%d%H%M%S} +0000",
        channel=channel.guide_id,
    )
    for tag, text in (
        ("title", title),
        ("sub-title", subtitle),
        ("desc", f"{title}: {subtitle.lower()}, on {channel.name}."),
        ("category", category),
    ):
        ET.SubElement(programme, tag, lang="en").text = text
    number = ET.SubElement(programme, "episode-num", system="xmltv_ns")
    number.text = f"0.{(day - _DAYS.start) * 48 + half_hour}."
