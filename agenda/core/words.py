"""German and English words for what the model names by codes."""

from __future__ import annotations

from agenda.core.model import RoleKind, SessionKind, Text

SESSION_KINDS = {
    SessionKind.GREETING: Text("Begrüßung", "Greeting"),
    SessionKind.IMPULSE: Text("Impuls", "Impulse"),
    SessionKind.KEYNOTE: Text("Keynote", "Keynote"),
    SessionKind.PANEL: Text("Podium", "Panel"),
    SessionKind.FISHBOWL: Text("Fishbowl", "Fishbowl"),
    SessionKind.WORKSHOP: Text("Werkstatt", "Workshop"),
    SessionKind.MARKET: Text("Markt", "Market"),
    SessionKind.NETWORKING: Text("Vernetzung", "Networking"),
    SessionKind.EXCURSION: Text("Exkursion", "Excursion"),
    SessionKind.PLENARY: Text("Plenum", "Plenary"),
    SessionKind.GET_TOGETHER: Text("Ausklang", "Get-together"),
}

ROLE_KINDS = {
    RoleKind.SPEAKER: Text("Vortrag", "Speaker"),
    RoleKind.PANELIST: Text("Podium", "Panel"),
    RoleKind.CONTRIBUTOR: Text("Beitrag", "Contribution"),
    RoleKind.MODERATOR: Text("Moderation", "Moderator"),
    RoleKind.HOST: Text("Ausrichtung", "Host"),
}
"""Before the name of an office: "Moderation: …"."""

ALL_ROOMS = Text("Alle Räume", "All rooms")
CANCELLED = Text("Abgesagt: ", "Cancelled: ")
MOVED_FROM = Text("Verlegt. Bisheriger Beginn:", "Moved. Former start:")
SAMPLE = Text(
    "Der Minutenplan ist ein Beispiel und wurde für diese Vorführung erfunden.",
    "The minute plan is a sample, invented for this demonstration.",
)
ROOM_PAGE = Text("Raum betreten", "Enter the room")
ONLINE = Text("online", "online")
HOSTED_BY = Text("Ausgerichtet von:", "Hosted by:")
MORE = Text("Zur Sitzung:", "Session page:")
AGENDA_OF = Text("Programm:", "Agenda:")
