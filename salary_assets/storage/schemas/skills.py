"""Tables of the skills layer: from spellings to canonical skills and back to every vacancy."""

from __future__ import annotations

from salary_assets.storage.contract import STRINGS, Bool, Contract, Float, Int, Nested, Text, column

SKILL_KINDS = (
    "language",
    "framework",
    "database",
    "tool",
    "platform",
    "protocol",
    "method",
    "domain",
    "soft",
    "other",
)
SKILL_ORIGINS = ("backbone", "company", "data")
COMPANY_RELATIONS = ("same", "own", "list", "double", "lacks")
VERDICTS = ("same", "narrower", "broader", "different", "not_skill")


class RawSkills(Contract, table="raw_skills", key=("spelling", "position")):
    """Skill spellings as ads write them, counted per profession."""

    spelling: Text = column("As written, outer spaces cut", nullable=False)
    position: Text = column("Profession, or `unknown`", nullable=False)
    vacancies: Int = column("Vacancies that name it", "vacancies", nullable=False, ge=1)
    script: Text = column("ru, en, mixed or other: the letters left after look-alikes are repaired", nullable=False)


class SkillCandidates(Contract, table="skill_candidates", key=("left", "right")):
    """Pairs of normalised keys that may be one skill: high recall, bounded per key."""

    left: Text = column("Normalised key, the rarer or later one", nullable=False)
    right: Text = column("Normalised key it may belong to", nullable=False)
    score: Float = column("Similarity, 0 to 1", nullable=False, ge=0, le=1)
    found_by: Text = column("Comma-separated: ngrams, forms, cooccurrence, hdbscan, embedding", nullable=False)


class SkillVerdicts(Contract, table="skill_verdicts", key=("left", "right")):
    """Decisions on candidate pairs with who decided and why; a `different` is a cannot-link."""

    left: Text = column("Normalised key", nullable=False)
    right: Text = column("Normalised key", nullable=False)
    verdict: Text = column("Relation of left to right", isin=VERDICTS, nullable=False)
    by: Text = column("rules, override, or `mistral:<model>`", nullable=False)
    reason: Text = column("Why, in a few words", nullable=False)
    confidence: Float = column("0 to 1", nullable=False, ge=0, le=1)
    is_it: Bool = column("Left is an IT skill, as a judge says; null where none was asked")


class SkillCanon(Contract, table="skill_canon", key=("canon_id",)):
    """Canonical skills. Ids are stable: adding data never renumbers."""

    canon_id: Text = column("Stable identifier", nullable=False)
    canon: Text = column("Preferred name", nullable=False)
    is_it: Bool = column("An IT skill, rather than a general or other-trade one", nullable=False)
    kind: Text = column("What sort of skill", isin=SKILL_KINDS, nullable=False)
    parent_id: Text = column("Broader canonical skill, or null")
    origin: Text = column(
        "Who vouches for it: backbone (curated), company (an imported list) or data", isin=SKILL_ORIGINS, nullable=False
    )
    aliases: Nested = column("Spellings that mean it, most frequent first", arrow=STRINGS, nullable=False)
    vacancies: Int = column("Vacancies that name it in any spelling", "vacancies", nullable=False, ge=0)


class CompanySkills(Contract, table="company_skills", key=("name", "relation")):
    """The company's own list, if HOME/company_skills.csv is one: what each entry means, and what the list lacks."""

    name: Text = column("Entry of the list; for `lacks` the skill that it has not", nullable=False)
    relation: Text = column(
        "same (a skill of ours), own (one that we lack), list (names several), double (repeats another entry), lacks",
        isin=COMPANY_RELATIONS,
        nullable=False,
    )
    canon_id: Text = column("Canonical skill that it is mapped to", nullable=False)
    our_name: Text = column("Its name in our canon, null where we lack it")
    confidence: Float = column("Of the mapping, 0 to 1", nullable=False, ge=0, le=1)
    of: Text = column("The entry that a double repeats, or the skills that a list names")
    vacancies: Int = column("Vacancies that name it, in any spelling", "vacancies", nullable=False, ge=0)


class SkillAliases(Contract, table="skill_aliases", key=("spelling", "canon_id")):
    """Every spelling seen and the canonical skills it means (several where it is a list)."""

    spelling: Text = column("As written", nullable=False)
    canon_id: Text = column("Canonical skill, or `unknown`", nullable=False)
    canon: Text = column("Preferred name, or null when unknown")
    is_it: Bool = column("An IT skill")
    confidence: Float = column("0 to 1", nullable=False, ge=0, le=1)
    method: Text = column("override, alias, key, link, neighbour, split, unknown", nullable=False)
    vacancies: Int = column("Vacancies that use the spelling", "vacancies", nullable=False, ge=0)


class MappedSkills(Contract, table="mapped_skills", key=("vacancy_id", "canon_id")):
    """Vacancy x canonical skill."""

    vacancy_id: Text = column("Vacancy", nullable=False)
    canon_id: Text = column("Canonical skill", nullable=False)
    canon: Text = column("Preferred name", nullable=False)
    is_it: Bool = column("An IT skill", nullable=False)
    spelling: Text = column("A spelling of it in this vacancy", nullable=False)
    confidence: Float = column("0 to 1", nullable=False, ge=0, le=1)
