"""Uploading over HTTP: announced, sent in pieces, resumed; every refusal has a code and words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.http.materials.acts import CONTENT, SPEAKER, begin, session_of, speaker
from tests.pages.world import SITE, World, world

EVENT = "generalprobe"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        await speaker(running, EVENT)
        yield running


@pytest.fixture
async def editor(site: World) -> AsyncIterator[httpx.AsyncClient]:
    async with site.signed_in(SPEAKER) as signed_in:
        yield signed_in


@pytest.fixture
async def session() -> str:
    return (await session_of(EVENT))[1]


async def test_announced_upload_has_an_address_and_begins_at_0(
    editor: httpx.AsyncClient, session: str
) -> None:
    answer = await begin(editor, session)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == body["upload"]
    assert (body["offset"], body["size"], body["state"]) == (0, len(CONTENT), "uploading")
    assert answer.headers["cache-control"] == "no-store"


REFUSED: tuple[tuple[dict[str, object], int, str], ...] = (
    ({"size": 1_000_001}, 413, "too_large"),
    ({"size": 0}, 400, "empty"),
    ({"type": "image/svg+xml"}, 415, "type_not_allowed"),
    ({"type": "text/html", "name": "a.pdf"}, 415, "type_not_allowed"),
    ({"size": -1}, 400, "upload_malformed"),
    ({"size": "10"}, 400, "upload_malformed"),
    ({"more": 1}, 400, "upload_malformed"),
    ({"name": "a" * 401}, 400, "upload_malformed"),
    ({"name": "a" * 5_000}, 400, "upload_malformed"),
)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_refusal_before_a_byte_has_a_code_and_words(
    editor: httpx.AsyncClient, session: str, language: str
) -> None:
    editor.headers["accept-language"] = language
    for given, status, code in REFUSED:
        answer = await begin(editor, session, **given)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert len(answer.json()["detail"]) > 20
        assert "{" not in answer.json()["detail"]


async def test_limit_is_said_in_the_refusal(editor: httpx.AsyncClient, session: str) -> None:
    answer = await begin(editor, session, size=1_000_001)
    assert "1 MB" in answer.json()["detail"]
    for _ in range(2):
        assert (await begin(editor, session, size=1_000_000)).status_code == 201
    full = await begin(editor, session)
    assert (full.status_code, full.json()["code"]) == (413, "quota")
    assert "2 MB" in full.json()["detail"]


async def test_pieces_resume_where_the_server_says(editor: httpx.AsyncClient, session: str) -> None:
    where = (await begin(editor, session)).json()["upload"]
    size = len(CONTENT)
    first = await editor.put(
        where, content=CONTENT[:9], headers={"content-range": f"bytes 0-8/{size}"}
    )
    assert (first.status_code, first.json()["offset"]) == (200, 9)
    wrong = await editor.put(
        where, content=CONTENT[:9], headers={"content-range": f"bytes 0-8/{size}"}
    )
    assert (wrong.status_code, wrong.json()["code"]) == (409, "upload_wrong_offset")
    assert wrong.headers["upload-offset"] == "9"
    asked = await editor.head(where)
    assert (asked.headers["upload-offset"], asked.content) == ("9", b"")
    rest = await editor.put(
        where, content=CONTENT[9:], headers={"content-range": f"bytes 9-{size - 1}/{size}"}
    )
    assert (rest.json()["state"], rest.json()["offset"]) == ("checking", size)
    over = await editor.put(where, content=CONTENT)
    assert (over.status_code, over.json()["code"]) == (409, "upload_over")


async def test_range_that_makes_no_sense_is_refused(
    editor: httpx.AsyncClient, session: str
) -> None:
    where, size = (await begin(editor, session)).json()["upload"], len(CONTENT)
    for given in (
        "bytes 0-8/9",
        f"bytes 8-0/{size}",
        f"bytes 0-{size}/{size}",
        f"bytes 0-3/{size}",
        f"bytes */{size}",
        f"bytes a-b/{size}",
        f"items 0-8/{size}",
        f"bytes 0-8/{size}, 9-10/{size}",
    ):
        answer = await editor.put(where, content=CONTENT[:9], headers={"content-range": given})
        assert (answer.status_code, answer.json()["code"]) == (400, "upload_malformed")
    assert (await editor.get(where)).json()["offset"] == 0


async def test_result_of_the_check_is_told(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    where = (await begin(editor, session)).json()["upload"]
    await editor.put(where, content=CONTENT)
    await site.storage.checking.idle()
    body = (await editor.get(where)).json()
    assert (body["state"], body["offset"], body["size"]) == ("ready", len(CONTENT), len(CONTENT))


async def test_cancelled_upload_is_gone(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    begun = (await begin(editor, session)).json()
    assert (await editor.delete(begun["upload"])).status_code == 204
    assert (await editor.get(begun["upload"])).status_code == 404
    assert await site.storage.materials.shelf(begun["material"]) is None


async def test_upload_nobody_finished_is_gone_after_a_day(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    begun = (await begin(editor, session)).json()
    day = 24 * 3_600_000
    assert await site.storage.materials.clean(site.clock.at + day) == 0
    assert await site.storage.materials.clean(site.clock.at + day + 1) == 1
    assert (await editor.get(begun["upload"])).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("", 401), ("amt@hof.example", 403)])
async def test_only_editors_may_upload(site: World, session: str, who: str, status: int) -> None:
    async with site.signed_in(SPEAKER) as editor:
        where = (await begin(editor, session)).json()["upload"]
    if who:
        async with site.signed_in(who) as editor:
            answers = [await begin(editor, session), await editor.put(where, content=CONTENT)]
    else:
        async with site.browser() as editor:
            answers = [await begin(editor, session), await editor.put(where, content=CONTENT)]
    # The upload itself is not released: for others it is not there.
    assert [answer.status_code for answer in answers] == [status, 404]


async def test_page_of_another_site_cannot_upload(site: World, session: str) -> None:
    async with site.signed_in(SPEAKER) as editor:
        editor.headers["origin"] = "https://evil.example"
        answer = await begin(editor, session)
    assert (answer.status_code, answer.json()["rule"]) == (403, "foreign_page")


async def test_session_that_is_not_there_takes_nothing(editor: httpx.AsyncClient) -> None:
    for path in ("session/nothing", "room/nothing", "example/nothing"):
        answer = await editor.post(f"/materials/of/{path}", json={"name": "a"})
        assert answer.status_code == 404


async def test_link_is_stored_normalised_and_never_fetched(
    site: World, editor: httpx.AsyncClient, session: str
) -> None:
    path = f"/materials/of/session/{session}/links"
    made = await editor.post(path, data={"url": " HTTPS://ULM.Example:443/a?b#c ", "title": ""})
    assert made.status_code == 303
    guid = made.headers["location"].split("/")[2]
    shelf = await site.storage.materials.shelf(guid)
    assert shelf is not None
    assert shelf.material.url == "https://ulm.example/a?b#c"
    for bad in ("javascript:alert(1)", "ftp://a.example", "//a.example", "https://u:p@a.example"):
        refused = await editor.post(path, data={"url": bad})
        assert refused.status_code == 422
        assert f"{SITE}/" not in refused.headers.get("location", "")
