"""The command line: `python -m supply FILE` writes the bill of materials of what is delivered."""

from __future__ import annotations

import sys
from pathlib import Path

from supply import bill, licences, parts


def main() -> int:
    """0 when written, 1 with the reasons when a part may not be delivered."""
    delivered = [*parts.python_parts("requirements.txt"), *parts.npm_parts()]
    if reasons := licences.refused(delivered):
        print("\n".join(reasons), file=sys.stderr)
        return 1
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "sbom.cdx.json")
    target.write_text(bill.written(delivered) + "\n", encoding="utf-8")
    print(f"{target}: {len(delivered)} parts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
