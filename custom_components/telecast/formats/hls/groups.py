"""Which groups of alternatives a master playlist may have (RFC 8216 §4.3.4.1.1)."""

from collections.abc import Iterable

from .errors import InvalidGroupError
from .model import Alternative, AlternativeType, MasterPlaylist


def check_groups(master: MasterPlaylist) -> None:
    """Raise InvalidGroupError if an alternative or a variant's group cannot be."""
    for alternative in master.alternatives:
        _check_alone(alternative)
    groups: dict[tuple[AlternativeType, str], list[Alternative]] = {}
    for alternative in master.alternatives:
        groups.setdefault((alternative.type, alternative.group_id), []).append(
            alternative
        )
    for members in groups.values():
        _check_together(members)
    for variant in master.variants:
        if (
            variant.audio is not None
            and (AlternativeType.AUDIO, variant.audio) not in groups
        ):
            raise InvalidGroupError(
                "A variant names a group of audio that is not there"
            )


def _check_alone(alternative: Alternative) -> None:
    captions = alternative.type is AlternativeType.CLOSED_CAPTIONS
    if not alternative.group_id or not alternative.name:
        raise InvalidGroupError("An alternative needs a group and a name")
    if captions != bool(alternative.instream_id):
        raise InvalidGroupError("Closed captions, and only they, need an INSTREAM-ID")
    if captions and alternative.uri is not None:
        raise InvalidGroupError(
            "Closed captions have no address: they are in the video"
        )
    if alternative.type is AlternativeType.SUBTITLES and alternative.uri is None:
        raise InvalidGroupError("Subtitles need an address")


def _check_together(members: Iterable[Alternative]) -> None:
    names, defaults = [a.name for a in members], [a for a in members if a.default]
    if len(set(names)) < len(names):
        raise InvalidGroupError("Two alternatives of a group have the same name")
    if len(defaults) > 1:
        raise InvalidGroupError("A group has two defaults")
