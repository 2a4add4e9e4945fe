"""The command line of skills: order kept, lists a line each, failures in plain words."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from salary_assets.cli.skills import skills


def test_map_prints_the_promised_fields_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "spellings.txt"
    file.write_text("питон\n\nReact/Redux\nкваркометрия\n", encoding="utf-8")
    ran = CliRunner().invoke(skills, ["map", str(file), "--home", str(tmp_path)])
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert ran.exit_code == 0
    assert [(line["spelling"], line["canon_id"]) for line in lines] == [
        ("питон", "python"), ("React/Redux", "react"), ("React/Redux", "redux"), ("кваркометрия", "unknown")
    ]  # fmt: skip
    assert list(lines[0]) == ["spelling", "canon_id", "canon", "is_it", "confidence"]


def test_the_overrides_of_the_home_win(tmp_path: Path) -> None:
    (tmp_path / "skill_overrides.yaml").write_text("must_link: [{spelling: zz, skill: Git, reason: ours}]", "utf-8")
    file = tmp_path / "spellings.txt"
    file.write_text("ZZ\n", encoding="utf-8")
    ran = CliRunner().invoke(skills, ["map", str(file), "--home", str(tmp_path)])
    assert json.loads(ran.stdout.splitlines()[-1])["canon_id"] == "git"


def test_a_gold_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gold.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = CliRunner().invoke(skills, ["evaluate", "--gold", str(file), "--home", str(tmp_path)])
    assert ran.exit_code == 1
    assert "lacks the column canon, kind, raw" in ran.output
