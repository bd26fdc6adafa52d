"""How much one address may hand in: so many corrections in an hour and a day, and in sum over all addresses."""

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
SAID = mark(
    "From one connection {hour} corrections an hour and {day} a day are taken. Try again later, or hand many in as a "
    "list through an office."
)


@cache
def _limiter() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def take(address: str | None) -> None:
    """Count one from an address. Raises TooMany with when to come again."""
    who = neighbourhood(address)
    of_one = (RateLimitItemPerHour(PER_HOUR), RateLimitItemPerDay(PER_DAY))
    of_all = RateLimitItemPerHour(ALL_PER_HOUR)
    if not all(_limiter().test(one, SPACE, who) for one in of_one) or not _limiter().test(of_all, SPACE):
        raise TooMany(phrase(SAID, hour=PER_HOUR, day=PER_DAY))
    for one in of_one:
        _limiter().hit(one, SPACE, who)
    _limiter().hit(of_all, SPACE)


def neighbourhood(address: str | None) -> str:
    """Of an IPv6 address the /64 that one household has; of none at all one for everybody."""
    try:
        told = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if told.version == 4:
        return str(told)
    return str(told.ipv4_mapped or ipaddress.ip_network((told, 64), strict=False))
