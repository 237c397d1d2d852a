"""Guides: what is rendered comes back the same, and what comes from outside is survived."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import xmltv
from custom_components.telecast.formats.xmltv import (
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
    XmltvError,
)

from .guides import CHANNELS, DATA, ENDING, PROGRAMMES, Value, read, rendered, titles

GUIDES = [
    path for path in sorted(DATA.glob("*.xml")) if "<!ENTITY" not in path.read_text()
]
NEW_YEAR = 1_767_225_600
ORDER = [
    *("title", "sub-title", "desc", "credits", "date", "category", "keyword"),
    *("language", "orig-language", "length", "icon", "url", "country", "episode-num"),
    *("video", "audio", "previously-shown", "premiere", "last-chance", "new"),
    *("subtitles", "rating", "star-rating", "review", "image"),
]

# Exactness.


@given(st.lists(CHANNELS | PROGRAMMES | ENDING, max_size=4))
def test_what_is_rendered_is_read_the_same(values: list[Value]) -> None:
    found, parser = read(rendered(values))
    assert found == values
    assert parser.damage is None
    assert not parser.skipped


@given(st.lists(CHANNELS | ENDING, max_size=2), st.integers(1, 40))
def test_it_does_not_matter_how_a_document_arrives(
    values: list[Value], piece: int
) -> None:
    assert read(rendered(values), piece)[0] == values


@given(PROGRAMMES | ENDING)
def test_what_the_database_keeps_of_a_programme_is_all_but_its_id_in_the_archive(
    programme: Programme,
) -> None:
    children = xmltv.render_children(programme)
    channel, start, stop = programme.channel, programme.start, programme.stop
    again = xmltv.parse_children(children, channel=channel, start=start, stop=stop)
    assert again == replace(programme, catchup_id="")
    assert children in xmltv.render_programme(programme)


@given(PROGRAMMES | ENDING, st.text())
def test_icons_are_exchanged_in_what_is_rendered_and_nothing_else_is(
    value: Programme, mark: str
) -> None:
    plain = replace(value, ratings=(), star_ratings=(), catchup_id="")
    children = xmltv.render_children(plain)
    assert xmltv.with_icons(children, lambda icon: icon) == children
    marked = replace(plain, icons=tuple(f"{icon}&{mark}" for icon in plain.icons))
    told = xmltv.with_icons(children, lambda icon: f"{icon}&{mark}")
    assert told == xmltv.render_children(marked)
    bare = xmltv.with_icons(children, lambda _: "")
    assert bare == xmltv.render_children(replace(plain, icons=()))


def test_what_only_looks_like_an_icon_stays_as_it_is() -> None:
    text = Text('<icon src="a"/> &lt;icon src="a"/&gt;')
    shown = Programme(channel="c", start=0, titles=(text,), keywords=(text,))
    shown = replace(shown, episode_numbers=(EpisodeNumber(text.value, text.value),))
    children = xmltv.render_children(shown)
    assert xmltv.with_icons(children, lambda _: "b") == children


@given(st.text(), st.text())
def test_whatever_a_text_holds_the_document_is_well_formed(one: str, two: str) -> None:
    values: list[Value] = [
        Channel(one, (Text(two, one),), (one,), (two,)),
        Programme(
            channel=two,
            start=NEW_YEAR,
            titles=(Text(one, two),),
            credits=(Credit("actor", one, two),),
            date=two,
            episode_numbers=(EpisodeNumber(one, two),),
            premiere=two,
            previously_shown=PreviouslyShown(one, two),
            captions=(Captions(one, Text(two)),),
            ratings=(Rating(one, two, (one,)),),
            reviews=(Review(one, two, one, two, one),),
            images=(Image(one, two, one, two, one),),
        ),
    ]
    root = ET.fromstring(rendered(values, generator=one))
    assert [element.tag for element in root] == ["channel", "programme"]


def test_what_xml_cannot_hold_is_dropped_and_the_rest_is_kept() -> None:
    odd = Text('Fox\x00 <&" \x1bFriends\ud83e 🦊\ufffe\x85!')
    document = rendered([Channel('a&b"<\n>', (odd,))])
    [channel] = read(document)[0]
    assert channel == Channel('a&b"<\n>', (Text('Fox <&" Friends 🦊\x85!'),))
    assert b"<!DOCTYPE" not in document
    assert b'id="a&amp;b&quot;&lt;&#10;&gt;"' in document


def test_elements_are_in_the_order_of_the_dtd() -> None:
    [programme, _] = read((DATA / "every_element.xml").read_bytes())[0]
    assert isinstance(programme, Programme)
    root = ET.fromstring(xmltv.render_programme(programme))
    tags = list(dict.fromkeys(element.tag for element in root))
    assert tags == ORDER
    assert root.attrib == {
        "start": "20260102191500 +0000",
        "stop": "20260102204500 +0000",
        "channel": "one.de",
    }


# What guides hold.


def test_every_element_that_a_guide_shows_is_read() -> None:
    values, parser = read((DATA / "every_element.xml").read_bytes())
    assert parser.damage is None
    assert not parser.skipped
    assert values == [
        Programme(
            channel="one.de",
            start=NEW_YEAR + 86_400 + 19 * 3600 + 15 * 60,
            stop=NEW_YEAR + 86_400 + 20 * 3600 + 45 * 60,
            titles=(Text("Tatort", "de"), Text("Crime Scene", "en")),
            subtitles=(Text("Der Fall & das Ende", "de"),),
            descriptions=(
                Text("Ein Kommissar\n      sucht.\xa0Und findet nichts.", "de"),
            ),
            credits=(
                Credit("director", "Ada Regie"),
                Credit("actor", "Bo Spieler", "Kommissar"),
                Credit("actor", "Cy Spieler"),
                Credit("presenter", "Di Moderation"),
            ),
            date="2025",
            categories=(Text("Krimi", "de"), Text("Crime", "en")),
            keywords=(Text("murder", "en"),),
            language=Text("de"),
            original_language=Text("German", "en"),
            length=88 * 60,
            icons=(
                "http://pictures.example/a.jpg?a=1&b=2",
                "http://pictures.example/b.jpg",
            ),
            urls=("http://shows.example/tatort",),
            countries=(Text("DE"),),
            episode_numbers=(
                EpisodeNumber("xmltv_ns", "1 . 12/25 . 0/1"),
                EpisodeNumber("onscreen", "S02 E13"),
                EpisodeNumber("onscreen", "13"),
            ),
            video=Video(True, True, "16:9", "HDTV"),
            audio=Audio(True, "dolby digital"),
            previously_shown=PreviouslyShown("20250102", "two.de"),
            premiere="Erstausstrahlung",
            last_chance="",
            new=True,
            captions=(Captions("teletext", Text("de")), Captions("deaf-signed")),
            ratings=(
                Rating("12", "FSK", ("http://pictures.example/12.png",)),
                Rating("PG", "MPAA"),
            ),
            star_ratings=(Rating("3/5", "critics"),),
            reviews=(Review("Fine.", "text", "Daily", "Eve", "en"),),
            images=(
                Image("http://pictures.example/poster.jpg", "poster", "3", "P", "tmdb"),
            ),
        ),
        Channel(
            "one.de",
            (Text("Das Erste", "de"), Text("ARD")),
            ("http://logos.example/one.png",),
            ("http://one.example",),
        ),
    ]


def test_odd_times_cost_as_little_as_they_can() -> None:
    values, parser = read((DATA / "odd_times.xml").read_bytes())
    assert values[0] == Channel("c", (Text("See"),))
    three = NEW_YEAR + 86_400 + 3 * 3600 + 4 * 60 + 5
    assert [
        (one.channel, one.start - three, one.stop, one.titles)
        for one in values
        if isinstance(one, Programme)
    ] == [
        ("c", 0, three + 3600 - 245, (Text("utc"),)),
        ("c", 0, None, (Text("no stop"),)),
        ("c", 0, None, (Text("name"),)),
        ("c", 0, None, (Text("stops before it starts"),)),
        ("c", 0, None, (Text("stops as it starts"),)),
        ("c", 0, None, (Text("stops sometime"),)),
        ("never declared", 0, None, ()),
    ]
    assert parser.skipped == Counter(
        bad_stop=3, bad_start=2, no_channel=2, no_channel_id=1
    )
    assert parser.damage is None


@pytest.mark.parametrize(
    ("length", "seconds"),
    [
        ('<length units="seconds">90</length>', 90),
        ('<length units="hours">1.5</length>', 5400),
        ("<length>90</length>", 5400),
        ('<length units="minutes">about 90</length>', None),
        ('<length units="minutes">nan</length>', None),
        ('<length units="hours">1e300</length>', None),
        ('<length units="minutes">-5</length>', None),
    ],
)
def test_lengths(length: str, seconds: int | None) -> None:
    assert (
        xmltv.parse_children(length, channel="a", start=0, stop=None).length == seconds
    )


def test_entities_of_html_are_read_as_what_they_mean() -> None:
    document = b'<tv><channel id="a"><display-name>Caf&eacute;&nbsp;&hearts; &what;</display-name></channel></tv>'
    for piece in (None, 1):
        values, parser = read(document, piece)
        assert values == [Channel("a", (Text("Café\xa0♥ &what;"),))]
        assert parser.damage is None


def test_a_shifted_programme_is_as_long_as_before() -> None:
    programme = Programme(channel="a", start=1000, stop=2000)
    assert xmltv.shifted(programme, 3600) == Programme(
        channel="a", start=4600, stop=5600
    )
    endless = Programme(channel="a", start=1000)
    assert xmltv.shifted(endless, -1000) == Programme(channel="a", start=0)


@pytest.mark.parametrize(
    "children",
    ["<title>", "</programme>", "<title>&</title>", "\ud83e", "<!DOCTYPE a>"],
)
def test_what_is_not_the_inside_of_a_programme_is_refused(children: str) -> None:
    with pytest.raises(XmltvError):
        xmltv.parse_children(children, channel="a", start=0, stop=None)


# Documents as they come.


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
@pytest.mark.parametrize("piece", [1, 2, 7, 64, 1000])
def test_guides_as_found_read_the_same_in_any_pieces(path: Path, piece: int) -> None:
    document = path.read_bytes()
    whole, one = read(document)
    pieces, other = read(document, piece)
    assert pieces == whole
    assert other.skipped == one.skipped
    assert (other.damage is None) is (one.damage is None)


def test_wrong_markup_costs_the_programme_that_it_is_in() -> None:
    values, parser = read((DATA / "bare_ampersand.xml").read_bytes())
    assert titles(values) == ["First", "Third", "Fifth"]
    assert parser.skipped == Counter(broken=2)
    assert parser.damage is not None
    assert "line 4" in parser.damage


def test_documents_that_were_glued_together_are_both_read() -> None:
    values, parser = read((DATA / "glued_together.xml").read_bytes())
    assert titles(values) == ["First", "Second"]
    assert [one.id for one in values if isinstance(one, Channel)] == ["a", "b"]
    assert parser.damage is None
    assert not parser.skipped


def test_what_follows_the_end_does_not_matter() -> None:
    for junk in (
        b"\n\n",
        b"<!-- 3 s -->",
        b"junk",
        b"\x00\x00\x00",
        b"</tv>",
        b"<tv/>",
    ):
        values, parser = read(rendered([Channel("a")]) + junk)
        assert values == [Channel("a")]
        assert parser.damage is None


def test_a_document_that_is_cut_off_yields_what_came_before() -> None:
    programmes = [
        Programme(channel="a", start=start, titles=(Text(f"Show {start} é"),))
        for start in range(20)
    ]
    document = rendered(programmes)
    end = document.index(b"</tv>") + len(b"</tv>")
    before: list[Value] = []
    for size in range(document.index(b"<programme"), end):
        values, parser = read(document[:size], 100)
        assert values == programmes[: len(values)]
        assert len(values) >= len(before)
        assert parser.damage is not None
        before = values
    assert before == programmes
    assert read(document[:end])[1].damage is None


def test_an_empty_guide_is_one() -> None:
    for document in (b"<tv/>", b"<tv></tv>", b"\xef\xbb\xbf\n <TV >\n</TV >"):
        values, parser = read(document)
        assert values == []
        assert parser.damage is None
