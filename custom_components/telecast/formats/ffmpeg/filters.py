"""The graph between one decoder and the encoders: deinterlace, scale, hand to the device.

Where the device scales, it deinterlaces too. QSV's filters do neither for us: they forget
which pictures were key frames, and round times to the frame rate.
"""

from collections.abc import Sequence

from .encoders import Encoder
from .picture import Picture, size_in
from .renditions import Rendition

# Decoders and encoders of the devices speak this one, software the other.
_DEVICE_FORMAT = "nv12"
_FORMAT = "yuv420p"
# An aspect that differs by less fills the picture; a black line would be seen sooner.
_SAME_ASPECT = 0.02

# It lets whole pictures through as they are; so it does no harm where nothing is known.
FIELDS = "yadif=deint=interlaced"
"""Makes whole pictures of fields."""


def label(index: int) -> str:
    """Answer the name under which the graph gives out its rendition `index`."""
    return f"[v{index}]"


def graph(
    picture: Picture,
    renditions: Sequence[Rendition],
    encoder: Encoder,
    *,
    source: str = "0:v:0",
) -> str:
    """Answer the filter graph from the `source` to all renditions, for `-filter_complex`."""
    on_device = encoder is Encoder.VAAPI and picture.known
    if on_device:
        head = [f"format={_DEVICE_FORMAT}", "hwupload", *_device_fields(picture)]
        chains = [_device_chain(picture, rendition) for rendition in renditions]
    else:
        head = _fields(picture)
        chains = [_chain(picture, rendition, encoder) for rendition in renditions]
    if len(chains) == 1:
        return f"[{source}]{','.join([*head, *chains[0]])}{label(0)}"
    parts = [f"[s{index}]" for index in range(len(chains))]
    head.append(f"split={len(parts)}")
    branches = [
        f"{part}{','.join(chain)}{label(index)}"
        for index, (part, chain) in enumerate(zip(parts, chains, strict=True))
    ]
    return ";".join([f"[{source}]{','.join(head)}{''.join(parts)}", *branches])


def _fields(picture: Picture) -> list[str]:
    return [] if picture.interlaced is False else [FIELDS]


def _device_fields(picture: Picture) -> list[str]:
    return [] if picture.interlaced is False else ["deinterlace_vaapi=auto=1"]


def _chain(picture: Picture, rendition: Rendition, encoder: Encoder) -> list[str]:
    if picture.known:
        scaled = fitted(*size_in(picture, rendition))
    else:
        scaled = [_shrunk(rendition)]
    return [*scaled, "setsar=1", *handed_to(encoder)]


def _device_chain(picture: Picture, rendition: Rendition) -> list[str]:
    width, height = size_in(picture, rendition)
    return [f"scale_vaapi=w={width}:h={height}:format={_DEVICE_FORMAT}", "setsar=1"]


def handed_to(encoder: Encoder) -> list[str]:
    """Answer what brings a picture of software's to an encoder."""
    if encoder is Encoder.QSV:
        return [f"format={_DEVICE_FORMAT}"]
    if encoder is Encoder.VAAPI:
        return [f"format={_DEVICE_FORMAT}", "hwupload"]
    return [f"format={_FORMAT}"]


def fitted(width: int, height: int) -> list[str]:
    """Answer what fills a size, whatever the source's is and becomes, with its aspect kept."""
    same = f"lt(abs(dar*{height}/{width}-1),{_SAME_ASPECT})"
    wide = f"if({same},{width},2*round(min({width},{height}*dar)/2))"
    high = f"if({same},{height},2*round(min({height},{width}/dar)/2))"
    return [f"scale=w='{wide}':h='{high}'", f"pad={width}:{height}:-1:-1"]


def _shrunk(rendition: Rendition) -> str:
    """Do what `size_in` does, for a size that FFmpeg alone will see."""
    scale = f"min(1,min({rendition.width}/(iw*sar),{rendition.height}/ih))"
    wide = f"max(1,min(round(iw*sar*{scale}/2),floor(iw*sar/2)))"
    high = f"max(1,min(round(ih*{scale}/2),floor(ih/2)))"
    return f"scale=w='2*{wide}':h='2*{high}'"
