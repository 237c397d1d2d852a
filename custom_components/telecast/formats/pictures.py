"""What a picture is, judged by its first bytes."""

_PREFIXES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def picture_type(head: bytes) -> str | None:
    """Answer the MIME type of a picture that every player shows; None for anything else."""
    for prefix, content_type in _PREFIXES.items():
        if head.startswith(prefix):
            return content_type
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return "image/webp" if is_webp else None
