"""The skills line as the graph runs it: spellings counted, candidates, verdicts, canon, every vacancy mapped."""

from __future__ import annotations

import pandas as pd
import pytest

from salary_assets.skills import (
    SkillMapper,
    adjudicate,
    build_canon,
    count_spellings,
    find_candidates,
    map_vacancies,
)
from salary_assets.storage.schemas.skills import (
    MappedSkills,
    RawSkills,
    SkillAliases,
    SkillCandidates,
    SkillCanon,
    SkillVerdicts,
)

pytestmark = pytest.mark.slow

SKILLS = [
    ["Python 3", "питон", "Postgres", "Кроветворные технологии"],
    ["Python", "pandas, NumPy", "Кроветворные технологии"],
    ["знание Python", "кроветворная технология", "Грамотная речь"],
    ["Java", "JavaScript", "Квазиметрические станки", "квазиметрический станок"],
    ["Java 17", "React/Redux", "Квазиметрические станки"],
]


def vacancies_with(skills: list[list[str]]) -> pd.DataFrame:
    ids = [f"hh/{number:03}" for number in range(len(skills))]
    frame = pd.DataFrame({"vacancy_id": ids, "position": "Программист, разработчик", "skills": skills})
    return frame.astype({"vacancy_id": "str", "position": "str"})


def run(vacancies: pd.DataFrame, previous: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    raw = count_spellings(vacancies)
    return build_canon(raw, adjudicate(find_candidates(raw), raw), previous)


@pytest.fixture(scope="module")
def made() -> tuple[pd.DataFrame, pd.DataFrame]:
    return run(vacancies_with(SKILLS))


def canon_of(aliases: pd.DataFrame, spelling: str) -> set[str]:
    return set(aliases.loc[aliases["spelling"] == spelling, "canon_id"])


def test_every_table_keeps_its_contract(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    raw = count_spellings(vacancies_with(SKILLS))
    candidates = find_candidates(raw)
    canon, aliases = made
    tables = {
        RawSkills: raw,
        SkillCandidates: candidates,
        SkillVerdicts: adjudicate(candidates, raw),
        SkillCanon: canon,
        SkillAliases: aliases,
        MappedSkills: map_vacancies(vacancies_with(SKILLS), SkillMapper.from_frames(canon, aliases)),
    }
    for contract, frame in tables.items():
        assert contract.to_arrow(frame).num_rows == len(frame)


def test_ways_to_write_one_skill_are_one_canon(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    _, aliases = made
    python = canon_of(aliases, "Python")
    assert canon_of(aliases, "Python 3") == canon_of(aliases, "питон") == canon_of(aliases, "знание Python") == python


def test_a_list_is_split_into_its_skills(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    _, aliases = made
    assert canon_of(aliases, "pandas, NumPy") == {"pandas", "numpy"}


def test_an_unlisted_phrase_that_many_vacancies_name_becomes_a_skill(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    canon, aliases = made
    new = canon[canon["origin"] == "data"]
    assert new["canon"].tolist() == ["Кроветворные технологии", "Квазиметрические станки"]
    assert canon_of(aliases, "квазиметрический станок") == canon_of(aliases, "Квазиметрические станки")


def test_a_phrase_that_few_name_stays_unknown() -> None:
    _, aliases = run(vacancies_with([["Квазиметрические станки"], ["Python"]]))
    assert canon_of(aliases, "Квазиметрические станки") == {"unknown"}


def test_ids_stay_when_data_is_added(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    before, _ = made
    after, aliases = run(vacancies_with([*SKILLS, *[["Гидропонный фреймворк", "Python 4"]] * 4]), before)
    kept = after.set_index("canon_id").loc[before["canon_id"], "canon"]
    assert kept.tolist() == before["canon"].tolist()
    assert set(after["canon_id"]) - set(before["canon_id"]) == canon_of(aliases, "Гидропонный фреймворк")


def test_a_skill_that_no_vacancy_names_any_more_keeps_its_row(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    before, _ = made
    after, _ = run(vacancies_with([["Python"]]), before)
    gone = after.set_index("canon_id").loc[before.loc[before["origin"] == "data", "canon_id"]]
    assert gone["vacancies"].tolist() == [0, 0]


def test_shuffled_input_gives_the_same_tables(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    canon, aliases = run(vacancies_with(SKILLS).iloc[::-1].reset_index(drop=True))
    assert SkillCanon.to_arrow(canon).equals(SkillCanon.to_arrow(made[0]))
    assert SkillAliases.to_arrow(aliases).equals(SkillAliases.to_arrow(made[1]))


def test_a_vacancy_gets_each_skill_once(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    mapped = map_vacancies(vacancies_with([["Python", "Python 3", "питон"]]), SkillMapper.from_frames(*made))
    assert mapped["canon"].tolist() == ["Python"]


def test_a_mapper_read_from_json_maps_as_the_one_that_was_written(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    mapper = SkillMapper.from_frames(*made)
    spellings = ["питон", "React + Redux", "квазиметрических станков", "нечто неведомое", "AD"]
    again = SkillMapper.from_json(mapper.to_json())
    pd.testing.assert_frame_equal(again.map(spellings), mapper.map(spellings))
    assert again.to_json() == mapper.to_json()
