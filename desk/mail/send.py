"""Sends what is due through the server that ATLAS_SMTP_URL names; without one, nothing is queued and nothing sent.

ATLAS_SMTP_URL=smtps://user:password@mail.example.org:465?from=atlas@example.org
ATLAS_SMTP_URL=smtp://mail.example.org:25?from=atlas@example.org&starttls=1
"""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from desk import texts
from desk.desk import Desk
from desk.mail import queue
from desk.mail.queue import Mail

URL = "ATLAS_SMTP_URL"
TIMEOUT_S = 20.0
AT_ONCE = 50
PORTS = {"smtp": 25, "smtps": 465}
LOG = logging.getLogger("atlas")


class WrongServer(ValueError):
    """The setting names no server for e-mail."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, and whom it is from."""

    host: str
    port: int
    sender: str
    is_tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = ""


def server() -> Server | None:
    """As the environment says; None where nothing is set. Raises WrongServer; the password is in no message."""
    told = os.environ.get(URL, "")
    if not told:
        return None
    parts, asked = urlsplit(told), parse_qs(urlsplit(told).query)
    sender = asked.get("from", [""])[0]
    if parts.scheme not in PORTS or not parts.hostname or not texts.ADDRESS.fullmatch(sender):
        raise WrongServer(f"{URL}: expected smtp://host:port?from=atlas@example.org, or smtps://user:password@…")
    return Server(
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        sender,
        parts.scheme == "smtps",
        asked.get("starttls", ["0"])[0] == "1",
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def send_due(desk: Desk, to: Server) -> int:
    """Send what is due; returns how many were taken. A mail that is refused waits; nobody waits for it.

    Several processes may do so at once: each mail is one's alone while it is sent.
    """
    with desk.reading() as connection:
        if not queue.due(connection, desk.clock(), 1):
            return 0  # nobody waits for a writer to be told so
    taken = 0
    for _ in range(AT_ONCE):
        with desk.writing() as writer:
            mail = queue.take(writer.connection, writer.now)
        if mail is None:
            break
        is_taken = _send(to, mail)
        with desk.writing() as writer:
            if is_taken:
                queue.sent(writer.connection, mail.mail_no)
            else:
                queue.failed(writer.connection, writer.now, mail)
        taken += is_taken
    return taken


def _send(to: Server, mail: Mail) -> bool:
    try:
        with _connected(to) as connection:
            connection.send_message(message(to, mail))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        LOG.warning("mail %d was not taken: %s", mail.mail_no, type(error).__name__)  # no address in a log
        return False
    return True


def message(to: Server, mail: Mail) -> EmailMessage:
    """The same mail has the same id whenever it is sent: a second one is told from a new one."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = to.sender, mail.to, mail.subject
    made["Date"] = formatdate(usegmt=True)
    made["Message-ID"] = f"<atlas-{mail.mail_no}@{to.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    return made


@contextmanager
def _connected(to: Server) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    made = (
        smtplib.SMTP_SSL(to.host, to.port, timeout=TIMEOUT_S, context=context)
        if to.is_tls
        else smtplib.SMTP(to.host, to.port, timeout=TIMEOUT_S)
    )
    with made as connection:
        if to.starttls:
            connection.starttls(context=context)
        if to.user:
            connection.login(to.user, to.password)
        yield connection
