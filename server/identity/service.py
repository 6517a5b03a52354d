"""Everything about who somebody is, joined: what pages, API, sockets and commands use."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from access.actors import Actor
from access.organisations import Organisation
from access.projects import ModelProject
from rooms.ports import Clock, Credential
from server.identity import addresses
from server.identity.accounts import Accounts
from server.identity.credentials import Credentials
from server.identity.facts import Facts, NewId
from server.identity.given import GivenTokens
from server.identity.keys import KeySet
from server.identity.origin import OwnPages, own_origins
from server.identity.records import Records
from server.identity.registers import Registers
from server.identity.sessions import Session, Sessions
from server.identity.sign_in import SignIn, SignInMail
from server.identity.tokens import Tokens
from server.storage.journal import ErasureJournal


class NoAddressError(ValueError):
    """The text is no mail address we accept."""


class Profile(msgspec.Struct, frozen=True):
    """What a person sees and may change about themselves."""

    actor: Actor
    addresses: tuple[str, ...]
    organisations: tuple[Organisation, ...]
    """Present and former employers, as recorded."""
    offered_projects: tuple[ModelProject, ...]
    """Projects of the present employers: what the person may declare."""
    sessions: tuple[Session, ...]


class Identity:
    """One per process. ``start`` before use, ``stop`` at the end."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        new_id: NewId,
        mail: SignInMail,
        *,
        site: str,
        secret: str,
        demo: bool,
        erasures: ErasureJournal | None = None,
    ) -> None:
        self.site = site
        self.secure = urlsplit(site).scheme == "https"
        cookie = "__Host-plenum" if self.secure else "plenum"
        self.facts = Facts(engine, clock, new_id)
        self.keys = KeySet(engine, clock, secret)
        self.tokens = Tokens(self.keys, clock, site)
        self.registers = Registers(engine)
        self.records = Records(self.facts, self.registers, erasures)
        self.accounts = Accounts(self.facts)
        self.sessions = Sessions(self.facts)
        self.given = GivenTokens(self.facts, self.tokens)
        self.credentials = Credentials(self.facts, self.sessions, self.given, self.tokens, cookie)
        self.sign_in = SignIn(
            self.facts, self.accounts, self.sessions, self.tokens, mail=mail, site=site
        )
        self.own_pages = OwnPages(own_origins(site, demo=demo))
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Load keys, and begin to notice facts that other processes change."""
        await self.keys.load()
        await self.facts.check()
        self._watching = asyncio.create_task(self.facts.watch())

    async def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None

    async def sign_out(self, credential: Credential) -> None:
        """Sign this browser out. Its live connections end."""
        if credential.kind == "session":
            session = await self.sessions.get(credential.id)
            if session is not None:
                await self.sessions.end(session)

    async def end_session(self, account: str, session: str) -> bool:
        """Sign another browser of the same person out; False when it is not theirs."""
        found = await self.sessions.get(session)
        if found is None or found.account != account:
            return False
        await self.sessions.end(found)
        return True

    async def sign_out_everywhere(self, account: str, *, by: str | None = None) -> None:
        """End all sessions and tokens of a person; their live connections end at once."""
        await self.sessions.end_all(account, by=by or account, also=self.given.revoke_all)

    async def profile(self, account: str) -> Profile | None:
        """The person's own page; None when the account is gone."""
        actor = await self.facts.actor_of(account)
        if actor is None:
            return None
        employers = dict.fromkeys(each.organisation for each in actor.affiliations)
        found = [await self.registers.organisation(guid) for guid in employers]
        offered = {name for each in actor.affiliations for name in each.projects}
        projects = await self.registers.projects()
        return Profile(
            actor=actor,
            addresses=await self.accounts.addresses(account),
            organisations=tuple(each for each in found if each is not None),
            offered_projects=tuple(each for each in projects if each.id in offered),
            sessions=await self.sessions.of(account),
        )

    async def link_for(self, text: str, to: str = "/") -> str:
        """A sign-in link without a mail, for the command line and the demo's start.

        Raises ``NoAddressError``.
        """
        return self.sign_in.link(_address(text), to)

    async def token_for(self, text: str) -> str | None:
        """A bearer token for the account of an address; None when there is no account.

        Raises ``NoAddressError`` or ``ClosedAccountError``.
        """
        account = await self.accounts.find(_address(text))
        return None if account is None else await self.given.bearer(account)


def _address(text: str) -> str:
    address = addresses.parse(text)
    if address is None:
        raise NoAddressError(text)
    return address
