"""The documents of an HDHomeRun: what it is, what it can show, what it does now."""

from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web

from ..engine.tuners import Tuner
from ..formats import hdhomerun, m3u
from .access import neighbours
from .address import base_url
from .answers import JSON, PLAYLIST, XML, document, json_answer, text_answer
from .hdhomerun_streams import STREAM_ROUTES, hdhomerun_error
from .routes import Handler, Route, form, read_only

if TYPE_CHECKING:
    from ..engine.engine import Engine

# Plex gives up setting a tuner up that has no channel at all.
_PLACEHOLDER_NUMBER = "1"
_PLACEHOLDER_NAME = "No channels yet"


async def discover(engine: Engine, request: web.Request) -> web.Response:
    """Answer what the device is."""
    return json_answer(
        hdhomerun.discover(
            name=engine.settings.device_name,
            device_id=engine.identity.device_id,
            base_url=base_url(engine.settings, request),
            tuner_count=engine.settings.tuner_count,
            device_auth=engine.identity.device_auth,
        )
    )


async def device_xml(engine: Engine, request: web.Request) -> web.Response:
    """Answer the UPnP description of the device."""
    text = hdhomerun.device_xml(
        name=engine.settings.device_name,
        device_id=engine.identity.device_id,
        base_url=base_url(engine.settings, request),
    )
    return text_answer(text, XML)


async def lineup_json(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up."""
    if not engine.lineup.count:
        return json_answer([hdhomerun.lineup_entry(**_placeholder(engine, request))])
    return await _lineup(engine, request, "json", JSON)


async def lineup_xml(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up as XML."""
    if not engine.lineup.count:
        entry = hdhomerun.lineup_xml_entry(**_placeholder(engine, request))
        text = hdhomerun.LINEUP_XML_HEAD + entry + hdhomerun.LINEUP_XML_FOOT
        return text_answer(text, XML)
    return await _lineup(engine, request, "xml", XML)


async def lineup_m3u(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up as a playlist."""
    if not engine.lineup.count:
        return text_answer("".join(m3u.render([])), PLAYLIST)
    return await _lineup(engine, request, "m3u", PLAYLIST)


async def lineup_status(engine: Engine, request: web.Request) -> web.Response:
    """Answer that no scan is running: ours are over before anybody can ask."""
    return json_answer(hdhomerun.lineup_status())


async def lineup_post(engine: Engine, request: web.Request) -> web.Response:
    """Start or abort a scan, or mark a favourite: there is nothing to do."""
    return text_answer("")


async def status(engine: Engine, request: web.Request) -> web.Response:
    """Answer what each tuner does."""
    tuners = engine.tuners.all
    return json_answer([_tuner_status(engine, tuner) for tuner in tuners])


def _route(path: str, handler: Handler) -> Route:
    name = f"telecast:hdhomerun:{path.strip('/')}"
    handlers = form(handler) if path == "/lineup.post" else read_only(handler)
    return Route(
        path=path,
        name=name,
        handlers=handlers,
        admits=neighbours,
        answer=hdhomerun_error,
    )


ROUTES = (
    _route("/discover.json", discover),
    _route("/lineup.json", lineup_json),
    _route("/lineup.xml", lineup_xml),
    _route("/lineup.m3u", lineup_m3u),
    _route("/lineup_status.json", lineup_status),
    _route("/lineup.post", lineup_post),
    _route("/device.xml", device_xml),
    _route("/status.json", status),
    *STREAM_ROUTES,
)


async def _lineup(
    engine: Engine,
    request: web.Request,
    kind: Literal["json", "xml", "m3u"],
    content_type: str,
) -> web.StreamResponse:
    path = await engine.documents.lineup(kind, base_url(engine.settings, request))
    return document(path, content_type)


def _placeholder(engine: Engine, request: web.Request) -> dict[str, Any]:
    return {
        "number": _PLACEHOLDER_NUMBER,
        "name": _PLACEHOLDER_NAME,
        "url": f"{base_url(engine.settings, request)}/auto/v{_PLACEHOLDER_NUMBER}",
    }


def _tuner_status(engine: Engine, tuner: Tuner) -> dict[str, Any]:
    if tuner.channel is None or tuner.client is None:
        return hdhomerun.tuner_status(index=tuner.index)
    rate = sum(
        session.meter.rate
        for session in engine.sessions.active
        if session.protocol == "hdhomerun"
        and session.client == tuner.client
        and session.channel.id == tuner.channel.id
    )
    return hdhomerun.tuner_status(
        index=tuner.index,
        number=tuner.channel.number,
        name=tuner.channel.name,
        target_ip=tuner.client.address,
        rate=rate,
    )
