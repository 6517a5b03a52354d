"""What can be done with materials. Who may is the policy's to say, before this is called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from access import policy
from access.actors import Actor
from access.audiences import Instant
from access.decisions import Allowed
from access.permissions import Permission
from access.resources import ExampleResource, MaterialResource, OnStage, SessionResource
from agenda.core import materials as core
from agenda.core.materials import (
    Difference,
    Edit,
    FileId,
    Material,
    MaterialKind,
    OwnerKind,
    StoredFile,
)
from agenda.core.model import Guid, Text
from agenda.ports import Agenda, Files, MaterialStore
from agenda.resources import session_resource

ABANDONED_AFTER = 24 * 3_600_000
"""Milliseconds after which an upload that was not finished is thrown away."""

Owner = SessionResource | ExampleResource


class Owners(Protocol):
    """Finds what a material belongs to."""

    async def owner(self, kind: OwnerKind, guid: Guid) -> Owner | None:
        """The resource the policy decides on; None: there is no such thing."""


class SessionOwners:
    """Sessions of what is released."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    async def owner(self, kind: OwnerKind, guid: Guid) -> Owner | None:
        if kind is not OwnerKind.SESSION:
            return None
        for event in await self._agenda.events():
            for session in event.sessions:
                if session.guid == guid:
                    return session_resource(event, session)
        return None


class AllOwners:
    """Several places to look in, one after the other."""

    def __init__(self, *places: Owners) -> None:
        self._places = places

    async def owner(self, kind: OwnerKind, guid: Guid) -> Owner | None:
        for place in self._places:
            found = await place.owner(kind, guid)
            if found is not None:
                return found
        return None


class Stage(Protocol):
    """What is on the stages of rooms."""

    async def shown(self, deck: Guid, session: SessionResource) -> OnStage | None:
        """Where this deck of a session is shown just now; None: it is not."""


class EmptyStage:
    """Nothing is ever on it."""

    async def shown(self, _deck: Guid, _session: SessionResource) -> OnStage | None:
        return None


class StaleEditError(Exception):
    """The material was changed since the edit was begun. Nothing was stored."""

    def __init__(self, stored: Material, differences: tuple[Difference, ...]) -> None:
        super().__init__(f"version {stored.version}")
        self.stored = stored
        self.differences = differences


class BadAddressError(Exception):
    """A link that is no http or https address."""


class TooLongError(Exception):
    """A text is longer than it may be; nothing is cut. ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class GoneError(Exception):
    """The material is not there any more."""


class Shelf(msgspec.Struct, frozen=True):
    """A material with its file."""

    material: Material
    file: StoredFile | None = None

    @property
    def usable(self) -> bool:
        """Whether there is something to give out."""
        return core.usable(self.material, self.file)


class Seen(msgspec.Struct, frozen=True):
    """The materials of a session or practice example, as one person may see them."""

    shelves: tuple[Shelf, ...] = ()
    edits: bool = False
    """May add to them; then what is not released or not ready is among them, too."""


class Materials:
    """Materials of sessions and practice examples."""

    def __init__(
        self,
        store: MaterialStore,
        files: Files,
        owners: Owners,
        new_guid: Callable[[], Guid],
        stage: Stage | None = None,
    ) -> None:
        self._store = store
        self._files = files
        self._owners = owners
        self._new_guid = new_guid
        self._stage = stage or EmptyStage()

    async def owner(self, kind: OwnerKind, guid: Guid) -> Owner | None:
        """For asking whether somebody may add to it."""
        return await self._owners.owner(kind, guid)

    async def resource(self, material: Material) -> MaterialResource | None:
        """What the policy decides on; None: what it belongs to is gone."""
        owner = await self._owners.owner(material.owner_kind, material.owner)
        if owner is None:
            return None
        if not isinstance(owner, SessionResource):
            return _resource(material, owner)
        return _resource(material, owner, await self._stage.shown(material.guid, owner))

    async def pages(self, room: Guid, decks: Collection[Guid]) -> Mapping[Guid, int]:
        """How many pages each of these has; without those that cannot be shown in this room.

        Whoever directs the stage may show what is not released: that is what a stage is for.
        """
        found = {}
        for deck in decks:
            shelf = await self.shelf(deck)
            if shelf is None or shelf.file is None or not shelf.usable:
                continue
            owner = await self.owner(shelf.material.owner_kind, shelf.material.owner)
            if isinstance(owner, SessionResource) and owner.room == room and shelf.file.pages:
                found[deck] = shelf.file.pages
        return found

    async def cues(self, room: Guid, deck: Guid) -> tuple[SessionResource, tuple[str, ...]] | None:
        """What whoever speaks wants to remember, per page, and the session it belongs to.

        None: no such deck in this room.
        """
        material = await self._store.material(deck)
        owner = await self.owner(material.owner_kind, material.owner) if material else None
        if material is None or not isinstance(owner, SessionResource) or owner.room != room:
            return None
        return owner, material.cues

    async def upload(
        self, kind: OwnerKind, owner: Guid, *, name: str, size: int, media_type: str, at: Instant
    ) -> Shelf:
        """A new material whose file is yet to come. Raises ``FileRefusedError``."""
        file = await self._files.begin(f"{kind}:{owner}", name, size, media_type, at)
        material = Material(
            guid=self._new_guid(),
            owner_kind=kind,
            owner=owner,
            kind=core.first_kind(file.media_type),
            title=Text(core.first_title(file.name)),
            file=file.id,
            position=await self._last(kind, owner),
        )
        await self._store.add(material)
        return Shelf(material, file)

    async def link(self, kind: OwnerKind, owner: Guid, url: str, title: Text) -> Material:
        """A new link. Raises ``BadAddressError`` and ``TooLongError``."""
        address = core.address(url)
        if address is None:
            raise BadAddressError(url)
        _within_limits(Edit(title, MaterialKind.LINK))
        material = Material(
            guid=self._new_guid(),
            owner_kind=kind,
            owner=owner,
            kind=MaterialKind.LINK,
            title=title if title.de.strip() else Text(address[: core.LONGEST_TITLE]),
            url=address,
            position=await self._last(kind, owner),
        )
        await self._store.add(material)
        return material

    async def receive(
        self, file: FileId, start: int, length: int | None, body: AsyncIterator[bytes]
    ) -> StoredFile:
        """See ``Files.receive``."""
        return await self._files.receive(file, start, length, body)

    async def offset(self, file: FileId) -> int:
        """See ``Files.offset``."""
        return await self._files.offset(file)

    async def shelf(self, guid: Guid) -> Shelf | None:
        """One material with its file."""
        material = await self._store.material(guid)
        return (await self._with_files([material]))[0] if material else None

    async def of_file(self, file: FileId) -> Shelf | None:
        """The material that a file belongs to."""
        found = await self._store.of_file([file])
        return (await self._with_files(found))[0] if found else None

    async def of_owner(self, kind: OwnerKind, owner: Guid) -> tuple[Shelf, ...]:
        """All of a session or practice example, in order; who sees which is yet to be asked."""
        return (await self.of_owners(kind, [owner]))[owner]

    async def of_owners(
        self, kind: OwnerKind, owners: Collection[Guid]
    ) -> Mapping[Guid, tuple[Shelf, ...]]:
        """The same for each of several, asked for at once."""
        found = core.in_order(await self._store.of_owners(kind, owners)) if owners else ()
        shelves = await self._with_files(found)
        return {
            owner: tuple(each for each in shelves if each.material.owner == owner)
            for owner in owners
        }

    async def seen(self, kind: OwnerKind, guid: Guid, actor: Actor, at: Instant) -> Seen:
        """What of it this person may see now. The one place where lists ask the policy."""
        owner = await self.owner(kind, guid)
        if owner is None:
            return Seen()
        edits = _may(actor, Permission.MATERIAL_EDIT, owner, at)
        found = []
        for shelf in await self.of_owner(kind, guid):
            resource = _resource(shelf.material, owner)
            if edits or (shelf.usable and _may(actor, Permission.MATERIAL_READ, resource, at)):
                found.append(shelf)
        return Seen(tuple(found), edits)

    async def measure(self, shelf: Shelf) -> None:
        """Have it measured how large the letters of a deck are, if nobody did yet."""
        if shelf.file is not None and shelf.file.unmeasured:
            await self._files.measure(shelf.file.id)

    async def edit(self, guid: Guid, version: int, edit: Edit) -> Material:
        """Store an edit made from that version.

        Raises ``StaleEditError`` with what differs, ``TooLongError`` and ``GoneError``.
        """
        _within_limits(edit)
        stored = await self._stored(guid)
        if stored.version == version and await self._store.put(core.edited(stored, edit)):
            return core.edited(stored, edit)
        stored = await self._stored(guid)
        raise StaleEditError(stored, core.differences(stored, edit))

    async def release(self, guid: Guid, *, released: bool) -> Material:
        """Release it, or take it back. Raises ``GoneError``."""
        while True:
            stored = await self._stored(guid)
            if stored.released == released:
                return stored
            changed = msgspec.structs.replace(stored, released=released, version=stored.version + 1)
            # Whoever changed a text at the same moment does not undo the release, nor we the text.
            if await self._store.put(changed):
                return changed

    async def remove(self, guid: Guid) -> None:
        """The material and its file are gone for good."""
        material = await self._store.material(guid)
        await self._store.remove(guid)
        if material is not None and material.file is not None:
            await self._files.remove([material.file])

    async def remove_all(self, kind: OwnerKind, owner: Guid) -> None:
        """What they belong to is gone for good, and they with it."""
        for material in await self._store.of_owners(kind, [owner]):
            await self.remove(material.guid)

    async def clean(self, at: Instant) -> int:
        """Throw away uploads nobody finished; how many."""
        ids = await self._files.abandoned(at - ABANDONED_AFTER)
        for material in await self._store.of_file(ids) if ids else ():
            await self._store.remove(material.guid)
        if ids:
            await self._files.remove(ids)
        return len(ids)

    async def _stored(self, guid: Guid) -> Material:
        found = await self._store.material(guid)
        if found is None:
            raise GoneError(guid)
        return found

    async def _last(self, kind: OwnerKind, owner: Guid) -> int:
        present = await self._store.of_owners(kind, [owner])
        return max((each.position for each in present), default=0) + 1

    async def _with_files(self, materials: Sequence[Material]) -> tuple[Shelf, ...]:
        ids = [each.file for each in materials if each.file is not None]
        files: Mapping[FileId, StoredFile] = await self._files.files(ids) if ids else {}
        return tuple(Shelf(each, files.get(each.file) if each.file else None) for each in materials)


def _resource(material: Material, owner: Owner, shown: OnStage | None = None) -> MaterialResource:
    """What the policy decides on. ``shown`` counts only for seeing its pages."""
    return MaterialResource(
        guid=material.guid,
        owner=owner,
        audience=material.audience,
        released=material.released,
        shown=shown,
    )


def _may(actor: Actor, action: Permission, resource: Owner | MaterialResource, at: Instant) -> bool:
    return isinstance(policy.decide(actor, action, resource, at), Allowed)


def _within_limits(edit: Edit) -> None:
    field = core.too_long(edit)
    if field:
        raise TooLongError(field)
