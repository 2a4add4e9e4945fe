"""Collection in a process of its own, to be killed, starved of disk, or run twice at once.

python -m salary_assets_tests.sources.collecting HOME SLUG MONTH NOW FLUSH_EVERY LARGEST_FILE
"""

from __future__ import annotations

import resource
import signal
import sys
from datetime import datetime
from pathlib import Path

from salary_assets import sources
from salary_assets.sources import crawl
from salary_assets.storage import TableStore, load_settings


def main() -> None:
    home, slug, month, now, flush_every, largest_file = sys.argv[1:]
    crawl.FLUSH_EVERY = int(flush_every)
    if int(largest_file):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest_file), int(largest_file)))
    settings = load_settings(Path(home))
    feed = sources.load_registry(settings)[slug]
    try:
        outcome = sources.collect(
            settings, TableStore(settings.tables_url), feed, [month], datetime.fromisoformat(now)
        )[month]
    except sources.SourceBusy as busy:
        sys.stdout.write(f"busy: {busy}")
        sys.exit(3)
    sys.stdout.write(outcome.message)


if __name__ == "__main__":
    main()
