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
    ACCESS_EXPLAIN = "access.explain"
    """See which rule admits or refuses a person: the organiser."""

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
    ROOM_CONFIGURE = "room.configure"
    """Windows, moderation mode."""
    PERSON_SANCTION = "person.sanction"
    WORDS_ERASE = "words.erase"
    """Erase what a person said for good: the organiser."""
