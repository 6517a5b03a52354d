from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.firefox.firefox import Firefox
from tests.firefox.firefox import firefox as running_firefox
from tests.fixtures.mail import MailSink


@pytest.fixture
def server_environment(mails: MailSink) -> Mapping[str, str]:
    return {"PLENUM_SMTP_URL": mails.url, "PLENUM_DRAIN_SECONDS": "1"}


@pytest.fixture
def firefox() -> Iterator[Firefox]:
    with running_firefox() as browser:
        yield browser
