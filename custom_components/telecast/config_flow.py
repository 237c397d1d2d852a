"""How users set Telecast up, and what they may choose."""

from ipaddress import ip_network
from typing import Any, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio
from yarl import URL

from .account_flow import AccountFlow
from .acestream_flow import AceStreamFlow
from .const import (
    CONF_ALLOWED_NETWORKS,
    CONF_CLEANUP_INTERVAL,
    CONF_DEFAULT_PROFILE,
    CONF_DEVICE_NAME,
    CONF_DISCOVERY,
    CONF_GRACE_PERIOD,
    CONF_HARDWARE_ACCELERATION,
    CONF_HTTP_PORT,
    CONF_MAX_ENCODERS,
    CONF_PLAYLIST_SIZE,
    CONF_PUBLIC_URL,
    CONF_SEGMENT_DURATION,
    CONF_SESSION_HISTORY_DAYS,
    CONF_SPLIT_LINEUP,
    CONF_TUNER_COUNT,
    DOMAIN,
    SUBENTRY_ACCOUNT,
    SUBENTRY_ACESTREAM,
    SUBENTRY_LIBRARY,
    SUBENTRY_PLAYLIST,
    SUBENTRY_PROVIDER,
    SUBENTRY_TUNER,
    SUBENTRY_VIRTUAL_CHANNEL,
)
from .engine.settings import Settings
from .formats.ffmpeg import PROFILES, Encoder
from .library_flow import LibraryFlow
from .playlist_flow import PlaylistFlow
from .provider_flow import ProviderFlow
from .provider_reauth import ProviderReauth
from .subentry_flow import whole_number
from .tuner_flow import TunerFlow
from .virtual_flow import VirtualFlow

_DEFAULTS = Settings()


def _seconds(minimum: float, maximum: float) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(
            min=minimum,
            max=maximum,
            step="any",
            unit_of_measurement="s",
            mode=NumberSelectorMode.BOX,
        )
    )


def _one_of(name: str, *values: str) -> SelectSelector:
    """Answer the field of a choice whose words are the selector texts `name`."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(values),
            translation_key=name,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


OPTIONS_SCHEMA = probatio.Schema(
    {
        probatio.Required(
            CONF_DEVICE_NAME, default=_DEFAULTS.device_name
        ): TextSelector(),
        probatio.Required(
            CONF_TUNER_COUNT, default=_DEFAULTS.tuner_count
        ): whole_number(1, 32),
        probatio.Required(
            CONF_DISCOVERY, default=_DEFAULTS.discovery
        ): BooleanSelector(),
        probatio.Required(
            CONF_SPLIT_LINEUP, default=_DEFAULTS.split_lineup
        ): BooleanSelector(),
        probatio.Required(
            CONF_ALLOWED_NETWORKS, default=list(_DEFAULTS.allowed_networks)
        ): TextSelector(TextSelectorConfig(multiple=True)),
        probatio.Required(CONF_HTTP_PORT, default=_DEFAULTS.http_port): whole_number(
            0, 65535
        ),
        probatio.Optional(CONF_PUBLIC_URL): TextSelector(
            TextSelectorConfig(type=TextSelectorType.URL)
        ),
        probatio.Required(CONF_GRACE_PERIOD, default=_DEFAULTS.grace_period): _seconds(
            0, 3600
        ),
        probatio.Required(
            CONF_HARDWARE_ACCELERATION, default=_DEFAULTS.hardware_acceleration
        ): _one_of(CONF_HARDWARE_ACCELERATION, "auto", *Encoder),
        probatio.Required(
            CONF_MAX_ENCODERS, default=_DEFAULTS.max_encoders
        ): whole_number(1, 32),
        probatio.Required(
            CONF_DEFAULT_PROFILE, default=_DEFAULTS.default_profile
        ): _one_of(
            CONF_DEFAULT_PROFILE,
            _DEFAULTS.default_profile,
            *(one.name for one in PROFILES),
        ),
        probatio.Required(
            CONF_SEGMENT_DURATION, default=_DEFAULTS.segment_duration
        ): _seconds(1, 10),
        probatio.Required(
            CONF_PLAYLIST_SIZE, default=_DEFAULTS.playlist_size
        ): whole_number(3, 60),
        probatio.Required(
            CONF_CLEANUP_INTERVAL, default=_DEFAULTS.cleanup_interval
        ): _seconds(10, 3600),
        probatio.Required(
            CONF_SESSION_HISTORY_DAYS, default=_DEFAULTS.session_history_days
        ): whole_number(0, 3650),
    }
)


class TelecastConfigFlow(ProviderReauth, domain=DOMAIN):
    """Add Telecast; all else is in options and subentries."""

    VERSION = 1

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to; there is nothing to choose."""
        if user_input is None:
            return self.async_show_form(step_id="user")
        return self.async_create_entry(title="Telecast", data={})

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Answer what can be added to the hub."""
        return {
            SUBENTRY_PLAYLIST: PlaylistFlow,
            SUBENTRY_PROVIDER: ProviderFlow,
            SUBENTRY_ACESTREAM: AceStreamFlow,
            SUBENTRY_TUNER: TunerFlow,
            SUBENTRY_LIBRARY: LibraryFlow,
            SUBENTRY_VIRTUAL_CHANNEL: VirtualFlow,
            SUBENTRY_ACCOUNT: AccountFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Answer the flow of the options."""
        return TelecastOptionsFlow()


class TelecastOptionsFlow(OptionsFlow):
    """Change the hub's options."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the options and take over what is chosen."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _errors(user_input)
            if not errors:
                return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, user_input or self.config_entry.options
            ),
            errors=errors,
        )


def _errors(options: dict[str, Any]) -> dict[str, str]:
    errors = {}
    if not options[CONF_DEVICE_NAME].strip():
        errors[CONF_DEVICE_NAME] = "name_missing"
    if not all(map(_is_network, options[CONF_ALLOWED_NETWORKS])):
        errors[CONF_ALLOWED_NETWORKS] = "invalid_network"
    if (url := options.get(CONF_PUBLIC_URL)) and not _is_address(url):
        errors[CONF_PUBLIC_URL] = "invalid_url"
    return errors


def _is_network(text: str) -> bool:
    try:
        ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    """Tell whether this is scheme, host and port, as the servers put it before paths."""
    try:
        url = URL(text)
        return url.scheme in {"http", "https"} and url == url.origin()
    except ValueError:
        return False
