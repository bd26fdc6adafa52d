"""What waits for an office, by e-mail: one mail a working day at most, in both languages, none where nothing waits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sqlalchemy import insert, select, update

from desk.apart import DIGEST
from desk.desk import Desk
from desk.log import instant
from desk.mail import queue
from desk.mail.told import PUBLIC_URL
from desk.working_days import is_working

FIRST_HOUR = 7  # where the server stands: nobody is written to by night


@dataclass(frozen=True)
class Case:
    """One that waits: its number, the village's name in Chinese and English, the day that it is due (ISO)."""

    number: int
    zh: str
    en: str
    due_on: str


@dataclass(frozen=True)
class Part:
    """What waits of one kind: its name, how many, how many beyond their term, how many since the last mail."""

    zh: str
    en: str
    n: int
    overdue: int = 0
    new: int = 0
    first: tuple[Case, ...] = ()


def day_of(desk: Desk, country: str) -> date | None:
    """The day whose mail may be written now, by the country's calendar; None by night, or when nobody works."""
    now = desk.clock().astimezone()
    return now.date() if now.hour >= FIRST_HOUR and is_working(country, now.date()) else None


def told_at(desk: Desk, sub: str, day: date) -> str | None:
    """The instant of somebody's last mail, "" before the first; None where they had that day's already."""
    with desk.reading() as connection:
        found = connection.execute(select(DIGEST).where(DIGEST.c.sub == sub)).one_or_none()
    if found is None:
        return ""
    return None if found.day >= day.isoformat() else str(found.told_at)


def put(desk: Desk, sub: str, to: str, day: date, parts: Sequence[Part]) -> bool:
    """Queue somebody's mail of a day, unless nothing waits, or another process did so: then it returns False."""
    waiting = [part for part in parts if part.n]
    if not waiting:
        return False
    with desk.writing() as writer:
        is_them = DIGEST.c.sub == sub
        last = writer.connection.execute(select(DIGEST.c.day).where(is_them)).scalar_one_or_none()
        if last is not None and last >= day.isoformat():
            return False
        row = {"sub": sub, "day": day.isoformat(), "told_at": instant(writer.now)}
        if last is None:
            writer.connection.execute(insert(DIGEST), row)
        else:
            writer.connection.execute(update(DIGEST).where(is_them), row)
        queue.put(writer.connection, writer.now, to, subject(waiting), text(waiting))
    return True


def subject(parts: Sequence[Part]) -> str:
    n, overdue = sum(part.n for part in parts), sum(part.overdue for part in parts)
    zh = f"待办 {n} 件" + (f"，其中逾期 {overdue} 件" if overdue else "")
    en = f"{n} to be done" + (f", {overdue} overdue" if overdue else "")
    return f"{zh} / {en}"


def text(parts: Sequence[Part]) -> str:
    """Chinese first, then the same in English; links where the address of the atlas is set."""
    zh = [line for part in parts for line in _lines(part, is_zh=True)]
    en = [line for part in parts for line in _lines(part, is_zh=False)]
    link = _address("desk")
    return "\n".join(
        [
            *("以下事项待您办理：", "", *zh),
            *([f"工作台：{link}", ""] if link else []),
            *("This waits for you:", "", *en),
            *([f"Desk: {link}", ""] if link else []),
            "本邮件由系统自动发送，请勿回复；每个工作日至多一封，无待办事项时不发送。",
            "This mail was sent by a machine: one a working day at most, and none where nothing waits.",
            "",
        ]
    )


def _lines(part: Part, *, is_zh: bool) -> list[str]:
    if is_zh:
        more = [f"逾期 {part.overdue} 件"] if part.overdue else []
        more += [f"新增 {part.new} 件"] if part.new else []
        head = f"{part.zh}：{part.n} 件" + (f"（{'，'.join(more)}）" if more else "")
    else:
        more = [f"{part.overdue} overdue"] if part.overdue else []
        more += [f"{part.new} new"] if part.new else []
        head = f"{part.en}: {part.n}" + (f" ({', '.join(more)})" if more else "")
    return [head, *(_line(case, is_zh=is_zh) for case in part.first), ""]


def _line(case: Case, *, is_zh: bool) -> str:
    name = " ".join((case.zh if is_zh else case.en).split())
    link = _address("correction", **{"correction.no": str(case.number)})
    said = (
        f"第 {case.number:06} 号 {name}，{case.due_on} 到期"
        if is_zh
        else (f"No. {case.number:06} {name}, due {case.due_on}")
    )
    return f"  {said} {link}".rstrip()


def _address(page: str, **values: str) -> str:
    base = os.environ.get(PUBLIC_URL, "").rstrip("/")
    asked = f"?{urlencode(values)}" if values else ""
    return f"{base}/{page}{asked}" if base else ""
