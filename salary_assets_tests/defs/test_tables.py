"""What a table shows of itself in the UI."""

from __future__ import annotations

import dagster as dg
import numpy as np
import pandas as pd

from salary_assets.defs.tables import preview


def cells(frame: pd.DataFrame, **options: object) -> list[dict[str, object]]:
    shown = preview(frame, **options)  # type: ignore[arg-type]
    assert isinstance(shown, dg.TableMetadataValue)
    return [dict(record.data) for record in shown.records]


def test_lists_are_read_as_words_and_missing_values_as_a_dash() -> None:
    frame = pd.DataFrame({"grades": [["junior", "middle"], np.array(["lead"]), None], "pay": [1, 2, 3]})
    assert cells(frame, columns=["grades"]) == [{"grades": "junior, middle"}, {"grades": "lead"}, {"grades": "-"}]


def test_a_long_cell_ends_between_words_and_says_that_there_is_more() -> None:
    (cell,) = cells(pd.DataFrame({"text": ["слово " * 40]}))
    text = str(cell["text"])
    assert len(text) <= 80
    assert text.endswith("слово…")


def test_a_long_cell_without_spaces_is_cut_where_it_must_be() -> None:
    (cell,) = cells(pd.DataFrame({"text": ["x" * 200]}))
    assert cell["text"] == "x" * 79 + "…"


def test_no_more_rows_than_asked_for() -> None:
    assert [cell["n"] for cell in cells(pd.DataFrame({"n": range(30)}), rows=2)] == ["0", "1"]
