"""Every act that needs permission, by name. A surface without one does not start the server."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What somebody may do. The policy alone says who may."""

    # Pages and feeds
    OPEN = "open"
    """Needs nothing: imprint, sign-in, health. Declared, so that nothing is open by omission."""
    PROFILE = "profile"
    """Own account: needs a signed-in person."""
    EVENT_SEE = "event.see"
    """Know that the event exists: title, dates, audience, how to be admitted."""
    EVENT_REGISTER = "event.register"
    """Take a place as a participant."""
    EVENT_ENTER = "event.enter"
    """Read the agenda, feeds and sessions of the event."""
    SESSION_ENTER = "session.enter"
    """Read the content of a session."""
    SESSION_STAR = "session.star"
    """Keep a session in one's own programme."""
    FEEDBACK_GIVE = "feedback.give"
    """Say afterwards what a session was worth."""
    ACCESS_EXPLAIN = "access.explain"
    """See which rule admits or refuses a person: the organiser."""

    # Organising
    AGENDA_CREATE = "agenda.create"
    """Make a new event: the organiser."""
    AGENDA_EDIT = "agenda.edit"
    """Change the programme of an event and release it: organiser, and host of that event."""
    OFFICE_GRANT = "office.grant"
    """Name moderators and speakers of an event."""

    OPERATIONS_SEE = "operations.see"
    """See how the servers are doing: the organiser."""

    # Practice examples and materials
    EXAMPLE_READ = "example.read"
    EXAMPLE_EDIT = "example.edit"
    """Write and release a practice example: staff of its project, and the organiser. Of the site
    itself, such as by an import: the organiser alone."""
    MATERIAL_READ = "material.read"
    MATERIAL_SEE = "material.see"
    """See the pages of a deck: whoever may read it, and whoever is there while it is shown."""
    MATERIAL_EDIT = "material.edit"
    """Add, describe and release files and links of a session or a practice example."""

    # Rooms: which stream, and the commands
    ROOM_ENTER = "room.enter"
    """Join a room, receive its public stream."""
    ROOM_STAGE = "room.stage"
    """Receive the stage stream (speakers and up)."""
    ROOM_DESK = "room.desk"
    """Receive the desk stream (moderators and up)."""
    CHAT_SEND = "chat.send"
    CHAT_DELETE_OWN = "chat.delete_own"
    CHAT_MODERATE = "chat.moderate"
    QUESTION_ASK = "question.ask"
    QUESTION_WITHDRAW_OWN = "question.withdraw_own"
    QUESTION_VOTE = "question.vote"
    QUESTION_MODERATE = "question.moderate"
    STAGE_DIRECT = "stage.direct"
    """On air, off air, next, answered: moderators, and speakers of the session."""
    BACKSTAGE_SEND = "backstage.send"
    """Write to speakers, moderators and organiser: speakers and up."""
    ANNOUNCE = "announce"
    """Put a banner before everybody: in a room its moderators, in an event organiser and host."""
    ROOM_CONFIGURE = "room.configure"
    """Windows, moderation mode."""
    PERSON_SANCTION = "person.sanction"
    WORDS_ERASE = "words.erase"
    """Erase what a person said for good: the organiser."""
