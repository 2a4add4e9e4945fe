"""The curated backbone: well-known skills with kind, parent, is-IT and aliases in Russian and English.

Files of data/backbone/ are tables `canon;kind;parent;aliases` (aliases apart by |), one skill a line. The id of a
skill is made from its name, so the order of lines and files means nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from salary_assets.storage.schemas.skills import SKILL_KINDS

NOT_IT_MARK = "-"
"""A kind written with this prefix (`-soft`) is a skill of other trades."""

_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch . y . e yu ya".replace(".", "").split(" "),
        strict=True,
    )
)
"""Letters for ids after ICAO 9303."""


class BackboneError(ValueError):
    """The backbone contradicts itself; the message names file, line and the two entries."""


@dataclass(frozen=True)
class Skill:
    """One canonical skill of the backbone.

    canon_id: stable id. kind: one of SKILL_KINDS. parent: name of the broader skill, or empty.
    """

    canon_id: str
    canon: str
    kind: str
    is_it: bool
    parent: str
    aliases: tuple[str, ...]


def slug(name: str) -> str:
    """An id from a name: ASCII letters and digits joined by dashes; `C++` -> `c-plus-plus`, `C#` -> `c-sharp`."""
    text = unicodedata.normalize("NFKC", name).lower().replace("ё", "е")
    text = text.replace("+", " plus ").replace("#", " sharp ")
    text = re.sub(r"^\.(?=\w)", "dot ", text)
    text = "".join(_LATIN.get(char, char) for char in text)
    made = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    return made or "s-" + hashlib.sha256(name.encode()).hexdigest()[:8]


@cache
def backbone() -> tuple[Skill, ...]:
    """All skills of the packaged files, sorted by id. Raises BackboneError on a repeated id or unknown parent."""
    folder = resources.files("salary_assets.skills").joinpath("data/backbone")
    files = sorted((item.name, item.read_text(encoding="utf-8")) for item in folder.iterdir())
    found: dict[str, Skill] = {}
    for name, text in files:
        if not name.endswith(".csv"):
            continue
        for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=";", quoting=csv.QUOTE_NONE), start=1):
            if not row or row[0].startswith("# ") or row[0] == "canon":
                continue
            skill = _skill(row, f"{name}:{line}")
            if skill.canon_id in found:
                raise BackboneError(f"{name}:{line}: {skill.canon} repeats the id of {found[skill.canon_id].canon}")
            found[skill.canon_id] = skill
    names = {skill.canon for skill in found.values()}
    orphans = sorted(skill.canon for skill in found.values() if skill.parent and skill.parent not in names)
    if orphans:
        raise BackboneError(f"skills with a parent that is not in the backbone: {', '.join(orphans[:10])}")
    return tuple(found[key] for key in sorted(found))


def _skill(row: list[str], where: str) -> Skill:
    if len(row) != 4:
        raise BackboneError(f"{where}: expected canon;kind;parent;aliases, found {len(row)} fields: {row}")
    canon, kind, parent, aliases = (field.strip() for field in row)
    is_it = not kind.startswith(NOT_IT_MARK)
    kind = kind.removeprefix(NOT_IT_MARK)
    if kind not in SKILL_KINDS:
        raise BackboneError(f"{where}: {canon} has kind {kind!r}; known kinds: {', '.join(SKILL_KINDS)}")
    names = [name.strip() for name in aliases.split("|") if name.strip()]
    return Skill(slug(canon), canon, kind, is_it, parent, tuple(dict.fromkeys([canon, *names])))
