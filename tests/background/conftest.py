"""A small set of background data, written to a folder so that tests can spoil it."""

from __future__ import annotations

import csv
import io
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pcf.background import Background, open_background

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[dict[str, str]]

SET_TOML = """
id = "small"
edition = "1"
draft = true
title.en = "A small set"
title.zh = "小型数据集"
publisher = "Nobody"
licence = "CC0-1.0"
coverage = "China"
boundary = "cradle to gate"
"""
TITLES = """
[[set]]
id = "AR6"
title.en = "AR6"
title.zh = "AR6"
edition = "2021"
conventions = ["0/0", "-1/+1"]
source = "S1"
"""


def _rows(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text.strip())))


TABLES: dict[str, Rows] = {
    "sources": _rows("""
id,document,confidence,data_year
S1,A book,secondary,
S2,Hearsay,unverified,2023
"""),
    "products": _rows("""
id,en,zh,unit,basis,synonyms,waste
electricity,electricity,电力,kWh,,电|power,
lime,quicklime,石灰,kg,,生石灰,
coal,"coal, burnt",煤炭燃烧,MJ,,,
coal supply,"coal, supply",煤炭供应,MJ,,,
slag,slag to landfill,炉渣填埋,kg,,,yes
"""),
    "processes": _rows("""
id,product,amount,unit,place,start,end,boundary,family,at,source,locator
grid-2023,electricity,1,kWh,CN,2023,,cradle to gate,life cycle,delivered,S1,
grid-2024,electricity,1,kWh,CN,2024,,cradle to gate,life cycle,delivered,S1,
lime-cn,lime,1000,kg,CN,2015,,cradle to gate,life cycle,,S1,
coal-boiler,coal,1,GJ,CN,2020,2021,cradle to gate,life cycle,,S1,
coal-mine,coal supply,1,GJ,CN,,,upstream only,life cycle,,S1,
landfill,slag,1,t,CN,2020,,gate to grave,life cycle,,S1,
"""),
    "exchanges": _rows("""
id,process,kind,direction,flow,amount,unit,provider,source,locator
g23,grid-2023,elementary,output,CO2e,0.6,kg CO2e,,S1,
g24,grid-2024,elementary,output,CO2e,0.5,kg CO2e,,S1,
l1,lime-cn,elementary,output,CO2,800,kg,,S1,p. 7
l2,lime-cn,product,input,coal,4,GJ,,S1,
c1,coal-boiler,elementary,output,CO2,94.6,kg,,S1,
c2,coal-boiler,elementary,output,CH4,1,g,,S1,
c3,coal-boiler,product,input,coal supply,1,GJ,coal-mine,S1,
m1,coal-mine,elementary,output,CO2e,8,kg CO2e,,S1,
s1,landfill,elementary,output,CO2,20,kg,,S1,
"""),
    "characterisation": _rows("""
set,gas,origin,value,source,locator
AR6,CO2,,1,S1,7.SM.7
AR6,CH4,fossil,29.8,S1,
AR6,CH4,biogenic,27.0,S1,
"""),
}


@dataclass
class Folder:
    """A set as rows of cells; `write` makes the folder, `open` reads it."""

    path: Path
    tables: dict[str, Rows] = field(default_factory=lambda: deepcopy(TABLES))
    toml: str = SET_TOML
    titles: str = TITLES
    encoding: str = "utf-8"

    def row(self, table: str, id_: str) -> dict[str, str]:
        """Return the row of that id, to be changed."""
        return next(each for each in self.tables[table] if each["id"] == id_)

    def add(self, line: str) -> None:
        """Append a row of exchanges, written as its line of the table."""
        columns = list(TABLES["exchanges"][0])
        self.tables["exchanges"].append(dict(zip(columns, line.split(","), strict=True)))

    def line(self, table: str, id_: str) -> int:
        """Return the line on which the row of that id stands."""
        return 2 + [each["id"] for each in self.tables[table]].index(id_)

    def write(self) -> Path:
        """Write the folder."""
        self.path.mkdir(parents=True, exist_ok=True)
        if self.toml:
            (self.path / "set.toml").write_text(self.toml, encoding="utf-8")
        (self.path / "characterisation.toml").write_text(self.titles, encoding="utf-8")
        for table, rows in self.tables.items():
            columns = list(dict.fromkeys(column for cells in rows for column in cells))
            stream = io.StringIO(newline="")
            writer = csv.DictWriter(stream, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
            (self.path / f"{table}.csv").write_bytes(stream.getvalue().encode(self.encoding))
        return self.path

    def open(self) -> Background:
        """Write the folder and read it."""
        return open_background(folder=self.write())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return the small set, not yet written."""
    return Folder(tmp_path / "碳足迹 测试")
