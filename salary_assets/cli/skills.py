"""`skills`: spellings -> canonical skills, the canon itself, what a person should look at, how right it all is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from salary_assets.cli.common import Failed, home_option, out_option, progress, write_json, write_lines
from salary_assets.storage import Settings, TableStore

if TYPE_CHECKING:
    import pandas as pd

    from salary_assets.skills import SkillMapper
    from salary_assets.skills.company import CompanyCanon
    from salary_assets.skills.overrides import Overrides

BATCH = 2_000
canon_list = click.option(
    "--canon",
    "list_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A company's own list to map onto: one skill a line, or CSV with the columns canon,aliases (apart by |).",
)


@click.group()
def skills() -> None:
    """Bring skill spellings to canonical skills.

    The canon is the one that the last refresh made in this home, else the packaged backbone. HOME/skill_overrides.yaml
    holds what your people decided; it wins over everything.

    \b
    Example:
      salary-assets skills map spellings.txt
    """


@skills.command("map")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--position", help="Profession that the spellings come from; decides between meanings.")
@canon_list
@home_option
@out_option
def map_file(file: Path, position: str | None, list_file: Path | None, settings: Settings, out: Path | None) -> None:
    """Map spellings, one a line, to canonical skills.

    JSON lines come out in the order of FILE: spelling, canon_id (or "unknown"), canon, is_it, confidence. A spelling
    that lists several skills gives a line for each. With --canon, `lacks` names a known skill that the list has not.

    \b
    Example:
      printf 'питон\\nReact/Redux\\n' > spellings.txt && salary-assets skills map spellings.txt
    """
    spellings = [line.strip() for line in _text(file).splitlines() if line.strip()]
    target: SkillMapper | CompanyCanon = _company(list_file, settings) if list_file else _mapper(settings)
    fields = ["spelling", "canon_id", "canon", "is_it", "confidence", *(["lacks"] if list_file else [])]
    lines: list[dict[str, Any]] = []
    with progress("Mapping", len(spellings)) as advance:
        for start in range(0, len(spellings), BATCH):
            batch = spellings[start : start + BATCH]
            mapped = target.map_onto(batch, position) if list_file else target.map(batch, position)  # type: ignore[union-attr]
            lines.extend(_records(mapped[fields]))
            advance(len(batch))
    write_lines(lines, out)


@skills.command()
@click.option("--it", "only_it", is_flag=True, help="IT skills only.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines with all fields instead of a table.")
@home_option
@out_option
def canon(only_it: bool, as_json: bool, settings: Settings, out: Path | None) -> None:
    """Print the canon: id, name, kind, is-IT, how many vacancies name it, broader skill, aliases.

    \b
    Example:
      salary-assets skills canon --it --json --out canon.jsonl
    """
    table, _ = _tables(settings)
    table = table[table["is_it"]] if only_it else table
    ordered = table.sort_values(["vacancies", "canon_id"], ascending=[False, True], kind="stable")
    if as_json or out is not None:
        write_lines(_records(ordered), out)
        return
    click.echo(f"{'ID':<40}{'KIND':<11}{'IT':<5}{'VACANCIES':>9}  NAME: ALIASES")
    for row in _records(ordered):
        names = ", ".join(alias for alias in row["aliases"] if alias != row["canon"])
        flag = "yes" if row["is_it"] else "no"
        name = f"{row['canon']}: {names}" if names else row["canon"]
        click.echo(f"{row['canon_id']:<40}{row['kind']:<11}{flag:<5}{row['vacancies']:>9}  {name}")


@skills.command()
@click.option("--limit", default=20, show_default=True, help="Rows of each table.")
@click.option("--json", "as_json", is_flag=True)
@home_option
@out_option
def review(limit: int, as_json: bool, settings: Settings, out: Path | None) -> None:
    """What a person should look at: coverage, least sure mappings, frequent unknown spellings, decisions in force.

    \b
    Example:
      salary-assets skills review --limit 50
    """
    from salary_assets.skills import coverage_figures, merge_figures
    from salary_assets.skills.overrides import overrides_table
    from salary_assets.skills.review import least_sure, sizes, unmapped

    made, aliases = _tables(settings)
    figures, merged = merge_figures(_mapper(settings))
    tables: dict[str, pd.DataFrame] = {
        "figures": _joined(coverage_figures(aliases), figures),
        "merged but must not": merged,
        "largest": sizes(made, aliases).head(limit),
        "least sure": least_sure(aliases).head(limit),
        "unknown": unmapped(aliases).head(limit),
        "decided by people": overrides_table(_overrides(settings)).head(limit),
    }
    _show(tables, as_json, out)


@skills.command()
@click.option(
    "--gold",
    "gold_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Spellings that you judged: CSV with raw, canon, kind (single, compound, anything else) and maybe is_it.",
)
@click.option("--holdout", is_flag=True, help="Also hide spellings and skills, and measure the unseen (half a minute).")
@click.option("--json", "as_json", is_flag=True)
@home_option
@out_option
def evaluate(gold_files: tuple[Path, ...], holdout: bool, as_json: bool, settings: Settings, out: Path | None) -> None:
    """Measure the canon on spellings judged by reading; exit code 1 if a figure misses its bound.

    \b
    Example:
      salary-assets skills evaluate --gold judged.csv
    """
    from salary_assets.skills import gold_figures, merge_figures, packaged_gold
    from salary_assets.skills.holdout import unseen_figures

    mapper = _mapper(settings)
    golds = {"packaged gold": packaged_gold()} | {path.name: _gold(path) for path in gold_files}
    never, merged = merge_figures(mapper)
    tables = {"must stay apart": never, "merged but must not": merged}
    for name, gold in golds.items():
        tables[name] = gold_figures(mapper, gold)
        if holdout:
            tables[f"{name}, hidden"] = unseen_figures(gold)
    _show(tables, as_json, out)
    failed = [name for name, table in tables.items() if "passed" in table and not table["passed"].all()]
    if failed:
        raise Failed(f"figures below their bound in: {', '.join(failed)}")


@skills.command("import")
@click.argument("list_file", metavar="LIST", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@home_option
@out_option
def import_list(list_file: Path, as_json: bool, settings: Settings, out: Path | None) -> None:
    """Compare a company's own list with the canon: what each entry means, what it holds twice, what it lacks.

    What it lacks is counted on the vacancies of this home, if there are any. `skills map --canon LIST` maps onto it.

    \b
    Example:
      salary-assets skills import our_skills.csv
    """
    from salary_assets.storage.schemas.skills import RawSkills

    company = _company(list_file, settings)
    tables = {"entries": company.report, "held twice": company.doubles()}
    store = TableStore(settings.tables_url)
    if store.manifest(RawSkills) is not None:
        tables["lacks"] = company.lacks(store.read(RawSkills))
    _show(tables, as_json, out)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failed(f"{path}: not UTF-8 text: {error}") from error


def _overrides(settings: Settings) -> Overrides:
    from salary_assets.skills.overrides import FILE_NAME, OverrideError, load_overrides

    try:
        return load_overrides(settings.home / FILE_NAME)
    except OverrideError as error:
        raise Failed(str(error)) from error


def _mapper(settings: Settings) -> SkillMapper:
    from salary_assets.skills import SkillMapper
    from salary_assets.skills.overrides import OverrideError
    from salary_assets.skills.vocabulary import Vocabulary, backbone_rows
    from salary_assets.storage.schemas.skills import SkillAliases, SkillCanon

    store = TableStore(settings.tables_url)
    decided = _overrides(settings)
    try:
        if store.manifest(SkillCanon) is None or store.manifest(SkillAliases) is None:
            return SkillMapper(Vocabulary(backbone_rows(decided), decided))
        return SkillMapper.from_frames(store.read(SkillCanon), store.read(SkillAliases), decided)
    except OverrideError as error:
        raise Failed(str(error)) from error


def _tables(settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The canon and its spellings: of this home, else the backbone that no vacancy names yet."""
    from salary_assets.skills import build_canon
    from salary_assets.storage.schemas.skills import RawSkills, SkillAliases, SkillCanon, SkillVerdicts

    store = TableStore(settings.tables_url)
    if store.manifest(SkillCanon) is not None and store.manifest(SkillAliases) is not None:
        return store.read(SkillCanon), store.read(SkillAliases)
    return build_canon(RawSkills.no_rows(), SkillVerdicts.no_rows(), None, _overrides(settings))


def _company(path: Path, settings: Settings) -> CompanyCanon:
    from salary_assets.skills import import_company_canon, parse_entries
    from salary_assets.skills.company import CompanyListError

    try:
        return import_company_canon(parse_entries(_text(path)), _overrides(settings))
    except CompanyListError as error:
        raise Failed(f"{path}: {error}") from error


def _gold(path: Path) -> pd.DataFrame:
    import pandas as pd

    gold = pd.read_csv(path, dtype="str", keep_default_na=False)
    if missing := {"raw", "canon", "kind"} - set(gold.columns):
        raise Failed(f"{path}: lacks the column {', '.join(sorted(missing))}; expected raw,canon,kind[,is_it]")
    return gold.assign(is_it=gold["is_it"].str.casefold().eq("true")) if "is_it" in gold else gold


def _joined(*tables: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for row in table.to_dict("records"):
        values = {str(name): value.tolist() if hasattr(value, "tolist") else value for name, value in row.items()}
        rows.append({name: None if pd.api.types.is_scalar(v) and pd.isna(v) else v for name, v in values.items()})
    return rows


def _show(tables: dict[str, pd.DataFrame], as_json: bool, out: Path | None) -> None:
    if as_json or out is not None:
        write_json({name: _records(table) for name, table in tables.items()}, out)
        return
    for name, table in tables.items():
        click.echo(f"\n{name} ({len(table)})")
        if len(table):
            click.echo(table.to_string(index=False, max_colwidth=60, float_format=lambda value: f"{value:.3f}"))
