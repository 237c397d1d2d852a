"""What the tests in a Home Assistant share; those below it need none of this."""

import pytest


@pytest.fixture(autouse=True)
def _our_integration(enable_custom_integrations: None) -> None:
    """Let Home Assistant find Telecast."""
