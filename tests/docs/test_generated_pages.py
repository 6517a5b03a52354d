"""Pages made from code say what the code says."""

from __future__ import annotations

from typing import get_args

import pytest

from docs.generate import DOCS, PAGES, settings_page
from docs.protocol_page import protocol_page
from rooms.core.names import Code
from rooms.wire.decoding import COMMANDS
from rooms.wire.messages import AnyClientFrame, AnyServerFrame
from server.settings import PREFIX, Settings


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_not_stale(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run: make docs"


def test_every_setting_has_a_meaning() -> None:
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"`{PREFIX}{name.upper()}`" in page


def test_the_protocol_names_every_command_frame_and_code() -> None:
    page = protocol_page()
    frames = get_args(AnyClientFrame) + get_args(AnyServerFrame)
    names = {*COMMANDS, *Code, *(frame.__struct_config__.tag for frame in frames)}
    assert {name for name in names if f"`{name}`" not in page} == set()
