"""The fields of a stored document, read strictly: nothing missing, nothing more."""

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import InvalidTimelineError


class Fields:
    """The fields of one object; each is taken once."""

    def __init__(self, given: Any, name: str) -> None:
        """Raise InvalidTimelineError where it is no object; `name` is for errors."""
        if not isinstance(given, Mapping):
            raise InvalidTimelineError(f"{name} is not an object")
        self._left = dict(given)
        self._name = name

    def take[T](self, key: str, kind: type[T], default: T | None = None) -> T:
        """Answer a field of exactly that type, or the default where it is not there."""
        value = self._left.pop(key, default)
        # Exactly, because True is an integer to Python.
        if type(value) is not kind:
            raise InvalidTimelineError(f"{self._name} has no proper {key!r}")
        return value

    def take_any(self, key: str) -> Any:
        """Answer a field of any type, which has to be there."""
        if key not in self._left:
            raise InvalidTimelineError(f"{self._name} has no {key!r}")
        return self._left.pop(key)

    def take_as[T](self, key: str, read: Callable[[str], T]) -> T:
        """Answer what is made of a text; a ValueError says that it is none of those."""
        text = self.take(key, str)
        try:
            return read(text)
        except ValueError:
            raise InvalidTimelineError(f"{self._name} has no proper {key!r}") from None

    def take_all[T](self, key: str, kind: type[T]) -> list[T]:
        """Answer a list of nothing but that type."""
        values: list[Any] = self.take(key, list)
        if any(type(value) is not kind for value in values):
            raise InvalidTimelineError(f"{self._name} has no proper {key!r}")
        return values

    def end(self) -> None:
        """Raise InvalidTimelineError where something is left."""
        if self._left:
            raise InvalidTimelineError(
                f"{self._name} has an unknown {min(self._left)!r}"
            )
