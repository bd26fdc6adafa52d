"""Amounts that are written in another unit than they are reckoned in."""

from __future__ import annotations

TEN_THOUSAND = 10_000.0  # money is asked for and shown in ten thousands of the currency, and reckoned in its unit
