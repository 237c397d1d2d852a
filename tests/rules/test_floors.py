"""Imports go one way through the house: formats, engine, servers, Home Assistant glue."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tree import COMPONENT, modules, name

FLOORS = ("formats", "engine", "servers")
PACKAGE = "custom_components.telecast"
# What each floor may not know about, beside the floors below it in the house.
FORBIDDEN = {
    "formats": (
        *(
            "aiohttp",
            "asyncio",
            "concurrent",
            "glob",
            "homeassistant",
            "http",
            "io.open",
        ),
        *("logging", "multiprocessing", "os", "pathlib.Path", "random", "secrets"),
        *("selectors", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess"),
        *("tempfile", "threading", "time", "urllib.request"),
    ),
    "engine": (
        "aiohttp.web",
        "aiohttp.web_request",
        "aiohttp.web_response",
        "homeassistant",
    ),
    "servers": ("homeassistant",),
}
# Calls that read the clock or the disk without importing anything that says so.
IMPURE_CALLS = {"input", "now", "open", "print", "today", "utcnow"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Each name that a module imports, in full, with its line."""
    package = path.relative_to(COMPONENT.parents[1]).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *filter(None, [node.module])))
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"


def within(imported: str, module: str) -> bool:
    """Whether the import names the module or something in it."""
    return f"{imported}.".startswith(f"{module}.")


def floor_of(imported: str) -> str | None:
    """The floor that an import of our own leads to; the glue is the last one."""
    if not within(imported, PACKAGE):
        return None
    room = imported.removeprefix(PACKAGE).lstrip(".").split(".")[0]
    return room if room in FLOORS else "glue"


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_what_it_may_know(floor: str) -> None:
    """Its own floor and those before it, and nothing that is named above."""
    may_know = FLOORS[: FLOORS.index(floor) + 1]
    found = modules(COMPONENT / floor)
    assert found
    wrong = [
        f"{name(path)}:{line} imports {imported}"
        for path in found
        for line, imported in imports(path)
        if floor_of(imported) not in (None, *may_know)
        or any(within(imported, module) for module in FORBIDDEN[floor])
        or within(imported, "tests")
        or within(imported, "scripts")
    ]
    assert not wrong, "\n".join(wrong)


def test_formats_read_neither_clock_nor_disk() -> None:
    """Bytes and text in, values out."""
    wrong = [
        f"{name(path)}:{node.lineno} calls {called}"
        for path in modules(COMPONENT / "formats")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and (called := getattr(node.func, "attr", getattr(node.func, "id", None)))
        in IMPURE_CALLS
    ]
    assert not wrong, "\n".join(wrong)


def test_relative_imports_are_followed() -> None:
    """The rule itself sees through dots."""
    found = {imported for _, imported in imports(Path(__file__))}
    assert "tests.rules.tree.COMPONENT" in found
    assert floor_of(f"{PACKAGE}.servers.access.Guard") == "servers"
    assert floor_of(f"{PACKAGE}.const.DOMAIN") == "glue"
    assert floor_of("aiohttp.web") is None
