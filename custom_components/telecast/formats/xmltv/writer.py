"""Renders guides: always well-formed, whatever the texts hold."""

from collections.abc import Callable, Iterable, Iterator
import re

from ..markup import escape, escape_attribute, unescape
from .times import render_time
from .values import Audio, Captions, Channel, Programme, Rating, Text, Video

FOOTER = "</tv>\n"

# Texts hold no such thing: there it is escaped.
_ICON = re.compile('<icon src="([^"]*)"/>')


def render_header(generator: str) -> str:
    """Write what goes before the channels; `generator` says who made the guide."""
    # No DOCTYPE: it helps nobody, and some readers refuse whatever has one.
    name = escape_attribute(generator)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tv generator-info-name="{name}">\n'
    )


def render_channel(channel: Channel) -> str:
    """Write a channel, with its line end."""
    parts = [f'<channel id="{escape_attribute(channel.id)}">']
    parts += _texts("display-name", channel.names)
    parts += _icons(channel.icons)
    parts += [f"<url>{escape(url)}</url>" for url in channel.urls]
    return "".join((*parts, "</channel>\n"))


def render_programme(programme: Programme) -> str:
    """Write a programme, with its line end."""
    return wrap_children(
        render_children(programme),
        channel=programme.channel,
        start=programme.start,
        stop=programme.stop,
        catchup_id=programme.catchup_id,
    )


def wrap_children(
    children: str,
    *,
    channel: str,
    start: int,
    stop: int | None = None,
    catchup_id: str = "",
) -> str:
    """Write a programme around what `render_children` wrote, with its line end."""
    end = "" if stop is None else f' stop="{render_time(stop)}"'
    archived = f' catchup-id="{escape_attribute(catchup_id)}"' if catchup_id else ""
    return (
        f'<programme start="{render_time(start)}"{end} '
        f'channel="{escape_attribute(channel)}"{archived}>{children}</programme>\n'
    )


def render_children(programme: Programme) -> str:
    """Write what a programme is, without when and where it is and was shown."""
    # In the order that the DTD wants.
    words, facts, showing = _words(programme), _facts(programme), _showing(programme)
    return "".join((*words, *facts, *showing))


def with_icons(children: str, told: Callable[[str], str]) -> str:
    """Answer what `render_children` wrote with other icons, or without those told as ""."""

    def write(found: re.Match[str]) -> str:
        return "".join(_icons(filter(None, (told(unescape(found[1])),))))

    return _ICON.sub(write, children) if "<icon " in children else children


def _words(p: Programme) -> Iterator[str]:
    yield from _texts("title", p.titles)
    if p.subtitles:
        yield from _texts("sub-title", p.subtitles)
    if p.descriptions:
        yield from _texts("desc", p.descriptions)
    if p.credits:
        yield "<credits>"
        for credit in p.credits:
            role = _attribute("role", credit.character)
            yield f"<{credit.role}{role}>{escape(credit.name)}</{credit.role}>"
        yield "</credits>"
    if p.date:
        yield f"<date>{escape(p.date)}</date>"
    if p.categories:
        yield from _texts("category", p.categories)
    if p.keywords:
        yield from _texts("keyword", p.keywords)


def _facts(p: Programme) -> Iterator[str]:
    if p.language:
        yield _text("language", p.language)
    if p.original_language:
        yield _text("orig-language", p.original_language)
    if p.length is not None:
        yield _length(p.length)
    if p.icons:
        yield from _icons(p.icons)
    for url in p.urls:
        yield f"<url>{escape(url)}</url>"
    if p.countries:
        yield from _texts("country", p.countries)
    for number in p.episode_numbers:
        system = escape_attribute(number.system)
        value = escape(number.value)
        yield f'<episode-num system="{system}">{value}</episode-num>'
    if p.video:
        yield from _video(p.video)
    if p.audio:
        yield from _audio(p.audio)


def _showing(p: Programme) -> Iterator[str]:
    if shown := p.previously_shown:
        start, channel = _attribute("start", shown.start), shown.channel
        yield f"<previously-shown{start}{_attribute('channel', channel)}/>"
    if p.premiere is not None:
        yield f"<premiere>{escape(p.premiere)}</premiere>"
    if p.last_chance is not None:
        yield f"<last-chance>{escape(p.last_chance)}</last-chance>"
    if p.new:
        yield "<new/>"
    for captions in p.captions:
        yield _captions(captions)
    for rating in p.ratings:
        yield from _rating("rating", rating)
    for rating in p.star_ratings:
        yield from _rating("star-rating", rating)
    for review in p.reviews:
        attributes = _attributes(
            type=review.kind,
            source=review.source,
            reviewer=review.reviewer,
            lang=review.lang,
        )
        yield f"<review{attributes}>{escape(review.value)}</review>"
    for image in p.images:
        attributes = _attributes(
            type=image.kind,
            size=image.size,
            orient=image.orientation,
            system=image.system,
        )
        yield f"<image{attributes}>{escape(image.url)}</image>"


def _texts(tag: str, texts: Iterable[Text]) -> list[str]:
    return [_text(tag, text) for text in texts]


def _text(tag: str, text: Text) -> str:
    lang = f' lang="{escape_attribute(text.lang)}"' if text.lang else ""
    return f"<{tag}{lang}>{escape(text.value)}</{tag}>"


def _icons(icons: Iterable[str]) -> list[str]:
    return [f'<icon src="{escape_attribute(icon)}"/>' for icon in icons]


def _length(seconds: int) -> str:
    if seconds % 60:
        return f'<length units="seconds">{seconds}</length>'
    return f'<length units="minutes">{seconds // 60}</length>'


def _video(video: Video) -> Iterator[str]:
    yield "<video>"
    yield _answer("present", video.present)
    yield _answer("colour", video.colour)
    if video.aspect:
        yield f"<aspect>{escape(video.aspect)}</aspect>"
    if video.quality:
        yield f"<quality>{escape(video.quality)}</quality>"
    yield "</video>"


def _audio(audio: Audio) -> Iterator[str]:
    yield "<audio>"
    yield _answer("present", audio.present)
    if audio.stereo:
        yield f"<stereo>{escape(audio.stereo)}</stereo>"
    yield "</audio>"


def _captions(captions: Captions) -> str:
    language = _text("language", captions.language) if captions.language else ""
    return f"<subtitles{_attribute('type', captions.kind)}>{language}</subtitles>"


def _rating(tag: str, rating: Rating) -> Iterator[str]:
    yield f"<{tag}{_attribute('system', rating.system)}>"
    yield f"<value>{escape(rating.value)}</value>"
    yield from _icons(rating.icons)
    yield f"</{tag}>"


def _answer(tag: str, so: bool | None) -> str:
    return "" if so is None else f"<{tag}>{'yes' if so else 'no'}</{tag}>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape_attribute(value)}"' if value else ""


def _attributes(**values: str) -> str:
    return "".join(_attribute(name, value) for name, value in values.items())
