"""What is known of ads beside their payloads: first and last seen, gone, published again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pandas as pd

from salary_assets.sources.live import Span
from salary_assets.storage import Part, Settings, TableStore
from salary_assets.storage.schemas import Sightings

NOT_LISTED, NOT_FOUND = "not_listed", "not_found"
UNFINISHED = ""
"""Fingerprint of an ad whose page could not be fetched: the next run asks for it again."""


def months_before(months: Sequence[str], count: int) -> list[str]:
    """`months` and the `count` months before the earliest of them, ascending."""
    year, month = map(int, min(months).split("-"))
    earlier = [divmod(year * 12 + month - 1 - back, 12) for back in range(1, count + 1)]
    return sorted({*months, *(f"{y:04d}-{m + 1:02d}" for y, m in earlier)})


def read_sightings(store: TableStore, slug: str, months: Iterable[str]) -> pd.DataFrame:
    """The sightings of a source in these months; no rows where there are none."""
    wanted = set(months)
    parts = [part for part in store.parts(Sightings, slug) if part.month in wanted]
    return store.read(Sightings, parts=parts) if parts else Sightings.no_rows()


def write_sightings(store: TableStore, slug: str, sightings: pd.DataFrame, months: Iterable[str]) -> None:
    """Publish sightings by month of publication; of these months, those that have no row any more become empty."""
    month = sightings["published_at"].dt.tz_convert("Europe/Moscow").dt.strftime("%Y-%m")
    for name in sorted(set(month) | {part.month for part in store.parts(Sightings, slug) if part.month in set(months)}):
        store.write(Sightings, sightings[month == name], Part(name, slug))


def merged(known: pd.DataFrame, listed: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Sightings before a run and what it listed (columns source, native_id, published_at, fingerprint) -> after it.

    An ad that is listed is not gone. A new one with the fingerprint of an ad of an earlier run is that ad published
    again.
    """
    moment = pd.Timestamp(now).as_unit("us")
    fresh = listed.drop_duplicates("native_id", keep="last")
    again = fresh.merge(known[["native_id", "first_seen", "republished_of"]], on="native_id", how="left")
    whole = known[known["fingerprint"] != UNFINISHED]
    earlier = whole.sort_values(["last_seen", "native_id"]).drop_duplicates("fingerprint", keep="last")
    origin = again["fingerprint"].map(earlier.set_index("fingerprint")["native_id"])
    is_new = again["first_seen"].isna()
    again = again.assign(
        republished_of=again["republished_of"].where(~is_new, origin),
        first_seen=again["first_seen"].fillna(moment),
        last_seen=moment,
        gone_at=pd.Series(pd.NaT, again.index, dtype=known["gone_at"].dtype),
        gone_reason=None,
    )
    kept = known[~known["native_id"].isin(fresh["native_id"])]
    return Sightings.checked(pd.concat([kept, again[known.columns]], ignore_index=True))


def marked_gone(sightings: pd.DataFrame, which: pd.Series, reason: str, now: datetime) -> pd.DataFrame:
    """Sightings with those of `which` (a mask) that were not gone yet gone now."""
    newly = which & sightings["gone_at"].isna()
    return sightings.assign(
        gone_at=sightings["gone_at"].where(~newly, pd.Timestamp(now).as_unit("us")),
        gone_reason=sightings["gone_reason"].where(~newly, reason),
    )


def not_listed(sightings: pd.DataFrame, span: Span, now: datetime) -> pd.Series:
    """Mask of ads published in the span that the run at `now`, which listed all of it, did not list."""
    inside = (sightings["published_at"] >= span.first) & (sightings["published_at"] < span.last)
    return inside & (sightings["last_seen"] < pd.Timestamp(now))


class Journal:
    """Ads that a running collection has safely stored, so that one that was killed does not ask for them again.

    Lives beside the other caches of the home and only until the run's sightings are written.
    """

    def __init__(self, settings: Settings, slug: str) -> None:
        self._path = settings.cache / f"collecting-{slug}.jsonl"

    def read(self) -> dict[str, str]:
        """Fingerprints by native id that a run which did not end left; a line cut off by the kill is left out."""
        found: dict[str, str] = {}
        if self._path.is_file():
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                try:
                    native_id, mark = json.loads(line)
                except ValueError:
                    continue
                found[native_id] = mark
        return found

    def note(self, stored: Mapping[str, str]) -> None:
        """Add ads whose payloads are on disk."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps([native_id, mark]) + "\n" for native_id, mark in stored.items())
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        self._path.unlink(missing_ok=True)
