"""What the documents promise: commands, tasks, pages and columns that are really there."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from salary_assets.cli import COMMANDS, main
from salary_assets.definitions import defs
from salary_assets_tests.conftest import PROJECT

PAGES = sorted([PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")])


def named(page) -> str:
    return f"{page.parent.name}/{page.name}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_and_option_that_a_page_shows_exists(page):
    for line in re.findall(r"^\s*salary-assets [^\n]+", page.read_text(encoding="utf-8"), re.MULTILINE):
        words = line.split("#")[0].split("|")[0].split()[1:]
        assert words[0] in COMMANDS, line
        command = main.get_command(None, words[0])
        if hasattr(command, "commands") and len(words) > 1:
            assert words[1] in command.commands, line
            command = command.commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts}
        options = {word.split("=")[0] for word in words if re.fullmatch(r"--[a-z-]+(=.*)?", word)}
        assert options <= known | {"--help"}, line


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_task_and_page_that_a_page_points_to_exists(page):
    text = page.read_text(encoding="utf-8")
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for task in re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{task}:", makefile, re.MULTILINE), task
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target


def test_every_switch_of_the_readme_is_one_of_the_graph():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    named_there = set(re.findall(r"(?:schedule|sensor) `([a-z_]+)`", text))
    assert named_there == {one.name for one in [*defs.schedules, *defs.sensors]}


def test_the_page_of_columns_is_printed_from_the_contracts_of_today():
    printed = CliRunner().invoke(main, ["dictionary"])
    assert printed.exit_code == 0
    assert printed.stdout == (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8"), "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_loses_words_that_markdown_reads_as_a_tag(page):
    prose = re.sub(
        r"^```.*?^```|`[^`\n]*`|^ {4}[^\n]*", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    assert re.findall(r"<[a-z][a-z0-9-]*>", prose) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command):
    told = CliRunner().invoke(main, [command, "--help"])
    assert told.exit_code == 0
    assert "salary-assets" in told.stdout
