"""Benchmarks: each prints its figures beside a baseline of the same run."""

from pathlib import Path


def peak_mib() -> float:
    """Peak memory of this process; `ru_maxrss` would begin with the peak of the parent that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def sample_items(folder: Path) -> Path:
    """Items of hh.ru of the generated sample market, written into `folder`: for a benchmark that is given no file."""
    # Imported here: whatever is imported counts in the peak of the benchmarks that measure it.
    from salary_assets.sample import write_sample
    from salary_assets.sample.write import HH_FILE

    write_sample(folder / "sample")
    return folder / "sample" / HH_FILE
