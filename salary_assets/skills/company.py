"""A company's own list of skills as the canon to map onto: what it lacks, what it holds twice.

An entry that means a known skill lends it the company's name and keeps its id; other entries are skills of their own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from salary_assets.skills.backbone import slug
from salary_assets.skills.gate import ItGate
from salary_assets.skills.mapper import UNKNOWN, SkillMapper
from salary_assets.skills.overrides import Overrides, packaged_overrides
from salary_assets.skills.vocabulary import SkillRow, Vocabulary, backbone_rows, with_decisions
from salary_assets.storage.schemas.skills import CompanySkills

COMPANY = "company"


FILE_NAME = "company_skills.csv"
"""A company's own list, in the home folder: what the table company_skills is made from."""


class CompanyListError(ValueError):
    """The list cannot be read; the message names the line and the form that is expected."""


@dataclass(frozen=True)
class Entry:
    """One skill of the company's list: its name and other spellings."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompanyCanon:
    """A company's list, imported.

    rows: the vocabulary: the company's skills (origin `company`) beside the rest of the backbone.
    report: a row for each entry: name, canon_id, our_name, confidence, relation (same, own, list, double), and `of`:
    the entry that a double repeats, or the skills that a list names.
    """

    rows: tuple[SkillRow, ...]
    report: pd.DataFrame
    overrides: Overrides

    def mapper(self) -> SkillMapper:
        """A mapper that knows the company's skills and, so that lists are read well, all others."""
        return SkillMapper(Vocabulary(self.rows, self.overrides))

    def doubles(self) -> pd.DataFrame:
        """Entries that repeat another: the rows of `report` with relation `double`."""
        return self.report[self.report["relation"] == "double"].reset_index(drop=True)

    def map_onto(self, spellings: Iterable[str], position: str | None = None) -> pd.DataFrame:
        """Like SkillMapper.map with the company's skills as the only targets, plus the column `lacks`.

        A skill that we know and the list does not is `unknown` there, and `lacks` names it.
        """
        mapped = self.mapper().map(spellings, position)
        listed = {row.canon_id for row in self.rows if row.origin == COMPANY}
        missing = ~mapped["canon_id"].isin(listed)
        lacks = mapped["canon"].where(missing & (mapped["canon_id"] != UNKNOWN))
        mapped.loc[missing, "canon_id"] = UNKNOWN
        mapped.loc[missing, "canon"] = None
        mapped.loc[missing, "confidence"] = 0.0
        mapped.loc[missing, "method"] = UNKNOWN
        return mapped.assign(lacks=lacks.astype("str"))

    def lacks(self, counts: pd.DataFrame) -> pd.DataFrame:
        """Skills that vacancies name and the list does not hold -> skill, is_it, vacancies, spellings; most first.

        counts: spellings with vacancies, e.g. the table raw_skills.
        """
        return self._lacking(self._weighed(counts))

    def table(self, counts: pd.DataFrame) -> pd.DataFrame:
        """The table company_skills: entries with the vacancies that name them, and the skills that the list lacks."""
        mapped = self._weighed(counts)
        used = mapped[mapped["canon_id"] != UNKNOWN].groupby("canon_id")["vacancies"].sum()
        entries = self.report.assign(vacancies=self.report["canon_id"].map(used).fillna(0))
        ids = {row.canon: row.canon_id for row in self.rows}
        lacking = self._lacking(mapped)
        lacks = pd.DataFrame(
            {
                "name": lacking["skill"],
                "relation": "lacks",
                "canon_id": lacking["skill"].map(ids),
                "our_name": lacking["skill"],
                "confidence": 1.0,
                "of": None,
                "vacancies": lacking["vacancies"],
            }
        )
        rows = [*CompanySkills.records(entries), *CompanySkills.records(lacks)]
        frame = CompanySkills.frame(rows).drop_duplicates(["name", "relation"])
        return CompanySkills.checked(frame.assign(of=frame["of"].where(frame["of"] != "")))

    def _weighed(self, counts: pd.DataFrame) -> pd.DataFrame:
        weight = counts.groupby("spelling", sort=True)["vacancies"].sum()
        mapped = self.map_onto(weight.index.tolist())
        return mapped.assign(vacancies=mapped["spelling"].map(weight))

    @staticmethod
    def _lacking(mapped: pd.DataFrame) -> pd.DataFrame:
        found = mapped.dropna(subset=["lacks"])
        table = found.groupby(["lacks", "is_it"], sort=True).agg(
            vacancies=("vacancies", "sum"), spellings=("spelling", "nunique")
        )
        ordered = table.reset_index().rename(columns={"lacks": "skill"})
        return ordered.sort_values(["vacancies", "skill"], ascending=[False, True], kind="stable").reset_index(
            drop=True
        )


def load_entries(path: Path) -> list[Entry]:
    """The entries of a list's file, none where there is no file. Raises CompanyListError naming the file."""
    if not path.exists():
        return []
    try:
        return parse_entries(path.read_text(encoding="utf-8-sig"))
    except (CompanyListError, UnicodeDecodeError) as error:
        raise CompanyListError(f"{path}: {error}") from error


def parse_entries(text: str) -> list[Entry]:
    """A list as text: one name a line, or CSV with the columns `canon` and (if any) `aliases`, apart by |.

    Raises CompanyListError for a list without names or a CSV row without one.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if not lines:
        raise CompanyListError("the list is empty: write one skill a line, or CSV with the columns canon,aliases")
    header = [name.strip().casefold() for name in next(csv.reader([lines[0]]))]
    if "canon" not in header:
        return [Entry(line.strip()) for line in lines]
    entries = []
    for number, row in enumerate(csv.DictReader(io.StringIO("\n".join([",".join(header), *lines[1:]]))), start=2):
        name = (row["canon"] or "").strip()
        if not name:
            raise CompanyListError(f"line {number}: the column canon is empty")
        aliases = (alias.strip() for alias in (row.get("aliases") or "").split("|"))
        entries.append(Entry(name, tuple(alias for alias in aliases if alias)))
    return entries


def import_company_canon(entries: Sequence[Entry], overrides: Overrides | None = None) -> CompanyCanon:
    """A company's entries, in order -> its canon. The first entry that means a skill holds it, later ones repeat it."""
    decided = packaged_overrides() if overrides is None else overrides
    known = {row.canon_id: row for row in backbone_rows(decided)}
    vocabulary = Vocabulary(known.values(), decided)
    gate = ItGate(known.values())
    made: dict[str, SkillRow] = {}
    holder: dict[str, str] = {}
    report: list[tuple[str, str, str | None, float, str, str]] = []
    for entry in entries:
        parts = vocabulary.read(entry.name)
        skill = parts[0].canon_id if len(parts) == 1 else None
        canon_id = skill or slug(entry.name)
        ours = known[skill].canon if skill else None
        sure = parts[0].confidence if skill else 1.0
        if canon_id in holder:
            made[canon_id] = replace(made[canon_id], aliases=_once(*made[canon_id].aliases, entry.name, *entry.aliases))
            report.append((entry.name, canon_id, ours, sure, "double", holder[canon_id]))
            continue
        holder[canon_id] = entry.name
        if skill:
            row = known[skill]
            aliases = _once(entry.name, *row.aliases, *entry.aliases)
            named = replace(row, canon=entry.name, aliases=aliases, origin=COMPANY)
            made[canon_id] = with_decisions(named, decided.names, decided.is_it)
            report.append((entry.name, canon_id, ours, sure, "same", ""))
        else:
            flag = gate.probability([entry.name])[0] >= 0.5
            made[canon_id] = SkillRow(
                canon_id, entry.name, "other", flag, None, COMPANY, _once(entry.name, *entry.aliases)
            )
            several = " + ".join(known[part.canon_id].canon for part in parts if part.canon_id)
            report.append((entry.name, canon_id, None, 1.0, "list" if len(parts) > 1 else "own", several))
    columns = ["name", "canon_id", "our_name", "confidence", "relation", "of"]
    text = dict.fromkeys(["name", "canon_id", "our_name", "relation", "of"], "str")
    table = pd.DataFrame(report, columns=columns).astype(text)
    rows = tuple(sorted((known | made).values(), key=lambda row: row.canon_id))
    return CompanyCanon(rows, table, decided)


def _once(*aliases: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(aliases))
