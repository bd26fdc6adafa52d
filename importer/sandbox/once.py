"""A reader without a template, where a system cannot fork: `python -m importer.sandbox.once SCRATCH`.

The request comes on the standard input, the answer goes to the standard output.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from importer.sandbox import tasks
from importer.sandbox.template import write_all

if __name__ == "__main__":
    answer = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    tasks.work(sys.stdin.buffer.read(), partial(write_all, answer), Path(sys.argv[1]))
