"""What the mails say. Text first; the HTML says the same and loads nothing from anywhere."""

from __future__ import annotations

from html import escape

import msgspec


class Letter(msgspec.Struct, frozen=True):
    """A mail before it becomes one."""

    to: str
    subject: str
    text: str
    html: str


class _Words(msgspec.Struct, frozen=True):
    subject: str
    greeting: str
    lead: str
    button: str
    notes: tuple[str, ...]


_SIGN_IN = {
    "de": _Words(
        "Ihr Link zum Anmelden",
        "Guten Tag,",
        "mit diesem Link melden Sie sich an:",
        "Anmelden",
        (
            "Der Link gilt 15 Minuten und nur einmal.",
            "Sie haben keinen Link angefordert? Dann können Sie diese Nachricht löschen.",
        ),
    ),
    "en": _Words(
        "Your sign-in link",
        "Hello,",
        "this link signs you in:",
        "Sign in",
        (
            "The link is valid for 15 minutes and works once.",
            "You did not ask for a link? Then you can delete this message.",
        ),
    ),
}


def sign_in(address: str, link: str, language: str) -> Letter:
    """The mail with a sign-in link, in German or English."""
    words = _SIGN_IN["en" if language == "en" else "de"]
    text = "\n\n".join((words.greeting, words.lead, link, *words.notes)) + "\n"
    return Letter(address, words.subject, text, _html(words, link, language))


class About(msgspec.Struct, frozen=True):
    """What somebody is invited to speak in."""

    session: str
    event: str


_SPEAKER = {
    "de": _Words(
        "Ihr Beitrag: {session}",
        "Guten Tag,",
        "Sie stehen im Programm von „{event}“ mit „{session}“. Hier geht es zu Ihrem "
        "Programmpunkt; Sie melden sich mit dieser E-Mail-Adresse an:",
        "Zum Programmpunkt",
        (
            "Mit der Anmeldung haben Sie dort die Rechte der Vortragenden.",
            "Sie wissen nichts davon? Dann antworten Sie bitte auf diese Nachricht.",
        ),
    ),
    "en": _Words(
        "Your contribution: {session}",
        "Hello,",
        "you are on the programme of “{event}” with “{session}”. This is the way to your "
        "session; you sign in with this mail address:",
        "Open the session",
        (
            "Once signed in you have the rights of a speaker there.",
            "You know nothing about this? Then please reply to this message.",
        ),
    ),
}


def speaker(address: str, link: str, about: About, language: str) -> Letter:
    """The invitation of a speaker. The link carries no right: whoever follows it signs in."""
    written = _SPEAKER["en" if language == "en" else "de"]
    named = {"session": about.session, "event": about.event}
    words = msgspec.structs.replace(
        written, subject=written.subject.format(**named), lead=written.lead.format(**named)
    )
    text = "\n\n".join((words.greeting, words.lead, link, *words.notes)) + "\n"
    return Letter(address, words.subject, text, _html(words, link, language))


def _html(words: _Words, link: str, language: str) -> str:
    href = escape(link, quote=True)
    notes = "".join(f"<p>{escape(note)}</p>" for note in words.notes)
    return (
        f'<!doctype html><html lang="{"en" if language == "en" else "de"}">'
        f'<head><meta charset="utf-8"><title>{escape(words.subject)}</title></head><body>'
        f"<p>{escape(words.greeting)}</p><p>{escape(words.lead)}</p>"
        f'<p><a href="{href}">{escape(words.button)}</a></p><p>{href}</p>{notes}</body></html>'
    )
