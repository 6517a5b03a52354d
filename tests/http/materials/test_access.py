"""Who gets a file, a page image, a page's text: by canaries, by release and by time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from access.audiences import Audience, Group, Step, TimeLine, always
from tests.http.materials.acts import CONTENT, SPEAKER, TEXT, release, speaker, uploaded
from tests.pages.world import NOW, World, world

MAY = NOW + 39 * 24 * 3_600_000
EMBARGO = TimeLine(Audience(Group.FUNDED), (Step(MAY, Audience(Group.PUBLIC)),))
HOF, ULM = "amt@hof.example", "team@ulm.example"
PARTS = (
    "",
    "/pages/1.webp",
    "/pages/1-small.webp",
    "/pages/1.json",
    "/pages.json?q=canary",
    "/view",
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as running:
        running.storage.inspector.texts = (TEXT, "Zweite")
        await running.account(HOF, "hof-city")
        await running.funded(ULM)
        yield running


async def deck(site: World, event: str) -> str:
    who, session = await speaker(site, event)
    async with site.signed_in(who) as browser:
        return await uploaded(site, browser, session)


async def got(site: World, guid: str, who: str = "") -> list[int]:
    """Status of each part; what is refused never holds a canary, what is given always does."""
    if not who:
        async with site.browser() as browser:
            return await _got(browser, guid)
    async with site.signed_in(who) as browser:
        return await _got(browser, guid)


async def _got(browser: httpx.AsyncClient, guid: str) -> list[int]:
    answers = [await browser.get(f"/materials/{guid}{part}") for part in PARTS]
    for answer in answers:
        assert (b"CANARY" in answer.content) is (answer.status_code == 200), answer.url
    return [answer.status_code for answer in answers]


ALL, ABSENT, CLOSED = ([code] * len(PARTS) for code in (200, 404, 403))


async def test_before_release_only_editors_know_of_it(site: World) -> None:
    guid = await deck(site, "generalprobe")
    assert await got(site, guid, SPEAKER) == ALL
    for who in ("", HOF, ULM):
        assert await got(site, guid, who) == ABSENT


async def test_after_release_whoever_may_enter_the_session_reads_it(site: World) -> None:
    guid = await deck(site, "generalprobe")
    await release(site, guid)
    for who in ("", HOF, ULM, SPEAKER):
        assert await got(site, guid, who) == ALL
    await release(site, guid, released=False)
    assert await got(site, guid, HOF) == ABSENT


async def test_material_of_a_congress_follows_the_congress(site: World) -> None:
    guid = await deck(site, "kongress_2022")
    await release(site, guid)
    assert await got(site, guid, ULM) == ALL
    assert await got(site, guid, HOF) == CLOSED
    assert await got(site, guid) == [401] * len(PARTS)


async def test_embargo_then_public(site: World) -> None:
    guid = await deck(site, "kongress_2022")
    await release(site, guid, EMBARGO)
    site.clock.at = MAY - 1
    assert await got(site, guid, ULM) == ALL
    assert await got(site, guid, HOF) == CLOSED
    site.clock.at = MAY
    for who in ("", HOF, ULM):
        assert await got(site, guid, who) == ALL


async def test_hidden_and_absent_give_the_same_bytes_and_headers(site: World) -> None:
    guid = await deck(site, "generalprobe")
    other = "0" * 8 + guid[8:]

    def whole(answer: httpx.Response, name: str) -> tuple[object, ...]:
        text = answer.text.replace(name, "GUID")
        return answer.status_code, text, sorted(answer.headers.items())

    async with site.signed_in(HOF) as browser:
        for part in (*PARTS, "/edit"):
            there = await browser.get(f"/materials/{guid}{part}")
            absent = await browser.get(f"/materials/{other}{part}")
            assert there.status_code == 404
            assert whole(there, guid) == whole(absent, other)


async def test_what_is_not_ready_is_not_there(site: World) -> None:
    who, session = await speaker(site, "generalprobe")
    async with site.signed_in(who) as browser:
        begun = (
            await browser.post(
                f"/materials/of/session/{session}",
                json={"name": "a.pdf", "size": 10, "type": "application/pdf"},
            )
        ).json()
        await browser.put(
            begun["upload"], content=b"CANARY", headers={"content-range": "bytes 0-5/10"}
        )
        assert await _got(browser, begun["material"]) == ABSENT


async def test_page_that_is_not_there_is_absent(site: World) -> None:
    guid = await deck(site, "generalprobe")
    await release(site, guid)
    async with site.browser() as browser:
        for page in ("0", "3", "01x", "-1", "9" * 5_000, "1%2f..%2fcontent"):
            assert (await browser.get(f"/materials/{guid}/pages/{page}.webp")).status_code == 404


async def test_file_goes_out_as_a_download_that_can_do_nothing(site: World) -> None:
    guid = await deck(site, "generalprobe")
    await release(site, guid, always(Group.MUNICIPALITIES))
    async with site.signed_in(HOF) as browser:
        answer = await browser.get(f"/materials/{guid}")
        part = await browser.get(f"/materials/{guid}", headers={"range": "bytes=0-3"})
        again = await browser.get(
            f"/materials/{guid}", headers={"if-none-match": answer.headers["etag"]}
        )
    assert answer.content == CONTENT
    headers = answer.headers
    assert headers["content-disposition"] == "attachment; filename*=utf-8''Meine%20Folien.pdf"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["content-type"] == "application/pdf"
    assert (part.status_code, part.content) == (206, CONTENT[:4])
    assert (again.status_code, again.content) == (304, b"")


async def test_public_file_may_be_kept_by_proxies_that_ask_again(site: World) -> None:
    guid = await deck(site, "generalprobe")
    await release(site, guid)
    async with site.browser() as browser:
        answer = await browser.get(f"/materials/{guid}")
        head = await browser.head(f"/materials/{guid}")
    assert answer.headers["cache-control"] == "public, no-cache"
    assert (head.status_code, head.content) == (200, b"")


async def test_person_sent_out_gets_nothing_more(site: World) -> None:
    guid = await deck(site, "kongress_2022")
    await release(site, guid)
    assert await got(site, guid, ULM) == ALL
    account = await site.identity.accounts.ensure(ULM)
    await site.identity.records.end_project(account, "ulm", by="kts")
    assert 200 not in await got(site, guid, ULM)


async def test_withdrawn_release_is_gone_for_whoever_kept_it(site: World) -> None:
    guid = await deck(site, "generalprobe")
    await release(site, guid)
    async with site.browser() as browser:
        kept = await browser.get(f"/materials/{guid}")
        await release(site, guid, released=False)
        again = await browser.get(
            f"/materials/{guid}", headers={"if-none-match": kept.headers["etag"]}
        )
    assert again.status_code == 404
