"""The registry: which feeds exist. One YAML file of the package (or of the operator), and one of the home beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from salary_assets.sources.base import Feed, Refused
from salary_assets.sources.formats import format_named, table
from salary_assets.storage import BadSetting, Settings, write_text

SLUG = re.compile(r"[a-z0-9_]{1,40}")
MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")


class RegistryError(BadSetting):
    """An entry of the registry that cannot be used; the message names file and entry and says how to write it."""


class UnknownFeed(LookupError):
    """A slug that is not in the registry."""


class _Entry(BaseModel):
    """An entry as written in YAML."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str = Field(min_length=1)
    format: str = Field(min_length=1)
    since: str
    live: bool = False
    enabled: bool = True
    sample: bool = False
    channel: str | None = Field(default=None, pattern=r"^[A-Za-z]\w{3,31}$")
    chat: str | None = None
    table: dict[str, Any] | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    def feed(self, slug: str) -> Feed:
        named = {"channel": self.channel, "chat": self.chat, "table": self.table}
        options = self.options | {name: value for name, value in named.items() if value is not None}
        return Feed(slug, self.title, self.format, self.since, self.live, self.enabled, self.sample, options)


@dataclass(frozen=True)
class Registry:
    """All feeds by slug. Iterates over the enabled ones, by slug; `registry[slug]` finds any."""

    feeds: Mapping[str, Feed]

    @property
    def slugs(self) -> list[str]:
        """Slugs of the enabled feeds, sorted: the source dimension of the partition grid."""
        return sorted(slug for slug, feed in self.feeds.items() if feed.enabled)

    def __getitem__(self, slug: str) -> Feed:
        """Raises UnknownFeed with the slugs that there are."""
        if slug not in self.feeds:
            raise UnknownFeed(f"no feed {slug!r} in the registry; there are {', '.join(sorted(self.feeds))}")
        return self.feeds[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self.feeds

    def __iter__(self) -> Iterator[Feed]:
        return (self.feeds[slug] for slug in self.slugs)

    def by_channel(self, channel: str) -> Feed | None:
        """The feed of a Telegram channel, by its public name in any case."""
        name = channel.lower()
        return next((feed for feed in self.feeds.values() if str(feed.options.get("channel")).lower() == name), None)


def load_registry(settings: Settings) -> Registry:
    """The packaged registry (or the file that SALARY_ASSETS_REGISTRY names), with the entries of <home>/registry.yaml.

    Raises RegistryError for an entry or file that cannot be used.
    """
    packaged = resources.files("salary_assets.sources").joinpath("registry.yaml")
    main = settings.registry_file
    if main is not None and not main.is_file():
        raise RegistryError(f"SALARY_ASSETS_REGISTRY names {main}, which is not a file; unset it or write the file")
    feeds = _read(str(main or "registry.yaml"), (main or packaged).read_bytes())
    overlay = settings.registry_overlay
    if overlay.is_file():
        feeds |= _read(str(overlay), overlay.read_bytes())
    return Registry(feeds)


def register(settings: Settings, slug: str, entry: Mapping[str, Any]) -> Feed:
    """Add an entry to <home>/registry.yaml. Raises RegistryError when it is not a good one or the slug is taken."""
    feed = _feed(str(settings.registry_overlay), slug, entry)
    overlay = settings.registry_overlay
    settings.locks.mkdir(parents=True, exist_ok=True)
    # Two files added at the same time would each write the entries that it had read, without the other's.
    with FileLock(settings.locks / "registry.lock"):
        if slug in load_registry(settings):
            raise RegistryError(f"the slug {slug} is taken; give the feed another one")
        entries = yaml.safe_load(overlay.read_text(encoding="utf-8"))["feeds"] if overlay.is_file() else {}
        text = yaml.safe_dump({"feeds": entries | {slug: dict(entry)}}, allow_unicode=True, sort_keys=False)
        write_text(
            overlay, f"# Feeds of this home, beside the packaged ones. Reload the code location after a change.\n{text}"
        )
    return feed


def entry_line(slug: str, entry: Mapping[str, Any]) -> str:
    """The line by which an entry is added to a registry file, under `feeds:`."""
    flow = yaml.safe_dump(dict(entry), default_flow_style=True, allow_unicode=True, sort_keys=False, width=9999)
    return f"  {slug}: {flow.strip()}"


def _read(name: str, written: bytes) -> dict[str, Feed]:
    try:
        document = yaml.safe_load(written.decode("utf-8")) or {"feeds": {}}
    except UnicodeDecodeError as error:
        raise RegistryError(f"{name}: not UTF-8: {error}; save it so") from None
    except yaml.YAMLError as error:
        raise RegistryError(f"{name}: not YAML: {error}") from None
    entries = document.get("feeds") if isinstance(document, dict) else None
    if not isinstance(entries, dict):
        raise RegistryError(f"{name}: begin it with `feeds:` and put an entry for each feed under it")
    return {str(slug): _feed(name, str(slug), entry) for slug, entry in entries.items()}


def _feed(name: str, slug: str, entry: Any) -> Feed:
    where = f"{name}: entry {slug!r}"
    if not SLUG.fullmatch(slug):
        raise RegistryError(f"{where}: a slug is at most 40 of a-z, 0-9 and _; write it like tg_some_channel")
    try:
        feed = _Entry.model_validate(entry).feed(slug)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'entry'}: {one['msg']}" for one in error.errors())
        raise RegistryError(
            f"{where}: {faults}. Write it like `{slug}: {{title: Some site, format: table, since: 2024-01}}`"
        ) from None
    if not MONTH.fullmatch(feed.since):
        raise RegistryError(f"{where}: since: {feed.since!r} is not a month; write it like `since: 2024-01`")
    try:
        format_named(feed.format)
        if feed.format == "table" or "table" in feed.options:
            table.mapping_of(feed)
    except (LookupError, Refused) as error:
        raise RegistryError(f"{where}: {error}") from None
    if feed.format == "telegram" and "channel" not in feed.options:
        raise RegistryError(f"{where}: channel: missing; write the name of its address t.me/<channel>, `channel: NAME`")
    return feed
