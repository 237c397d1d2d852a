"""The actions on what a virtual channel plays at a fixed time: the match at 20:45."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant, ServiceResponse, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import probatio

from .channel_names import async_find_channel
from .const import (
    ATTR_CHANNEL,
    DOMAIN,
    SERVICE_GET_SCHEDULE,
    SERVICE_SCHEDULE,
    SERVICE_UNSCHEDULE,
)
from .engine.engine import Engine
from .engine.errors import NoMediaError, UnknownItemError
from .engine.virtual.edits import Booking
from .engine.virtual.on_air import OnAir
from .settings import milliseconds
from .virtual_actions import (
    CHANNEL,
    ITEM_ID,
    LINE,
    RunningEngine,
    async_register_change,
    async_register_question,
)

_ATTR_DURATION = "duration"
_ATTR_END = "end"
_ATTR_ITEM = "item"
_ATTR_LIVE_CHANNEL = "live_channel"
_ATTR_START = "start"
_ATTR_TITLE = "title"
_LONGEST = timedelta(days=7)

_DURATION = probatio.All(
    cv.positive_time_period, probatio.Range(min=timedelta(seconds=1), max=_LONGEST)
)
GET_SCHEDULE_SCHEMA = probatio.Schema({probatio.Required(ATTR_CHANNEL): CHANNEL})
SCHEDULE_SCHEMA = probatio.All(
    probatio.Schema(
        {
            probatio.Required(ATTR_CHANNEL): CHANNEL,
            probatio.Required(_ATTR_START): cv.datetime,
            probatio.Exclusive(_ATTR_DURATION, "length"): _DURATION,
            probatio.Exclusive(_ATTR_END, "length"): cv.datetime,
            probatio.Exclusive(_ATTR_ITEM, "plays"): ITEM_ID,
            probatio.Exclusive(_ATTR_LIVE_CHANNEL, "plays"): CHANNEL,
            probatio.Optional(_ATTR_TITLE, default=""): LINE,
        }
    ),
    # How long an item is, is known; a channel goes on and on.
    cv.has_at_least_one_key(_ATTR_ITEM, _ATTR_DURATION, _ATTR_END),
    cv.has_at_least_one_key(_ATTR_ITEM, _ATTR_LIVE_CHANNEL),
)
UNSCHEDULE_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_CHANNEL): CHANNEL,
        probatio.Required(_ATTR_START): cv.datetime,
    }
)


@callback
def async_setup_appointment_actions(
    hass: HomeAssistant, running_engine: RunningEngine
) -> None:
    """Register the actions, for good; only administrators may change a channel."""
    async_register_question(
        hass, SERVICE_GET_SCHEDULE, _get_schedule, GET_SCHEDULE_SCHEMA, running_engine
    )
    async_register_change(
        hass, SERVICE_SCHEDULE, _schedule, SCHEDULE_SCHEMA, running_engine
    )
    async_register_change(
        hass, SERVICE_UNSCHEDULE, _unschedule, UNSCHEDULE_SCHEMA, running_engine
    )


async def _get_schedule(engine: Engine, source_id: str) -> ServiceResponse:
    """Answer what is to be played at fixed times, the next one first."""
    appointments = engine.virtual.appointments(source_id)
    return {
        "appointments": [
            await _told(engine, source_id, appointment) for appointment in appointments
        ]
    }


async def _schedule(
    engine: Engine,
    source_id: str,
    *,
    start: datetime,
    end: datetime | None = None,
    duration: timedelta | None = None,
    item: int | None = None,
    live_channel: str | None = None,
    title: str,
) -> None:
    """Play an item, or another channel, at a fixed time whatever else is planned."""
    begins = _instant(start)
    if end:
        ends = _instant(end)
    elif duration:
        ends = begins + duration // timedelta(milliseconds=1)
    else:
        ends = begins + await _length(engine, source_id, item)
    if ends <= begins:
        raise _refusal("invalid_period")
    channel = None
    if live_channel:
        channel = (await async_find_channel(engine, live_channel)).id
    await engine.virtual.appoint(
        source_id,
        start=begins,
        stop=ends,
        item=item,
        channel=channel,
        title=title,
    )


async def _unschedule(engine: Engine, source_id: str, *, start: datetime) -> None:
    """Go back to what else is planned for that time."""
    begins = _instant(start)
    try:
        await engine.virtual.cancel(source_id, begins)
    except UnknownItemError as err:
        raise _refusal("unknown_appointment", start=_local(begins)) from err


async def _length(engine: Engine, source_id: str, item: int | None) -> int:
    """Answer how long an item is; raise UnknownItemError and NoMediaError."""
    medium = await engine.virtual.of(source_id).medium(str(item))
    if medium is None:
        raise UnknownItemError("There is no such item")
    if not medium.duration:
        raise NoMediaError("The item cannot be played")
    return medium.duration


async def _told(engine: Engine, source_id: str, booking: Booking) -> dict[str, Any]:
    """Answer an appointment; what is not there any more has no title."""
    appointed = await engine.virtual.appointed(source_id, booking)
    return {
        "start": _local(booking.start),
        "end": _local(booking.stop),
        "item": booking.item,
        "live_channel": booking.channel,
        "title": appointed.title,
        "subtitle": appointed.subtitle,
        "programmes": [_programme(one) for one in appointed.programmes],
    }


def _programme(on: OnAir) -> dict[str, Any]:
    return {
        "start": _local(on.start),
        "end": _local(on.stop),
        "title": on.title,
        "subtitle": on.subtitle,
    }


def _instant(time: datetime) -> int:
    """Answer a time as timelines count it; one without a zone is in the time here."""
    return milliseconds(dt_util.as_utc(time))


def _local(instant: int) -> str:
    return dt_util.as_local(dt_util.utc_from_timestamp(instant / 1000)).isoformat()


def _refusal(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )
