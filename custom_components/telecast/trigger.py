"""Triggers of automations: somebody begins to watch, or stops; a stream fails."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import probatio

from .const import EVENT_SESSION_ENDED, EVENT_SESSION_STARTED, EVENT_STREAM_FAILED
from .wanted import SESSION_FIELDS, STREAM_FIELDS, Wanted


class BusTrigger(Trigger):
    """Fires with one of our events on Home Assistant's bus.

    The bus is there before the hub, and after it: an automation needs to know of no
    reload, and while there is no hub nothing happens.
    """

    event: ClassVar[str]
    subject: ClassVar[str]
    """How the trigger's variable is called that holds what the event says."""
    fields: ClassVar[Mapping[Any, Any]]
    says: ClassVar[str]
    """What has happened, for logbooks and traces; `{channel}` is where."""

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        schema = probatio.Schema(
            {probatio.Required(CONF_OPTIONS, default=dict): dict(cls.fields)}
        )
        return cast(ConfigType, schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._wanted = Wanted(config.options or {})

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action with each event that is wanted; the answer ends that.

        Its variables are the subject, as `trigger.session` or `trigger.stream`, and the
        code `trigger.reason` where the event has one. They are apart from each other
        because a session has an `id`, and so has a trigger.
        """

        @callback
        def heard(event: Event) -> None:
            if not self._wanted.fits(event.data):
                return
            facts = dict(event.data)
            reason = {"reason": facts.pop("reason")} if "reason" in facts else {}
            says = self.says.format(channel=facts.get("channel", ""))
            run_action({self.subject: facts, **reason}, says, event.context)

        return self._hass.bus.async_listen(self.event, heard)


class SessionStartedTrigger(BusTrigger):
    """Somebody has the first picture of a channel."""

    event = EVENT_SESSION_STARTED
    subject = "session"
    fields = SESSION_FIELDS
    says = "session started on {channel}"


class SessionEndedTrigger(BusTrigger):
    """Somebody who watched has left, or was sent away."""

    event = EVENT_SESSION_ENDED
    subject = "session"
    fields = SESSION_FIELDS
    says = "session ended on {channel}"


class StreamFailedTrigger(BusTrigger):
    """A channel could not be received, or cannot any longer."""

    event = EVENT_STREAM_FAILED
    subject = "stream"
    fields = STREAM_FIELDS
    says = "stream failed on {channel}"


TRIGGERS: dict[str, type[Trigger]] = {
    "session_ended": SessionEndedTrigger,
    "session_started": SessionStartedTrigger,
    "stream_failed": StreamFailedTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Answer the triggers by their names in automations."""
    return TRIGGERS
