"""What the tests of providers share: a panel's catalogue, and settings for it."""

from datetime import UTC, datetime, timedelta

from custom_components.telecast.engine.settings import ProviderSettings
from tests.fakes.panel import Panel
from tests.fakes.transport import Multiplex

SECOND = b"".join(Multiplex().seconds(1, frames=5, size=20))
EXPIRES = datetime.now(UTC).replace(microsecond=0) + timedelta(days=60)
"""So long that nobody is told yet."""


def fill(panel: Panel, *, count: int = 3) -> None:
    """Offer some channels, in two categories."""
    for number in range(1, count + 1):
        panel.live(
            100 + number,
            f"Channel {number}",
            data=SECOND,
            category="News" if number % 2 else "Sport",
            epg=f"c{number}",
            archive_days=3 if number == 1 else 0,
            stream_icon=f"http://192.0.2.1/{number}.png",
        )


def settings(panel: Panel, id: str = "one", **others: object) -> ProviderSettings:
    """Make the settings of a panel as a source."""
    values: dict[str, object] = {
        "url": panel.url,
        "username": panel.username,
        "password": panel.password,
        **others,
    }
    return ProviderSettings(id=id, name=id.title(), **values)  # type: ignore[arg-type]
