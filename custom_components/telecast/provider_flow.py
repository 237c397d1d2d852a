"""The forms of an Xtream Codes provider."""

from collections.abc import Mapping
import hashlib
from typing import Any, override

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import CONF_NAME, CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio
from yarl import URL

from .const import (
    CONF_ACCOUNTS,
    CONF_CATEGORIES,
    CONF_FALLBACK_URLS,
    CONF_LIVE,
    CONF_MAX_STREAMS,
    CONF_REFRESH_HOURS,
    CONF_SERIES,
    CONF_SERIES_CATEGORIES,
    CONF_USER_AGENT,
    CONF_VOD,
    CONF_VOD_CATEGORIES,
)
from .engine.errors import TelecastError
from .engine.sources.panel import Offer
from .settings import read_provider
from .subentry_flow import REFRESH_HOURS, OneFormFlow, whole_number

# What the form has words for, and the field at which they stand; whatever else may go
# wrong is `unknown`.
FIELDS = {
    "account_expired": CONF_USERNAME,
    "address_not_allowed": CONF_URL,
    "cannot_connect": CONF_URL,
    "invalid_auth": CONF_PASSWORD,
    "not_a_playlist": CONF_URL,
    "timeout": CONF_URL,
    "too_large": CONF_URL,
}
# The documents of a panel: what stands before them is its address.
_DOCUMENTS = frozenset(
    {"get.php", "player_api.php", "panel_api.php", "xmltv.php", "c", "portal.php"}
)
_CONNECTION = (
    CONF_URL,
    CONF_USERNAME,
    CONF_PASSWORD,
    CONF_FALLBACK_URLS,
    CONF_ACCOUNTS,
    CONF_USER_AGENT,
)
_LISTS = (CONF_FALLBACK_URLS, CONF_ACCOUNTS)

PASSWORD = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))
_SEVERAL = TextSelector(TextSelectorConfig(multiple=True))
SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_NAME): TextSelector(),
        probatio.Required(CONF_URL): TextSelector(),
        probatio.Required(CONF_USERNAME): TextSelector(),
        probatio.Required(CONF_PASSWORD): PASSWORD,
        probatio.Optional(CONF_FALLBACK_URLS): _SEVERAL,
        probatio.Optional(CONF_ACCOUNTS): _SEVERAL,
        probatio.Required(CONF_LIVE, default=True): BooleanSelector(),
        probatio.Required(CONF_VOD, default=True): BooleanSelector(),
        probatio.Required(CONF_SERIES, default=True): BooleanSelector(),
        probatio.Optional(CONF_USER_AGENT): TextSelector(),
        probatio.Required(CONF_MAX_STREAMS, default=0): whole_number(0, 1000),
        probatio.Required(CONF_REFRESH_HOURS, default=12): REFRESH_HOURS,
    }
)


class ProviderFlow(OneFormFlow):
    """Adds and changes a provider: its login, and which categories come in."""

    _offer: Offer | None = None
    _filled_in: dict[str, Any]

    @override
    async def async_schema(self) -> probatio.Schema:
        return SCHEMA

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        self._offer = None
        if errors := _tidied(user_input):
            return errors
        identity = user_input[CONF_URL], user_input[CONF_USERNAME]
        if any(
            (one.data[CONF_URL], one.data[CONF_USERNAME]) == identity
            for one in self.others
        ):
            return {CONF_URL: "already_configured"}
        try:
            self._offer = await self.engine.check_provider(
                read_provider("", "", user_input)
            )
        except TelecastError as err:
            # A provider that was there may be away just now.
            is_known = _connection(user_input) == _connection(self.shown)
            return {} if is_known else error_of(err)
        return {CONF_ACCOUNTS: "account_refused"} if self._offer.refused else {}

    @override
    def subentry(self, user_input: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        data = dict(user_input)
        url = data[CONF_URL]
        title = data.pop(CONF_NAME, "").strip() or URL(url).host or url
        # The frontend shows unique ids.
        identity = f"{url}\n{data[CONF_USERNAME]}"
        return title, hashlib.sha256(identity.encode()).hexdigest(), data

    async def async_step_categories(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Choose which of the provider's categories come in, kind by kind."""
        if user_input is not None:
            return self._keep(self._filled_in, user_input)
        return self._ask_categories()

    @override
    def _finish(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        if any(self._offered.values()):
            self._filled_in = user_input
            return self._ask_categories()
        return self._keep(user_input, {})

    @property
    def _offered(self) -> dict[str, tuple[str, ...]]:
        """What can be chosen, by field."""
        offer = self._offer
        return {
            CONF_CATEGORIES: offer.categories if offer else (),
            CONF_VOD_CATEGORIES: offer.vod_categories if offer else (),
            CONF_SERIES_CATEGORIES: offer.series_categories if offer else (),
        }

    def _keep(
        self, data: dict[str, Any], chosen: Mapping[str, Any]
    ) -> SubentryFlowResult:
        """Finish with what was chosen, and was before where there was no choice."""
        found = {
            name: (chosen if offered else self.shown).get(name)
            for name, offered in self._offered.items()
        }
        return super()._finish(data | {name: one for name, one in found.items() if one})

    def _ask_categories(self) -> SubentryFlowResult:
        offered = self._offered
        schema = probatio.Schema(
            {
                probatio.Optional(name): SelectSelector(
                    SelectSelectorConfig(
                        options=list(names),
                        multiple=True,
                        mode=SelectSelectorMode.DROPDOWN,
                    )
                )
                for name, names in offered.items()
                if names
            }
        )
        chosen = {
            name: [one for one in self.shown.get(name, ()) if one in names]
            for name, names in offered.items()
        }
        live, vod, series = (str(len(names)) for names in offered.values())
        return self.async_show_form(
            step_id="categories",
            data_schema=self.add_suggested_values_to_schema(schema, chosen),
            description_placeholders={"live": live, "vod": vod, "series": series},
            last_step=True,
        )


def error_of(error: TelecastError) -> dict[str, str]:
    """Answer what the form says of an error, by field."""
    field = FIELDS.get(error.code)
    return {field: error.code} if field else {CONF_URL: "unknown"}


def _tidied(user_input: dict[str, Any]) -> dict[str, str]:
    """Bring what was filled in to its usual form; answer what is wrong with it."""
    for name in (CONF_USERNAME, CONF_PASSWORD):
        user_input[name] = user_input[name].strip()
    for name in _LISTS:
        if found := [one.strip() for one in user_input.pop(name, ()) if one.strip()]:
            user_input[name] = found
    try:
        user_input[CONF_URL] = _address(user_input[CONF_URL])
    except ValueError:
        return {CONF_URL: "invalid_url"}
    try:
        if CONF_FALLBACK_URLS in user_input:
            others = [_address(one) for one in user_input[CONF_FALLBACK_URLS]]
            user_input[CONF_FALLBACK_URLS] = others
    except ValueError:
        return {CONF_FALLBACK_URLS: "invalid_url"}
    if not all(":" in one.strip(":") for one in user_input.get(CONF_ACCOUNTS, ())):
        return {CONF_ACCOUNTS: "invalid_account"}
    if not any(user_input[kind] for kind in (CONF_LIVE, CONF_VOD, CONF_SERIES)):
        return {CONF_LIVE: "nothing_chosen"}
    return {}


def _address(text: str) -> str:
    """Answer a panel's address of whatever people copy: scheme, host, port and path."""
    text = text.strip()
    url = URL(text if "://" in text else f"http://{text}")
    if url.scheme not in {"http", "https"} or not url.host or url.user or url.password:
        raise ValueError("This is no address of a panel")
    path = url.path.rstrip("/")
    if path.rpartition("/")[2] in _DOCUMENTS:
        path = path.rpartition("/")[0].rstrip("/")
    return str(url.origin()).rstrip("/") + path


def _connection(data: Mapping[str, Any]) -> list[Any]:
    return [data.get(name) or None for name in _CONNECTION]
