"""Files of hh items, posts or tables of sites -> the inputs of models: from payload to kinds of job, in one call.

The same functions as the graph's assets, so an estimate of a file and of a partition cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from salary_assets.clusters import cluster_vacancies
from salary_assets.labelling import label_postings
from salary_assets.market import build_vacancies
from salary_assets.money import bundled_rates, operator_rates
from salary_assets.salary.arrays import Bools
from salary_assets.salary.training import inputs_of
from salary_assets.skills import SkillMapper, load_overrides, map_vacancies
from salary_assets.skills.overrides import FILE_NAME
from salary_assets.sources import Feed, Refused, Registry, load_registry, parse_raw
from salary_assets.sources.base import BadRecord, RawAd
from salary_assets.sources.files import ArchiveFile, json_object
from salary_assets.sources.formats import table
from salary_assets.sources.formats.hh import DETAIL_TYPE, LIST_TYPE
from salary_assets.sources.formats.telegram import DUMP_TYPE, slug_of
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.clock import MOSCOW
from salary_assets.storage.schemas import RawAds, SkillAliases, SkillCanon, VacancyClusters
from salary_assets.storage.store import MissingPart

AHEAD = timedelta(days=1)
"""How far another clock may be ahead of ours."""

HH = Feed("hh", "hh.ru", "hh", "2003-01")


class NoItems(ValueError):
    """Files without a single ad that could be read; the message names the first reasons."""


@dataclass(frozen=True)
class Items:
    """What files hold. inputs: columns of table `training_set`, a row per vacancy, pay null where not comparable.

    lines: per readable record in input order, `id` as the file has it (of a table: what identifies its row), `channel`
    for posts, `posting_id`, `file`.
    vacancy_of: posting id -> vacancy id; a posting that is no vacancy is absent. spellings: lower-case skills as
    spelled (lists) by vacancy id. bad: what could not be read. clusters: table `vacancy_clusters`.
    """

    inputs: pd.DataFrame
    spellings: pd.Series
    lines: list[dict[str, Any]]
    vacancy_of: dict[str, str]
    bad: list[str]
    clusters: pd.DataFrame

    @property
    def posts(self) -> pd.Series:
        """How many posts were merged into each vacancy, by vacancy id."""
        return pd.Series(list(self.vacancy_of.values()), dtype="str").value_counts()

    @property
    def paid(self) -> pd.DataFrame:
        """Rows with comparable pay: a training set."""
        stated = self.inputs["pay_lower"].notna() | self.inputs["pay_upper"].notna()
        return self.inputs[stated.to_numpy()].reset_index(drop=True)


@dataclass(frozen=True)
class Posts:
    """What files hold before repeats are merged: tables `parsed_postings` and `labelled_postings`, and `Items`' lines
    and bad."""

    parsed: pd.DataFrame
    labels: pd.DataFrame
    lines: list[dict[str, Any]]
    bad: list[str]

    def only(self, chosen: Bools) -> Posts:
        """The posts that are true in `chosen`, a value per row of `parsed`."""
        parsed = self.parsed[chosen].reset_index(drop=True)
        labels = self.labels[self.labels["posting_id"].isin(parsed["posting_id"])].reset_index(drop=True)
        return Posts(parsed, labels, self.lines, self.bad)

    def of_files(self, files: Collection[str]) -> Bools:
        """Whether each post comes from one of these files."""
        named = {line["posting_id"] for line in self.lines if line["file"] in files}
        return self.parsed["posting_id"].isin(named).to_numpy()


def read_items(
    paths: Sequence[Path],
    settings: Settings,
    now: datetime,
    progress: Callable[[str], None] = lambda _step: None,
) -> Items:
    """Read, parse, label, merge, map and cluster the ads of some files: `merge_posts` of `read_posts`."""
    return merge_posts(read_posts(paths, settings, now, progress), settings, progress)


def read_posts(
    paths: Sequence[Path],
    settings: Settings,
    now: datetime,
    progress: Callable[[str], None] = lambda _step: None,
) -> Posts:
    """Read, parse and label the posts of some files.

    Each line is an item of api.hh.ru (list or detail shape) or a post {"channel", "id", "date", "text"}, or the file is
    a table of a site that the registry describes. An item without a date counts as published when the newest
    of the dated ones was (`now` where there is none), so that an answer does not depend on the day it is asked for.
    An ad from the future is not used: beside it all others are too old to count. Raises NoItems, OSError.
    """
    registry = load_registry(settings)
    raw, lines, bad = _raw_ads(paths, registry, now)
    progress(f"{len(raw)} records read")
    postings, refused = [], []
    for feed in _feeds(raw, registry):
        parsed, quarantined = parse_raw(feed, RawAds.frame([row for row in raw if row["source"] == feed.slug]))
        postings.append(parsed)
        refused += [f"{row['origin']}: {row['reason']}" for row in quarantined.to_dict("records")]
    read = pd.concat(postings, ignore_index=True) if postings else pd.DataFrame()
    if len(read):
        late = (read["published_at"] > now + AHEAD).to_numpy()
        days = read["published_at"][late].dt.tz_convert(MOSCOW).dt.strftime("%Y-%m-%d")
        refused += [
            f"{posting}: published {day}, which is yet to come; mend its date"
            for posting, day in zip(read["posting_id"][late], days, strict=True)
        ]
        read = read[~late].reset_index(drop=True)
    if not len(read):
        reasons = "; ".join([*bad, *refused][:3]) or "the files are empty"
        raise NoItems(f"no ad could be read from {', '.join(map(str, paths))}: {reasons}")
    progress(f"{len(read)} postings parsed")
    labels = label_postings(read)
    progress("labelled")
    return Posts(read, labels, lines, [*bad, *refused])


def merge_posts(
    posts: Posts,
    settings: Settings,
    progress: Callable[[str], None] = lambda _step: None,
    clusters: pd.DataFrame | None = None,
) -> Items:
    """Merge repeats, map skills, find kinds of job.

    Skills and kinds of job are those of the home, where it has any; rates are the bundled ones and the operator's.
    clusters: table `vacancy_clusters` whose kinds are kept, in place of the home's.
    """
    vacancies = build_vacancies(posts.parsed, posts.labels, _rates(settings)).vacancies
    progress(f"{len(vacancies)} vacancies after merging repeats")
    store = TableStore(settings.tables_url)
    mapped = map_vacancies(vacancies, _mapper(settings))
    known = _table(store, VacancyClusters) if clusters is None else clusters
    found, _ = cluster_vacancies(vacancies, mapped, known)
    progress("skills mapped, kinds of job found")
    members = {
        str(member["posting_id"]): str(vacancy)
        for vacancy, merged in zip(vacancies["vacancy_id"], vacancies["members"], strict=True)
        for member in merged
    }
    spellings = mapped["spelling"].str.lower().groupby(mapped["vacancy_id"]).agg(lambda spelt: sorted(set(spelt)))
    return Items(inputs_of(vacancies, mapped, found), spellings, posts.lines, members, posts.bad, found)


def before_and_after(posts: Posts, cut: datetime, asked: Bools, settings: Settings) -> tuple[Items, Items]:
    """Posts before `cut` and those from it on, each merged by itself: nothing is known of a repeat on the other side.

    asked: whether each post may be among the later ones; the earlier ones are all there.
    """
    late = (posts.parsed["published_at"] >= cut).to_numpy()
    earlier = merge_posts(posts.only(~late), settings)
    return earlier, merge_posts(posts.only(late & asked), settings, clusters=earlier.clusters)


def _raw_ads(
    paths: Iterable[Path], registry: Registry, now: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    raw: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    bad: list[str] = []
    undated: dict[int, _Line] = {}
    newest: list[datetime] = []
    for path in paths:
        for one in _records(path, registry):
            if isinstance(one, BadRecord):
                bad.append(f"{path}: {one.reason}")
                continue
            if isinstance(one, RawAd):
                newest.append(one.published_at)
                about: dict[str, Any] = {"id": one.native_id, "posting_id": f"{one.source}/{one.native_id}"}
                raw.append(_stored(one))
            else:
                if one.published_at is None:
                    undated[len(raw)] = one
                else:
                    newest.append(one.published_at)
                about = one.about
                raw.append(one.raw(now))
            lines.append(about | {"file": str(path)})
    as_new = min(max((one for one in newest if one <= now + AHEAD), default=now), now)
    for row, line in undated.items():
        raw[row] = line.raw(now, as_new)
    return raw, lines, bad


@dataclass(frozen=True)
class _Line:
    """A line that is an item of hh.ru or a post. date: name of the field that says when it was published."""

    item: dict[str, Any]
    origin: str
    source: str
    kind: str
    date: str

    @property
    def native_id(self) -> str:
        return str(self.item["id"])

    @property
    def about(self) -> dict[str, Any]:
        named = {"channel": self.item["channel"]} if self.kind == DUMP_TYPE else {}
        return named | {"id": self.item["id"], "posting_id": f"{self.source}/{self.native_id}"}

    @property
    def published_at(self) -> datetime | None:
        """None where it does not say so in a form that can be compared; the parser has the last word on that."""
        try:
            found = datetime.fromisoformat(str(self.item.get(self.date)))
        except ValueError:
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def raw(self, now: datetime, published: datetime | None = None) -> dict[str, Any]:
        """The row of `raw_ads`. published: for a line that names no date."""
        dated = self.item
        if published and not self.item.get(self.date):
            dated = {**self.item, self.date: published.isoformat()}
        payload = json.dumps(dated, ensure_ascii=False).encode()
        return _stored(RawAd(self.source, self.native_id, now, now, "archive", None, self.kind, payload, self.origin))


def _records(path: Path, registry: Registry) -> Iterator[RawAd | _Line | BadRecord]:
    file = ArchiveFile.of(path)
    site = table.owner_of(file, [feed for feed in registry if not feed.sample])
    if site is not None:
        yield from table.read(file, site)
        return
    for entry in file.lines():
        if isinstance(entry, BadRecord):
            yield entry
            continue
        number, text = entry
        try:
            yield _line(json_object(text), file.origin(number))
        except Refused as refusal:
            yield BadRecord(file.origin(number), f"line {number}: {refusal}", text)


def _line(item: dict[str, Any], origin: str) -> _Line:
    if not item.get("id"):
        raise Refused("it has no `id`")
    if "name" in item:
        return _Line(item, origin, HH.slug, DETAIL_TYPE if item.get("description") else LIST_TYPE, "published_at")
    channel = item.get("channel")
    if not isinstance(channel, str) or not isinstance(item.get("text"), str):
        raise Refused("neither an item of hh.ru (id, name, ...) nor a post (channel, id, date, text)")
    return _Line(item, origin, slug_of(channel), DUMP_TYPE, "date")


def _stored(ad: RawAd) -> dict[str, Any]:
    return {name: getattr(ad, name) for name in RawAds.column_names()}


def _feeds(raw: Iterable[dict[str, Any]], registry: Registry) -> list[Feed]:
    """The feeds of these rows; a channel that the registry lacks is a feed of Telegram."""
    feeds = []
    for slug in sorted({row["source"] for row in raw}):
        known = registry[slug] if slug in registry else Feed(slug, slug, "telegram", "2015-01", options={})
        feeds.append(HH if slug == HH.slug else known)
    return feeds


def _rates(settings: Settings) -> pd.DataFrame:
    own = settings.home / "rates.csv"
    frames = [operator_rates(own), bundled_rates()] if own.is_file() else [bundled_rates()]
    return pd.concat(frames, ignore_index=True).drop_duplicates(["effective_on", "currency"])


def _mapper(settings: Settings) -> SkillMapper:
    store = TableStore(settings.tables_url)
    canon = _table(store, SkillCanon)
    if canon is None or canon.empty:
        return SkillMapper.from_backbone()
    return SkillMapper.from_frames(canon, _table(store, SkillAliases), load_overrides(settings.home / FILE_NAME))


def _table(store: TableStore, contract: Any) -> pd.DataFrame | None:
    try:
        return store.read(contract)
    except MissingPart:
        return None
