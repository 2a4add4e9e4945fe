"""What people decided about skills: data/overrides.yaml and data/must_not_merge.csv, plus an operator's own file.

Overrides win over rules, learned groups and models. Each carries its reason, so that a review can question it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

FILE_NAME = "skill_overrides.yaml"
"""An operator's own overrides, in the home folder; the same sections as the packaged file."""

SECTIONS = ("must_link", "cannot_link", "canon", "not_it", "is_it", "split", "context")


class OverrideError(ValueError):
    """An override contradicts another or names what does not exist; the message says which and in what file."""


@dataclass(frozen=True)
class Overrides:
    """Decisions of people. Skills are named as the canon names them, or by any alias.

    must_link: spelling (folded) -> skill. cannot_link: pairs of skills. names: canon id -> preferred name.
    is_it: skill -> flag. split: spelling (folded) -> skills. context: (spelling, position) -> skill.
    reasons: what was decided -> why.
    """

    must_link: Mapping[str, str]
    cannot_link: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    is_it: Mapping[str, bool]
    split: Mapping[str, tuple[str, ...]]
    context: Mapping[tuple[str, str], str]
    reasons: Mapping[str, str]


def fold(spelling: str) -> str:
    """How overrides compare spellings: case and outer or repeated spaces aside."""
    return " ".join(spelling.casefold().split())


@cache
def packaged_overrides() -> Overrides:
    """The overrides that come with the package."""
    folder = resources.files("salary_assets.skills").joinpath("data")
    raw = yaml.safe_load(folder.joinpath("overrides.yaml").read_text(encoding="utf-8"))
    return _parse([("overrides.yaml", raw)], must_not_merge())


def load_overrides(path: Path | None = None) -> Overrides:
    """The packaged overrides with an operator's file over them, where it exists.

    Raises OverrideError when a section is unknown, an entry is incomplete, or two entries contradict each other.
    """
    if path is None or not path.exists():
        return packaged_overrides()
    folder = resources.files("salary_assets.skills").joinpath("data")
    packaged = yaml.safe_load(folder.joinpath("overrides.yaml").read_text(encoding="utf-8"))
    own = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return _parse([("overrides.yaml", packaged), (str(path), own)], must_not_merge())


@cache
def must_not_merge() -> tuple[tuple[str, str, str], ...]:
    """Pairs of spellings that mean different skills, with the reason: nothing may ever map them to one canon."""
    text = resources.files("salary_assets.skills").joinpath("data/must_not_merge.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return tuple((row["left"], row["right"], row["reason"]) for row in rows)


def _parse(files: Iterable[tuple[str, dict[str, Any]]], never: Iterable[tuple[str, str, str]]) -> Overrides:
    linked: dict[str, str] = {}
    split: dict[str, tuple[str, ...]] = {}
    context: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    flags: dict[str, bool] = {}
    pairs = [(left, right) for left, right, _ in never]
    reasons: dict[str, str] = {}
    for where, raw in files:
        if unknown := sorted(set(raw) - set(SECTIONS)):
            raise OverrideError(f"{where}: unknown section {', '.join(unknown)}; known: {', '.join(SECTIONS)}")
        try:
            for entry in raw.get("must_link") or []:
                linked[fold(entry["spelling"])] = entry["skill"]
                split.pop(fold(entry["spelling"]), None)
                reasons[fold(entry["spelling"])] = entry["reason"]
            for entry in raw.get("cannot_link") or []:
                pairs.append((entry["left"], entry["right"]))
                reasons[f"{entry['left']} | {entry['right']}"] = entry["reason"]
            for entry in raw.get("split") or []:
                if fold(entry["spelling"]) in {fold(link["spelling"]) for link in raw.get("must_link") or []}:
                    raise OverrideError(f"{where}: links and splits the same spelling: {entry['spelling']}")
                split[fold(entry["spelling"])] = tuple(entry["skills"])
                linked.pop(fold(entry["spelling"]), None)
                reasons[fold(entry["spelling"])] = entry["reason"]
            for entry in raw.get("context") or []:
                context[fold(entry["spelling"]), entry["position"]] = entry["skill"]
                reasons[f"{fold(entry['spelling'])} | {entry['position']}"] = entry["reason"]
            for entry in raw.get("canon") or []:
                names[entry["canon_id"]] = entry["name"]
                reasons[entry["canon_id"]] = entry["reason"]
            for section, flag in (("not_it", False), ("is_it", True)):
                for entry in raw.get(section) or []:
                    flags[entry["skill"]] = flag
                    reasons[entry["skill"]] = entry["reason"]
        except (KeyError, TypeError) as error:
            raise OverrideError(f"{where}: an entry lacks {error}; see the head of the packaged file") from error
    return Overrides(linked, tuple(pairs), names, flags, split, context, reasons)


def overrides_table(decided: Overrides) -> pd.DataFrame:
    """What people decided, a row each: section, what, decision, reason. For reading, not for mapping."""
    rows = [("must_link", spelling, skill, spelling) for spelling, skill in decided.must_link.items()]
    rows += [("split", spelling, " + ".join(skills), spelling) for spelling, skills in decided.split.items()]
    rows += [
        ("context", f"{spelling} ({position})", skill, f"{spelling} | {position}")
        for (spelling, position), skill in decided.context.items()
    ]
    rows += [("canon", canon_id, name, canon_id) for canon_id, name in decided.names.items()]
    rows += [("is_it" if flag else "not_it", skill, str(flag), skill) for skill, flag in decided.is_it.items()]
    rows += [("cannot_link", left, right, f"{left} | {right}") for left, right in decided.cannot_link]
    never = {f"{left} | {right}": reason for left, right, reason in must_not_merge()}
    reasons = never | dict(decided.reasons)
    return pd.DataFrame(
        [(section, what, decision, reasons.get(key, "")) for section, what, decision, key in rows],
        columns=["section", "what", "decision", "reason"],
    ).astype("str")
