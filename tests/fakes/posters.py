"""Posters of what virtual channels play, as a test puts them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from custom_components.telecast.engine.films.posters import Posters
from custom_components.telecast.formats import xmltv


class FakeVirtual:
    """Virtual channels of which nothing is known but posters, by the ids of items."""

    def __init__(self) -> None:
        self.posters: dict[int, str] = {}

    async def poster(self, medium_id: int) -> str:
        """Answer where a poster is; empty for none."""
        return self.posters.get(medium_id, "")


def rendered(
    programmes: Iterable[xmltv.Programme], posters: Posters | None
) -> Iterator[str]:
    """Write programmes with their icons as players are told of them."""
    for programme in programmes:
        icons = map(posters.icon, programme.icons) if posters else ()
        yield xmltv.render_programme(replace(programme, icons=tuple(icons)))
