"""Hostile requests, killed builds and bomb files, without end but bounded: `make fuzz`. All of it on loopback."""
