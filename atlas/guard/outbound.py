"""The server asks nobody: Streamlit's two questions about the machine's own address are answered with "unknown".

Streamlit asks a host on the internet for the machine's public address, and opens a socket to another for the private
one, to print them at the start and to compare them with the `Origin` of a websocket; it waits for the answer, and the
whole server with it. Which pages are ours is said by `atlas/guard/origins.py`; where a later Streamlit has no such
questions, there is nothing to answer.
"""

from __future__ import annotations

from streamlit import net_util

QUESTIONS = ("get_external_ip", "get_internal_ip")


def forbid() -> None:
    """For the whole process."""
    for name in QUESTIONS:
        if hasattr(net_util, name):
            setattr(net_util, name, _unknown)


def _unknown() -> None:
    """In place of a question to the network."""
