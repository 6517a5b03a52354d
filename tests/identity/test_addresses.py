"""Our grammar of addresses: what offices use, nothing that two programs read differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.identity.addresses import parse


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("staff@hof.example", "staff@hof.example"),
        (" Vorname.Nachname@Stadt-Ulm.Example ", "vorname.nachname@stadt-ulm.example"),
        ("it+konferenz@lra.mayen-koblenz.example", "it+konferenz@lra.mayen-koblenz.example"),
        ("post@xn--mllheim-n2a.de", "post@xn--mllheim-n2a.de"),
    ],
)
def test_plain_address_is_taken_in_lower_case(text: str, address: str) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "staff",
        "staff@localhost",
        "staff@hof.example\nBcc: all@hof.example",
        "staff@hof.example\r\nSubject: x",
        "staff@hof.example\n",
        "staff@hof.example\x00",
        '"staff@evil.example"@hof.example',
        "staff@hof.example, all@hof.example",
        "Staff <staff@hof.example>",
        "staff(comment)@hof.example",
        "staff@[127.0.0.1]",
        "staff@127.0.0.1",
        "=?utf-8?q?staff?=@hof.example",
        "staff@@hof.example",
        ".staff@hof.example",
        "sta..ff@hof.example",
        "staff@-hof.example",
        "staff@hof-.example",
        "staff@hof..example",
        "stäff@hof.example",
        "staff@höf.example",
        "staff@hof.examp\u0130e",
        "\u212atts@hof.example",
        "staff\u202e@hof.example",
        "x" * 65 + "@hof.example",
        "staff@" + "hof." * 70 + "example",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert parse(text) is None


@given(st.text(max_size=60))
def test_whatever_is_taken_is_printable_ascii_with_one_sign(text: str) -> None:
    address = parse(text + "@hof.example")
    if address is not None:
        assert address.isascii()
        assert address.isprintable()
        assert " " not in address
        assert address.count("@") == 1
        assert parse(address) == address
