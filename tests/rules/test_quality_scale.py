"""The self-audit names every rule of the quality scale, and excuses none without a reason."""

from typing import Any

import pytest
import yaml

from .tree import COMPONENT

ALL_RULES = """
action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
dependency-transparency docs-actions docs-conditions docs-high-level-description
docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup
entity-unique-id has-entity-name runtime-data test-before-configure test-before-setup
unique-config-entry

action-exceptions config-entry-unloading docs-configuration-parameters
docs-installation-parameters entity-unavailable integration-owner log-when-unavailable
parallel-updates reauthentication-flow test-coverage

devices diagnostics discovery discovery-update-info docs-data-update docs-examples
docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting
docs-use-cases dynamic-devices entity-category entity-device-class
entity-disabled-by-default entity-translations exception-translations icon-translations
reconfiguration-flow repair-issues stale-devices

async-dependency inject-websession strict-typing
"""
RULES = ALL_RULES.split()


@pytest.fixture(name="audit", scope="module")
def _audit() -> dict[str, Any]:
    audit = yaml.safe_load((COMPONENT / "quality_scale.yaml").read_text())
    return audit["rules"]


def test_every_rule_is_judged(audit: dict[str, Any]) -> None:
    """All 54, and nothing that is no rule."""
    assert len(RULES) == 54
    assert sorted(audit) == sorted(RULES)


def test_what_is_not_done_says_why(audit: dict[str, Any]) -> None:
    """A rule is done; or it does not apply or is still to do, and a comment says why."""
    excuses = {rule: verdict for rule, verdict in audit.items() if verdict != "done"}
    for rule, verdict in excuses.items():
        assert set(verdict) == {"status", "comment"}, rule
        assert verdict["status"] in {"exempt", "todo"}, rule
        assert verdict["comment"].endswith("."), rule
