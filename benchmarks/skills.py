"""Spellings to canonical skills: how right and how fast, beside plain HDBSCAN on TF-IDF + SVD vectors.

    python -m benchmarks.skills [--data DIR] [--quick]

DIR is a folder like ../shared/data (skills/raw_skills.csv.gz, gold/skills_ru_it.csv, hh/*.jsonl.gz); without it the
packaged gold and made-up spellings stand in. Every line of cost is a process of its own; CPU seconds say more than
wall seconds on a machine that does other things too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks import peak_mib
from salary_assets.skills import (
    SkillMapper,
    adjudicate,
    build_canon,
    count_spellings,
    coverage_figures,
    find_candidates,
    gold_figures,
    merge_figures,
    packaged_gold,
)
from salary_assets.skills.evaluation import SINGLE, pair_scores
from salary_assets.skills.holdout import unseen_figures
from salary_assets.skills.spellings import raw_skills
from salary_assets.storage.schemas.skills import SkillAliases, SkillCanon

NEW = 500
DIMENSIONS = 50
QUALIFIERS = ("опыт работы с", "знание", "уверенное владение", "базовые знания", "администрирование", "понимание")
SIZES = (10_000, 43_329, 200_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[1] / ".." / "shared" / "data")
    parser.add_argument("--quick", action="store_true", help="figures only, no cost and no baseline")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        name, size = arguments.one.split(":")
        print(json.dumps(LINES[name](arguments.data, int(size))))
        return
    _quality(arguments.data)
    if not arguments.quick:
        _cost(arguments.data)


def _quality(data: Path) -> None:
    mapper = SkillMapper.from_backbone()
    golds = {"packaged gold": packaged_gold()}
    if (data / "gold/skills_ru_it.csv").exists():
        golds["shared gold"] = pd.read_csv(data / "gold/skills_ru_it.csv", dtype="str", keep_default_na=False)
    _print("pairs that must stay apart", merge_figures(mapper)[0])
    for name, gold in golds.items():
        _print(name, gold_figures(mapper, gold))
        _print(f"{name}: spellings and skills hidden from the canon", unseen_figures(gold))
    vacancies = _key_skills(data)
    if vacancies is not None:
        raw = count_spellings(vacancies)
        canon, aliases = build_canon(raw, adjudicate(find_candidates(raw), raw))
        _print(
            f"key_skills of {len(vacancies)} real ads, {raw['spelling'].nunique()} spellings", coverage_figures(aliases)
        )
        used = canon[canon["vacancies"] > 0]
        print(f"canonical skills in use {len(used)}, of them new from data {(used['origin'] == 'data').sum()}")
        shuffled = raw.sample(frac=1, random_state=1)
        again = build_canon(shuffled, adjudicate(find_candidates(shuffled), shuffled))
        same = SkillCanon.to_arrow(again[0]).equals(SkillCanon.to_arrow(canon)) and SkillAliases.to_arrow(
            again[1]
        ).equals(SkillAliases.to_arrow(aliases))
        print(f"shuffled input gives the same tables: {'yes' if same else 'NO'}")


def _cost(data: Path) -> None:
    print(f"\n{'cost':<44}{'spellings':>10}{'CPU s':>8}{'wall s':>8}{'GiB':>6}   precision recall B-cubed")
    asked = [("ours", size) for size in SIZES] + [("ours_new", NEW), ("hdbscan", SIZES[0]), ("hdbscan", SIZES[1])]
    for name, size in asked:
        command = [sys.executable, "-m", "benchmarks.skills", "--data", str(data), "--one", f"{name}:{size}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        line = json.loads(done.stdout.strip().splitlines()[-1])
        quality = "   ".join(f"{value:.3f}" for value in line["scores"]) if line["scores"] else "-"
        print(
            f"{line['what']:<44}{size:>10}{line['cpu']:>8.1f}{line['wall']:>8.1f}{line['gib']:>6.2f}   {quality}",
            flush=True,
        )


def _ours(data: Path, size: int) -> dict[str, object]:
    """Cold: counting, candidates, verdicts, canon and aliases of all spellings."""
    mentions, gold = _mentions(data, size)

    def work() -> dict[str, str]:
        raw = raw_skills(mentions)
        _, aliases = build_canon(raw, adjudicate(find_candidates(raw), raw))
        ids = aliases.groupby("spelling")["canon_id"].agg(list)
        return {str(s): i[0] if len(i) == 1 and i[0] != "unknown" else f"alone {s}" for s, i in ids.to_dict().items()}

    return _timed("ours, cold: spellings -> canon", work, gold)


def _ours_new(data: Path, size: int) -> dict[str, object]:
    """A night: `size` spellings that the mapper has not seen, with a mapper that is loaded."""
    mentions, _ = _mentions(data, SIZES[1])
    new = sorted(mentions["spelling"].unique())[:: max(1, SIZES[1] // size)][:size]
    mapper = SkillMapper.from_backbone()
    mapper.map(["a spelling that fits the gate"])

    def work() -> dict[str, str]:
        mapper.map(new)
        return {}

    return _timed("ours: new spellings, mapper loaded", work, {})


def _hdbscan(data: Path, size: int) -> dict[str, object]:
    """Baseline: character TF-IDF, SVD, HDBSCAN; noise is alone."""
    mentions, gold = _mentions(data, size)

    def work() -> dict[str, str]:
        import hdbscan
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        names = sorted(mentions["spelling"].unique())
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(names)
        small = normalize(TruncatedSVD(DIMENSIONS, random_state=0).fit_transform(vectors))
        labels = hdbscan.HDBSCAN(min_cluster_size=3, cluster_selection_method="leaf").fit_predict(small)
        return {s: f"alone {s}" if label < 0 else str(label) for s, label in zip(names, labels, strict=True)}

    return _timed("plain HDBSCAN on TF-IDF + SVD", work, gold)


LINES: dict[str, Callable[[Path, int], dict[str, object]]] = {
    "ours": _ours,
    "ours_new": _ours_new,
    "hdbscan": _hdbscan,
}


def _timed(what: str, work: Callable[[], dict[str, str]], gold: dict[str, str]) -> dict[str, object]:
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    known = {spelling: canon for spelling, canon in gold.items() if spelling in found}
    scores = pair_scores(known, found) if known else None
    return {
        "what": what,
        "cpu": cpu,
        "wall": wall,
        "gib": peak_mib() / 1024,
        "scores": [scores.precision, scores.recall, scores.b_cubed_f1] if scores else None,
    }


def _mentions(data: Path, size: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """`size` spellings as mentions (spelling, position), the judged ones first; beyond the real ones, varied ones."""
    gold = packaged_gold()
    spellings = gold["raw"].tolist()
    file = data / "skills/raw_skills.csv.gz"
    if file.exists():
        gold = pd.read_csv(data / "gold/skills_ru_it.csv", dtype="str", keep_default_na=False)
        spellings = pd.read_csv(file)["raw_skill"].dropna().str.strip().tolist()
    single = gold[gold["kind"] == SINGLE]
    chance = random.Random(0)
    rest = sorted(set(spellings) - set(gold["raw"]) - {""})
    chance.shuffle(rest)
    wanted = list(dict.fromkeys([*gold["raw"], *rest]))[:size]
    base = list(wanted)
    seen = set(wanted)
    number = 0
    while len(wanted) < size:
        number += 1
        made = (
            f"{chance.choice(QUALIFIERS)} {chance.choice(base)} {chance.choice(('', number, 'v' + str(number % 30)))}"
        )
        if made.strip() not in seen:
            seen.add(made.strip())
            wanted.append(made.strip())
    frame = pd.DataFrame({"spelling": wanted, "position": "Программист, разработчик"}).astype("str")
    return frame, dict(zip(single["raw"], single["canon"], strict=True))


def _key_skills(data: Path) -> pd.DataFrame | None:
    """Vacancies (vacancy_id, position, skills) of the real hh ads that carry key_skills; None without the files."""
    rows: dict[str, tuple[str, str, list[str]]] = {}
    for file in sorted((data / "hh").glob("*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).splitlines():
            item = json.loads(line)
            named = [entry["name"] if isinstance(entry, dict) else entry for entry in item.get("key_skills") or []]
            if named:
                roles = [role["name"] for role in item.get("professional_roles") or [] if isinstance(role, dict)]
                rows.setdefault(str(item["id"]), (str(item["id"]), roles[0] if roles else "unknown", named))
    if not rows:
        return None
    frame = pd.DataFrame(list(rows.values()), columns=["vacancy_id", "position", "skills"])
    return frame.astype({"vacancy_id": "str", "position": "str"})


def _print(title: str, table: pd.DataFrame) -> None:
    print(f"\n{title}")
    if len(table):
        print(table.to_string(index=False, float_format=lambda value: f"{value:.4f}"))


if __name__ == "__main__":
    main()
