"""Benchmarks: each prints its figures beside a baseline of the same run."""

from pathlib import Path


def peak_mib() -> float:
    """Peak memory of this process; `ru_maxrss` would begin with the peak of the parent that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
