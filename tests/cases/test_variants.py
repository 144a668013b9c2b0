"""Studies drawn at random, in folders and workbooks of either language, against plain numpy.

Each has units of every kind, reference amounts that are not one, loops, a waste with a treatment,
a process with two products, a credit, rows of zero, parameters of parameters, and rows by month.
The matrix is written beside the files from the same draw; nothing of `pcf` makes it.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest

import pcf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.background import Background

    Rows = list[dict[str, str]]

MASS = {"kg": 1.0, "t": 1000.0, "g": 0.001, "斤": 0.5, "吨": 1000.0, "lb": 0.45359237, "公斤": 1.0}
HEAT = {"MJ": 1.0, "kWh": 3.6, "GJ": 1000.0, "万kWh": 36000.0, "度": 3.6, "tce": 29307.6}
GASES = {"CO2": 1.0, "CH4, fossil": 29.8, "N2O, fossil": 273.0, "CO2, biogenic": 0.0}
"""kg CO2e per kg: AR6, 0/0."""
ZH = {
    "process": "过程", "product": "产品", "reference_amount": "基准数量", "unit": "单位",
    "treats": "废物处理", "row": "行号", "direction": "方向", "kind": "类型", "flow": "流",
    "amount": "数量", "formula": "公式", "start": "开始", "source": "来源", "id": "编号",
    "document": "文件名称", "note": "备注", "input": "输入", "output": "输出", "yes": "是",
}  # fmt: skip


@dataclass
class Drawing:
    """A study while it is drawn: its tables, and the arrays that say the same in kg and MJ.

    `matrix` is products x processes, outputs positive; `emitted` kg CO2e a run. The last process
    makes `aside` besides its product, by mass; `avoided` is its credit.
    """

    rng: np.random.Generator
    units: list[dict[str, float]]
    waste: int
    matrix: NDArray[np.float64]
    emitted: NDArray[np.float64]
    tables: dict[str, Rows] = field(default_factory=dict)

    @classmethod
    def begun(cls, seed: int) -> Drawing:
        rng = np.random.default_rng(seed)
        n = int(rng.integers(4, 8))
        units = [MASS if rng.random() < 0.7 else HEAT for _ in range(n)]
        waste = int(rng.integers(1, n - 1))
        units[waste] = units[-1] = MASS
        tables: dict[str, Rows] = {"processes": [], "activity": []}
        return cls(rng, units, waste, np.zeros((n, n)), np.zeros(n), tables)

    def number(self, low: float, high: float, digits: int = 4) -> float:
        return float(np.round(self.rng.uniform(low, high), digits))

    def unit(self, i: int) -> str:
        return str(self.rng.choice(list(self.units[i])))

    def process(self, j: int) -> None:
        unit, amount = self.unit(j), self.number(0.5, 900)
        row = {"process": f"P{j}", "product": f"good {j}", "reference_amount": f"{amount}"}
        row |= {"unit": unit, "treats": "yes" if j == self.waste else ""}
        self.tables["processes"].append(row)
        self.matrix[j, j] = amount * self.units[j][unit] * (-1 if j == self.waste else 1)

    def book(self, j: int, flow: str, kind: str, direction: str, **more: str) -> None:
        rows = self.tables["activity"]
        row = {"row": f"r{len(rows)}", "process": f"P{j}", "direction": direction}
        rows.append(row | {"kind": kind, "flow": flow, "source": "S", "note": "why"} | more)

    def uses(self, j: int, i: int) -> None:
        """Let process j use product i, or send waste i to its treatment; some of it nothing."""
        unit = self.unit(i)
        most = abs(self.matrix[j, j]) * (0.3 if i < j else 0.02) / self.units[i][unit]
        amount = self.number(0, most, 9) if self.rng.random() < 0.9 else 0.0
        if i == self.waste:
            self.book(j, f"good {i}", "waste", "output", amount=f"{amount}", unit=unit)
            self.matrix[i, j] += amount * self.units[i][unit]
            return
        months = [amount]
        if self.rng.random() < 0.3:
            months = [float(np.round(amount * part, 9)) for part in self.rng.dirichlet([9] * 12)]
        for month, one in enumerate(months, 1):
            start = f"2024-{month:02}" if len(months) > 1 else ""
            more = {"amount": f"{one:.9f}", "unit": unit, "start": start}
            self.book(j, f"good {i}", "product", "input", **more)
        self.matrix[i, j] -= sum(months) * self.units[i][unit]

    def emits(self, j: int, gas: str) -> None:
        unit, amount = self.unit(-1), self.number(0, 50)
        self.book(j, gas, "elementary", "output", amount=f"{amount}", unit=unit)
        self.emitted[j] += amount * MASS[unit] * GASES[gas]


@dataclass(frozen=True)
class Drawn:
    """What was drawn and what it comes to, kg CO2e for the declared unit; a credit is positive."""

    settings: str
    tables: Mapping[str, Rows]
    total: float
    credits: float


def draw(seed: int) -> Drawn:
    """Draw a study and solve it by hand."""
    it = Drawing.begun(seed)
    n, rng = len(it.units), it.rng
    last = n - 1
    for j in range(n):
        it.process(j)
    for j in range(n):
        for i in range(n):
            if i != j and rng.random() < 0.65:
                it.uses(j, i)
        for gas in GASES:
            if rng.random() < 0.6:
                it.emits(j, gas)
    heat, part = it.number(1, 9), it.number(0.1, 0.9)
    it.book(0, "CO2", "elementary", "output", formula="twice + own * kilogram", unit="kg")
    it.emitted[0] += (2 + part) * heat
    avoided = next(i for i in rng.permutation(last).tolist() if i != it.waste)
    spared, unit = it.number(0.01, 2), it.unit(avoided)
    it.book(last, f"good {avoided}", "credit", "output", amount=f"{spared}", unit=unit)
    aside, declared, per = it.number(1, 400), it.number(0.2, 7), it.unit(last)
    it.tables["coproducts"] = [
        {"process": f"P{last}", "product": "aside", "amount": f"{aside}", "unit": "kg"}
    ]
    it.tables["sources"] = [{"id": "S", "document": "drawn"}]
    share = it.matrix[last, last] / (it.matrix[last, last] + aside)
    gross, runs = it.matrix.copy(), it.emitted.copy()
    gross[:last, last] *= share
    runs[last] *= share
    net = gross.copy()
    net[avoided, last] += share * spared * it.units[avoided][unit]
    factors = [np.linalg.solve(each.T, runs)[last] for each in (gross, net)]
    asked = declared * MASS[per]
    settings = f"""
[study]
id = "drawn-{seed}"
place = "CN"
period = "2024"
boundary = "gate to gate"
characterisation = "AR6"
convention = "0/0"
[declared_unit]
amount = "{declared} {per}"
product = "good {last}"
[parameters]
heat = {{ value = "{heat} kg", source = "S" }}
twice = {{ formula = "2 * heat", source = "S" }}
[process_parameters.P0]
own = {{ formula = "part * heat / kilogram", source = "S" }}
part = {{ value = "{part}", source = "S" }}
kilogram = {{ value = "1 kg", source = "S" }}
[[allocation]]
process = "P{last}"
by = "mass"
reason = "drawn"
"""
    return Drawn(settings, it.tables, asked * factors[0], asked * (factors[0] - factors[1]))


def as_folder(drawn: Drawn, folder: Path, *, chinese: bool) -> Path:
    """Write TOML and CSV, headings and words in Chinese and GB18030 or in English and UTF-8."""
    folder.mkdir()
    (folder / "study.toml").write_text(drawn.settings, encoding="utf-8")
    for name, rows in drawn.tables.items():
        heads = list(dict.fromkeys(key for row in rows for key in row))
        lines = [heads, *([row.get(head, "") for head in heads] for row in rows)]
        if chinese:
            lines = [[ZH.get(cell, cell) for cell in line] for line in lines]
        encoding = "gb18030" if chinese else "utf-8-sig"
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(lines)
    return folder


def as_workbook(drawn: Drawn, path: Path) -> Path:
    """Fill the template as somebody with a spreadsheet does: numbers as numbers."""
    pcf.write_template(path)
    book = openpyxl.load_workbook(path)
    said = tomllib.loads(drawn.settings)
    head, unit = said["study"], said["declared_unit"]
    answers = {
        "id of the study": head["id"], "place": head["place"], "period": head["period"],
        "boundary": head["boundary"], "characterisation set": head["characterisation"],
        "convention for biogenic CO2": head["convention"], "declared amount": unit["amount"],
        "declared product": unit["product"],
    }  # fmt: skip
    for row in book.worksheets[0].iter_rows(min_row=3):
        caption = str(row[0].value)
        for ending, answer in answers.items():
            if caption.endswith(f" {ending}"):
                row[1].value = answer
    parameters = [{"parameter": name, **each} for name, each in said["parameters"].items()]
    own = said["process_parameters"]["P0"]
    parameters += [{"parameter": name, "process": "P0", **each} for name, each in own.items()]
    (shares,) = said["allocation"]
    allocation = {"process": shares["process"], "allocated_by": shares["by"]}
    allocation |= {"reason": shares["reason"]}
    tables = {**drawn.tables, "parameters": parameters, "allocations": [allocation]}
    renamed = {"treats": "treats_waste"}
    for name, rows in tables.items():
        sheet = next(each for each in book.worksheets if each.title.split(" ", 1)[1] == name)
        heads = [str(cell.value).split("\n")[-1] for cell in sheet[1]]
        for number, row in enumerate(rows, sheet.max_row + 1):
            for key, value in row.items():
                column = heads.index(renamed.get(key, key).replace("_", " ")) + 1
                sheet.cell(number, column, _number(value))
    book.save(path)
    return path


def _number(written: str) -> Any:
    try:
        return float(written)
    except ValueError:
        return written


@pytest.fixture(scope="module")
def background() -> Background:
    return pcf.open_background("cn-public", edition="2026.1")


@pytest.mark.parametrize("seed", range(24))
def test_a_drawn_study_is_what_numpy_says(
    seed: int, background: Background, tmp_path: Path
) -> None:
    drawn = draw(seed)
    if seed % 3 == 2:
        place = as_workbook(drawn, tmp_path / "填报 study.xlsx")
    else:
        place = as_folder(drawn, tmp_path / "碳足迹 测试", chinese=seed % 3 == 1)
    footprint = pcf.read_study(place).footprint(background)
    assert footprint.total == pytest.approx(drawn.total, rel=1e-9)
    assert footprint.credits == pytest.approx(-drawn.credits, rel=1e-9, abs=1e-9 * drawn.total)
    assert footprint.net == pytest.approx(drawn.total - drawn.credits, rel=1e-9)
    assert sum(part.value for part in footprint.by_process()) == pytest.approx(drawn.total)
