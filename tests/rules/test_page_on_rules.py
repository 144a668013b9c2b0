"""The page on rules: its example is a rule that holds, and its code runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pcf.rules import read_pack, rule_pack
from pcf.rules.checking import check
from pcf.rules.packs import shipped_folders

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "rules.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_rule_on_the_page_notices_every_slip(tmp_path: Path) -> None:
    folder = tmp_path / "example"
    for name in ("rules", "editions"):
        (folder / name).mkdir(parents=True)
    head = 'id = "example"\ntitle = { en = "Example", zh = "示例" }\n'
    (folder / "pack.toml").write_text(f"{head}[numbers]\ncutoff_all = 0.05\n", encoding="utf-8")
    (folder / "editions/1.toml").write_text('edition = "1"\n', encoding="utf-8")
    (folder / "rules/large-exclusions.toml").write_text(block("toml"), encoding="utf-8")
    found = check(read_pack(folder))
    assert found.holds, found.says()


def test_the_code_on_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("python"), "rules.md", "exec"), {})  # noqa: S102 - our own page
    verdict, code = capsys.readouterr().out.splitlines()[-1].rsplit(" ", 1)
    assert (verdict, code) in {("violated", "1"), ("cannot tell", "2"), ("satisfied", "0")}


def test_the_page_lists_every_pack_with_what_it_holds() -> None:
    listed = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \| (\d+) \| (\d+) \|$",
                        PAGE.read_text(encoding="utf-8"), re.MULTILINE)  # fmt: skip
    found = []
    for folder in shipped_folders():
        pack = rule_pack(folder.name)
        own = [rule for rule in pack.rules if rule.pack == pack.id]
        computed = [
            rule
            for rule in own
            if not rule.presence and not all(pack.kinds[fact].stated for fact in rule.facts)
        ]
        after = {each.number for each in pack.standards if each.pack == pack.id}
        found.append((pack.id, len(own), len(computed), after))
    for rows in (listed[: len(found)], listed[len(found) :]):
        for (name, _, own_rules, of_them), known in zip(sorted(rows), sorted(found), strict=True):
            assert (name, int(own_rules), int(of_them)) == known[:3]
    standards = {name: after for name, after, _, _ in listed}
    for name, _, _, after in found:
        assert any(number in standards[name] for number in after), name
