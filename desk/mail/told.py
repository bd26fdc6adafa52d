"""What whoever filed a correction or objected is told by e-mail, in both languages. The secret key is known to nobody
here.
"""

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

OF_OBJECTIONS = {
    "accepted": ("已采纳", "accepted"),
    "rejected": ("不予采纳", "not accepted"),
    "returned": ("公示终止，材料已退回报送单位", "the notice ended, and the register was returned"),
    "withdrawn": ("公示终止，材料已由报送单位撤回", "the notice ended, and the register was taken back"),
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
                f"Your correction No. {number:06} {en}.\n{words}\n{_page('correction', 'correction.no', number)}\n"
                "本邮件由系统自动发送，请勿回复；办结后您的联系方式即被删除。\n"
                "This mail was sent by a machine. How to reach you is erased when the case is over.\n"
            )
            queue.put(writer.connection, writer.now, to, subject, text)


def tell_objectors(writer: Writer, notice: int, contacts: dict[int, str], state: str, words: str) -> None:
    """The same for those who objected to a public notice."""
    if not os.environ.get(SMTP_URL):
        return
    zh, en = OF_OBJECTIONS[state]
    for number, contact in sorted(contacts.items()):
        if to := queue.address(contact):
            said = f"{words}\n" if words else ""
            text = (
                f"您就第 {notice:06} 号公示提出的第 {number:06} 号异议：{zh}。\n{said}\n"
                f"Your objection No. {number:06} to public notice No. {notice:06}: {en}.\n{said}"
                f"{_page('register-notice', 'notice.no', notice)}\n"
                "本邮件由系统自动发送，请勿回复；您的联系方式已从办理系统中删除。\n"
                "This mail was sent by a machine. How to reach you was erased with it.\n"
            )
            subject = f"异议第 {number:06} 号：{zh} / Objection No. {number:06}: {en}"
            queue.put(writer.connection, writer.now, to, subject, text)


def _page(name: str, parameter: str, number: int) -> str:
    base = os.environ.get(PUBLIC_URL, "").rstrip("/")
    return f"{base}/{name}?{parameter}={number}\n" if base else ""
