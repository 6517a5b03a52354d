"""The names of all reasons and next steps. Each has a German and an English text (access.json)."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """Why somebody may, or may not."""

    # Why they may
    OPEN = "open"
    OWN_ACCOUNT = "own_account"
    EVENT_VISIBLE = "event_visible"
    PUBLIC = "public"
    REGISTERED = "registered"
    MUNICIPALITY = "municipality"
    FUNDED = "funded"
    INVITED = "invited"
    UNFUNDED = "unfunded"
    ORGANISER = "organiser"
    HOST = "host"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    PROJECT_STAFF = "project_staff"
    SCREEN = "screen"

    # Why they may not
    SIGN_IN_FIRST = "sign_in_first"
    CREDENTIAL_EXPIRED = "credential_expired"
    NOT_THERE = "not_there"
    REMOVED_FROM_EVENT = "removed_from_event"
    REMOVED_FROM_ROOM = "removed_from_room"
    REGISTERED_ONLY = "registered_only"
    MUNICIPALITIES_ONLY = "municipalities_only"
    AFFILIATION_ENDED = "affiliation_ended"
    ORGANISATION_UNKNOWN = "organisation_unknown"
    NOT_FUNDED = "not_funded"
    NOT_FUNDED_NOR_INVITED = "not_funded_nor_invited"
    PROJECT_NOT_DECLARED = "project_not_declared"
    PROJECT_PENDING = "project_pending"
    PROJECT_ENDED = "project_ended"
    PROJECT_MEMBER_NOT_ADMITTED = "project_member_not_admitted"
    OTHER_SEASON = "other_season"
    FUNDED_TAKE_NO_PLACE = "funded_take_no_place"
    NAMED_ONLY = "named_only"
    STAFF_ONLY = "staff_only"
    SPEAKERS_ONLY = "speakers_only"
    OTHERS_TURN = "others_turn"
    """Of a speaker, while the session of others is on."""
    MODERATORS_ONLY = "moderators_only"
    ORGANISERS_ONLY = "organisers_only"
    ORGANISERS_AND_HOSTS_ONLY = "organisers_and_hosts_only"
    PROJECT_STAFF_ONLY = "project_staff_only"
    SCREEN_ONLY_SHOWS = "screen_only_shows"
    FOREIGN_PAGE = "foreign_page"
    """A form or script of another site asked in the person's name."""


class NextStep(StrEnum):
    """What the refused person can do now."""

    SIGN_IN = "sign_in"
    SIGN_IN_AGAIN = "sign_in_again"
    CHECK_ADDRESS = "check_address"
    REGISTER = "register"
    CHOOSE_ORGANISATION = "choose_organisation"
    CHOOSE_PROJECT = "choose_project"
    WAIT_FOR_CONFIRMATION = "wait_for_confirmation"
    ASK_PROJECT_LEAD = "ask_project_lead"
    ASK_ORGANISER = "ask_organiser"
    ATTEND_REGIONAL_CONFERENCE = "attend_regional_conference"
    OFFER_TO_PRESENT = "offer_to_present"
    OPEN_IN_BROWSER = "open_in_browser"
    WAIT_FOR_TURN = "wait_for_turn"
