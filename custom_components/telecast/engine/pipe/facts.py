"""What is known of a film's bytes, whoever sends them."""

from dataclasses import dataclass, replace
import hashlib


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a server says of a film beside its bytes."""

    size: int | None = None
    """All its bytes; None where that is not told."""
    etag: str = ""
    last_modified: str = ""
    """An HTTP date, as it came."""
    ranges: bool | None = None
    """Whether parts of it can be had; None where that is not known."""

    @property
    def validator(self) -> str:
        """What If-Range may name (RFC 9110 §13.1.5): a strong ETag, or else a date."""
        return self.etag if _is_strong(self.etag) else self.last_modified

    def fits(self, if_range: str) -> bool:
        """Tell whether who has bytes with this If-Range has bytes of this very film."""
        if if_range.startswith(('"', "W/")):
            return _is_strong(if_range) and if_range == self.etag
        return bool(if_range) and if_range == self.last_modified

    def contradict(self, other: Facts) -> bool:
        """Tell whether anything shows that both cannot be of the same bytes."""
        return any(
            mine and theirs and mine != theirs
            for mine, theirs in (
                (self.size, other.size),
                (self.etag, other.etag),
                (self.last_modified, other.last_modified),
            )
        )

    def tagged(self, name: str) -> Facts:
        """Answer the same with an ETag, made of the film's `name` where there is none.

        It is the same for as long as size and date are; none is made without a size.
        """
        if self.etag or self.size is None:
            return self
        known = f"{name} {self.size} {self.last_modified}".encode()
        return replace(self, etag=f'"{hashlib.sha256(known).hexdigest()[:16]}"')


def _is_strong(etag: str) -> bool:
    return etag.startswith('"')
