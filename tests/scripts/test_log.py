"""Home Assistant's log is read for what concerns Telecast."""

from scripts.workbench.log import STARTS, Log

STAMP = "2026-11-21 08:00:00.123+00:00"
CAMERA = f"{STAMP} ERROR (MainThread) [homeassistant.setup] Setup failed for 'camera'"
OURS = f"{STAMP} ERROR (MainThread) [homeassistant.setup] Setup failed for 'telecast'"
TRACE = "Traceback (most recent call last):"
STARTED = f"{STAMP} INFO (MainThread) {STARTS}026.11.0"
QUIET = f"{STAMP} DEBUG (MainThread) [custom_components.telecast.hub] Well"


def test_of_the_start_only_what_concerns_us_is_an_error() -> None:
    log = Log()
    for line in (CAMERA, TRACE, OURS, TRACE, STARTED, CAMERA):
        log.add(line)
    assert log.errors == [f"{OURS}\n{TRACE}", CAMERA]
    assert len(log.lines) == 6


def test_developers_see_what_we_say_and_what_goes_wrong() -> None:
    log = Log()
    shown = [line for line in (CAMERA, TRACE, QUIET, STARTED, CAMERA) if log.add(line)]
    assert shown == [QUIET, CAMERA]
