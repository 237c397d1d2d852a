"""What users are told of virtual channels whose folders are gone."""

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.telecast.engine.events import LineupChanged, SourceChanged
from custom_components.telecast.engine.model import SourceKind, SourceStatus

from .home import Home


class Folders:
    """What the engine says of virtual channels' folders."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.all: list[SourceStatus] = []

    def are(self, **missing: tuple[str, ...]) -> None:
        """Tell which folders of which channels are missing."""
        self.all = [
            SourceStatus(
                id=f"id-{name}", kind=SourceKind.VIRTUAL, name=name, missing=folders
            )
            for name, folders in missing.items()
        ]
        self._home.engine.events.emit(SourceChanged(source="any"))


@pytest.fixture(name="folders")
def _folders(home: Home, monkeypatch: pytest.MonkeyPatch) -> Folders:
    folders = Folders(home)
    monkeypatch.setattr(
        type(home.engine.sources), "all", property(lambda _: folders.all)
    )
    return folders


def told(issues: ir.IssueRegistry) -> dict[str, dict[str, str] | None]:
    """The issues about virtual channels, and what they say."""
    return {
        issue_id: issue.translation_placeholders
        for (_, issue_id), issue in issues.issues.items()
        if issue.translation_key == "virtual_channel_missing"
    }


async def test_a_folder_that_is_gone_is_told_until_it_is_back(
    home: Home, folders: Folders, issue_registry: ir.IssueRegistry
) -> None:
    folders.are(Attic=(), Cellar=())
    assert not told(issue_registry)
    folders.are(Attic=("films", "clips"), Cellar=())
    assert told(issue_registry) == {
        "virtual_channel_missing_id-Attic": {"name": "Attic", "folders": "films, clips"}
    }
    folders.are(Attic=("clips",), Cellar=("shows",))
    assert told(issue_registry) == {
        "virtual_channel_missing_id-Attic": {"name": "Attic", "folders": "clips"},
        "virtual_channel_missing_id-Cellar": {"name": "Cellar", "folders": "shows"},
    }
    folders.are(Attic=(), Cellar=("shows",))
    assert list(told(issue_registry)) == ["virtual_channel_missing_id-Cellar"]
    folders.are(Attic=())
    assert not told(issue_registry)


async def test_what_a_user_has_ignored_is_not_told_again_for_other_events(
    home: Home, folders: Folders, issue_registry: ir.IssueRegistry
) -> None:
    folders.are(Attic=("films",))
    issue_id = "virtual_channel_missing_id-Attic"
    ir.async_ignore_issue(home.hass, "telecast", issue_id, True)
    home.engine.events.emit(LineupChanged(channels=1))
    folders.are(Attic=("films",))
    issue = issue_registry.async_get_issue("telecast", issue_id)
    assert issue
    assert issue.dismissed_version


async def test_unloading_takes_the_issues_back(
    home: Home, folders: Folders, issue_registry: ir.IssueRegistry
) -> None:
    folders.are(Attic=("films",))
    assert told(issue_registry)
    await home.unload()
    assert not told(issue_registry)
