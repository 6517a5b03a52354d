"""What the policy refused, as a frame: the rule and the next step are the policy's own."""

from __future__ import annotations

from access.decisions import Denied
from access.refusals import NOT_THERE, REMOVED_FROM_ROOM, asks_to_sign_in, is_removal
from rooms.core.names import Code, Refusal
from rooms.wire.messages import Out


def out(denied: Denied, reason: str = "") -> Out:
    """Not, or no longer, in the room. What is hidden is answered like what is not there.

    ``reason``: why the room's moderators removed this person; said of that removal only.
    """
    if denied.existence == "hidden":
        return Out("not_found", NOT_THERE.rule, NOT_THERE.next_step)
    if asks_to_sign_in(denied):
        return Out("unauthorized", denied.rule, denied.next_step)
    if is_removal(denied):
        said = reason if denied == REMOVED_FROM_ROOM else ""
        return Out("banned", denied.rule, denied.next_step, said)
    return Out("forbidden", denied.rule, denied.next_step)


def refusal(why: Out) -> Refusal:
    """The same, as the answer to a command."""
    code = {"unauthorized": Code.UNAUTHORIZED, "banned": Code.BANNED}
    return Refusal(code.get(why.code, Code.FORBIDDEN))
