"""De-duplicating generated ads, beside datasketch's MinHashLSH in the same run; and how right groups are on read pairs.

    python -m benchmarks.dedupe                                # 100 000 generated ads
    python -m benchmarks.dedupe --size 1000000
    python -m benchmarks.dedupe --pairs FILE --home DIR        # labelled pairs of real ads instead

Generated ads have the shapes of real ones: five in six are snippets of forty words, the rest full texts of up to four
hundred that share a paragraph of their employer, one in twenty is a post without employer; two in five repeat another,
and a few jobs are advertised hundreds of times. Repeats are equal, shortened, reworded, retitled for another town,
copied by an agency or posted in a channel. The baseline sees a part of the ads (--baseline) and its time is carried
over to all of them in proportion, which is in its favour: its buckets grow with the ads.

FILE holds JSON lines {"left", "right", "duplicate"} with ids of postings in the home's tables; null is left out.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from datasketch import MinHash, MinHashLSH

from salary_assets.postings import near_duplicates
from salary_assets.postings.duplicates_pairs import BAND_ROWS, BANDS, SIGNATURE
from salary_assets.storage import TableStore, load_settings
from salary_assets.storage.schemas import LabelledPostings, Postings

BASELINE_SIMILARITY = 0.5
ROLES = ["разработчик", "тестировщик", "аналитик", "администратор", "дизайнер", "оператор", "менеджер", "монтажник"]
STACKS = ["Java", "Python", "PHP", "Golang", "C#", "C++", "1С", "iOS", "Android", "React", "Ruby", "Scala"]
GRADES = ["", "", "Junior ", "Middle ", "Senior ", "Ведущий "]
SYLLABLES = ["пре", "рас", "вы", "до", "за", "под", "об", "про", "ко", "ла", "ре", "си", "та", "ми", "но", "ве", "де"]
ENDINGS = ["ать", "ение", "ный", "ого", "ами", "ость", "ах", "ка"]
KINDS = ["equal", "shortened", "reworded", "retitled", "agency", "channel"]
KIND_ODDS = [0.6, 0.1, 0.12, 0.12, 0.03, 0.03]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000, help="ads to generate")
    parser.add_argument("--baseline", type=int, default=10_000, help="ads that the baseline sees")
    parser.add_argument("--pairs", type=Path, nargs="+", help="labelled pairs of real ads")
    parser.add_argument("--home", type=Path, default=None, help="whose tables hold the real ads")
    arguments = parser.parse_args()
    if arguments.pairs:
        _score(arguments.pairs, arguments.home)
    else:
        _race(arguments.size, min(arguments.baseline, arguments.size))


def _race(size: int, part: int) -> None:
    ads, jobs = generated(size)
    characters = int(ads["text"].str.len().sum())
    print(f"{size:,} ads of {jobs.nunique():,} jobs, {characters / 1e9:.2f} thousand million characters")
    print(f"{'':<34}{'ads':>10}{'wall s':>9}{'CPU s':>9}{'for all s':>11}{'precision':>11}{'recall':>8}")
    first = np.arange(part)
    few = ads.loc[first].reset_index(drop=True)
    _row("datasketch MinHashLSH", few, jobs[first], size, _datasketch)
    _row("near_duplicates, the same ads", few, jobs[first], size, _ours)
    _row("near_duplicates, all ads", ads, jobs, size, _ours)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak resident memory of the process, generated ads and baseline included: {peak:.1f} GiB")


def _row(name, ads, jobs, size, group) -> None:  # type: ignore[no-untyped-def]
    wall, spent = time.perf_counter(), time.process_time()
    found = group(ads)
    wall, spent = time.perf_counter() - wall, time.process_time() - spent
    precision, recall = _pairwise(pd.Series(found), jobs)
    whole = wall * size / len(ads)
    print(
        f"{name:<34}{len(ads):>10,}{wall:>9.1f}{spent:>9.1f}{whole:>11.0f}{precision:>11.3f}{recall:>8.3f}", flush=True
    )


def _pairwise(found: pd.Series[str], truth: pd.Series[int]) -> tuple[float, float]:
    """Precision and recall over all pairs of ads."""

    def pairs(keys: list[pd.Series[str]]) -> float:
        sizes = pd.DataFrame({number: key.to_numpy() for number, key in enumerate(keys)}).value_counts().to_numpy(float)
        return float((sizes * (sizes - 1) / 2).sum())

    both = pairs([found, truth])
    return both / max(pairs([found]), 1.0), both / max(pairs([truth]), 1.0)


def _ours(ads: pd.DataFrame) -> pd.Series[str]:
    return near_duplicates(ads)["cluster_id"]


def _datasketch(ads: pd.DataFrame) -> list[int]:
    """The usual recipe: MinHash of word pairs, LSH with the same bands, groups by estimated similarity."""
    index = MinHashLSH(num_perm=SIGNATURE, params=(BANDS, BAND_ROWS))
    sketches = []
    parent = list(range(len(ads)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for row, text in enumerate(ads["text"]):
        words = text.lower().split()
        sketch = MinHash(num_perm=SIGNATURE, seed=1)
        sketch.update_batch([f"{one} {other}".encode() for one, other in pairwise(words)])
        for other in index.query(sketch):
            if sketch.jaccard(sketches[other]) >= BASELINE_SIMILARITY:
                parent[root(row)] = root(other)
        index.insert(row, sketch)
        sketches.append(sketch)
    return [root(row) for row in range(len(ads))]


def generated(size: int, seed: int = 1) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Ads with the columns that `near_duplicates` asks for, and the number of each ad's job."""
    random = np.random.default_rng(seed)
    words = _vocabulary(random, 8_000)
    sentences = _sentences(random, words, 200_000)
    paragraphs = [" ".join(sentences[start : start + 8]) for start in range(0, 32_000, 8)]
    jobs = _jobs_of(random, size)
    order = np.argsort(jobs, kind="stable")
    titles, texts, employers, sources = ([None] * size for _ in range(4))
    last = -1
    for row in order:
        if jobs[row] != last:
            last = jobs[row]
            job = _job(random, sentences, paragraphs)
            kind = "equal"
        else:
            kind = KINDS[int(np.searchsorted(np.cumsum(KIND_ODDS), random.random()))]
        titles[row], texts[row], employers[row], sources[row] = _advertised(random, job, kind, sentences)
    ads = pd.DataFrame({"source": sources, "title": titles, "text": texts, "employer_name": employers})
    ads = ads.assign(posting_id=[f"{source}/{row:07d}" for row, source in enumerate(sources)], employer_id=None)
    ads["skills_raw"] = pd.Series([[]] * size, dtype=object)
    days = random.integers(0, 1_500, size)
    ads["published_at"] = pd.Timestamp("2021-01-01", tz="UTC") + pd.to_timedelta(days, unit="D")
    strings = ["source", "title", "text", "employer_name", "employer_id", "posting_id"]
    return ads.astype(dict.fromkeys(strings, "str")), pd.Series(jobs)


def _jobs_of(random: np.random.Generator, size: int) -> np.ndarray:
    """Job of each ad: as on hh.ru most jobs have one ad, a few have hundreds, three ads in five are of a new job."""
    sizes = np.minimum(random.zipf(2.6, size), 2_000)
    jobs = np.repeat(np.arange(len(sizes)), sizes)[:size]
    return random.permutation(jobs)


def _vocabulary(random: np.random.Generator, count: int) -> np.ndarray:
    stems = {"".join(random.choice(SYLLABLES, 3)) + ending for _ in range(count // 8) for ending in ENDINGS}
    return random.permutation(sorted(stems))


def _sentences(random: np.random.Generator, words: np.ndarray, count: int) -> list[str]:
    lengths = random.integers(7, 14, count)
    said = words[(len(words) ** random.random(int(lengths.sum()))).astype(np.int64) - 1].tolist()
    ends = np.cumsum(lengths).tolist()
    return [" ".join(said[end - length : end]).capitalize() + "." for end, length in zip(ends, lengths, strict=True)]


def _job(random: np.random.Generator, sentences: list[str], paragraphs: list[str]) -> dict[str, object]:
    employer = int(min(random.zipf(1.4), len(paragraphs))) - 1
    long = random.random() < 0.17
    own = [sentences[place] for place in random.integers(0, len(sentences), random.integers(6, 30) if long else 4)]
    role, stack = random.integers(len(ROLES)), random.integers(len(STACKS))
    return {
        "title": f"{GRADES[random.integers(len(GRADES))]}{STACKS[stack]}-{ROLES[role]}",
        "sentences": [paragraphs[employer], *own] if long else own,
        "employer": None if long and random.random() < 0.3 else f"Компания {employer}",
    }


def _advertised(
    random: np.random.Generator, job: dict[str, object], kind: str, sentences: list[str]
) -> tuple[str | None, str, str | None, str]:
    """Title, text, employer and source of one ad of the job."""
    said = list(job["sentences"])  # type: ignore[call-overload]
    title, employer, source = job["title"], job["employer"], "hh" if job["employer"] else "tg_work"
    spare = sentences[int(random.integers(len(sentences)))]
    if kind == "shortened":
        said = said[: max(2, len(said) - 1)]
    elif kind == "reworded":
        said[-1] = spare
    elif kind == "retitled":
        title = f"{title} (город {random.integers(60)})"
    elif kind == "agency" and employer:
        employer, said = f"Агентство {random.integers(40)}", [*said, spare] if len(said) > 8 else said
    elif kind == "channel" and len(said) > 8:
        employer, source, said = None, "tg_jobs", [*said, spare]
    title = None if source.startswith("tg") and random.random() < 0.3 else title
    return title, " ".join(said), employer, source  # type: ignore[return-value]


def _score(files: list[Path], home: Path | None) -> None:
    """Precision and recall on pairs that people have read, with Wilson's intervals of 95 %."""
    store = TableStore(load_settings(home).tables_url)
    labels = store.read(LabelledPostings, columns=["posting_id", "title"]).drop_duplicates("posting_id")
    postings = (
        store.read(Postings).sort_values("published_at", kind="stable").drop_duplicates("posting_id", keep="last")
    )
    postings["title"] = postings["title"].fillna(postings["posting_id"].map(labels.set_index("posting_id")["title"]))
    groups = near_duplicates(postings).set_index("posting_id")["cluster_id"]
    print(f"{len(groups):,} ads, {groups.nunique():,} groups")
    print(f"{'pairs':<34}{'read':>6}{'tp':>6}{'fp':>5}{'fn':>5}  {'precision':<24}{'recall':<24}")
    total = np.zeros(4, int)
    for file in files:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        known = [
            one for one in lines if one["duplicate"] is not None and {one["left"], one["right"]} <= {*groups.index}
        ]
        said = np.array([bool(one["duplicate"]) for one in known])
        found = np.array([groups[one["left"]] == groups[one["right"]] for one in known])
        counts = np.array([len(known), (said & found).sum(), (~said & found).sum(), (said & ~found).sum()])
        total += counts
        _pairs_row(file.name, *counts)
    if len(files) > 1:
        _pairs_row("all", *total)


def _pairs_row(name: str, read: int, right: int, wrong: int, missed: int) -> None:
    precision, recall = _wilson(right, right + wrong), _wilson(right, right + missed)
    print(f"{name:<34}{read:>6}{right:>6}{wrong:>5}{missed:>5}  {precision:<24}{recall:<24}")


def _wilson(hits: int, n: int, z: float = 1.96) -> str:
    if not n:
        return "-"
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return f"{share:.3f} [{centre - half:.3f}, {centre + half:.3f}]"


if __name__ == "__main__":
    main()
