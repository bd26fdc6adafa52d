"""What whoever filed a correction is told by e-mail, in both languages; the secret key is known to nobody here."""

from __future__ import annotations

import os

from desk.desk import Writer
from desk.mail import queue

PUBLIC_URL = "ATLAS_PUBLIC_URL"
SMTP_URL = "ATLAS_SMTP_URL"
WORDS = {
    "conceded": ("已认可", "was conceded"),
    "disputed": ("有异议", "was disputed"),
    "upheld": ("予以更正", "was upheld"),
    "rejected": ("不予更正", "was not upheld"),
    "dismissed": ("不予受理", "was dismissed"),
}


def tell(writer: Writer, contacts: dict[int, str], state: str, words: str) -> None:
    """Queue a mail to each contact that is an e-mail address; nothing where no server is set."""
    if not os.environ.get(SMTP_URL):
        return
    zh, en = WORDS[state]
    for number, contact in sorted(contacts.items()):
        if to := queue.address(contact):
            subject = f"纠错第 {number:06} 号：{zh} / Correction No. {number:06} {en}"
            text = (
                f"您反映的第 {number:06} 号纠错：{zh}。\n{words}\n\n"
                f"Your correction No. {number:06} {en}.\n{words}\n{_link(number)}\n"
                "本邮件由系统自动发送，请勿回复；办结后您的联系方式即被删除。\n"
                "This mail was sent by a machine. How to reach you is erased when the case is over.\n"
            )
            queue.put(writer.connection, writer.now, to, subject, text)


def _link(number: int) -> str:
    base = os.environ.get(PUBLIC_URL, "").rstrip("/")
    return f"{base}/correction?correction.no={number}\n" if base else ""
