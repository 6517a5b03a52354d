"""Who runs this instance: what imprint, privacy notice and statement must name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operator:
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
        return self.name == Operator.name
