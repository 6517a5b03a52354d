"""Signing in by a mailed link, with and without JavaScript."""

from __future__ import annotations

import pytest

from tests.pages.markup import Page
from tests.pages.world import World


async def test_link_is_sent_and_used_by_a_button(site: World) -> None:
    async with site.browser() as browser:
        sent = await browser.post(
            "/sign-in", data={"address": "amt@hof.example", "next": "/events/generalprobe"}
        )
        opened = await browser.get("/sign-in/confirm")
        done = await browser.post("/sign-in/confirm", data={"token": site.letters.token()})
        profile = await browser.get("/profile")
    assert sent.status_code == opened.status_code == 200
    assert "amt@hof.example" in sent.text
    assert (done.status_code, done.headers["location"]) == (303, "/events/generalprobe")
    assert profile.status_code == 200


async def test_opening_the_link_alone_uses_nothing_up(site: World) -> None:
    async with site.browser() as scanner, site.browser() as person:
        await person.post("/sign-in", data={"address": "amt@hof.example"})
        await scanner.get("/sign-in/confirm")
        done = await person.post("/sign-in/confirm", data={"token": site.letters.token()})
    assert done.status_code == 303


async def test_whole_link_may_be_pasted_instead_of_the_code(site: World) -> None:
    async with site.browser() as browser:
        await browser.post("/sign-in", data={"address": "amt@hof.example"})
        link = f"http://plenum.example/sign-in/confirm#{site.letters.token()}"
        done = await browser.post("/sign-in/confirm", data={"token": f" {link} "})
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("token", "says"),
    [("", "unvollständig"), ("forged", "unvollständig"), ("x" * 15_000, "unvollständig")],
)
async def test_forged_token_gets_a_plain_answer(site: World, token: str, says: str) -> None:
    async with site.browser() as browser:
        answer = await browser.post("/sign-in/confirm", data={"token": token})
    assert answer.status_code == 422
    assert says in Page(answer.text).all("//*[@role='alert']")[0]
    assert "set-cookie" not in answer.headers


async def test_link_works_once_and_for_fifteen_minutes(site: World) -> None:
    async with site.browser() as browser:
        await browser.post("/sign-in", data={"address": "amt@hof.example"})
        token = site.letters.token()
        await browser.post("/sign-in/confirm", data={"token": token})
        again = await browser.post("/sign-in/confirm", data={"token": token})
        await browser.post("/sign-in", data={"address": "rathaus@hof.example"})
        site.clock.at += 16 * 60_000
        late = await browser.post("/sign-in/confirm", data={"token": site.letters.token()})
    assert ("schon benutzt" in again.text, "abgelaufen" in late.text) == (True, True)


async def test_unusable_address_is_explained_and_kept_in_the_field(site: World) -> None:
    async with site.browser() as browser:
        answer = await browser.post("/sign-in", data={"address": "amt@hof"})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.values("//input[@id='address']/@value") == ["amt@hof"]
    assert page.values("//input[@id='address']/@aria-invalid") == ["true"]
    assert page.all("//*[@id='address-error']") != [""]


async def test_many_links_for_one_address_are_slowed_down(site: World) -> None:
    async with site.browser() as browser:
        answers = [
            await browser.post("/sign-in", data={"address": "amt@hof.example"}) for _ in range(6)
        ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["retry-after"] == str(15 * 60)
    (alert,) = Page(answers[-1].text).all("//*[@id='address-error']")
    assert "schon einen im Postfach" in alert
    assert "in 15 Minuten" in alert


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
async def test_nobody_is_led_to_a_foreign_page(site: World, to: str) -> None:
    async with site.browser() as browser:
        form = await browser.get("/sign-in", params={"next": to})
        await browser.post("/sign-in", data={"address": "amt@hof.example", "next": to})
        done = await browser.post("/sign-in/confirm", data={"token": site.letters.token()})
    assert Page(form.text).values("//input[@name='next']/@value") == ["/"]
    assert done.headers["location"] == "/"


async def test_form_of_a_foreign_page_is_refused(site: World) -> None:
    async with site.browser() as browser:
        answer = await browser.post(
            "/sign-in",
            data={"address": "amt@hof.example"},
            headers={"origin": "https://evil.example"},
        )
    assert answer.status_code == 403
    assert site.letters.sent == []


async def test_signing_out_ends_the_session(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        before = dict(browser.cookies)
        left = await browser.post("/sign-out")
        assert (left.status_code, left.headers["location"]) == (303, "/")
        browser.cookies.update(before)
        assert (await browser.get("/profile")).status_code == 401


async def test_signed_in_person_asking_to_sign_in_goes_on(site: World) -> None:
    async with site.signed_in("amt@hof.example") as browser:
        plain = await browser.get("/sign-in")
        aimed = await browser.get("/sign-in", params={"next": "/events"})
    assert (plain.headers["location"], aimed.headers["location"]) == ("/profile", "/events")


async def test_mail_of_the_demo_is_shown_with_its_link(site: World) -> None:
    async with site.browser() as browser:
        await browser.post("/sign-in", data={"address": "amt@hof.example"})
        page = Page((await browser.get("/dev/mail")).text)
    assert page.values("//main//article//a/@href") == [f"/sign-in/confirm#{site.letters.token()}"]
