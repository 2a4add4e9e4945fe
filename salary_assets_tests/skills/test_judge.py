"""The Mistral judge against a server on loopback: its plumbing, not its wit. Nothing it says can merge by a chain."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from salary_assets.defs.resources import Home
from salary_assets.defs.skills.assets import skill_verdicts
from salary_assets.labelling import UnusableLabeller
from salary_assets.labelling.mistral_judge import MistralJudge
from salary_assets.skills import adjudicate, build_canon, judge_from
from salary_assets.skills.judge import Question
from salary_assets.skills.spellings import key_of
from salary_assets.storage import load_settings
from salary_assets.storage.schemas.skills import RawSkills, SkillCandidates
from salary_assets_tests.emulators.mistral import MistralEmulator, verdict_of

HYDRO, AERO, AQUA = "Гидропонный контроль", "Контроль аэропоники", "Контроль аквапоник-теплиц"
Said = dict[str, str | None]


def saying(choices: Said, is_it: bool = True) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A judge that finds each skill to be the same as its choice, whether offered or not, and none for others."""

    def judge(question: dict[str, Any]) -> dict[str, Any]:
        choice = choices.get(question["skill"])
        return verdict_of(question, choice, "same" if choice else "different", is_it)

    return judge


def settings_of(server: MistralEmulator, home: Path, **limits: str) -> dict[str, str]:
    limits = {"POLL_SECONDS": "0.05", "RETRY_SECONDS": "1", "TIMEOUT_SECONDS": "20", **limits}
    env = {f"SALARY_ASSETS_LLM_{name}": value for name, value in limits.items()}
    return env | {"SALARY_ASSETS_LABELLER": "mistral", "MISTRAL_SERVER_URL": server.url}


@contextmanager
def judging(server: MistralEmulator, home: Path, **limits: str) -> Iterator[MistralJudge[Any, Any, Any]]:
    with judge_from(load_settings(home, settings_of(server, home, **limits))) as judge:
        assert judge is not None
        yield judge


def counted(*spellings: str) -> pd.DataFrame:
    rows = [{"spelling": spelling, "position": "Тестировщик", "vacancies": 3, "script": "ru"} for spelling in spellings]
    return RawSkills.checked(RawSkills.frame(rows))


def pairs(*named: tuple[str, str]) -> pd.DataFrame:
    rows = [{"left": key_of(left), "right": key_of(right), "score": 0.6, "found_by": "ngrams"} for left, right in named]
    return SkillCandidates.checked(SkillCandidates.frame(rows))


def questions(number: int) -> list[Question]:
    return [
        Question(f"станок {place}", f"Станок {place}", (), ((f"машина {place}", f"Машина {place}"),))
        for place in range(number)
    ]


def test_what_the_judge_calls_the_same_is_one_skill_with_the_flag_it_gave(tmp_path: Path) -> None:
    raw, candidates = counted(HYDRO, AERO), pairs((AERO, HYDRO))
    with MistralEmulator(judge=saying({AERO: HYDRO}, is_it=False)) as server, judging(server, tmp_path) as judge:
        verdicts = adjudicate(candidates, raw, judge=judge)
    canon, aliases = build_canon(raw, verdicts)

    assert verdicts["by"].tolist() == ["mistral:mistral-small-latest"]
    assert aliases["canon_id"].nunique() == 1
    assert canon.loc[canon["origin"] == "data", "is_it"].tolist() == [False]
    assert server.questions[0]["messages"][1]["content"].count('"professions": ["Тестировщик"]') == 1


def test_what_the_judge_calls_a_known_skill_is_that_skill_and_none_of_its_own(tmp_path: Path) -> None:
    raw, candidates = counted(AERO), pairs((AERO, "Python"))
    with MistralEmulator(judge=saying({AERO: "Python"})) as server, judging(server, tmp_path) as judge:
        canon, aliases = build_canon(raw, adjudicate(candidates, raw, judge=judge))

    assert aliases[["canon_id", "method"]].values.tolist() == [["python", "link"]]
    assert "data" not in set(canon["origin"])


def test_a_candidate_that_was_not_chosen_is_a_cannot_link(tmp_path: Path) -> None:
    raw, candidates = counted(HYDRO, AERO, AQUA), pairs((AERO, HYDRO), (AERO, AQUA))
    with MistralEmulator(judge=saying({AERO: HYDRO})) as server, judging(server, tmp_path) as judge:
        verdicts = adjudicate(candidates, raw, judge=judge).set_index("right")["verdict"]

    assert verdicts.to_dict() == {key_of(HYDRO): "same", key_of(AQUA): "different"}


def test_wrong_answers_do_not_merge_by_a_chain(tmp_path: Path) -> None:
    """AERO is HYDRO, AQUA is AERO and not HYDRO: whichever yes comes first, the two that are not one stay apart."""
    raw, candidates = counted(HYDRO, AERO, AQUA), pairs((AERO, HYDRO), (AQUA, AERO), (AQUA, HYDRO))
    with MistralEmulator(judge=saying({AERO: HYDRO, AQUA: AERO})) as server, judging(server, tmp_path) as judge:
        verdicts = adjudicate(candidates, raw, judge=judge)
    _, aliases = build_canon(raw, verdicts)
    ids = aliases.set_index("spelling")["canon_id"]

    assert ids[HYDRO] != ids[AQUA]
    assert ids.nunique() == 2


def test_a_chain_of_yeses_cannot_join_a_skill_with_a_part_of_it(tmp_path: Path) -> None:
    """A judge that was never asked about the two ends joins them no more than rules would."""
    left, right, middle = "Аэропонный контроль", "Аэропонный контроль рассады", "Проверка оранжерей"
    raw, candidates = counted(left, right, middle), pairs((left, middle), (right, middle))
    with MistralEmulator(judge=saying({left: middle, right: middle})) as server, judging(server, tmp_path) as judge:
        verdicts = adjudicate(candidates, raw, judge=judge)
    _, aliases = build_canon(raw, verdicts)
    ids = aliases.set_index("spelling")["canon_id"]

    assert verdicts["verdict"].tolist() == ["same", "same"]
    assert ids[left] != ids[right]


def test_a_second_run_asks_nothing_and_says_the_same(tmp_path: Path) -> None:
    with MistralEmulator(judge=saying({"Станок 3": "Машина 3"})) as server:
        with judging(server, tmp_path) as judge:
            first, paid = judge.choose(questions(50)), judge.account()
        with judging(server, tmp_path) as judge:
            second, free = judge.choose(questions(50)), judge.account()

    assert second == first
    assert (len(server.questions), paid["questions"], paid["calls"]) == (3, 50, 3)
    assert (free["from_cache"], free["usd"], free.get("calls", 0)) == (50, 0, 0)


def test_new_candidates_are_a_new_question_and_other_professions_are_not(tmp_path: Path) -> None:
    (asked,) = questions(1)
    moved = Question(asked.key, asked.spelling, ("Тестировщик",), asked.options)
    more = Question(asked.key, asked.spelling, (), (*asked.options, ("стан", "Стан")))
    with MistralEmulator() as server, judging(server, tmp_path) as judge:
        for question in (asked, moved, more):
            judge.choose([question])

    assert server.paid == {"Станок 0": 2}


def test_a_budget_that_is_spent_leaves_the_rest_without_a_verdict(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        with judging(server, tmp_path, BUDGET_USD="0.0035") as judge:
            answers, account = judge.choose(questions(100)), judge.account()
        with judging(server, tmp_path) as judge:
            later = judge.choose(questions(100))

    assert 0 < (account["usd"] or 0) <= 0.0035
    assert 0 < answers.count(None) < 100
    assert account["no_verdict: budget"] == answers.count(None)
    assert None not in later
    assert set(server.paid.values()) == {1}


def test_no_budget_gives_what_rules_alone_give(tmp_path: Path) -> None:
    raw, candidates = counted(HYDRO, AERO), pairs((AERO, HYDRO))
    with MistralEmulator() as server, judging(server, tmp_path, BUDGET_USD="0") as judge:
        verdicts = adjudicate(candidates, raw, judge=judge)

    assert server.requests == []
    pd.testing.assert_frame_equal(verdicts, adjudicate(candidates, raw))


@pytest.mark.parametrize(
    ("spoiled", "counted_as"),
    [
        ({"choice": "Танк", "relation": "same"}, "choice that was not offered"),
        ({"choice": "Машина 1", "relation": "different"}, "relation contradicts the choice"),
        ({"skill": "Станок 2"}, "answer about another skill"),
    ],
)
def test_an_answer_that_fits_the_schema_and_not_the_question_is_refused_and_not_asked_again(
    tmp_path: Path, spoiled: dict[str, Any], counted_as: str
) -> None:
    def judge_of(question: dict[str, Any]) -> dict[str, Any]:
        right = verdict_of(question, None, "different")
        return right | spoiled if question["skill"] == "Станок 1" else right

    with MistralEmulator(judge=judge_of) as server:
        for _ in range(2):
            with judging(server, tmp_path) as judge:
                answers, account = judge.choose(questions(3)), judge.account()

    assert [answer is None for answer in answers] == [False, True, False]
    assert account[f"no_verdict: {counted_as}"] == 1
    assert len(server.questions) == 1


@pytest.mark.parametrize("trouble", ["refused", "empty", "prose", "wrong_enum", "extra_keys", "other_ids", "truncated"])
def test_garbage_is_asked_for_once_more_and_then_given_up(tmp_path: Path, trouble: str) -> None:
    with MistralEmulator(troubles=[trouble]) as server, judging(server, tmp_path) as judge:
        repaired = judge.choose(questions(4))
    with MistralEmulator(troubles=[trouble] * 3) as server, judging(server, tmp_path / "other") as judge:
        given_up = judge.choose(questions(4))
        asked = len(server.questions)
        judge.choose(questions(4))

    assert None not in repaired
    assert given_up == [None] * 4
    assert len(server.questions) == asked <= 3


def test_spellings_with_contacts_or_of_a_sentence_do_not_leave(tmp_path: Path) -> None:
    options = (("машина", "Машина"),)
    private = [Question("a", "писать hr@example.org", (), options), Question("b", "слово " * 40, (), options)]
    with MistralEmulator() as server, judging(server, tmp_path) as judge:
        answers, account = judge.choose(private), judge.account()

    assert (answers, server.requests) == ([None, None], [])
    assert account["questions_not_fit_to_send"] == 2


def choosing(home: Path, env: dict[str, str]) -> None:
    """A run: what a process of its own does."""
    with judge_from(load_settings(home, env)) as judge:
        assert judge is not None
        judge.choose(questions(200))


def test_a_run_that_was_killed_pays_for_nothing_twice(tmp_path: Path) -> None:
    with MistralEmulator(delay_seconds=0.4) as server:
        env = settings_of(server, tmp_path)
        killed = multiprocessing.get_context("forkserver").Process(target=choosing, args=(tmp_path, env))
        killed.start()
        end = time.monotonic() + 60
        while len(server.questions) < 5:
            assert time.monotonic() < end, "nothing was asked"
            time.sleep(0.02)
        killed.kill()
        killed.join()
        with judging(server, tmp_path) as judge:
            answers, account = judge.choose(questions(200)), judge.account()

    assert set(server.paid.values()) == {1}
    assert (account["from_cache"] or 0) > 0
    lost = account.get("no_verdict: sent by a run that is gone, never answered") or 0
    assert answers.count(None) == lost <= 4 * 20


def test_without_a_key_rules_decide_alone_and_a_half_setting_is_refused(tmp_path: Path) -> None:
    with judge_from(load_settings(tmp_path, {})) as judge:
        assert judge is None
    with (
        pytest.raises(UnusableLabeller, match="MISTRAL_API_KEY"),
        judge_from(load_settings(tmp_path, {"SALARY_ASSETS_LABELLER": "mistral"})),
    ):
        pass


def test_the_asset_asks_as_the_settings_of_the_home_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, candidates = counted(HYDRO, AERO), pairs((AERO, HYDRO))
    with MistralEmulator(judge=saying({AERO: HYDRO})) as server:
        for name, value in settings_of(server, tmp_path).items():
            monkeypatch.setenv(name, value)
        made = skill_verdicts(home=Home(path=str(tmp_path)), skill_candidates=candidates, raw_skills=raw)

    assert made.value["verdict"].tolist() == ["same"]
    assert '"questions": 1' in made.metadata["account"]
