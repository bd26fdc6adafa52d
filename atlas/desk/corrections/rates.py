"""How much one address may hand in: so many corrections or objections in an hour and a day, and in sum over all
addresses.
"""

from __future__ import annotations

import ipaddress
from functools import cache

from limits import RateLimitItemPerDay, RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from atlas.look.language import mark
from desk.errors import TooMany
from ground.phrases import phrase

PER_HOUR, PER_DAY = 10, 30  # of one address; an office sends a list
ALL_PER_HOUR = 2_000
SPACE = "corrections"
OBJECTIONS_PER_HOUR, OBJECTIONS_PER_DAY = 5, 15
ALL_OBJECTIONS_PER_HOUR = 500
OBJECTIONS = "objections"
SAID = mark(
    "From one connection {hour} corrections an hour and {day} a day are taken. Try again later, or hand many in as a "
    "list through an office."
)

SAID_OF_OBJECTIONS = mark(
    "From one connection {hour} objections an hour and {day} a day are taken. Try again later, or write to the office."
)


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def take(address: str | None) -> None:
    """Count one from an address. Raises TooMany with when to come again."""
    _take(address, SPACE, PER_HOUR, PER_DAY, ALL_PER_HOUR, SAID)


def take_objection(address: str | None) -> None:
    """The same of objections to a public notice."""
    most = (OBJECTIONS_PER_HOUR, OBJECTIONS_PER_DAY, ALL_OBJECTIONS_PER_HOUR)
    _take(address, OBJECTIONS, *most, SAID_OF_OBJECTIONS)


def _take(address: str | None, space: str, per_hour: int, per_day: int, all_per_hour: int, said: str) -> None:
    who = neighbourhood(address)
    of_one = (RateLimitItemPerHour(per_hour), RateLimitItemPerDay(per_day))
    of_all = RateLimitItemPerHour(all_per_hour)
    if not all(_limiter().test(one, space, who) for one in of_one) or not _limiter().test(of_all, space):
        raise TooMany(phrase(said, hour=per_hour, day=per_day))
    for one in of_one:
        _limiter().hit(one, space, who)
    _limiter().hit(of_all, space)


def neighbourhood(address: str | None) -> str:
    """Of an IPv6 address the /64 that one household has; of none at all one for everybody."""
    try:
        told = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if told.version == 4:
        return str(told)
    return str(told.ipv4_mapped or ipaddress.ip_network((told, 64), strict=False))
