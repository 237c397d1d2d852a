"""What a guide says of channels and programmes, as values.

What is rendered comes back the same if texts have no spaces around them, are not empty,
and hold only characters that XML can hold.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and the language they are in (as the guide names it; may be empty)."""

    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as a guide knows it."""

    id: str
    names: tuple[Text, ...] = ()
    icons: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody who took part; `role` is XMLTV's word for it (ROLES)."""

    role: str
    name: str
    character: str = ""


ROLES = frozenset(
    {
        "director",
        "actor",
        "writer",
        "adapter",
        "producer",
        "composer",
        "editor",
        "presenter",
        "commentator",
        "guest",
    }
)


@dataclass(frozen=True, slots=True)
class EpisodeNumber:
    """The number of an episode in a numbering system (`xmltv_ns`, `onscreen`, …)."""

    system: str
    value: str


@dataclass(frozen=True, slots=True)
class Rating:
    """For whom a programme is, or how good it is said to be (`3/5`)."""

    value: str
    system: str = ""
    icons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Video:
    """What the picture is like; None and empty mean that the guide does not say."""

    present: bool | None = None
    colour: bool | None = None
    aspect: str = ""
    quality: str = ""


@dataclass(frozen=True, slots=True)
class Audio:
    """What the sound is like; None and empty mean that the guide does not say."""

    present: bool | None = None
    stereo: str = ""


@dataclass(frozen=True, slots=True)
class Captions:
    """Subtitles that can be had: XMLTV's `subtitles`, which are no sub-titles."""

    kind: str = ""
    language: Text | None = None


@dataclass(frozen=True, slots=True)
class PreviouslyShown:
    """When (as the guide writes it) and on which channel it was shown before."""

    start: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of a kind (`poster`, `backdrop`, `still`, …), in words of the guide."""

    url: str
    kind: str = ""
    size: str = ""
    orientation: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What somebody wrote about it: a text, or the address of one (`kind` is `url`)."""

    value: str
    kind: str = ""
    source: str = ""
    reviewer: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One show on one channel."""

    channel: str
    start: int
    """In seconds since 1970 (UTC)."""
    stop: int | None = None
    """Later than `start`; None where the guide does not say, or says nonsense."""
    titles: tuple[Text, ...] = ()
    subtitles: tuple[Text, ...] = ()
    """Titles of the episode (`sub-title`)."""
    descriptions: tuple[Text, ...] = ()
    credits: tuple[Credit, ...] = ()
    date: str = ""
    categories: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = ()
    language: Text | None = None
    original_language: Text | None = None
    length: int | None = None
    """Without advertisements, in seconds."""
    icons: tuple[str, ...] = ()
    urls: tuple[str, ...] = field(default=(), repr=False)
    countries: tuple[Text, ...] = ()
    episode_numbers: tuple[EpisodeNumber, ...] = ()
    video: Video | None = None
    audio: Audio | None = None
    previously_shown: PreviouslyShown | None = None
    premiere: str | None = None
    """What kind of premiere it is; may be empty. None if it is none."""
    last_chance: str | None = None
    """What kind of last showing it is; may be empty. None if it is none."""
    new: bool = False
    captions: tuple[Captions, ...] = ()
    ratings: tuple[Rating, ...] = ()
    star_ratings: tuple[Rating, ...] = ()
    reviews: tuple[Review, ...] = ()
    images: tuple[Image, ...] = ()
    catchup_id: str = field(default="", repr=False)
    """What an archive calls it: Kodi's attribute `catchup-id`, of no XMLTV document type.

    It may be a whole address."""


def shifted(programme: Programme, seconds: int) -> Programme:
    """Answer the programme so much later, for a channel that shows all of it later."""
    stop = None if programme.stop is None else programme.stop + seconds
    return replace(programme, start=programme.start + seconds, stop=stop)
