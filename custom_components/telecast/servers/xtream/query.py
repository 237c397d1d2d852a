"""One question to `player_api.php`, and the answer that all unknown ones get."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from ...engine.accounts import status_of
from ...engine.films.posters import Posters
from ...engine.model import Account
from ...formats import xtream
from ...formats.xtream import Status
from ..address import base_url, host_and_port
from ..fields import credentials_of, fields_of
from ..login import Credentials

if TYPE_CHECKING:
    from ...engine.engine import Engine

# Players that read the date as a number fail on the null that panels, too, send for
# "never"; this is the last second that all of them can count to.
NEVER_EXPIRES = 2**31 - 1

_HTTPS_PORT = 443
_ALL_CATEGORIES = frozenset({"", "*", "0", "all", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Who asks what."""

    engine: Engine
    request: web.Request
    account: Account
    fields: dict[str, str] = field(repr=False)

    @property
    def now(self) -> datetime:
        """The present time in the zone that players are told."""
        return datetime.now(self.engine.time_zone)

    @property
    def base_url(self) -> str:
        """Where this player reaches us."""
        return base_url(self.engine.settings, self.request)

    @property
    def posters(self) -> Posters:
        """The posters of the user's own films, as this player finds them."""
        return self.engine.posters.at(self.base_url)

    @property
    def status(self) -> Status:
        """Whether the account may watch, in a panel's words."""
        return status_of(self.account, self.now)

    @property
    def active(self) -> bool:
        """Whether the account may watch."""
        return self.status is Status.ACTIVE

    @property
    def category(self) -> int | None:
        """The category that is asked for; None for all, 0 for none that there is."""
        if self.fields.get("category_id", "") in _ALL_CATEGORIES:
            return None
        return self.number("category_id", 0, most=2**31 - 1)

    def number(self, name: str, default: int, *, most: int) -> int:
        """Answer a field as a number from 1 to `most`; what is none is the default."""
        text = self.fields.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            return default
        return min(int(text), most) or default


type Action = Callable[[Query], Awaitable[web.StreamResponse]]
type Login = Callable[[Engine, web.Request, Credentials], Account]


async def query_of(engine: Engine, request: web.Request, login: Login) -> Query:
    """Read a request's fields and let its account in; raises what `login` raises."""
    fields = await fields_of(request)
    account = login(engine, request, credentials_of(fields))
    return Query(engine=engine, request=request, account=account, fields=fields)


def account_of(query: Query) -> dict[str, Any]:
    """Answer what the account and the server are."""
    account = query.account
    base = query.base_url
    host, port = host_and_port(base)
    protocol = base.partition("://")[0]
    return {
        "user_info": xtream.user_info(
            username=account.username,
            password=account.password,
            status=query.status,
            expires=int(account.expires.timestamp())
            if account.expires
            else NEVER_EXPIRES,
            created=account.created,
            max_connections=account.max_connections,
            active=len(query.engine.sessions.of_account(account.username)),
        ),
        "server_info": xtream.server_info(
            host=host,
            port=port,
            https_port=port if protocol == "https" else _HTTPS_PORT,
            protocol=protocol,
            timezone=str(query.engine.time_zone),
            now=query.now,
        ),
    }
