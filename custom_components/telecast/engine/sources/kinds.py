"""Which kind of source goes with which settings."""

from ..settings import (
    AceStreamSettings,
    LibrarySettings,
    ProviderSettings,
    SourceSettings,
    TunerSettings,
    VirtualSettings,
)
from .acestream import AceStreamSource
from .household import Household
from .library import LibrarySource
from .provider import ProviderSource
from .record import Record
from .source import Source
from .tuner import TunerSource
from .virtual import VirtualSource


def make_source(
    settings: SourceSettings, record: Record, household: Household
) -> Source:
    """Make a source of its kind; it does nothing before it is run."""
    if isinstance(settings, AceStreamSettings):
        return AceStreamSource(settings, record, household)
    if isinstance(settings, TunerSettings):
        return TunerSource(settings, record, household)
    if isinstance(settings, ProviderSettings):
        return ProviderSource(settings, record, household)
    if isinstance(settings, LibrarySettings):
        return LibrarySource(settings, record, household)
    if isinstance(settings, VirtualSettings):
        return VirtualSource(settings, record, household)
    return Source(settings, record, household)
