"""What Home Assistant answers when it is asked who watches."""

from typing import Any

from scripts.workbench.frontend import Frontend


async def sessions_of(page: Frontend) -> list[dict[str, Any]]:
    """Answer the sessions that are not over, as `telecast.get_sessions` does."""
    answer = await page.command(
        "call_service",
        domain="telecast",
        service="get_sessions",
        service_data={},
        return_response=True,
    )
    return list(answer["response"]["sessions"])


async def sessions_by_agent(page: Frontend) -> dict[str, dict[str, Any]]:
    """Answer the sessions that are not over, by their players' user agents."""
    found = await sessions_of(page)
    by_agent = {session["user_agent"]: session for session in found}
    assert len(by_agent) == len(found), found
    return by_agent
