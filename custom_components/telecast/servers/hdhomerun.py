"""The documents of an HDHomeRun: what it is, what it can show, what it does now."""

from typing import TYPE_CHECKING, Any, Literal

from aiohttp import web

from ..engine.lineup.lineup import numbers_of
from ..formats import hdhomerun, m3u
from .address import base_url
from .answers import JSON, PLAYLIST, XML, document, json_answer, text_answer
from .discovery import TunerUse
from .hdhomerun_devices import EngineTuners, make_device, part_of
from .hdhomerun_streams import STREAM_ROUTES, device_routes
from .routes import Handler, Route, form, read_only

if TYPE_CHECKING:
    from ..engine.engine import Engine

# Plex gives up setting a tuner up that has no channel at all.
_PLACEHOLDER_NUMBER = "1"
_PLACEHOLDER_NAME = "No channels yet"


async def discover(engine: Engine, request: web.Request) -> web.Response:
    """Answer what the device is."""
    part = part_of(engine, request)
    device = make_device(engine, part)
    return json_answer(
        hdhomerun.discover(
            name=_name(engine, part),
            device_id=device.device_id,
            base_url=f"{base_url(engine.settings, request)}{device.path}",
            tuner_count=device.tuner_count,
            device_auth=device.device_auth,
        )
    )


async def device_xml(engine: Engine, request: web.Request) -> web.Response:
    """Answer the UPnP description of the device."""
    part = part_of(engine, request)
    device = make_device(engine, part)
    text = hdhomerun.device_xml(
        name=_name(engine, part),
        device_id=device.device_id,
        base_url=f"{base_url(engine.settings, request)}{device.path}",
    )
    return text_answer(text, XML)


async def lineup_json(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up, or the device's part of it."""
    if _is_empty(engine, request):
        return json_answer([hdhomerun.lineup_entry(**_placeholder(engine, request))])
    return await _lineup(engine, request, "json", JSON)


async def lineup_xml(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up as XML."""
    if _is_empty(engine, request):
        entry = hdhomerun.lineup_xml_entry(**_placeholder(engine, request))
        text = hdhomerun.LINEUP_XML_HEAD + entry + hdhomerun.LINEUP_XML_FOOT
        return text_answer(text, XML)
    return await _lineup(engine, request, "xml", XML)


async def lineup_m3u(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the line-up as a playlist."""
    if _is_empty(engine, request):
        return text_answer("".join(m3u.render([])), PLAYLIST)
    return await _lineup(engine, request, "m3u", PLAYLIST)


async def lineup_status(engine: Engine, request: web.Request) -> web.Response:
    """Answer that no scan is running: ours are over before anybody can ask."""
    part_of(engine, request)
    return json_answer(hdhomerun.lineup_status())


async def lineup_post(engine: Engine, request: web.Request) -> web.Response:
    """Start or abort a scan, or mark a favourite: there is nothing to do."""
    return text_answer("")


async def status(engine: Engine, request: web.Request) -> web.Response:
    """Answer what each tuner does; all devices have the same ones."""
    part_of(engine, request)
    uses = EngineTuners(engine).uses()
    return json_answer([_tuner_status(index, use) for index, use in enumerate(uses)])


def _route(path: str, handler: Handler) -> tuple[Route, Route]:
    handlers = form(handler) if path == "/lineup.post" else read_only(handler)
    return device_routes(path, path.strip("/"), handlers)


ROUTES = (
    *_route("/discover.json", discover),
    *_route("/lineup.json", lineup_json),
    *_route("/lineup.xml", lineup_xml),
    *_route("/lineup.m3u", lineup_m3u),
    *_route("/lineup_status.json", lineup_status),
    *_route("/lineup.post", lineup_post),
    *_route("/device.xml", device_xml),
    *_route("/status.json", status),
    *STREAM_ROUTES,
)


async def _lineup(
    engine: Engine,
    request: web.Request,
    kind: Literal["json", "xml", "m3u"],
    content_type: str,
) -> web.StreamResponse:
    part = part_of(engine, request)
    base = f"{base_url(engine.settings, request)}{make_device(engine, part).path}"
    numbers = numbers_of(part) if engine.settings.split_lineup else None
    path = await engine.documents.lineup(kind, base, numbers)
    return document(path, content_type)


def _is_empty(engine: Engine, request: web.Request) -> bool:
    part = part_of(engine, request)
    divided = engine.settings.split_lineup
    return part not in engine.lineup.parts if divided else not engine.lineup.count


def _name(engine: Engine, part: int) -> str:
    name = engine.settings.device_name
    return name if part == 1 else f"{name} {part}"


def _placeholder(engine: Engine, request: web.Request) -> dict[str, Any]:
    return {
        "number": _PLACEHOLDER_NUMBER,
        "name": _PLACEHOLDER_NAME,
        "url": f"{base_url(engine.settings, request)}/auto/v{_PLACEHOLDER_NUMBER}",
    }


def _tuner_status(index: int, use: TunerUse) -> dict[str, Any]:
    return hdhomerun.tuner_status(
        index=index,
        number=use.number,
        name=use.name,
        target_ip=use.target,
        rate=use.rate,
    )
