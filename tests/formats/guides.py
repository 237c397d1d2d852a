"""Guides for tests: values of every kind, and ways to feed a parser."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from custom_components.telecast.formats import xmltv
from custom_components.telecast.formats.xmltv import (
    Audio,
    Captions,
    Channel,
    Credit,
    EpisodeNumber,
    Image,
    Parser,
    PreviouslyShown,
    Programme,
    Rating,
    Review,
    Text,
    Video,
)

DATA = Path(__file__).parents[1] / "data" / "xmltv"

type Value = Channel | Programme

# What XML can hold.
_SAID = st.characters(
    exclude_categories=["Cs"],
    exclude_characters="".join(map(chr, {*range(32)} - {9, 10, 13})) + "\ufffe\uffff",
)
WORDS = st.one_of(
    st.text(_SAID, max_size=20),
    st.sampled_from(
        ["<&>\"']]>", "&amp;", "<![CDATA[x]]>", "a\r\nb\tc", "🦊 &#0;", "é"]
    ),
).map(str.strip)
NAMES = WORDS.filter(bool)
EPOCHS = st.integers(0, 253_000_000_000)


def _some[T](values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=2).map(tuple)


_TEXT = st.builds(Text, NAMES, WORDS)
_TEXTS = _some(_TEXT)
_ANSWER = st.sampled_from([None, True, False])
_RATINGS = _some(st.builds(Rating, NAMES, WORDS, _some(NAMES)))

CHANNELS = st.builds(Channel, NAMES, _TEXTS, _some(NAMES), _some(NAMES))
PROGRAMMES = st.builds(
    Programme,
    channel=NAMES,
    start=EPOCHS,
    titles=_TEXTS,
    subtitles=_TEXTS,
    descriptions=_TEXTS,
    credits=_some(
        st.builds(Credit, st.sampled_from(sorted(xmltv.ROLES)), NAMES, WORDS)
    ),
    date=WORDS,
    categories=_TEXTS,
    keywords=_TEXTS,
    language=st.none() | _TEXT,
    original_language=st.none() | _TEXT,
    length=st.none() | st.integers(0, 864_000),
    icons=_some(NAMES),
    urls=_some(NAMES),
    countries=_TEXTS,
    episode_numbers=_some(st.builds(EpisodeNumber, WORDS, NAMES)),
    video=st.none() | st.builds(Video, _ANSWER, _ANSWER, WORDS, WORDS),
    audio=st.none() | st.builds(Audio, _ANSWER, WORDS),
    previously_shown=st.none() | st.builds(PreviouslyShown, WORDS, WORDS),
    premiere=st.none() | WORDS,
    last_chance=st.none() | WORDS,
    new=st.booleans(),
    captions=_some(st.builds(Captions, WORDS, st.none() | _TEXT)),
    ratings=_RATINGS,
    star_ratings=_RATINGS,
    reviews=_some(st.builds(Review, NAMES, WORDS, WORDS, WORDS, WORDS)),
    images=_some(st.builds(Image, NAMES, WORDS, WORDS, WORDS, WORDS)),
    catchup_id=WORDS,
)
ENDING = st.builds(
    lambda programme, length: replace(programme, stop=programme.start + length),
    PROGRAMMES,
    st.integers(1, 86_400),
)


def rendered(values: Iterable[Value], generator: str = "test") -> bytes:
    """A whole guide."""
    pieces = [
        xmltv.render_channel(value)
        if isinstance(value, Channel)
        else xmltv.render_programme(value)
        for value in values
    ]
    return "".join([xmltv.render_header(generator), *pieces, xmltv.FOOTER]).encode()


def read(document: bytes, piece: int | None = None) -> tuple[list[Value], Parser]:
    """What a parser makes of a document that is fed in pieces, and the parser."""
    parser = Parser()
    values: list[Value] = []
    for start in range(0, len(document), piece or len(document) or 1):
        values += parser.feed(document[start : start + (piece or len(document))])
    values += parser.close()
    return values, parser


def titles(values: Iterable[Value]) -> list[str]:
    """The first titles of the programmes."""
    return [
        value.titles[0].value if value.titles else ""
        for value in values
        if isinstance(value, Programme)
    ]
