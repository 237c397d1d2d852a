"""What each element of a channel or programme adds to it."""

from collections.abc import Callable
import math
from typing import Any

from .values import (
    ROLES,
    Audio,
    Captions,
    Channel,
    Credit,
    EpisodeNumber,
    Image,
    PreviouslyShown,
    Programme,
    Rating,
    Review,
    Text,
    Video,
)

type Attributes = dict[str, str]
type Inner = list[tuple[str, Attributes, str]]
"""The elements within an element: name, attributes, text."""
type Fields = dict[str, Any]
"""Arguments of a value; what can be there more than once is a list."""
type Reader = Callable[[Fields, Attributes, str, Inner], None]

# Longer than anything that was ever shown without a break, in seconds.
_LONGEST = 10 * 86400
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600}


def channel_of(fields: Fields, channel_id: str) -> Channel:
    """Make a channel of what was read; `fields` is used up."""
    return Channel(id=channel_id, **_frozen(fields))


def programme_of(
    fields: Fields, *, channel: str, start: int, stop: int | None
) -> Programme:
    """Make a programme of what was read; `fields` is used up."""
    return Programme(channel=channel, start=start, stop=stop, **_frozen(fields))


def _frozen(fields: Fields) -> Fields:
    for name, value in fields.items():
        if type(value) is list:
            fields[name] = tuple(value)
    return fields


def _texts(field: str) -> Reader:
    def read(fields: Fields, attributes: Attributes, text: str, _: Inner) -> None:
        if text:
            value = Text(text, attributes.get("lang", ""))
            fields.setdefault(field, []).append(value)

    return read


def _first_text(field: str) -> Reader:
    def read(fields: Fields, attributes: Attributes, text: str, _: Inner) -> None:
        if text:
            fields.setdefault(field, Text(text, attributes.get("lang", "")))

    return read


def _addresses(field: str) -> Reader:
    def read(fields: Fields, _: Attributes, text: str, __: Inner) -> None:
        if text:
            fields.setdefault(field, []).append(text)

    return read


def _icons(fields: Fields, attributes: Attributes, _: str, __: Inner) -> None:
    if source := _attribute(attributes, "src"):
        fields.setdefault("icons", []).append(source)


def _credits(fields: Fields, _: Attributes, __: str, inner: Inner) -> None:
    for role, attributes, name in inner:
        if name and role in ROLES:
            credit = Credit(role, name, _attribute(attributes, "role"))
            fields.setdefault("credits", []).append(credit)


def _date(fields: Fields, _: Attributes, text: str, __: Inner) -> None:
    if text:
        fields.setdefault("date", text)


def _length(fields: Fields, attributes: Attributes, text: str, _: Inner) -> None:
    unit = _UNITS.get(_attribute(attributes, "units").casefold(), 60)
    try:
        seconds = float(text) * unit
    except ValueError:
        return
    if math.isfinite(seconds) and 0 <= seconds <= _LONGEST:
        fields.setdefault("length", round(seconds))


def _episode(fields: Fields, attributes: Attributes, text: str, _: Inner) -> None:
    if text:
        system = attributes.get("system", "onscreen").strip()
        number = EpisodeNumber(system, text)
        fields.setdefault("episode_numbers", []).append(number)


def _video(fields: Fields, _: Attributes, __: str, inner: Inner) -> None:
    found = {name: text for name, _, text in inner}
    video = Video(
        _answer(found.get("present")),
        _answer(found.get("colour")),
        found.get("aspect", ""),
        found.get("quality", ""),
    )
    fields.setdefault("video", video)


def _audio(fields: Fields, _: Attributes, __: str, inner: Inner) -> None:
    found = {name: text for name, _, text in inner}
    audio = Audio(_answer(found.get("present")), found.get("stereo", ""))
    fields.setdefault("audio", audio)


def _shown(fields: Fields, attributes: Attributes, _: str, __: Inner) -> None:
    start, channel = _attribute(attributes, "start"), _attribute(attributes, "channel")
    fields.setdefault("previously_shown", PreviouslyShown(start, channel))


def _occasion(field: str) -> Reader:
    def read(fields: Fields, _: Attributes, text: str, __: Inner) -> None:
        fields.setdefault(field, text)

    return read


def _new(fields: Fields, _: Attributes, __: str, ___: Inner) -> None:
    fields["new"] = True


def _captions(fields: Fields, attributes: Attributes, _: str, inner: Inner) -> None:
    languages = (
        Text(text, its.get("lang", ""))
        for name, its, text in inner
        if name == "language" and text
    )
    captions = Captions(_attribute(attributes, "type"), next(languages, None))
    fields.setdefault("captions", []).append(captions)


def _ratings(field: str) -> Reader:
    def read(fields: Fields, attributes: Attributes, text: str, inner: Inner) -> None:
        # Old guides have the value without an element of its own.
        values = [its for name, _, its in inner if name == "value"] or [text]
        icons = (_attribute(its, "src") for name, its, _ in inner if name == "icon")
        rating = Rating(
            values[0], _attribute(attributes, "system"), tuple(filter(None, icons))
        )
        if rating.value or rating.icons:
            fields.setdefault(field, []).append(rating)

    return read


def _review(fields: Fields, attributes: Attributes, text: str, _: Inner) -> None:
    if text:
        review = Review(
            text,
            kind=_attribute(attributes, "type"),
            source=_attribute(attributes, "source"),
            reviewer=_attribute(attributes, "reviewer"),
            lang=attributes.get("lang", ""),
        )
        fields.setdefault("reviews", []).append(review)


def _image(fields: Fields, attributes: Attributes, text: str, _: Inner) -> None:
    if text:
        image = Image(
            text,
            kind=_attribute(attributes, "type"),
            size=_attribute(attributes, "size"),
            orientation=_attribute(attributes, "orient"),
            system=_attribute(attributes, "system"),
        )
        fields.setdefault("images", []).append(image)


def _attribute(attributes: Attributes, name: str) -> str:
    return attributes.get(name, "").strip()


def _answer(text: str | None) -> bool | None:
    match (text or "").casefold():
        case "yes" | "true" | "1":
            return True
        case "no" | "false" | "0":
            return False
    return None


OF_PROGRAMMES: dict[str, Reader] = {
    "title": _texts("titles"),
    "sub-title": _texts("subtitles"),
    "desc": _texts("descriptions"),
    "credits": _credits,
    "date": _date,
    "category": _texts("categories"),
    "keyword": _texts("keywords"),
    "language": _first_text("language"),
    "orig-language": _first_text("original_language"),
    "length": _length,
    "icon": _icons,
    "url": _addresses("urls"),
    "country": _texts("countries"),
    "episode-num": _episode,
    "video": _video,
    "audio": _audio,
    "previously-shown": _shown,
    "premiere": _occasion("premiere"),
    "last-chance": _occasion("last_chance"),
    "new": _new,
    "subtitles": _captions,
    "rating": _ratings("ratings"),
    "star-rating": _ratings("star_ratings"),
    "review": _review,
    "image": _image,
}
OF_CHANNELS: dict[str, Reader] = {
    "display-name": _texts("names"),
    "icon": _icons,
    "url": _addresses("urls"),
}
