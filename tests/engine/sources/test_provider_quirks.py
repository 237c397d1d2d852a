"""Panels that spoil their answers: an import is complete, or changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    NotAPlaylistError,
    SourceError,
)
from tests.fakes import faults
from tests.fakes.panel import Panel, Quirk

from .providers import EXPIRES, fill, settings
from .world import World, guide, open_world

HARMLESS = [
    {Quirk.NUMBERS_AS_STRINGS},
    {Quirk.STRINGS_AS_NUMBERS},
    {Quirk.LISTS_FOR_OBJECTS},
    {Quirk.SLOW},
    {Quirk.NUMBERS_AS_STRINGS, Quirk.LISTS_FOR_OBJECTS, Quirk.SLOW},
]
HARMFUL: list[tuple[Quirk, type[SourceError]]] = [
    (Quirk.HTML, NotAPlaylistError),
    (Quirk.ERROR_500, CannotConnectError),
    (Quirk.TRUNCATED, NotAPlaylistError),
]


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with Panel(max_connections=3, expires=EXPIRES) as panel:
        fill(panel, count=12)
        panel.guide(guide("c1", "Morning"))
        yield panel


async def facts(world: World) -> list[tuple[object, ...]]:
    """What there is of all channels."""
    return [
        (
            one.id,
            one.number,
            one.name,
            one.group,
            one.guide_id,
            one.logo,
            one.archive_days,
        )
        for one in await world.lineup.channels()
    ]


@pytest.mark.parametrize("quirks", HARMLESS, ids=lambda one: "+".join(sorted(one)))
async def test_other_types_and_slowness_change_nothing(
    quirks: set[Quirk], tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        plain = await world.settled()
        before = await facts(world)
        assert len(before) == 12
        panel.quirks = quirks
        assert await world.failure() is None
        assert await facts(world) == before
        status = world.sources.status("one")
        assert (status.expires, status.max_streams) == (EXPIRES, 3)
        assert (status.skipped, status.guide_error) == ({}, None)
        assert plain.max_streams == 3


async def test_the_oldest_panels_leave_nearly_everything_out(
    tmp_path: Path, panel: Panel
) -> None:
    panel.quirks = {Quirk.MISSING_FIELDS}
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        status = await world.settled()
        assert (status.error, status.expires, status.max_streams) == (None, None, 1)
        found = await world.lineup.channels()
        assert len(found) == 12
        assert {one.group for one in found} == {"Uncategorised"}


@pytest.mark.parametrize("action", ["login", "get_live_categories", "get_live_streams"])
async def test_an_answer_that_is_none_changes_nothing(
    action: str, tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        before = await facts(world)
        for number in range(1, 12):
            panel.remove("live", 100 + number)
        panel.quirky_actions = {action}
        for quirk, error in HARMFUL:
            panel.quirks = {quirk}
            assert isinstance(await world.failure(), error), quirk
            assert await facts(world) == before
            assert await world.titles() == ["Morning"]


async def test_an_answer_that_is_cut_off_changes_nothing(
    tmp_path: Path, panel: Panel
) -> None:
    panel.misbehave("/player_api.php", faults.die(after=0))
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        status = await world.settled()
        assert (status.error, status.channels) == ("cannot_connect", 0)
        assert panel.password not in str(status)
        panel.behave("/player_api.php")
        assert await world.failure() is None
        assert len(await facts(world)) == 12


async def test_a_guide_that_is_none_costs_only_itself(
    tmp_path: Path, panel: Panel
) -> None:
    panel.quirky_actions = {"xmltv.php"}
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        panel.quirks = {Quirk.HTML}
        assert await world.failure() is None
        assert world.sources.status("one").guide_error == "not_a_guide"
        assert await world.titles() == ["Morning"]
        panel.quirks = {Quirk.ERROR_500}
        assert await world.failure() is None
        assert world.sources.status("one").guide_error == "cannot_connect"
