"""All benchmarks, one after another, each in a process of its own: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    folder = Path(__file__).parent
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    wanted = sys.argv[1:] or names
    failed = []
    for name in wanted:
        print(f"\n== {name} (python -m benchmarks.{name} --help)", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
