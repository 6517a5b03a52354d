"""Write the pages of ``docs/`` that are made from code: ``make docs``. A test fails when one is
stale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from docs.api_page import api_page
from docs.protocol_page import protocol_page
from server.settings import PREFIX, Settings

DOCS = Path(__file__).resolve().parent


def settings_page() -> str:
    """Every setting with its default and meaning, in the order of the code."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join([*_SETTINGS_HEAD, *rows, ""])


_SETTINGS_HEAD = (
    "# Settings",
    "",
    "Generated from `server/settings.py` by `make docs`.",
    "",
    "Plenum reads its settings from environment variables when it starts. A wrong one stops the",
    "start with one line that names it; `plenum doctor` checks them without starting.",
    "",
    "| variable | default | meaning |",
    "|---|---|---|",
)


def _row(name: str, field: FieldInfo) -> str:
    default = field.default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    shown = (
        ", ".join(default)
        if isinstance(default, tuple)
        else ""
        if default is None
        else str(default)
    )
    return (
        f"| `{PREFIX}{name.upper()}` | {f'`{shown}`' if shown else 'empty'} | {field.description} |"
    )


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "protocol.md": protocol_page,
    "api.md": api_page,
}


def main() -> None:
    """Write all generated pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
