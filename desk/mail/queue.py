"""What is to be sent: written in the transaction of what it tells of, so that neither is there without the other.

An address stands here until its mail was taken by the server, or given up, and no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from desk import texts
from desk.apart import MAIL
from desk.log import instant

LEASE = timedelta(minutes=10)  # longer than a server can keep one mail waiting
WAITS_MIN = (1, 5, 30, 120, 600, 1440)  # after each failure; then it is given up


@dataclass(frozen=True)
class Mail:
    """One mail that is due."""

    mail_no: int
    to: str
    subject: str
    text: str
    tries: int


def address(contact: str) -> str:
    """The e-mail address in what somebody wrote; "" where there is none."""
    found = texts.ADDRESS.search(contact)
    return found[0] if found else ""


def put(connection: Connection, now: datetime, to: str, subject: str, text: str) -> None:
    """Have it sent soon. A subject is one line, whatever is in it."""
    number = (connection.execute(select(func.max(MAIL.c.mail_no))).scalar_one() or 0) + 1
    row = {"mail_no": number, "address": to, "subject": " ".join(subject.split()), "text": text, "tries": 0}
    connection.execute(insert(MAIL), {**row, "next_at": instant(now)})


def due(connection: Connection, now: datetime, most: int) -> Sequence[Mail]:
    """Those whose time has come, the oldest first."""
    asked = select(MAIL).where(MAIL.c.next_at <= instant(now)).order_by(MAIL.c.mail_no).limit(most)
    return [Mail(row.mail_no, row.address, row.subject, row.text, row.tries) for row in connection.execute(asked)]


def take(connection: Connection, now: datetime) -> Mail | None:
    """One whose time has come, for whoever sends it now: others don't see it for LEASE. If it is neither `sent` nor
    `failed` by then, whoever took it has died, and it is sent by another.
    """
    found = due(connection, now, 1)
    for mail in found:
        later = instant(now + LEASE)
        connection.execute(update(MAIL).where(MAIL.c.mail_no == mail.mail_no), {"next_at": later})
    return found[0] if found else None


def sent(connection: Connection, mail_no: int) -> None:
    """It was taken: the address goes."""
    connection.execute(delete(MAIL).where(MAIL.c.mail_no == mail_no))


def failed(connection: Connection, now: datetime, mail: Mail) -> None:
    """Try again later, longer each time; in the end the address goes all the same."""
    if mail.tries >= len(WAITS_MIN):
        sent(connection, mail.mail_no)
        return
    later = instant(now + timedelta(minutes=WAITS_MIN[mail.tries]))
    is_it = MAIL.c.mail_no == mail.mail_no
    connection.execute(update(MAIL).where(is_it), {"tries": mail.tries + 1, "next_at": later})
