"""Where the story takes place: one server, or three on one database, with what carries hints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.client import Client
from tests.chaos.room import PEOPLE, ROOM, VOTERS, socket_of, tokens_of
from tests.chaos.transports import SocketClient, StreamClient
from tests.fixtures.postgresql import Cluster, cluster
from tests.fixtures.redis import RedisServer, redis_server
from tests.fixtures.relay import Relay, relay
from tests.fixtures.server import RunningServer, running_server

LOG = "48MB"
"""Of PostgreSQL on a small disk: its log must not fill it by itself."""


@dataclass(frozen=True)
class Place:
    """Everything that may die."""

    url: str
    """Of the database."""
    servers: tuple[RunningServer, ...]
    database: Cluster | None = None
    redis: RedisServer | None = None
    relays: tuple[Relay, ...] = ()
    """Between each server and the bus."""
    disk: Path | None = None
    """A filesystem of its own that the database is on."""
    ahead_s: int = 0
    """By how much everybody's clock is ahead of ours."""

    def clients(self, people: Sequence[str] = PEOPLE) -> list[Client]:
        """One for each of these people, in turn at each server; every fourth over a stream. At the
        last of several servers nobody talks: what is shown there comes from others alone, and not
        with a commit of its own."""
        last = len(self.servers) - 1
        made = list[Client]()
        for number, token in enumerate(tokens_of(self.servers[0], people)):
            kind = StreamClient if number % 4 == 3 else SocketClient
            server = number % len(self.servers)
            client = kind(people[number], socket_of(self.servers[server]), token, ROOM)
            client.ahead_s = self.ahead_s
            client.silent = 0 < last == server
            client.mute = people[number] in VOTERS
            made.append(client)
        return made


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Place]:
    """One server and its file."""
    with running_server(folder / "server", {}) as server:
        yield Place(f"sqlite:///{server.folder}/data/plenum.sqlite3", (server,))


@contextmanager
def on_postgresql(
    folder: Path,
    *,
    servers: int = 1,
    redis: bool = False,
    relayed: bool = False,
    disk: Path | None = None,
) -> Iterator[Place]:
    """Servers on a database of their own; ``redis``: hints go over it, else over the database;
    ``relayed``: and each server has a wire of its own to it, which can be cut; ``disk``: a small
    one for the database alone."""
    with ExitStack() as stack:
        own_disk = () if disk is None else (f"max_wal_size={LOG}", f"min_wal_size={LOG}")
        database = stack.enter_context(cluster(disk, *own_disk))
        url = stack.enter_context(database.fresh())
        bus = stack.enter_context(redis_server()) if redis else None
        environment = {
            "PLENUM_DATABASE_URL": url,
            "PLENUM_BASE_URL": "http://localhost:8000",
            "PLENUM_DRAIN_SECONDS": "3",
            "PLENUM_BUS_URL": bus.url if bus else "",
            "PLENUM_DATA_DIR": str(folder / "data"),
        }
        wires = [
            stack.enter_context(relay(bus.port))
            for _ in range(servers)
            if relayed and bus is not None
        ]
        own = [{"PLENUM_BUS_URL": f"redis://127.0.0.1:{wire.port}"} for wire in wires]
        running = tuple(
            stack.enter_context(
                running_server(
                    folder / f"server-{number}", environment | (own[number] if own else {})
                )
            )
            for number in range(servers)
        )
        yield Place(url, running, database, bus, tuple(wires), disk)
