"""Who may stay: the policy asked again, in time and whenever facts changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping

from access.decisions import Denied
from rooms.core.names import AccountId, RoomId
from rooms.feed import Feed
from rooms.member import LEASE_MS, Member
from rooms.meter import UNMEASURED, Meter, Occurrence
from rooms.ports import Admission, Clock, Credential, Grant
from rooms.timers import Milliseconds, Timers
from rooms.wire.messages import Close, Out
from rooms.wire.refusing import out, refusal

RENEW_MS = 2_500
"""Remaining time of a lease at which it is renewed."""
PATIENCE_MS = 60_000
"""A lease that could not be renewed this long: the connection is closed."""
LAG_MS = 10_000
"""A reader that does not drain this long is closed and resumes later."""
YIELD = 100

log = logging.getLogger(__name__)


class Leases:
    """Grants of live connections."""

    def __init__(
        self,
        admission: Admission,
        clock: Clock,
        timers: Timers,
        leave: Callable[[Member], None],
        *,
        meter: Meter = UNMEASURED,
    ) -> None:
        self._admission = admission
        self._clock = clock
        self._timers = timers
        self._leave = leave
        self._meter = meter

    async def ask(
        self, credential: Credential, room: RoomId, removed: Mapping[AccountId, str]
    ) -> Grant | Out:
        """Ask the policy now. What is not allowed is said in the words of the wire.

        ``removed``: whom the room sent out, and why.
        """
        answer = await self._admission.admit(credential, room, removed=frozenset(removed))
        if isinstance(answer, Denied):
            return out(answer, removed.get(credential.account or "", ""))
        return answer

    def lease(self, grant: Grant) -> Milliseconds:
        """Until when a grant is trusted, on the steady clock."""
        left = min(grant.until - self._clock.now(), LEASE_MS)
        return self._timers.now() + max(0, left)

    def cut(self, member: Member, why: Out, feed: Feed) -> None:
        """Out at once: told why, closed, and nothing it sent before is carried out any more."""
        member.refusal = refusal(why)
        feed.send(member, why)
        close = Close.SIGNED_OUT if why.code == "unauthorized" else Close.NOT_ADMITTED
        member.outlet.close(close)
        self._leave(member)

    def check(self, feed: Feed) -> list[Member]:
        """Close who does not read or cannot be renewed; give those whose lease ends soon."""
        now = self._timers.now()
        due = []
        slow = 0
        for member in feed.members:
            member.ready(now)
            since = member.lagging_since
            slow += since is not None
            lagging = since is not None and now - since >= LAG_MS
            if lagging or member.lease_until + PATIENCE_MS <= now:
                member.outlet.close(Close.RESUME_LATER)
                self._meter.count(Occurrence.EVICTED)
                self._leave(member)
            elif member.lease_until - now <= RENEW_MS:
                due.append(member)
        feed.lagging = slow
        return due

    async def renew(self, feed: Feed, members: Iterable[Member]) -> None:
        """Ask again for these connections, once per credential."""
        groups: dict[Credential, list[Member]] = {}
        for member in members:
            member.asked += 1
            groups.setdefault(member.credential, []).append(member)
        for count, (credential, group) in enumerate(groups.items(), start=1):
            await self._renew_group(feed, credential, group)
            if count % YIELD == 0:
                await asyncio.sleep(0)

    async def _renew_group(self, feed: Feed, credential: Credential, group: list[Member]) -> None:
        asked = [(member, member.asked) for member in group]
        try:
            answer = await self.ask(credential, feed.room, feed.shown.removed)
        except Exception:
            # The lease stays as it is: when it ends, delivery holds until the policy answers.
            log.warning("a lease could not be renewed", exc_info=True)
            return
        for member, turn in asked:
            # An answer that was overtaken by a newer question may be of older facts.
            if not member.away and member.asked == turn:
                self._apply(feed, member, answer)

    def _apply(self, feed: Feed, member: Member, answer: Grant | Out) -> None:
        if isinstance(answer, Out):
            self.cut(member, answer, feed)
            return
        before, held = member.grant, member.lease_until <= self._timers.now()
        member.grant, member.lease_until = answer, self.lease(answer)
        if _seen(before) != _seen(answer):
            feed.again(member)
        elif held:
            feed.bring(member)


def _seen(grant: Grant) -> tuple[object, ...]:
    """What of a grant the person is shown; when it differs, they get a fresh snapshot."""
    person = grant.person
    return (grant.stream, person and (person.account, person.name, person.may))
