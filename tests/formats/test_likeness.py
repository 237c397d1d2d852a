"""What is left of names tells channels apart, and nothing else does."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import likeness, names
from custom_components.telecast.formats.likeness import Essence


def essence(name: str) -> Essence:
    """What is left of a name as it was written."""
    found = likeness.essence(names.normalise(name))
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The Discovery Channel", "discovery"),
        ("UK: BBC One FHD (Backup)", "bbc 1"),
        ("Kabel Eins Doku", "kabel 1 doku"),
        ("La Dos", "la 2"),
        ("Sky Sports 01", "sky sport 1"),
        ("Nat Geo Wild", "national geographic wild"),
        ("NatGeo", "national geographic"),
        ("Business Class", "business class"),
        ("Discovery Channel UK", "discovery"),
        ("Quest VIP RAW", "quest"),
        # Nothing would be left that tells who it is.
        ("TV 2", "tv 2"),
        ("Star TV", "star tv"),
        ("Fox Channel", "fox channel"),
        ("RAW", "raw"),
    ],
)
def test_only_what_tells_channels_apart_is_left(name: str, words: str) -> None:
    assert " ".join(essence(name).words) == words


@pytest.mark.parametrize("name", ["5", "UK", "E4", "", "+1"])
def test_of_a_name_that_is_too_short_nothing_is_left(name: str) -> None:
    assert likeness.essence(names.normalise(name)) is None


def test_what_is_left_out_is_remembered_where_it_may_belong_to_the_name() -> None:
    channel, television = essence("Discovery Channel"), essence("Discovery TV")
    plain, german = essence("Discovery"), essence("Discovery DE")
    assert channel.optional == {"channel"}
    assert (german.country, plain.country) == ("de", "")
    assert plain.agrees(channel) and plain.agrees(television) and plain.agrees(german)
    assert not channel.agrees(television)
    assert not german.agrees(essence("Discovery UK"))
    assert not plain.agrees(essence("Discovery +1"))


def test_numbers_are_known_however_they_are_written() -> None:
    assert essence("Sky Sports 010 F1").text == "skysport10f1"
    assert essence("BBC Two").text == essence("BBC2").text == "bbc2"


@pytest.mark.parametrize(
    ("name", "base", "hours"),
    [
        ("Film4 +1", "film4", 1),
        ("ITV+1 HD", "itv", 1),
        ("E4 +24", "e4", 24),
        ("Film4", "film4", 0),
        ("Canal+", "canal plus", 0),
        ("+1", "+1", 0),
        ("Canal+ Sport", "canal plus sport", 0),
    ],
)
def test_a_shift_is_divided_from_its_base(name: str, base: str, hours: int) -> None:
    assert likeness.without_shift(names.normalise(name)) == (base, hours)


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("UK: BBC One", "uk"),
        ("GB| BBC One", "uk"),
        ("|FR| TF1", "fr"),
        ("[DE] ZDF", "de"),
        ("USA - CNN", "us"),
        ("BBC One", ""),
        # Languages, or words.
        ("EN: BBC One", ""),
        ("AR: MBC 1", ""),
        ("MTV: Hits", ""),
        ("US Open", ""),
        ("It's", ""),
    ],
)
def test_a_country_in_front_is_known(name: str, country: str) -> None:
    assert likeness.country(name) == country


@pytest.mark.parametrize(
    ("key", "country"),
    [
        ("bbc1.uk", "uk"),
        ("cnn.us@hd", "us"),
        ("orf1.at", "at"),
        ("sport.tv", ""),
        ("www.bbc.com", ""),
        ("uk", ""),
        ("", ""),
    ],
)
def test_a_country_at_the_end_of_an_id_is_known(key: str, country: str) -> None:
    assert likeness.country_of_id(key) == country


@given(st.text(max_size=60))
def test_no_name_is_too_odd(name: str) -> None:
    key = names.normalise(name)
    found = likeness.essence(key)
    assert found is None or all(found.words)
    base, hours = likeness.without_shift(f"{key} +7")
    assert hours == (7 if key.split() else 0)
    assert base.split() == (key.split() or ["+7"])
    assert len(likeness.country(name)) in {0, 2}
