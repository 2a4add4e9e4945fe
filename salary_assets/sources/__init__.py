"""Where ads come from: the registry of feeds, history files, collection into `raw_ads`, parsers to `postings`."""

from salary_assets.sources.base import CollectionOutcome, Feed, Refused
from salary_assets.sources.collect import SourceBusy, collect
from salary_assets.sources.parsing import PARSERS_VERSION, parse_raw, parser_version
from salary_assets.sources.registry import Registry, RegistryError, UnknownFeed, load_registry
from salary_assets.sources.runs import asked_before, last_run, read_runs
from salary_assets.sources.standing import Owed, SourceHealth, fill_shares, health, owed

__all__ = [
    "PARSERS_VERSION",
    "CollectionOutcome",
    "Feed",
    "Owed",
    "Refused",
    "Registry",
    "RegistryError",
    "SourceBusy",
    "SourceHealth",
    "UnknownFeed",
    "asked_before",
    "collect",
    "fill_shares",
    "health",
    "last_run",
    "load_registry",
    "owed",
    "parse_raw",
    "parser_version",
    "read_runs",
]
