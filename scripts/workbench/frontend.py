"""What the Home Assistant frontend does for a person: log in, fill in forms, look."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import time
from typing import Any

import aiohttp

from .websocket import RefusedError, Socket, open_socket

_FLOWS = "/api/config/config_entries"
_TIMEOUT = aiohttp.ClientTimeout(total=60)


class Frontend:
    """A browser's session with Home Assistant; log in before anything else."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url
        self._client_id = f"{url}/"
        self._tokens: dict[str, Any] = {}

    async def enter(self, username: str, password: str) -> None:
        """Log in; go through onboarding first if Home Assistant is new."""
        open_steps = await self._onboarding_left()
        if "user" in open_steps:
            answer = await self.post(
                "/api/onboarding/users",
                {
                    "name": username.title(),
                    "username": username,
                    "password": password,
                    "client_id": self._client_id,
                    "language": "en",
                },
            )
            await self._trade(answer["auth_code"])
        else:
            await self._log_in(username, password)
        for step in ("core_config", "analytics"):
            if step in open_steps:
                await self.post(f"/api/onboarding/{step}", {})
        if "integration" in open_steps:
            answer = await self.post(
                "/api/onboarding/integration",
                {"client_id": self._client_id, "redirect_uri": self._client_id},
            )
            await self._trade(answer["auth_code"])

    def tokens(self) -> dict[str, Any]:
        """Answer the login as the frontend keeps it in the browser."""
        return self._tokens | {
            "hassUrl": self.url,
            "clientId": self._client_id,
            "expires": (time.time() + self._tokens["expires_in"]) * 1000,
        }

    async def get(self, path: str) -> Any:
        """Answer the JSON of a GET request."""
        return await self._request("GET", path)

    async def post(self, path: str, data: object) -> Any:
        """Answer the JSON of a POST request."""
        return await self._request("POST", path, json=data)

    async def delete(self, path: str) -> Any:
        """Answer the JSON of a DELETE request."""
        return await self._request("DELETE", path)

    async def command(self, kind: str, **fields: Any) -> Any:
        """Answer the result of a websocket command."""
        async with self._socket() as socket:
            return await socket.command(kind, **fields)

    async def until_running(self) -> None:
        """Wait until Home Assistant has finished its start."""
        async with self._socket() as socket:
            await socket.command("subscribe_events", event_type="homeassistant_started")
            if (await socket.command("get_config"))["state"] != "RUNNING":
                await socket.event()

    async def fill_in(
        self, handler: str | list[str], *answers: dict[str, Any], kind: str = "flow"
    ) -> dict[str, Any]:
        """Walk through a flow, one answer a form; answer its last step.

        `kind` is `flow`, `options/flow` or `subentries/flow`, as the frontend's paths.
        """
        step = await self.post(f"{_FLOWS}/{kind}", {"handler": handler})
        for answer in answers:
            if step["type"] != "form":
                break
            step = await self.post(f"{_FLOWS}/{kind}/{step['flow_id']}", answer)
        return dict(step)

    async def set_up(self, domain: str) -> str:
        """Add an integration that asks nothing, if it is not there; answer its entry."""
        if not (entry := await self.entry(domain)):
            step = await self.fill_in(domain, {})
            if step["type"] != "create_entry":
                raise RefusedError(f"{domain}: {step}")
            entry = step["result"]
        return str(entry["entry_id"])

    async def entry(self, domain: str) -> dict[str, Any] | None:
        """Answer the first config entry of an integration."""
        entries = await self.command("config_entries/get", domain=domain)
        return next(iter(entries), None)

    async def add(self, entry: str, kind: str, **fields: Any) -> dict[str, Any]:
        """Fill in the form of a new subentry; answer the last step, refused or not."""
        return await self.fill_in([entry, kind], fields, kind="subentries/flow")

    async def configure(self, entry: str, **changes: Any) -> dict[str, Any]:
        """Change some of an entry's options, as they stand in its form."""
        kind = "options/flow"
        step = await self.post(f"{_FLOWS}/{kind}", {"handler": entry})
        answer = _filled_in(step["data_schema"]) | changes
        return dict(await self.post(f"{_FLOWS}/{kind}/{step['flow_id']}", answer))

    async def subentries(self, entry: str) -> list[dict[str, Any]]:
        """Answer the subentries of an entry."""
        return list(
            await self.command("config_entries/subentries/list", entry_id=entry)
        )

    async def remove_subentry(self, entry: str, subentry: str) -> None:
        """Remove a subentry."""
        await self.command(
            "config_entries/subentries/delete", entry_id=entry, subentry_id=subentry
        )

    async def reload(self, entry: str) -> None:
        """Reload an entry."""
        await self.post(f"{_FLOWS}/entry/{entry}/reload", {})

    @asynccontextmanager
    async def reloading(self, entry: str) -> AsyncIterator[None]:
        """Wait at the end of the block until what is done in it has reloaded an entry."""
        async with self._socket() as socket:
            await socket.command("config_entries/subscribe")
            yield
            for state in ("not_loaded", "loaded"):
                while (entry, state) not in [
                    (change["entry"]["entry_id"], change["entry"]["state"])
                    for change in await socket.event()
                ]:
                    pass

    async def remove(self, entry: str) -> None:
        """Remove an entry."""
        await self.delete(f"{_FLOWS}/entry/{entry}")

    async def act(self, domain: str, action: str, **fields: Any) -> None:
        """Perform an action and wait for it; raise RefusedError where it fails."""
        await self.command(
            "call_service", domain=domain, service=action, service_data=fields
        )

    async def state(self, entity: str) -> dict[str, Any]:
        """Answer an entity's state and attributes."""
        return dict(await self.get(f"/api/states/{entity}"))

    async def until(
        self, entity: str, is_so: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """Wait until an entity's state is as wanted; answer it."""
        async with self._socket() as socket:
            await socket.command("subscribe_events", event_type="state_changed")
            states = {
                state["entity_id"]: state
                for state in await socket.command("get_states")
            }
            state = states.get(entity)
            while state is None or not is_so(state):
                data = (await socket.event())["data"]
                if data["entity_id"] == entity and data["new_state"]:
                    state = data["new_state"]
            return dict(state)

    async def _onboarding_left(self) -> set[str]:
        async with self._session.get(f"{self.url}/api/onboarding") as response:
            if response.status == 404:  # once it is done, and Home Assistant restarted
                return set()
            return {step["step"] for step in await response.json() if not step["done"]}

    async def _log_in(self, username: str, password: str) -> None:
        step = await self.post(
            "/auth/login_flow",
            {
                "client_id": self._client_id,
                "handler": ["homeassistant", None],
                "redirect_uri": self._client_id,
            },
        )
        step = await self.post(
            f"/auth/login_flow/{step['flow_id']}",
            {
                "client_id": self._client_id,
                "username": username,
                "password": password,
            },
        )
        if step["type"] != "create_entry":
            raise RefusedError(f"Login of {username}: {step.get('errors')}")
        await self._trade(step["result"])

    async def _trade(self, code: str) -> None:
        answer = await self._request(
            "POST",
            "/auth/token",
            data={
                "grant_type": "authorization_code",
                "code": code,
                "client_id": self._client_id,
            },
        )
        self._tokens = answer

    @property
    def _token(self) -> str:
        return str(self._tokens.get("access_token", ""))

    async def _request(self, method: str, path: str, **content: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._session.request(
            method, f"{self.url}{path}", headers=headers, **content
        ) as response:
            if response.status >= 400:
                text = await response.text()
                raise RefusedError(f"{method} {path}: {response.status} {text}")
            return await response.json()

    def _socket(self) -> AbstractAsyncContextManager[Socket]:
        return open_socket(self._session, self.url, self._token)


def _filled_in(schema: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer what a form shows before a person has changed anything."""
    shown: dict[str, Any] = {}
    for field in schema:
        suggested = (field.get("description") or {}).get("suggested_value")
        if field.get("type") == "expandable":
            shown[field["name"]] = _filled_in(field["schema"])
        elif suggested is not None:
            shown[field["name"]] = suggested
        elif "default" in field:
            shown[field["name"]] = field["default"]
    return shown


@asynccontextmanager
async def open_frontend(url: str) -> AsyncIterator[Frontend]:
    """Open a browser's session, not yet logged in."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        yield Frontend(session, url)
