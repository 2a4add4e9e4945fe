"""Kinds of job and families of the sample market against the professions and specialties that it was drawn from.

    python -m benchmarks.clusters

Adjusted mutual information falls when a clustering is finer than what it is compared with, even where no cluster mixes
anything: the true specialties themselves, in the first row, show what that costs. Baseline: HDBSCAN on TF-IDF and SVD
of the titles alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from salary_assets.salary.items import read_items
from salary_assets.sample import read_truth, write_sample
from salary_assets.sample.write import HH_FEED, HH_FILE
from salary_assets.storage import load_settings
from salary_assets.storage.clock import now


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        settings = load_settings(Path(temporary))
        write_sample(settings.sample)
        items = read_items([settings.sample / HH_FILE], settings, now(), lambda step: print(step, file=sys.stderr))
        truth = read_truth(settings.sample).rows
    if items.clusters is None:
        raise SystemExit("no kinds of job were found")
    truth = truth[(truth["source"] == HH_FEED) & (truth["kind"] == "vacancy") & truth["is_it"].astype(bool)]
    truth = truth.assign(native=truth["id"].str.split("/").str[1]).drop_duplicates("native")
    found = items.clusters.merge(items.inputs[["vacancy_id", "title"]], on="vacancy_id")
    found = found.assign(native=found["vacancy_id"].str.split("/").str[1])
    both = found.merge(truth, on="native", suffixes=("_read", ""))
    specialty = both["position"] + "|" + both["specialty"].fillna("-")
    begun = time.process_time()
    plain = _plain(both["title"].str.lower())
    print(f"{len(both)} IT vacancies of the sample; plain HDBSCAN took {time.process_time() - begun:.0f} s of CPU")
    print(f"{'':34}{'groups':>8}{'profession':>12}{'by min':>9}{'homogeneity':>13}{'specialty':>11}")
    groups = {
        "the true specialties": specialty,
        "kinds of job": both["job_cluster_id"],
        "families, kinds where none": both["family_id"].fillna(both["job_cluster_id"]),
        "plain HDBSCAN on titles": plain,
    }
    for name, labels in groups.items():
        print(f"{name:34}{labels.nunique():>8}{_figures(both['position'], specialty, labels)}")
    return 0


def _figures(profession: pd.Series, specialty: pd.Series, labels: pd.Series) -> str:
    from sklearn.metrics import adjusted_mutual_info_score, homogeneity_score

    usual = adjusted_mutual_info_score(profession, labels)
    by_min = adjusted_mutual_info_score(profession, labels, average_method="min")
    finer = adjusted_mutual_info_score(specialty, labels)
    return f"{usual:>12.3f}{by_min:>9.3f}{homogeneity_score(profession, labels):>13.3f}{finer:>11.3f}"


def _plain(titles: pd.Series) -> pd.Series:
    import hdbscan
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    unique = sorted(titles.unique())
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit_transform(unique)
    dense = TruncatedSVD(min(50, len(unique) - 1), random_state=0).fit_transform(vectors)
    labels = hdbscan.HDBSCAN(min_cluster_size=3, core_dist_n_jobs=1).fit_predict(dense)
    alone = np.where(labels == -1, np.arange(len(labels)) + labels.max() + 1, labels)
    return titles.map(dict(zip(unique, alone, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
