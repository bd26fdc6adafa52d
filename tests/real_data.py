"""Real files of other registers and countries: where they lie, and how a test builds an atlas from them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROFILES = Path(__file__).resolve().parent / "profiles"
REAL = Path(os.environ.get("ATLAS_REAL_DATA", ROOT.parent / "shared" / "data" / "real"))

CASES = Path(os.environ.get("ATLAS_CASES", ROOT.parent / "shared" / "data" / "cases"))  # small files that failed

needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"the cases are not here: {CASES} (ATLAS_CASES names another folder)"
)
needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the real files are not here: {REAL} (ATLAS_REAL_DATA names another folder)"
)
