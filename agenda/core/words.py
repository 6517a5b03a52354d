"""German and English words for what the model names by codes."""

from __future__ import annotations

from access.resources import EventKind
from agenda.core.model import EventFormat, RoleKind, SessionKind, Text

SESSION_KINDS = {
    SessionKind.GREETING: Text("Begrüßung", "Welcome"),
    SessionKind.IMPULSE: Text("Impuls", "Input talk"),
    SessionKind.KEYNOTE: Text("Keynote", "Keynote"),
    SessionKind.PANEL: Text("Podium", "Panel"),
    SessionKind.FISHBOWL: Text("Fishbowl", "Fishbowl"),
    SessionKind.WORKSHOP: Text("Werkstatt", "Workshop"),
    SessionKind.MARKET: Text("Börse", "Marketplace"),
    SessionKind.NETWORKING: Text("Austausch", "Networking"),
    SessionKind.EXCURSION: Text("Exkursion", "Excursion"),
    SessionKind.PLENARY: Text("Gemeinsame Runde", "Joint session"),
    SessionKind.GET_TOGETHER: Text("Ausklang", "Get-together"),
}

ROLE_KINDS = {
    RoleKind.SPEAKER: Text("Vortrag", "Speaker"),
    RoleKind.PANELIST: Text("Podium", "Panel"),
    RoleKind.CONTRIBUTOR: Text("Beitrag", "Contribution"),
    RoleKind.MODERATOR: Text("Moderation", "Moderation"),
    RoleKind.HOST: Text("Gastgeber", "Host"),
}
"""Before the name of an office: "Moderation: …"."""

EVENT_KINDS = {
    EventKind.REGIONAL_CONFERENCE: Text("Regionalkonferenz", "Regional conference"),
    EventKind.CONGRESS: Text("Kongress", "Congress"),
}

FORMATS = {
    EventFormat.ONLINE: Text("Online", "Online"),
    EventFormat.ONSITE: Text("Vor Ort", "On site"),
    EventFormat.HYBRID: Text("Vor Ort und online", "On site and online"),
}

ALL_ROOMS = Text("Alle Räume", "All rooms")
CANCELLED = Text("Abgesagt: ", "Cancelled: ")
MOVED_FROM = Text("Verschoben, vorher", "Moved, previously")
SAMPLE = Text(
    "Die Uhrzeiten sind erfunden. Der genaue Ablauf ist nicht bekannt.",
    "The times are invented. The exact schedule is not known.",
)
ROOM_PAGE = Text("Zum Raum", "Enter room")
ONLINE = Text("online", "online")
HOSTED_BY = Text("Gastgeber:", "Hosted by")
MORE = Text("Zum Programmpunkt:", "Session page:")
AGENDA_OF = Text("Programm:", "Agenda:")


def zone(name: str) -> Text:
    """A zone's season by its German and English abbreviation; others as they call themselves."""
    return Text({"CET": "MEZ", "CEST": "MESZ"}.get(name, name), name)
