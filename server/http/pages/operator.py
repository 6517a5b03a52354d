"""Who runs this instance: what imprint, privacy notice and statement must name."""

from __future__ import annotations

from pathlib import Path

import msgspec

from server.settings import SettingsError

FILE = "operator.toml"
"""In the data folder."""


class OperatorFileError(SettingsError):
    """The file about the operator cannot be used. ``str()`` is one plain line."""


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Filled in by whoever runs the server. The defaults are samples and say so on the pages."""

    name: str = "Musterstelle"
    street: str = "Musterstraße 1"
    town: str = "12345 Musterstadt"
    represented_by: str = "Leitung der Musterstelle"
    mail: str = "kontakt@musterstelle.example"
    phone: str = "+49 30 000000"
    responsible: str = "Öffentlichkeitsarbeit der Musterstelle, Anschrift wie oben"
    privacy_mail: str = "datenschutz@musterstelle.example"
    accessibility_mail: str = "barrierefrei@musterstelle.example"
    statement_of: str = "2026-11-23"
    """ISO date of the accessibility statement."""
    sign_language_video: str = ""
    """Address on this server of a video in German Sign Language about the site (BITV § 4)."""

    @property
    def sample(self) -> bool:
        """Whether nobody has filled in the name yet."""
        return self.name == SAMPLE.name


SAMPLE = Operator()


def load(folder: Path) -> Operator:
    """What ``operator.toml`` in the folder says; the samples where there is no such file.

    Raises ``OperatorFileError``.
    """
    path = folder / FILE
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Operator)
    except FileNotFoundError:
        return SAMPLE
    except (msgspec.MsgspecError, ValueError) as error:
        raise OperatorFileError(f"{FILE}: {error}") from None
