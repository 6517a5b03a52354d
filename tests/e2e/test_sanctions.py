"""What the moderation decides about a person holds on every device, and for a new sign-in too."""

from __future__ import annotations

import pytest

from rooms.wire.messages import Close
from tests.e2e.people import HOF, MODERATION
from tests.e2e.seats import seat, seat_of_a_script, sign_in, turned_away
from tests.fixtures.mail import MailSink
from tests.fixtures.server import RunningServer

pytestmark = [pytest.mark.timeout(300)]

REASON = "Verletzt den höflichen Umgang"


def test_muted_and_removed_on_two_devices_and_with_a_new_cookie(
    server: RunningServer, mails: MailSink
) -> None:
    """T-C3: open sockets feel it at once; signing in again brings nothing back."""
    token = server.command("token", MODERATION).strip()
    first, second = sign_in(server, mails, HOF), sign_in(server, mails, HOF)
    assert first.value != second.value
    with (
        seat_of_a_script(server, token) as moderation,
        seat(first) as phone,
        seat(second) as office,
    ):
        devices = (phone, office)
        for device in devices:
            device.say("Noch darf ich")
        moderation.do("person.mute", account=phone.account, minutes=5, reason=REASON)
        for device in devices:
            assert device.refused("chat.send", text="Noch etwas") == "muted"
            assert device.refused("question.ask", text="Darf ich fragen?") == "muted"
        third = sign_in(server, mails, HOF)
        with seat(third) as again:
            assert again.account == phone.account
            assert again.refused("chat.send", text="Neu angemeldet") == "muted"
            moderation.do("person.remove", account=phone.account, reason=REASON)
            for device in (*devices, again):
                assert device.out() == ("banned", Close.NOT_ADMITTED)
        for cookie in (first, second, third, sign_in(server, mails, HOF)):
            assert turned_away(cookie) == "banned"
        moderation.do("person.readmit", account=phone.account)
    with seat(first) as phone:
        assert phone.refused("chat.send", text="Wieder da, noch stumm") == "muted"
