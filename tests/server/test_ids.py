"""Ids are UUIDv7: their own version, the present time in front, never the same twice."""

from __future__ import annotations

import time
import uuid

from server.ids import guid, uuid7


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = uuid.UUID(uuid7())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_an_id_begins_with_the_present_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    moment = uuid.UUID(uuid7()).int >> 80
    assert before <= moment <= time.time_ns() // 1_000_000


def test_ids_do_not_repeat() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000


def test_a_guid_says_nothing_about_its_making() -> None:
    made = uuid.UUID(guid())
    assert (made.version, made.variant) == (4, uuid.RFC_4122)
