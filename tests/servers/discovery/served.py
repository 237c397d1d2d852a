"""A process that can be found in the network namespace in which it is started.

`python -m tests.servers.discovery.served FOLDER INTERFACE ADDRESS` says a line when it is
ready, and ends with its standard input.
"""

import asyncio
from ipaddress import IPv4Address
from pathlib import Path
import socket
import sys

from custom_components.telecast.servers.discovery import (
    Door,
    Interface,
    Part,
    Place,
    open_discovery,
)
from custom_components.telecast.servers.hdhomerun_devices import (
    EngineDevices,
    EngineTuners,
)
from custom_components.telecast.servers.site import open_site
from tests.fakes.engine import open_fake_engine

PORT = 8123
DEVICE = "1040A5B2"


async def serve(folder: Path, interface: str, address: str) -> None:
    """Be found until nobody wants that any more."""
    place = Place(
        interfaces=(
            Interface(
                index=socket.if_nametoindex(interface),
                ipv4=IPv4Address(address),
                ipv6=True,
            ),
        )
    )
    async with (
        open_fake_engine(folder) as engine,
        open_site(PORT, lambda: engine) as port,
        open_discovery(
            devices=EngineDevices(engine),
            tuners=EngineTuners(engine),
            door=Door(port=port),
            place=place,
        ) as found,
    ):
        missing = set(Part) - set(found.addresses)
        sys.stdout.write("ready\n" if not missing else f"missing: {missing}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
