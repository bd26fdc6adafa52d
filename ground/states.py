"""What may be known of a village's connection: the codes of the built tables, and their words in addresses."""

from __future__ import annotations

UNKNOWN, UNCONNECTED, CONNECTED, NOT_APPLICABLE = range(4)
