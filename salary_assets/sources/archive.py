"""History files: `add` reads a file once and notes which months of which feeds it holds; collecting reads it later.

The index is one JSON document per file under <home>/archives. Files stay where they are: one that was moved or changed
since is an error with what to do, never silently other ads.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from salary_assets.sources.base import BadRecord, Feed, Format, RawAd, Received, Refused, Route, Shape
from salary_assets.sources.files import ArchiveFile
from salary_assets.sources.formats import all_formats, format_named, table
from salary_assets.sources.formats.telegram import slug_of
from salary_assets.sources.parsing import quarantine_row
from salary_assets.sources.registry import Registry, entry_line, load_registry, register
from salary_assets.storage import Part, Settings, TableStore, quarantine, write_text
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import Quarantine

TELEGRAM = "telegram"
"""The format of channels, and what dumps are added as whose lines name theirs."""

ANY_ZONE = timedelta(days=1)
"""A day has begun somewhere this long before it has where the file is added."""


class ArchiveRefused(ValueError):
    """A file that cannot be indexed, or not read any more; the message says why and what to do."""


@dataclass(frozen=True)
class ArchiveRecord:
    """One indexed file.

    source: what it was added as, a feed's slug or `telegram`.
    rows: records by feed and publication month (Europe/Moscow); bad: records that went to quarantine.
    ads: different ads by feed, because files repeat them; empty for files indexed before it was counted.
    """

    source: str
    path: str
    sha256: str
    size: int
    mtime_ns: int
    format: str
    version: str
    shape: str
    rows: Mapping[str, Mapping[str, int]]
    bad: int
    added_at: str
    examples: tuple[str, ...] = field(default=())
    ads: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.source}--{self.sha256[:20]}"

    @property
    def feeds(self) -> list[str]:
        return sorted(self.rows)

    @property
    def total(self) -> int:
        return sum(count for months in self.rows.values() for count in months.values())


def add(
    settings: Settings, source: str, paths: Iterable[Path], now: datetime, register_channels: bool = False
) -> list[ArchiveRecord]:
    """Index files (or folders of an export) of a feed; `source` may be `telegram` for dumps that name their channels.

    Bad records go to quarantine at once. A file that is indexed already and has not changed is not read again.
    Raises ArchiveRefused for a file that is missing, empty, of another source, or of a channel that no feed has
    (unless `register_channels`); files before it are indexed.
    """
    records = []
    for path in (file for given in paths for file in _expand(given)):
        try:
            file = ArchiveFile.of(path)
        except OSError as error:
            raise ArchiveRefused(f"{path}: cannot be read: {error.strerror or error}") from error
        records.append(_known(settings, source, file) or _index(settings, source, file, now, register_channels))
    return records


def indexed(settings: Settings) -> list[ArchiveRecord]:
    """All indexed files, by source and path."""
    return sorted(map(_load, settings.archive_index.glob("*.json")), key=lambda one: (one.source, one.path))


def holding(settings: Settings, slug: str, months: Sequence[str]) -> list[ArchiveRecord]:
    """Indexed files that hold ads of a feed for any of these months."""
    wanted = set(months)
    return [record for record in indexed(settings) if wanted & set(record.rows.get(slug, ()))]


def months_of(settings: Settings, slug: str) -> dict[str, int]:
    """Months of a feed that indexed files hold, with the ads of each."""
    total: Counter[str] = Counter()
    for record in indexed(settings):
        total.update(record.rows.get(slug, {}))
    return dict(sorted(total.items()))


def reopen(record: ArchiveRecord) -> ArchiveFile:
    """The file of a record. Raises ArchiveRefused when it was moved or changed since it was indexed."""
    again = f"salary-assets archive add {record.source} {record.path}"
    path = Path(record.path)
    try:
        status = path.stat()
    except OSError as error:
        raise ArchiveRefused(
            f"history file {path} is not there any more ({error.strerror}): put it back, or add it where it is now"
            f" (salary-assets archive add {record.source} NEW_PATH)"
        ) from error
    touched = (status.st_size, status.st_mtime_ns) != (record.size, record.mtime_ns)
    if touched and ArchiveFile.of(path).sha256 != record.sha256:
        raise ArchiveRefused(f"history file {path} was changed since it was indexed: index it again ({again})")
    return ArchiveFile(path, record.sha256, record.size, record.mtime_ns)


def shape_of(record: ArchiveRecord) -> Shape:
    """Raises ArchiveRefused when this version of the product does not know how the file was read."""
    shapes = {shape.name: shape for shape in format_named(record.format).shapes}
    if record.shape not in shapes:
        raise ArchiveRefused(f"{record.path} was indexed as {record.shape}, which is not known: index it again")
    return shapes[record.shape]


def read_ads(file: ArchiveFile, shape: Shape, route: Route, added_at: datetime) -> Iterator[Received]:
    """What the file holds; an ad of a day that had not come when it was added is a bad record: no month takes it.

    Raises Refused when the file cannot be read as this shape.
    """
    for one in shape.read(file, route):
        if isinstance(one, RawAd) and one.published_at > added_at + ANY_ZONE:
            reason = f"published {one.published_at:%Y-%m-%d}, after the file was added ({added_at:%Y-%m-%d})"
            yield BadRecord(one.origin, reason, one.payload)
        else:
            yield one


def put_in_quarantine(store: TableStore, feed: Feed, file: ArchiveFile, bad: Iterable[BadRecord]) -> int:
    """Make `bad` all that quarantine holds of this file. Returns how many there are."""
    rows = [quarantine_row(feed, "archive", one) for one in bad]
    part = Part(quarantine.UNKNOWN_MONTH, feed.slug)
    quarantine.replace(store, part, "archive", Quarantine.frame(rows), within=file.name)
    return len(rows)


def _expand(path: Path) -> list[Path]:
    """A file, or what a folder holds: the documents of a Desktop export, else all its files."""
    if not path.is_dir():
        return [path]
    export = [path / "result.json"] if (path / "result.json").is_file() else sorted(path.glob("messages*.html"))
    found = export or sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    if not found:
        raise ArchiveRefused(f"{path}: an empty folder")
    return found


def _known(settings: Settings, source: str, file: ArchiveFile) -> ArchiveRecord | None:
    found = settings.archive_index / f"{source}--{file.sha256[:20]}.json"
    record = _load(found) if found.is_file() else None
    if record is None or record.version != format_named(record.format).version:
        return None
    same = (record.path, record.mtime_ns) == (str(file.path), file.mtime_ns)
    return record if same else None


def _index(settings: Settings, source: str, file: ArchiveFile, now: datetime, register_channels: bool) -> ArchiveRecord:
    registry = load_registry(settings)
    if not file.head.strip():
        raise ArchiveRefused(f"{file.path}: the file is empty; nothing was indexed")
    if source != TELEGRAM and source not in registry:
        raise ArchiveRefused(_how_to_register(settings, registry, source, file))
    feed, form, shape = _how_to_read(registry, source, file)
    strangers: dict[str, Feed] = {}

    def route(name: str | None) -> Feed | None:
        if name is None:
            return feed
        owner = registry.by_channel(name)
        if owner is None:
            owner = strangers.setdefault(name, Feed(slug_of(name), name, form.name, "", options={"channel": name}))
        if feed is not None and owner.slug != feed.slug:
            raise ArchiveRefused(f"{file.path}: posts of the channel {name}, which is {owner.slug}, not {source}")
        return owner

    rows: dict[str, Counter[str]] = defaultdict(Counter)
    ads: dict[str, set[str]] = defaultdict(set)
    bad: list[BadRecord] = []
    try:
        for one in read_ads(file, shape, route, now):
            if isinstance(one, BadRecord):
                bad.append(one)
            else:
                rows[one.source][month_of(one.published_at)] += 1
                ads[one.source].add(one.native_id)
    except Refused as refusal:
        raise ArchiveRefused(str(refusal)) from None
    if not rows:
        reasons = "; ".join(sorted({f"{one.origin}: {one.reason}" for one in bad})[:3]) or "no record at all"
        raise ArchiveRefused(f"{file.path}: no ad in it that could be read ({reasons})")
    _meet(settings, file, strangers, rows, register_channels)
    record = ArchiveRecord(
        source=source,
        path=str(file.path),
        sha256=file.sha256,
        size=file.size,
        mtime_ns=file.mtime_ns,
        format=feed.format if feed and form is not table.FORMAT else form.name,
        version=form.version,
        shape=shape.name,
        rows={slug: dict(sorted(months.items())) for slug, months in sorted(rows.items())},
        ads={slug: len(ids) for slug, ids in sorted(ads.items())},
        bad=len(bad),
        added_at=now.isoformat(timespec="seconds"),
        examples=tuple(f"{one.origin}: {one.reason}" for one in bad[:5]),
    )
    put_in_quarantine(TableStore(settings.tables_url), load_registry(settings)[record.feeds[0]], file, bad)
    for old in indexed(settings):
        if old.source == source and old.path == record.path:
            (settings.archive_index / f"{old.key}.json").unlink()
    write_text(settings.archive_index / f"{record.key}.json", json.dumps(asdict(record), ensure_ascii=False, indent=1))
    return record


def _meet(
    settings: Settings,
    file: ArchiveFile,
    strangers: Mapping[str, Feed],
    rows: Mapping[str, Mapping[str, int]],
    register_channels: bool,
) -> None:
    """Register the channels that no feed has, or refuse the file with the lines to add."""
    entries = {
        one.slug: {"title": name, "format": TELEGRAM, "channel": name, "since": min(rows[one.slug])}
        for name, one in strangers.items()
        if rows.get(one.slug)
    }
    if not entries:
        return
    if not register_channels:
        lines = "\n".join(entry_line(slug, entry) for slug, entry in entries.items())
        raise ArchiveRefused(
            f"{file.path}: no feed has the channel {', '.join(sorted(strangers))}. Run the command again with"
            f" --register, or add under `feeds:` in {settings.registry_overlay}:\n{lines}"
        )
    for slug, entry in entries.items():
        register(settings, slug, entry)


def _how_to_read(registry: Registry, source: str, file: ArchiveFile) -> tuple[Feed | None, Format, Shape]:
    """Feed (None when the file names its feeds), format and shape; ArchiveRefused says what the file looks like."""
    if source not in registry:
        feed, forms = None, [format_named(TELEGRAM)]
    else:
        feed = registry[source]
        forms = [format_named(feed.format)]
        if "table" in feed.options and feed.format != "table":
            forms.append(table.FORMAT)
    for form in forms:
        for shape in form.shapes:
            if shape.fits(file, feed) and (feed is not None or shape.names_feeds):
                return feed, form, shape
    raise ArchiveRefused(_what_it_is(registry, source, feed, forms, file))


def _how_to_register(settings: Settings, registry: Registry, source: str, file: ArchiveFile) -> str:
    """That no feed has the name, what its file looks like, and the entry to write."""
    told = f"no feed {source!r} in the registry; there are {', '.join(sorted(registry.feeds))}"
    place = f"add an entry under `feeds:` in {settings.registry_overlay} (docs/new-source.md)"
    for form in all_formats():
        for shape in form.shapes:
            if not shape.fits(file, None):
                continue
            like = f"{told}. {file.path} looks like {shape.says}"
            if form is table.FORMAT:
                cut = table.likely_separator(file)
                names = ", ".join(table.header_of(file, cut))
                return f"{like}, separated by {cut!r}, with the columns {names}: {place} that says which is which"
            return f"{like}: {place}, like `{source}: {{title: ..., format: {form.name}, since: 2024-01}}`"
    return f"{told}. To have another one, {place}"


def _what_it_is(registry: Registry, source: str, feed: Feed | None, forms: Sequence[Format], file: ArchiveFile) -> str:
    """Why the file is not one of the source, what it looks like, and where it belongs."""
    for form in all_formats():
        for shape in form.shapes:
            if not shape.fits(file, None):
                continue
            told = f"{file.path}: this is not a file of {source}: it looks like {shape.says}"
            same = [one for one in registry if one.format == form.name or form is table.FORMAT]
            owners = [one.slug for one in same if shape.fits(file, one) and not one.sample]
            if shape.names_feeds or owners:
                instead = TELEGRAM if shape.names_feeds else owners[0]
                return f"{told}. Add it under the source it is of: salary-assets archive add {instead} {file.path}"
            if form is table.FORMAT and feed is not None and "table" in feed.options:
                absent = ", ".join(sorted(table.absent_columns(file, feed)))
                has = ", ".join(table.header_of(file, table.mapping_of(feed).separator))
                return f"{told} without the columns {absent}, which the registry entry {feed.slug} names; it has {has}"
            return f"{told}. No feed takes such files: add one to the registry, see docs/new-source.md"
    expected = " or ".join(shape.says for form in forms for shape in form.shapes)
    start = file.head[:60].decode("utf-8", "replace").split("\n")[0]
    return f"{file.path}: not a file of {source}: expected {expected}, it begins with {start!r}"


def _load(path: Path) -> ArchiveRecord:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return ArchiveRecord(**raw | {"examples": tuple(raw["examples"])})
