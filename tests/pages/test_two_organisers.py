"""Two organisers edit the same session: what each changed is kept."""

from __future__ import annotations

from tests.pages.desk import HOST, ORGANISER, Desk, sent_by
from tests.pages.laws import check
from tests.pages.markup import Page


async def test_what_somebody_else_changed_stays_when_i_changed_something_else(
    office: Desk,
) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        told = {"title_de": "Titel der KTS", "abstract_de": "Text\r\nder KTS", "person1_kind": ""}
        await kts.post(path, data=theirs | told)
        stored = await office.form(host, path)
        answer = await host.post(path, data=mine | {"subtitle_de": "Untertitel aus Lemgo"})
        page = Page(answer.text)
        check(answer, "de")
        assert answer.status_code == 409
        assert page.find("//*[contains(@id, '-theirs')]") == []
        assert sent_by(page) == stored | {"subtitle_de": "Untertitel aus Lemgo"}

        assert (await host.post(path, data=sent_by(page))).status_code == 303
        last = await office.form(kts, path)
        kept = ("title_de", "abstract_de", "subtitle_de")
        assert [last[name] for name in kept] == [
            "Titel der KTS",
            "Text\nder KTS",
            "Untertitel aus Lemgo",
        ]
        assert (await host.post(path, data=mine)).status_code == 303
        assert await office.form(kts, path) == last


async def test_after_an_error_the_form_still_knows_what_it_began_with(office: Desk) -> None:
    path = await office.session()
    async with office.signed_in(HOST) as host, office.signed_in(ORGANISER) as kts:
        mine, theirs = await office.form(host, path), await office.form(kts, path)
        wrong = await host.post(path, data=mine | {"time1_end": "neun"})
        await kts.post(path, data=theirs | {"title_de": "Titel der KTS"})
        typed = sent_by(Page(wrong.text)) | {"time1_end": mine["time1_end"], "subtitle_de": "Neu"}
        answer = await host.post(path, data=typed)
        merged = sent_by(Page(answer.text))
        assert (wrong.status_code, answer.status_code) == (422, 409)
        assert (merged["title_de"], merged["subtitle_de"]) == ("Titel der KTS", "Neu")
