"""Renders master playlists that keep to RFC 8216, or says why it cannot."""

from collections.abc import Iterator

from . import attributes as say
from .errors import EmptyVariantsError
from .groups import check_groups
from .model import Alternative, MasterPlaylist, Variant

# What the media playlists need that it names: their durations have decimals (§7).
_LEAST_VERSION = 3
_SERVICES_VERSION = 7


def render_master(master: MasterPlaylist) -> str:
    """Write a master playlist (§4.3.4).

    Raises EmptyVariantsError, InvalidBandwidthError, InvalidResolutionError,
    InvalidGroupError, InvalidNumberError or InvalidTextError.
    """
    if not master.variants:
        raise EmptyVariantsError("A master playlist needs a variant")
    check_groups(master)
    return "".join(f"{line}\n" for line in _lines(master))


def _lines(master: MasterPlaylist) -> Iterator[str]:
    yield "#EXTM3U"
    yield f"#EXT-X-VERSION:{_version(master)}"
    if master.independent_segments:
        yield "#EXT-X-INDEPENDENT-SEGMENTS"
    yield from map(_alternative, master.alternatives)
    for variant in master.variants:
        yield _variant(variant)
        yield say.render_address(variant.uri)


def _version(master: MasterPlaylist) -> int:
    """Answer the lowest version of the protocol that knows all that is used (§7)."""
    services = any(a.instream_id.startswith("SERVICE") for a in master.alternatives)
    return _SERVICES_VERSION if services else _LEAST_VERSION


def _alternative(alternative: Alternative) -> str:
    language, instream, uri = (
        alternative.language,
        alternative.instream_id,
        alternative.uri,
    )
    pairs = say.render_attributes(
        ("TYPE", alternative.type),
        ("GROUP-ID", say.render_quoted(alternative.group_id)),
        ("NAME", say.render_quoted(alternative.name)),
        ("LANGUAGE", say.render_quoted(language) if language else None),
        ("DEFAULT", "YES" if alternative.default else None),
        ("AUTOSELECT", "YES" if alternative.autoselect else None),
        ("INSTREAM-ID", say.render_quoted(instream) if instream else None),
        ("URI", None if uri is None else say.render_quoted_address(uri)),
    )
    return f"#EXT-X-MEDIA:{pairs}"


def _variant(variant: Variant) -> str:
    average, codecs = variant.average_bandwidth, variant.codecs
    size, rate, audio = variant.resolution, variant.frame_rate, variant.audio
    pairs = say.render_attributes(
        ("BANDWIDTH", say.render_bandwidth(variant.bandwidth)),
        (
            "AVERAGE-BANDWIDTH",
            None if average is None else say.render_bandwidth(average),
        ),
        ("CODECS", say.render_quoted(codecs) if codecs else None),
        ("RESOLUTION", None if size is None else say.render_resolution(size)),
        ("FRAME-RATE", None if rate is None else say.render_float(rate, 3)),
        ("AUDIO", None if audio is None else say.render_quoted(audio)),
    )
    return f"#EXT-X-STREAM-INF:{pairs}"
