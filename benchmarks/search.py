"""How quickly is a row found among 100,000? Beside bw2data's search on the same rows.

Usage: python benchmarks/search.py [ROWS]

Where bw2data is not installed, the peer is a plain scan of the same folded words in memory.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

QUERIES = (
    "镍",
    "煤",
    "铝锭",
    "硫酸",
    "电解铝",
    "primary aluminium",
    "7601",
    "7664-93-9",
    "alumnium",
)
ROUNDS = 5
WORDS = (
    ("aluminium ingot, primary", "铝锭（电解铝）", "7601"), ("nickel matte", "镍锍", "7501"),
    ("sulphuric acid CAS 7664-93-9", "硫酸", "2807"), ("hard coal", "硬煤", "2701"),
    ("copper cathode", "阴极铜", "7403"), ("lime", "石灰", "2522"), ("steam", "蒸汽", ""),
    ("limestone", "石灰石", "2521"), ("quartz sand", "石英砂", "2505"), ("urea", "尿素", "3102"),
)  # fmt: skip


def rows(count: int) -> list[tuple[str, str, str, str]]:
    """Return id, English and Chinese name and HS code of made-up products."""
    chance = random.Random(20261120)  # noqa: S311 - made-up rows, no secrets
    made = []
    for number in range(count):
        en, zh, hs = (
            WORDS[chance.randrange(2, len(WORDS))] if number % 50 else WORDS[number // 50 % 2]
        )
        grade = chance.randrange(100_000)
        made.append((f"p{number}", f"{en}, grade {grade}", f"{zh} {grade} 号", f"{hs} {grade:02}"))
    return made


def write_set(folder: Path, made: Sequence[tuple[str, str, str, str]]) -> None:
    """Write the rows as a set of background data."""
    tables = {
        "sources": "id,document,confidence\nS,made up,assumption\n",
        "products": "id,en,zh,unit,hs\n"
        + "".join(f'"{i}","{en}","{zh}",kg,"{hs}"\n' for i, en, zh, hs in made),
        "processes": "id,product,amount,unit,place,start,boundary,family,source\n"
        + "".join(f"m{i},{i},1,kg,CN,2024,cradle to gate,life cycle,S\n" for i, *_ in made),
        "exchanges": "id,process,kind,direction,flow,amount,unit,source\n"
        + "".join(f"e{i},m{i},elementary,output,CO2e,1,kg CO2e,S\n" for i, *_ in made),
        "characterisation": "set,gas,value,source\nown,CO2,1,S\n",
    }
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "characterisation.toml").write_text(
        '[[set]]\nid = "own"\ntitle.en = "own"\ntitle.zh = "自有"\nedition = "2024"\n'
        'conventions = ["0/0"]\nsource = "S"\n',
        encoding="utf-8",
    )


def scan(made: Sequence[tuple[str, str, str, str]]) -> Callable[[str], int]:
    """Return a plain scan of the same words, folded beforehand."""
    from pcf.background.search_entries import folded  # noqa: PLC0415 - after the cache is set

    hay = ["\n".join(map(folded, row)) for row in made]

    def found(query: str) -> int:
        words = folded(query).split()
        return sum(all(word in each for word in words) for each in hay)

    return found


def bw2data_search(made: Sequence[tuple[str, str, str, str]]) -> Callable[[str], int]:
    """Return bw2data's search over a database of the same rows."""
    import bw2data  # noqa: PLC0415 - only where it is installed

    bw2data.projects.set_current("search")
    database = bw2data.Database("made up")
    database.write({
        ("made up", id_): {"name": f"{en} {zh}", "reference product": f"{en} {hs}", "exchanges": []}
        for id_, en, zh, hs in made
    })  # fmt: skip
    return lambda query: len(database.search(query, limit=50))


def taken(find: Callable[[str], int], query: str) -> tuple[float, int]:
    """Return the median seconds of a query, and how many rows it showed."""
    samples, shown = [], 0
    for _ in range(ROUNDS):
        start = perf_counter()
        shown = find(query)
        samples.append(perf_counter() - start)
    return median(samples), shown


def main(arguments: Sequence[str]) -> None:
    made = rows(int(arguments[0]) if arguments else 100_000)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = os.environ["BRIGHTWAY2_DIR"] = folder
        data = Path(folder, "set")
        data.mkdir()
        write_set(data, made)
        from pcf.background.search import index_of, search  # noqa: PLC0415 - after the cache is set

        start = perf_counter()
        index_of(data).close()
        print(f"{len(made):,} rows; reading them and building the index took "
              f"{perf_counter() - start:.1f} s, once\n")  # fmt: skip
        peers = {"plain scan": scan(made)}
        if importlib.util.find_spec("bw2data"):
            peers["bw2data"] = bw2data_search(made)
        print(f"| query | hits shown | ms | {' | '.join(f'ratio to {p} (hits)' for p in peers)} |")
        print(f"|---|---:|---:|{'---:|' * len(peers)}")
        for query in QUERIES:
            own, hits = taken(lambda words: len(search(words, data)), query)
            others = [taken(find, query) for find in peers.values()]
            ratios = " | ".join(f"{own / seconds:.3f} ({n})" for seconds, n in others)
            print(f"| {query} | {hits} | {own * 1000:.1f} | {ratios} |")


if __name__ == "__main__":
    main(sys.argv[1:])
