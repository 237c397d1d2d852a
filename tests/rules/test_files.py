"""Files stay short, say what they are for, and use the Python that is here."""

import ast
from statistics import median

from .tree import COMPONENT, ROOT, modules, name

LONGEST = 450
LONGEST_MEDIAN = 150
ALL = modules(COMPONENT, ROOT / "tests", ROOT / "scripts")


def lines(text: str) -> int:
    """How long a module is."""
    return len(text.splitlines())


def test_no_file_is_long() -> None:
    """What does not fit is two things."""
    sizes = {name(path): lines(path.read_text()) for path in ALL}
    assert not {path: size for path, size in sizes.items() if size > LONGEST}


def test_most_files_are_short() -> None:
    """A reader takes in the usual file at once."""
    sizes = [lines(path.read_text()) for path in modules(COMPONENT)]
    assert median(sizes) <= LONGEST_MEDIAN


def test_every_module_says_what_it_is_for() -> None:
    """A docstring at its head; an empty file needs none."""
    texts = {name(path): path.read_text() for path in ALL}
    assert not [
        path
        for path, text in texts.items()
        if text.strip() and not ast.get_docstring(ast.parse(text))
    ]


def test_nothing_is_imported_from_the_future() -> None:
    """Annotations are lazy in this Python already."""
    needle = "from __" + "future__"
    assert not [name(path) for path in ALL if needle in path.read_text()]
