"""The schemes of addresses that lead to streams: whatever a document names, no others do."""

HTTP = frozenset({"http", "https"})
DATAGRAMS = frozenset({"udp", "rtp"})
RTSP = frozenset({"rtsp", "rtsps"})
RTMP = frozenset({"rtmp", "rtmps"})
ACESTREAM = frozenset({"acestream"})
XTREAM = frozenset({"xtream"})
"""What is kept of a provider's addresses (formats/xtream); no document may name it."""
VIRTUAL = frozenset({"telecast"})
"""What we play ourselves (virtual/addresses.py); no document may name it."""

STREAMS = HTTP | DATAGRAMS | RTSP | RTMP | ACESTREAM


def scheme_of(url: str) -> str:
    """Answer the scheme of an address in small letters; may be no scheme at all."""
    return url.partition(":")[0].casefold()


def on_the_web(url: str) -> bool:
    """Tell whether an address is one of the web, as any player may be told."""
    return scheme_of(url) in HTTP
