"""No address of a running server shows what its reader may not see, before a release and after.

Every address that answers GET is found in the router, so that a new one cannot be forgotten; each
is asked with every id of what was planted.  Words that stand nowhere else mark each thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import httpx
import pytest
from starlette.routing import Route

from server.app import create_app
from server.seed.guids import guid
from server.settings import Settings
from tests.e2e.people import MAYEN_KOBLENZ, ORGANISATION
from tests.e2e.seats import seat_of_a_script
from tests.fixtures.server import RunningServer
from tests.fixtures.uploads import looked_into
from tests.pages.desk import sent_by
from tests.pages.markup import Page
from tests.server.media import samples

CONGRESS, OPEN = "kongress_probe", "regionalkonferenz_1_2022"
GUESTS = ("", "staff@hof.example")
"""Nobody signed in, and staff of a municipality that is not funded."""
WORDS = PAGE, TITLE, DRAFT, EXAMPLE, TALK, CUE = (
    "Sumpfkranich",
    "Buchtreiher",
    "Drahtammer",
    "Waldkauz",
    "Rohrdommel",
    "Bekassine",
)
"""On a page of a deck of the congress; its title; in a draft of an open event; in an example;
said in a room of the congress; a cue on that page, for whoever speaks."""
ASKED = {"/api/v1/rooms/{room}/messages": "?before=1000"}
"""What an address needs to be told."""
pytestmark = [pytest.mark.timeout(300)]


@dataclass
class Planted:
    """The server, and what stands for each part of its addresses."""

    server: RunningServer
    named: dict[str, set[str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def browser(self, address: str) -> httpx.Client:
        """Whoever it is, with the token of a script: it opens what a session opens."""
        headers = {"origin": self.server.url, "accept-language": "de"}
        if address:
            if address not in self.tokens:
                self.tokens[address] = self.server.command("token", address).strip()
            headers["authorization"] = f"Bearer {self.tokens[address]}"
        return httpx.Client(base_url=self.server.url, headers=headers, timeout=60)

    def add(self, **parts: str) -> None:
        for name, value in parts.items():
            self.named.setdefault(name, set()).add(value)

    def addresses(self) -> Iterator[str]:
        for path in paths():
            parts = re.findall(r"{(\w+)(?::\w+)?}", path)
            plain = re.sub(r":\w+}", "}", path)
            for values in product(*(sorted(self.named.get(part, {"1"})) for part in parts)):
                yield plain.format(**dict(zip(parts, values, strict=True))) + ASKED.get(path, "")


def paths() -> list[str]:
    """All that answer GET, but for the build of the client and mails of the demo."""
    app = create_app(Settings())
    found = [r.path for r in app.routes if isinstance(r, Route) and "GET" in (r.methods or ())]
    return [path for path in found if not path.startswith(("/static", "/dev"))]


@pytest.fixture
def planted(server: RunningServer) -> Planted:
    made = Planted(server)
    with made.browser(ORGANISATION) as kts:
        plant_slides(made, kts)
        plant_draft(made, kts)
    with made.browser(MAYEN_KOBLENZ) as team:
        plant_example(made, team)
        plant_talk(made, team)
    return made


def plant_slides(made: Planted, kts: httpx.Client) -> None:
    """A deck of a session of the congress, not released yet."""
    session = guid("session", CONGRESS, "eroeffnung")
    content = samples.pdf(2, text=PAGE)
    told = {"name": f"{TITLE}.pdf", "size": len(content), "type": "application/pdf"}
    begun = kts.post(f"/materials/of/session/{session}", json=told).json()
    kts.put(begun["upload"], content=content).raise_for_status()
    material = begun["material"]
    assert looked_into(kts, begun["upload"]) == "ready"
    way = f"/materials/{material}/edit"
    form = sent_by(Page(kts.get(way).text), "edit") | {"cue_1": CUE}
    assert kts.post(way, data=form).status_code == 303
    made.add(kind="session", owner=session)
    made.add(material=material, file=begun["upload"].rpartition("/")[2], page="1")
    made.add(event=CONGRESS, session="eroeffnung", room="plenum")
    made.add(room=guid("room", CONGRESS, "plenum"))


def plant_draft(made: Planted, kts: httpx.Client) -> None:
    """A word in an open session that is not released yet."""
    session = guid("session", OPEN, "ausblick")
    way = f"/organise/{OPEN}/sessions/{session}"
    form = sent_by(Page(kts.get(way).text)) | {"subtitle_de": DRAFT}
    assert kts.post(way, data=form).status_code == 303
    made.add(event=OPEN, session="ausblick", part="sessions", guid=session, series="mpsc-2022")


def plant_example(made: Planted, team: httpx.Client) -> None:
    """Of the project in Mayen-Koblenz; for the funded alone, once it is released."""
    typed = {"title": "Stadtwald", "topic": "Klima und Umwelt", "summary": f"Ein {EXAMPLE}"}
    way = "/examples/new?project=mayen-koblenz"
    answer = team.post(way, data=typed | {"audience": "funded"})
    assert answer.status_code == 303, answer.text
    made.add(example="stadtwald", project="mayen-koblenz")


def plant_talk(made: Planted, funded: httpx.Client) -> None:
    """Words in a room of the congress: in the chat, in a question that is answered."""
    token = funded.headers["authorization"].removeprefix("Bearer ")
    with seat_of_a_script(made.server, token, guid("room", CONGRESS, "plenum")) as speaker:
        speaker.say(f"Willkommen im {TALK}")
        speaker.ask(f"Was kostet der {TALK}?")


def seen(planted: Planted, address: str) -> dict[str, set[str]]:
    """Of each word the addresses that show it to this person."""
    found: dict[str, set[str]] = {word: set() for word in WORDS}
    with planted.browser(address) as browser:
        for path in planted.addresses():
            text = read(browser, path)
            for word in WORDS:
                if word in text:
                    found[word].add(path)
    return found


def read(browser: httpx.Client, path: str) -> str:
    """The whole answer; of one that goes on and on, the beginning with the room's state."""
    with browser.stream("GET", path) as answer:
        assert answer.status_code < 500, path
        text = ""
        for part in answer.iter_text():
            text += part
            if '"t":"joined"' in text and text.endswith("\n\n"):
                break
        return text


def shown(planted: Planted, address: str) -> set[str]:
    return {word for word, where in seen(planted, address).items() if where}


def release_all(planted: Planted) -> None:
    (material,) = planted.named["material"]
    way = f"/organise/{OPEN}/release"
    with planted.browser(MAYEN_KOBLENZ) as team, planted.browser(ORGANISATION) as kts:
        looked = Page(kts.get(way).text)
        acts = (
            team.post("/examples/stadtwald/release", data={"row_version": "1"}),
            kts.post(f"/materials/{material}/release", data={"released": "yes"}),
            kts.post(way, data=sent_by(looked, "release")),
        )
    assert [act.status_code for act in acts] == [303, 303, 303]


def test_each_thing_is_shown_to_whom_it_is_for_and_at_no_address_to_others(
    planted: Planted,
) -> None:
    for address in GUESTS:
        assert shown(planted, address) == set()
    assert shown(planted, MAYEN_KOBLENZ) == {EXAMPLE, TALK}
    for_kts = seen(planted, ORGANISATION)
    assert all(for_kts.values()), for_kts
    assert [path for path in for_kts[DRAFT] if not path.startswith("/organise")] == []

    release_all(planted)
    for address in GUESTS:
        assert shown(planted, address) == {DRAFT}
    assert shown(planted, MAYEN_KOBLENZ) == set(WORDS) - {CUE}
