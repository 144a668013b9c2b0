"""Does another machine come to the same numbers? A recomputation, and where it differs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pcf import charts
from pcf.declare.results import equal, numbers, places, printable, results_of
from pcf.errors import DeclareError, problem
from pcf.text import Name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pcf.analysis import Footprint
    from pcf.errors import Problem
    from pcf.findings import Finding
    from pcf.text import Language

_SETTINGS = (
    "title",
    "declared_unit",
    "characterisation",
    "electricity",
    "planned",
    "context",
    "gaps",
)
_HEADERS = (Name("place", "位置"), Name("declared", "声明值"), Name("recomputed", "复算值"))
_VERSION = Name("{0}: sealed with {1}, recomputed with {2}", "{0}：封存时为 {1}，复算时为 {2}")
_MOST = 50
"""So many differences stand in an error; the table holds them all."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """A place where two results differ; None is unknown, or absent on that side."""

    place: str
    declared: object
    found: object

    def row(self, language: Language = "en") -> tuple[str, str, str]:
        """Return place and both sides as text, numbers with all their digits."""
        missing = {"en": "unknown or absent", "zh": "未知或没有"}[language]
        sides = ("" if s is None else str(s) for s in (self.declared, self.found))
        declared, found = (printable(side) or missing for side in sides)
        return printable(self.place), declared, found

    def as_dict(self) -> dict[str, object]:
        """Return place and both sides as plain JSON."""
        return {"place": self.place, "declared": self.declared, "found": self.found}


@dataclass(frozen=True, slots=True)
class DeclaredResults:
    """The results as they were sealed: unrounded, by place.

    >>> results = DeclaredResults({"total": 12.5, "by_stage": {"casting": 12.5}})
    >>> results.total, results["by_stage/casting"]
    (12.5, 12.5)
    """

    results: Mapping[str, Any] = field(repr=False)

    @property
    def total(self) -> float:
        """The total in kg CO2e per declared unit."""
        return float(self.results["total"])

    def __getitem__(self, place: str) -> object:
        """Return the value at a place such as `by_stage/casting`; raise KeyError."""
        return dict(places(dict(self.results)))[place]

    def __repr__(self) -> str:
        """Return the total; the rest is not for one line."""
        return f"DeclaredResults({self.total!r} kg CO2e)"


@dataclass(frozen=True, slots=True)
class Recomputation:
    """A footprint computed again from what a bundle holds, to be held against what it declares.

    `beside` are the places of the other parts that are not what follows; `versions` the libraries
    that sealed it in other versions, which is no difference in itself, and may explain one;
    `unchecked` what could not be held against anything here, such as an edition not at hand.
    """

    footprint: Footprint
    left_out: frozenset[str] = frozenset()
    beside: tuple[Deviation, ...] = ()
    versions: tuple[Deviation, ...] = ()
    unchecked: tuple[Finding, ...] = ()

    def differences(self, declared: DeclaredResults) -> tuple[Deviation, ...]:
        """Return every place where the recomputed results are not those declared, in order.

        Numbers are equal within 1e-9 of the larger (and 1e-12 of the largest of all), before any
        rounding; settings and the kinds of findings must be the same. After them, what is not as
        it must be in the manifest, in rows, rules and opinions. A block of results that another
        version of this library did not write yet is no difference.
        """
        found = results_of(self.footprint, self.left_out)
        if any(each.place == "pcf" for each in self.versions):
            found = {key: said for key, said in found.items() if key in declared.results}
        return (*differences(declared.results, found), *self.beside)

    def require_equal(self, declared: DeclaredResults) -> None:
        """Raise DeclareError with every place that differs; return nothing where none does.

        No example: tests/declare/test_cases.py shows it.
        """
        found = self.differences(declared)
        if found:
            raise DeclareError(
                problem("recompute-differs", "", (), count=len(found), total=declared.total),
                *as_problems(found),
            )

    def says(self, declared: DeclaredResults, language: Language = "en") -> str:
        """Return that both are equal, or the table of differences, as text.

        No example: `pcf recompute` prints it.
        """
        rows = [each.row(language) for each in self.differences(declared)]
        count = len(numbers(declared.results))
        equal_in = {
            "en": f"Equal: {count} numbers within 1e-9, total {declared.total!r} kg CO2e.",
            "zh": f"一致：{count} 个数值相差不超过 1e-9，总量 {declared.total!r} kg CO2e。",
        }
        heads = [name.says(language) for name in _HEADERS]
        said = charts.text_table(heads, rows) if rows else equal_in[language]
        others = (_VERSION.says(language).format(*each.row(language)) for each in self.versions)
        unchecked = (printable(each.says(language)) for each in self.unchecked)
        return "\n".join([said, *unchecked, *others])

    def as_dict(self, declared: DeclaredResults) -> dict[str, object]:
        """Return equality, both totals, differences and versions as plain JSON.

        No example: `pcf recompute --format json` prints it.
        """
        found = self.differences(declared)
        return {
            "equal": not found,
            "numbers": len(numbers(declared.results)),
            "declared_total": declared.total,
            "recomputed_total": self.footprint.total,
            "differences": [each.as_dict() for each in found],
            "versions": [each.as_dict() for each in self.versions],
            "unchecked": [
                {"code": each.code, "en": each.says("en"), "zh": each.says("zh")}
                for each in self.unchecked
            ],
        }


def as_problems(deviations: Sequence[Deviation]) -> list[Problem]:
    """Return the first of many places that differ as problems, each with both sides.

    >>> as_problems([Deviation("total", 1.0, None)])[0].says()
    'total: declared 1.0, recomputed unknown or absent. Trace a number with `because_of`.'
    """
    return [
        problem("recompute-place", place, (), declared=one, found=two)
        for place, one, two in (each.row() for each in deviations[:_MOST])
    ]


def differences(declared: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Deviation, ...]:
    """Return the places where two results differ.

    >>> differences({"total": 1.0, "net": 2.0}, {"total": 1.0 + 1e-12})
    (Deviation(place='net', declared=2.0, found=None),)
    """
    one, two = numbers(declared), numbers(found)
    sizes = [abs(value) for value in (*one.values(), *two.values()) if value is not None]
    largest = max(sizes, default=0.0)
    deviations = [
        Deviation(place, one.get(place), two.get(place))
        for place in dict.fromkeys((*one, *two))
        if (place in one) != (place in two) or not equal(one[place], two[place], largest)
    ]
    first, second = _words(declared), _words(found)
    deviations += [
        Deviation(place, first.get(place), second.get(place))
        for place in dict.fromkeys((*first, *second))
        if first.get(place) != second.get(place)
    ]
    return tuple(deviations)


def other_versions(sealed: Mapping[str, str], here: Mapping[str, str]) -> tuple[Deviation, ...]:
    """Return the libraries that are here in another version than a bundle was sealed with.

    >>> other_versions({"numpy": "2.0"}, {"numpy": "2.1"})
    (Deviation(place='numpy', declared='2.0', found='2.1'),)
    """
    return tuple(
        Deviation(name, sealed.get(name), here.get(name))
        for name in dict.fromkeys((*sealed, *here))
        if sealed.get(name) != here.get(name)
    )


def _words(results: Mapping[str, Any]) -> dict[str, object]:
    """Return what must be the same to the letter: settings, and how many findings of each kind."""
    kept = {key: results[key] for key in _SETTINGS if key in results}
    said = {place: v for place, v in places(kept) if isinstance(v, str | bool)}
    codes = Counter(str(each.get("code")) for each in results.get("findings", ()))
    return said | {f"findings/{code}": count for code, count in sorted(codes.items())}
