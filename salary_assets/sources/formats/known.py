"""Which fields of a source are known: see known_fields.yaml."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

import yaml


@functools.cache
def known_fields(source: str) -> frozenset[str]:
    """Names of the known fields of one section of known_fields.yaml."""
    file = resources.files("salary_assets.sources.formats").joinpath("known_fields.yaml")
    section = yaml.safe_load(file.read_text(encoding="utf-8"))[source]
    return frozenset(f"{section['used']} {section['left']}".split())


def unknown(item: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The item's fields that are not known, raw."""
    return {key: item[key] for key in item.keys() - known_fields(source)}
