"""XMLTV, the format of guides: read whatever comes, write it as the DTD has it."""

from .elements import XmltvError
from .episodes import episode_onscreen, episode_xmltv_ns, numbered, season_episode
from .parser import Parser, parse_children
from .times import parse_time, render_time
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
    shifted,
)
from .writer import (
    FOOTER,
    render_channel,
    render_children,
    render_header,
    render_programme,
    with_icons,
    wrap_children,
)

__all__ = [
    "FOOTER",
    "ROLES",
    "Audio",
    "Captions",
    "Channel",
    "Credit",
    "EpisodeNumber",
    "Image",
    "Parser",
    "PreviouslyShown",
    "Programme",
    "Rating",
    "Review",
    "Text",
    "Video",
    "XmltvError",
    "episode_onscreen",
    "episode_xmltv_ns",
    "numbered",
    "parse_children",
    "parse_time",
    "render_channel",
    "render_children",
    "render_header",
    "render_programme",
    "render_time",
    "season_episode",
    "shifted",
    "with_icons",
    "wrap_children",
]
