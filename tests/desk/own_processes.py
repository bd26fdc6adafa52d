"""Processes of their own that a test starts beside itself.

Not multiprocessing: that runs the test's `__main__` once more in each, and a test of pages may have left a page there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence


def together(module: str, function: str, arguments: Sequence[Sequence[str]]) -> list[str]:
    """Call a function of a test's module with each of the arguments, all at once. What those wrote that failed."""
    call = f"import json, sys, {module}; {module}.{function}(*json.loads(sys.argv[1]))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", call, json.dumps(list(one))], env=env, stderr=subprocess.PIPE, text=True
        )
        for one in arguments
    ]
    said = [(one.communicate(timeout=120)[1], one.returncode) for one in started]
    return [words for words, code in said if code != 0]
