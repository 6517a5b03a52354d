"""A foreign page cannot act with the cookie of a person who is signed in here."""

from __future__ import annotations

import pytest

from server.identity.origin import OwnPages, own_origins

PAGES = OwnPages(own_origins("https://konferenz.example", demo=False))
COOKIE = (b"cookie", b"__Host-plenum=x")


def headers(**values: str) -> list[tuple[bytes, bytes]]:
    return [(name.replace("_", "-").encode(), value.encode()) for name, value in values.items()]


@pytest.mark.parametrize(
    ("sent", "own"),
    [
        (headers(origin="https://konferenz.example"), True),
        (headers(origin="https://KONFERENZ.example"), True),
        (headers(sec_fetch_site="same-origin"), True),
        (headers(origin="https://konferenz.example", sec_fetch_site="same-origin"), True),
        (headers(origin="https://elsewhere.example"), False),
        (headers(origin="http://konferenz.example"), False),
        (headers(origin="https://konferenz.example:8443"), False),
        (headers(origin="https://konferenz.example.elsewhere.example"), False),
        (headers(origin="null"), False),
        (headers(origin="https://elsewhere.example", sec_fetch_site="same-origin"), False),
        (headers(sec_fetch_site="cross-site"), False),
        (headers(sec_fetch_site="same-site"), False),
        (headers(sec_fetch_site="none"), False),
        ([], False),
    ],
)
def test_only_our_own_pages_may_send(sent: list[tuple[bytes, bytes]], own: bool) -> None:
    assert PAGES.sent(sent) is own
    assert PAGES.socket([*sent, COOKIE]) is own
    assert PAGES.stream([*sent, COOKIE]) is (own or not sent)


def test_program_without_a_cookie_may_open_a_socket() -> None:
    assert PAGES.socket(headers(user_agent="script"))


def test_demo_is_reached_by_every_name_of_this_machine() -> None:
    demo = OwnPages(own_origins("http://127.0.0.1:8000", demo=True))
    assert demo.sent(headers(origin="http://localhost:8000"))
    assert demo.sent(headers(origin="http://127.0.0.1:8000"))
    assert not demo.sent(headers(origin="http://localhost:9000"))
    assert not demo.sent(headers(origin="http://elsewhere.example:8000"))


def test_script_that_shows_a_token_may_change_things() -> None:
    assert PAGES.may_change(headers(authorization="Bearer x"))
    assert PAGES.may_change(headers(origin="https://konferenz.example"))
    assert not PAGES.may_change(headers(authorization="Basic x"))
    assert not PAGES.may_change(headers(origin="https://elsewhere.example"))
    assert not PAGES.may_change([COOKIE])
