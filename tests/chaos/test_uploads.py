"""A server killed while it looks into a file does it again; nothing half-made is ever seen."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.fixtures.server import RunningServer
from tests.fixtures.uploads import looked_into
from tests.server.media import samples

pytestmark = pytest.mark.chaos

WHO = "organisation@kts.example"
PAGES = 30


def client(server: RunningServer) -> httpx.Client:
    token = server.command("token", WHO).strip()
    return httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {token}"})


def begin(browser: httpx.Client, content: bytes) -> dict[str, str]:
    page = browser.get("/events/generalprobe/sessions/keynote").text
    where = re.search(r'data-upload="([^"]+)"', page)
    assert where is not None
    announced = {"name": "Folien.pdf", "size": len(content), "type": "application/pdf"}
    answer = browser.post(where[1], json=announced)
    assert answer.status_code == 201, answer.text
    body: dict[str, str] = answer.json()
    return body


def test_killed_in_the_middle_of_everything_the_upload_still_ends_well(
    server: RunningServer,
) -> None:
    content = samples.pdf(PAGES)
    with client(server) as browser:
        begun = begin(browser, content)
        half = {"content-range": f"bytes 0-999/{len(content)}"}
        assert (
            browser.put(begun["upload"], content=content[:1_000], headers=half).status_code == 200
        )
        server.kill()
        server.start()
        asked = browser.get(begun["upload"])
        assert asked.headers["upload-offset"] == "1000"
        rest = {"content-range": f"bytes 1000-{len(content) - 1}/{len(content)}"}
        done = browser.put(begun["upload"], content=content[1_000:], headers=rest)
        assert done.json()["state"] == "checking"
        for _ in range(2):
            server.kill()
            server.start()
            # Until it is whole there is nothing of it: no file, no page.
            if browser.get(begun["upload"]).json()["state"] == "checking":
                assert browser.get(f"/materials/{begun['material']}").status_code == 404
        assert looked_into(browser, begun["upload"]) == "ready"
        last = browser.get(f"/materials/{begun['material']}/pages/{PAGES}.json").json()
        assert last["text"] == f"Guten Tag, Seite {PAGES}"
        left = [path.name for path in (server.folder / "data" / "files").glob("*/*/*")]
        assert left == ["ready"]
