"""What Prometheus is told: what happened, once, and nothing about anybody."""

from __future__ import annotations

import re
import socket
from contextlib import suppress

import httpx
import pytest

from rooms.core.names import Code
from rooms.meter import Occupancy, Occurrence
from server.app import create_app
from server.observe.exposition import exposed
from server.observe.figures import Figures
from server.serve import listen_for_metrics
from server.settings import load


def busy() -> Figures:
    """Everything that can happen has happened."""
    figures = Figures()
    figures.delivered(500, 120_000)
    figures.ticked(12)
    with suppress(RuntimeError), figures.committing(3):
        raise RuntimeError
    figures.answered(["ok", "ok", *Code])
    for occurrence in Occurrence:
        figures.count(occurrence)
    with figures.connection("websocket"):
        pass
    figures.unavailable()
    figures.fault()
    figures.looped(0.002)
    figures.show(Occupancy(1, 7, 8, 1), None, 2, draining=True)
    return figures


def value(figures: Figures, name: str, **labels: str) -> float | None:
    return figures.registry.get_sample_value(name, labels)


def test_what_happened_is_counted_once() -> None:
    figures = busy()
    assert value(figures, "plenum_frames_total") == 500
    assert value(figures, "plenum_tick_lateness_seconds_sum") == 0.012
    assert value(figures, "plenum_commit_seconds_count") == 1  # one that failed took time, too
    assert value(figures, "plenum_batch_commands_sum") == 3
    assert value(figures, "plenum_commands_total", result="ok") == 2
    assert value(figures, "plenum_commands_total", result="muted") == 1
    away = [
        value(figures, "plenum_database_errors_total", where=where)
        for where in ("commit", "read", "request")
    ]
    assert (away, figures.troubles) == ([1, 1, 1], 4)
    assert value(figures, "plenum_bus_silence_seconds") == float("inf")


def test_no_figure_is_about_a_room_or_a_person() -> None:
    labels: dict[str, set[str]] = {}
    for family in busy().registry.collect():
        for sample in family.samples:
            for name, said in sample.labels.items():
                labels.setdefault(name, set()).add(said)
    labels.pop("le")
    assert labels == {
        "transport": {"websocket", "sse"},
        "result": {"ok", *Code},
        "where": {"commit", "read", "request"},
    }


def test_a_connection_is_counted_as_long_as_it_lasts() -> None:
    figures = Figures()

    def counted() -> tuple[int, float | None]:
        return figures.connected, value(figures, "plenum_connections", transport="sse")

    with suppress(ConnectionResetError), figures.connection("sse"), figures.connection("websocket"):
        assert counted() == (2, 1)
        raise ConnectionResetError
    assert counted() == (0, 0)


def test_metrics_are_answered_on_their_own_port_whatever_the_loop_is_doing() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with exposed(busy().registry, listening):  # no loop runs here at all
        told, other = httpx.get(f"{address}/metrics"), httpx.get(f"{address}/")
    assert told.headers["content-type"].startswith("text/plain")
    assert "plenum_frames_total 500.0" in told.text.splitlines()
    assert re.search(r"^process_resident_memory_bytes \d", told.text, re.MULTILINE)
    assert other.status_code == 404
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/metrics")


def test_nobody_outside_is_shown_metrics(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(load({"PLENUM_DATA_DIR": str(tmp_path_factory.mktemp("data"))}))
    assert [route for route in app.routes if "metrics" in getattr(route, "path", "")] == []


def test_a_worker_takes_the_port_of_its_number_or_says_which_setting_to_change() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = load({"PLENUM_METRICS_PORT": str(port - 1)})
        with pytest.raises(OSError, match=f"port {port}: .*; set PLENUM_METRICS_PORT$"):
            listen_for_metrics(settings, 1)
    assert listen_for_metrics(load({}), 0) is None
