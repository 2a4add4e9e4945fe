"""Titles -> kinds of job. Rules group what titles say outright; HDBSCAN and neighbours group what is left.

A group never spans two professions: programmers and testers share a stack, not a job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.clusters.agreement import apart_by_skills
from salary_assets.clusters.families import families
from salary_assets.clusters.ids import made_id
from salary_assets.clusters.judge import Judge, Question
from salary_assets.clusters.languages import with_language
from salary_assets.clusters.positions import guess_positions
from salary_assets.clusters.profiles import profiles
from salary_assets.clusters.titles import Title, read_title, wide_roles
from salary_assets.clusters.wider import Kind, wider_kinds
from salary_assets.clusters.wordings import decisive
from salary_assets.storage.schemas.clusters import PositionSkills, VacancyClusters
from salary_assets.storage.vocabulary import NOT_IT, OTHER_IT

RARE = 3
"""Groups with fewer vacancies join another one that is near enough."""
STATED = "stated"
"""Who gave a profession: the source itself. What it calls "other" is not to be guessed."""
RULED, NEAR = 1.0, 0.7
SIMILAR = 0.75
"""Least cosine to the middle of a group for a title to belong to it (decision 045)."""
DOUBTFUL = (0.5, 0.85)
"""From and below which likeness a judge, where there is one, decides instead of SIMILAR."""
OFFERED = 5
"""Kinds of job that a judge chooses from."""
JUDGED = 0.85
"""The likeness that a judge's choice counts as."""
TITLE_SHARE = 0.75
"""Weight of the title against the skills in a vector of the tail."""
DIMENSIONS = 20
SMALLEST_TAIL = 8


def cluster_vacancies(
    vacancies: pd.DataFrame,
    mapped: pd.DataFrame,
    previous: pd.DataFrame | None = None,
    demanded: pd.DataFrame | None = None,
    judge: Judge | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Vacancies and their canonical skills -> (vacancy_clusters, cluster_profiles).

    previous: the last vacancy_clusters; a group keeps the id that most of its vacancies had. demanded: position_skills,
    by which ads without a profession get a guess; it places those whose profession nobody could read. judge: decides
    merges of titles that are near the threshold of likeness; without one, or without its answer, the threshold does.
    A title that names no job has no kind of job.
    """
    skills = mapped.groupby("vacancy_id")["canon_id"].agg(list)
    titles = _widened(_read(vacancies, _guesses(vacancies, mapped, demanded), skills))
    titles = titles.merge(_tail_groups(titles, skills, judge), on=["position", "group"], how="left")
    moved = titles["joined"].notna()
    titles["group"] = titles["joined"].where(moved, titles["group"])
    titles["confidence"] = np.where(moved, titles["joined_confidence"], RULED)
    titles["group"] = apart_by_skills(titles, skills)
    nameless = np.array([one.says_nothing for one in titles["says"]], dtype=bool)
    titles["job_cluster_id"] = _ids(titles[~nameless], previous).reindex(titles.index).astype("str")
    in_it = titles[~nameless & (titles["position"] != NOT_IT)]
    titles["family_id"] = titles["job_cluster_id"].map(families(in_it, mapped, previous)).astype("str")
    assigned = VacancyClusters.checked(titles[VacancyClusters.column_names()])
    return assigned, profiles(vacancies, mapped, assigned)


def _guesses(vacancies: pd.DataFrame, mapped: pd.DataFrame, demanded: pd.DataFrame | None) -> pd.DataFrame:
    """vacancy_id, position_guessed, position_confidence of IT vacancies whose profession nobody could tell."""
    names = {"position": "position_guessed", "confidence": "position_confidence"}
    if demanded is None:
        return guess_positions(mapped.head(0), PositionSkills.no_rows()).rename(columns=names)
    lacking = vacancies["position"].isna() | (
        (vacancies["position"] == OTHER_IT) & (vacancies["position_by"] != STATED)
    )
    ids = vacancies.loc[lacking & vacancies["is_it"].fillna(True).astype(bool), "vacancy_id"]
    return guess_positions(mapped[mapped["vacancy_id"].isin(ids)], demanded).rename(columns=names)


def _read(vacancies: pd.DataFrame, guesses: pd.DataFrame, skills: pd.Series) -> pd.DataFrame:
    """vacancy_id, position, what its title says (and the language of its skills, where a developer's title says none),
    the group that rules give it, and the guess of its profession. skills: canon ids by vacancy id."""
    unknown = pd.Series(np.where(vacancies["is_it"].fillna(True).astype(bool), OTHER_IT, NOT_IT), vacancies.index)
    title = vacancies["title"].fillna("")
    read = {text: read_title(text) for text in title.unique()}
    named = vacancies["vacancy_id"].map(skills)
    says = [
        with_language(read[text], found if isinstance(found, list) else ())
        for text, found in zip(title, named, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "vacancy_id": vacancies["vacancy_id"],
            "title": title,
            "title_key": pd.Series([one.key for one in says], vacancies.index, dtype="str"),
            "says": pd.Series(says, vacancies.index, dtype=object),
            "employer_key": vacancies["employer_key"],
        }
    )
    frame = frame.merge(guesses, on="vacancy_id", how="left", validate="1:1").set_axis(vacancies.index)
    told = vacancies["position"].fillna(frame["position_guessed"]).fillna(unknown)
    frame = frame.assign(position=told.astype("str")).sort_values("vacancy_id", kind="stable")
    return frame.drop(columns="says").join(decisive(frame)).reset_index(drop=True)


def _widened(titles: pd.DataFrame) -> pd.DataFrame:
    """Rare groups are the frequent ones that they specialise."""
    sizes = titles.groupby(["position", "group"]).size().to_dict()
    kinds = [
        Kind(
            position,
            name,
            frozenset(says.roles),
            frozenset(says.technologies),
            frozenset(says.rest),
            is_open,
            sizes[position, name],
        )
        for position, name, says, is_open in titles.drop_duplicates(["position", "group"])[
            ["position", "group", "says", "is_open"]
        ].itertuples(index=False)
    ]
    wider = wider_kinds(kinds, RARE)
    keys = zip(titles["position"], titles["group"], strict=True)
    return titles.assign(group=pd.Series([wider.get(key, key[1]) for key in keys], titles.index, dtype="str"))


def _tail_groups(titles: pd.DataFrame, skills: pd.Series, judge: Judge | None) -> pd.DataFrame:
    """(position, group) of rare groups that join another -> joined, joined_confidence.

    Titles that say nothing (a specialist, an engineer) stay out: everything short is near them.
    """
    wide = wide_roles()
    titles = titles[[bool(set(says.roles) - wide or says.rest or says.technologies) for says in titles["says"]]]
    joined: dict[tuple[str, str], tuple[str, float]] = {}
    doubtful: dict[tuple[str, str], list[str]] = {}
    for position, part in titles.groupby("position", sort=True):
        sizes = part.groupby("group").size()
        rare = sizes.index[sizes < RARE].tolist()
        if len(rare) < SMALLEST_TAIL:
            continue
        names = sizes.index.tolist()
        says = part.drop_duplicates("group").set_index("group")["says"].to_dict()
        joins, near = _join([says[name] for name in names], names, sizes, _vectors(part, names, skills), set(rare))
        joined |= {(str(position), name): join for name, join in joins.items()}
        doubtful |= {(str(position), name): targets for name, targets in near.items()}
    if judge is not None:
        _judged(judge, titles, joined, doubtful)
    rows = [(*key, *_end(joined, *key)) for key in sorted(joined)]
    return pd.DataFrame(rows, columns=["position", "group", "joined", "joined_confidence"]).astype(
        {"position": "str", "group": "str", "joined": "str", "joined_confidence": "float64"}
    )


def _judged(
    judge: Judge,
    titles: pd.DataFrame,
    joined: dict[tuple[str, str], tuple[str, float]],
    doubtful: dict[tuple[str, str], list[str]],
) -> None:
    """Put what a judge says of doubtful groups into `joined`; groups are shown by their most frequent title."""
    by_title = titles.groupby(["position", "group", "title"]).size().rename("n").reset_index()
    usual = by_title.sort_values(["n", "title"], ascending=[False, True]).drop_duplicates(["position", "group"])
    shown = usual.set_index(["position", "group"])["title"].to_dict()
    options = {key: {shown[key[0], target]: target for target in targets} for key, targets in doubtful.items()}
    questions = [Question(shown[key], key[0], tuple(offered)) for key, offered in options.items()]
    for (key, offered), answer in zip(options.items(), judge.choose(questions), strict=True):
        if answer is not None and answer.choice is None:
            joined.pop(key, None)
        elif answer is not None:
            joined[key] = offered[answer.choice], JUDGED


def _vectors(part: pd.DataFrame, names: list[str], skills: pd.Series) -> Any:
    """Unit rows (groups x features): character n-grams of the title beside the skills that its vacancies name."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    named = part.assign(skills=part["vacancy_id"].map(skills)).explode("skills")
    profile = named.dropna(subset=["skills"]).groupby("group")["skills"].agg(" ".join)
    documents = [str(profile.get(name, "")) for name in names]
    text = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(names)
    blocks = [text * TITLE_SHARE**0.5]
    if any(documents):
        words = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True).fit_transform(documents)
        blocks.append(words * (1 - TITLE_SHARE) ** 0.5)
    return normalize(hstack(blocks).tocsr())


def _agree(rare: Sequence[Title], others: Sequence[Title]) -> np.ndarray:
    """Whether a rare title (a row) may be another's job by likeness: both name the same narrow roles, or it names none,
    it names every technology of the other, and the same telling words.

    Titles of wide roles alone stay out: two specialists are alike in all but the word that tells their jobs apart.
    """
    code = {core: number for number, core in enumerate({one.core: None for one in [*rare, *others]})}
    left, right = (np.array([code[one.core] for one in part]) for part in (rare, others))
    narrow = np.array([bool(one.core) for one in rare])
    silent = np.array([not one.roles for one in rare])
    agree: np.ndarray = silent[:, None] | (narrow[:, None] & (left[:, None] == right))
    for row, column in np.argwhere(agree):
        one, other = rare[row], others[column]
        agree[row, column] = set(other.technologies) <= set(one.technologies) and one.telling == other.telling
    return agree


def _join(
    says: list[Title], names: list[str], sizes: pd.Series, vectors: Any, rare: set[str]
) -> tuple[dict[str, tuple[str, float]], dict[str, list[str]]]:
    """Rare groups that join another: their HDBSCAN cluster's head where it is like them, else the nearest frequent one.

    Returns for each the group and the likeness, and for those where it is doubtful what else they may join.
    """
    labels = _hdbscan(vectors)
    nearest: dict[str, tuple[str, float]] = {}
    for label in sorted(set(labels.tolist()) - {-1}):
        members = np.flatnonzero(labels == label).tolist()
        head = min(members, key=lambda row: (-int(sizes[names[row]]), names[row]))
        agree = _agree([says[row] for row in members], [says[head]]).ravel()
        scores = (vectors[members] @ vectors[head].T).toarray().ravel() * agree
        for row, score in zip(members, scores.tolist(), strict=True):
            if row != head and names[row] in rare:
                nearest[names[row]] = (names[head], score)
    frequent = [row for row, name in enumerate(names) if name not in rare]
    tail = [row for row, name in enumerate(names) if name in rare]
    near: dict[str, dict[str, float]] = {}
    if frequent:
        scores = (vectors[tail] @ vectors[frequent].T).toarray().round(6)
        agreeing = scores * _agree([says[row] for row in tail], [says[row] for row in frequent])
        for row, similar, allowed in zip(tail, scores, agreeing, strict=True):
            offered = np.argsort(-similar, kind="stable")[:OFFERED].tolist()
            near[names[row]] = {names[frequent[place]]: float(similar[place]) for place in offered}
            best = int(allowed.argmax())
            if nearest.get(names[row], ("", 0.0))[1] < min(SIMILAR, allowed[best]):
                nearest[names[row]] = (names[frequent[best]], float(allowed[best]))
    joined = {name: found for name, found in nearest.items() if found[1] >= SIMILAR}
    return joined, _doubtful(nearest, near)


def _doubtful(
    nearest: Mapping[str, tuple[str, float]], near: Mapping[str, Mapping[str, float]]
) -> dict[str, list[str]]:
    """Rare groups whose likeness to the nearest other leaves it open whether they join -> what they may join.

    A judge reads titles, so it is offered kinds of other roles, too.
    """
    least, most = DOUBTFUL
    found = {}
    for name in sorted({*nearest, *near}):
        target, score = nearest.get(name, ("", 0.0))
        offered = {target: score} | dict(near.get(name, {})) if score else dict(near.get(name, {}))
        if offered and least <= max(offered.values()) < most:
            found[name] = [other for other, likeness in offered.items() if likeness >= least][:OFFERED]
    return found


def _end(joined: dict[tuple[str, str], tuple[str, float]], position: str, name: str) -> tuple[str, float]:
    """Where a chain of joins ends, with the confidence of its weakest step."""
    sure, seen = 1.0, set()
    while (position, name) in joined and name not in seen:
        seen.add(name)
        name, score = joined[position, name]
        sure = min(sure, score)
    return name, round(min(sure, NEAR + 0.3 * (sure - SIMILAR)), 4)


def _hdbscan(vectors: Any) -> np.ndarray:
    import hdbscan
    from sklearn.decomposition import TruncatedSVD

    dimensions = min(DIMENSIONS, vectors.shape[0] - 1, vectors.shape[1] - 1)
    small = TruncatedSVD(dimensions, algorithm="arpack", random_state=0).fit_transform(vectors)
    norms = np.linalg.norm(small, axis=1, keepdims=True)
    clusterer = hdbscan.HDBSCAN(
        min_cluster_size=2, cluster_selection_method="leaf", core_dist_n_jobs=1, approx_min_span_tree=False
    )
    labels: np.ndarray = clusterer.fit_predict(np.round(small / np.where(norms == 0, 1, norms), 6))
    return labels


def _ids(titles: pd.DataFrame, previous: pd.DataFrame | None) -> pd.Series:
    """Id of each row's group: the one that most of its vacancies had before (of those that it had none of, most of its
    titles), else one made from its own name."""
    groups = titles[["position", "group"]].drop_duplicates()
    ids: dict[tuple[str, str], str] = {}
    if previous is not None and len(previous):
        votes = _votes(titles, previous)
        kept = votes.drop_duplicates(["position", "group"]).drop_duplicates("job_cluster_id")
        inherited = zip(kept["position"], kept["group"], kept["job_cluster_id"], strict=True)
        ids = {(position, group): job for position, group, job in inherited}
    taken = set(ids.values())
    for position, group in zip(groups["position"], groups["group"], strict=True):
        if (position, group) not in ids:
            ids[position, group] = made_id("job-", f"{position}|{group}", taken)
    keys = zip(titles["position"], titles["group"], strict=True)
    return pd.Series([ids[key] for key in keys], index=titles.index, dtype="str")


def _votes(titles: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """position, group, job_cluster_id: what a group may be called, first what most speaks for."""
    before = previous.dropna(subset=["job_cluster_id"])
    columns = ["position", "group", "job_cluster_id"]
    by_vacancy = titles.merge(before[["vacancy_id", "position", "job_cluster_id"]], on=["vacancy_id", "position"])
    of_title = before[["position", "title_key", "job_cluster_id"]].drop_duplicates(["position", "title_key"])
    by_title = titles.merge(of_title, on=["position", "title_key"])
    votes = pd.DataFrame({"vacancies": by_vacancy.groupby(columns).size(), "titles": by_title.groupby(columns).size()})
    return (
        votes.fillna(0)
        .reset_index()
        .sort_values(["vacancies", "titles", *columns], ascending=[False, False, True, True, True])
    )
