"""What do the methods that a study calls find? Rows of activity data, with their arithmetic.

A call (rows of `methods.csv` with one id) is run with what it is given: numbers, words, formulas
over the study's parameters, and quantities that other calls found. Its exchanges become rows of
its process, so that they are checked, linked, sampled and explained like any other row; each says
equation, source and numbers of its method. Where a parameter is varied the calls run anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import ModelError, PcfError, problem
from pcf.methods.crops.nitrogen import Nitrogen
from pcf.methods.declaration import Estimate, require_one_edition
from pcf.model.amounts import Amount
from pcf.study.alternatives import applied, counts
from pcf.study.amounts import Asked, computed_amount, resolved
from pcf.study.callable_methods import called
from pcf.study.made_rows import behind, least_given, made_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pcf.errors import Problem, Where
    from pcf.findings import Finding
    from pcf.model.amounts import Confidence
    from pcf.study.amounts import Parameters
    from pcf.study.call_rows import CallRow
    from pcf.study.callable_methods import Called, Kind
    from pcf.study.values import Alternative, Study

Found = Estimate | Nitrogen | Amount
Given = dict[str, dict[str, object]]
"""What each call is given, by its id: the arguments of its method."""
WANTED: Mapping[Kind, str] = {
    "word": "word / 词",
    "words": "word / 词",
    "flag": "yes / no / 是 / 否",
    "nitrogen": "nitrogen applied / 施入田间的氮",
}
FLAGS = {"yes": True, "是": True, "no": False, "否": False}


@dataclass(frozen=True, slots=True)
class Computed:
    """A study with the rows that its calls make, what each found, and what is wrong.

    `found` and `rows` (the ids of the rows made) are by the id of the call.
    """

    study: Study
    found: Mapping[str, Found] = field(default_factory=dict, hash=False)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


def computed(study: Study) -> Computed:
    """Return the study with its calls run; a study without calls is returned as it is.

    >>> from pcf.study.call_rows import CallRow
    >>> from pcf.study.values import Study
    >>> rows = [CallRow("u", "field", "urea CO2", "urea", "300", "kg", source="S1"),
    ...         CallRow("u", "field", "urea CO2", "edition", "2019")]
    >>> made = computed(Study("a", methods=tuple(rows))).study.activity
    >>> [(row.id, row.flow, str(row.amount)) for row in made]
    [('u', 'CO2, fossil', '220 kg')]
    """
    if not study.methods:
        return Computed(study)
    problems: list[Problem] = []
    calls: dict[str, list[CallRow]] = {}
    for row in study.methods:
        calls.setdefault(row.id, []).append(row)
    for rows in calls.values():
        problems += [*_head(rows, study), *_lines(rows)]
    refused = {each.where.item for each in problems}
    given: Given = {}
    found = _found(calls, study, refused, given, problems)
    made = {id_: made_rows(calls[id_], found, calls, given[id_]) for id_ in found}
    standing = [id_ for id_ in found if _stands(calls[id_][0], study)]
    problems += _editions([found[id_] for id_ in standing])
    ids = {id_: tuple(row.id for row in rows) for id_, rows in made.items()}
    whole = replace(
        study,
        methods=(),
        activity=(*study.activity, *(row for rows in made.values() for row in rows)),
        alternatives=tuple(_renamed(each, ids) for each in study.alternatives),
        unverified=tuple(name for each in study.unverified for name in ids.get(each, (each,))),
    )
    findings = tuple(
        dict.fromkeys(
            replace(each, where=replace(calls[id_][0].where, item=id_))
            for id_ in standing
            for each in _told(found[id_])
        )
    )
    return Computed(whole, found, ids, tuple(dict.fromkeys(problems)), findings)


def standing(study: Study) -> Study:
    """Return the study as it stands: its calls run, its chosen alternatives worked in.

    >>> from pcf.study.values import Study
    >>> standing(Study("a")).activity
    ()
    """
    return applied(computed(study).study)


def given_confidences(study: Study) -> Mapping[str, Confidence | None]:
    """Return how sure the activity data are that each made row rests on, by the id of the row.

    N2O of a field is computed by published factors, and derived; but the nitrogen that the field
    got may be primary. No example: `pcf.rules.facts.primary` uses it.
    """
    calls: dict[str, list[CallRow]] = {}
    for row in study.methods:
        calls.setdefault(row.id, []).append(row)
    found = computed(study)
    return {
        id_: least_given(list(behind(calls[call], calls)))
        for call, ids in found.rows.items()
        for id_ in ids
    }


def _head(rows: Sequence[CallRow], study: Study) -> list[Problem]:
    """Return where the rows of one call disagree, or use the id of a row of activity data."""
    first = rows[0]
    found = [
        problem("call-head-differs", _at(row, name), (), first=getattr(first, name))
        for row in rows[1:]
        for name in ("process", "method", "stage", "alternative")
        if getattr(row, name) != getattr(first, name) and name not in row.unread
    ]
    known = {each.id for each in study.processes}
    if known and first.process and first.process not in known:
        near = text.nearest(first.process, known)
        found.append(problem("process-unknown", _at(first, "process"), near, process=first.process))
    if first.id in {row.id for row in study.rows}:
        found.append(problem("row-id-twice", _at(first, "row")))
    return found


def _lines(rows: Sequence[CallRow]) -> list[Problem]:
    """Return rows that say nothing or twice, and numbers without a source."""
    found = []
    for row in rows:
        ways = [bool(row.formula), bool(row.taken), bool(row.value) and not row.taken]
        if sum(ways) != 1 and not row.unread:
            found.append(problem("call-value", _at(row, "value"), need=row.need))
        number = bool(row.formula or row.unit)
        if number and not row.source and not str(row.evidence):
            found.append(problem("row-no-source", _at(row, "source")))
    return found


def _found(
    calls: Mapping[str, Sequence[CallRow]],
    study: Study,
    refused: set[str],
    given: Given,
    problems: list[Problem],
) -> dict[str, Found]:
    """Return what every call finds, those first that others take from; fill `given`."""
    parameters, _ = resolved(applied(study).parameters)
    found: dict[str, Found] = {}
    for id_ in _ordered(calls, problems):
        rows = calls[id_]
        if id_ in refused or any(row.unread for row in rows):
            continue
        if any(row.taken and row.taken not in found for row in rows):
            continue  # what is wrong with the other call was reported for the other call
        told: list[Problem] = []
        given[id_] = {}
        result = _run(rows, found, given[id_], parameters, told)
        problems += told
        if result is not None:
            found[id_] = result
    return found


def _ordered(calls: Mapping[str, Sequence[CallRow]], problems: list[Problem]) -> list[str]:
    needs = {id_: [row.taken for row in rows if row.taken] for id_, rows in calls.items()}
    for id_, names in needs.items():
        for name in names:
            if name not in calls:
                row = next(each for each in calls[id_] if each.taken == name)
                near = text.nearest(name, calls)
                problems.append(problem("call-unknown", _at(row, "taken"), near, call=name))
    known = {id_: [name for name in names if name in calls] for id_, names in needs.items()}
    try:
        return list(TopologicalSorter(known).static_order())
    except CycleError as error:
        cycle = [str(each) for each in error.args[1]]
        where = _at(calls[cycle[0]][0], "taken")
        problems.append(problem("call-cycle", where, (), cycle=" -> ".join(cycle)))
        return []


def _run(
    rows: Sequence[CallRow],
    found: Mapping[str, Found],
    given: dict[str, object],
    parameters: Parameters,
    problems: list[Problem],
) -> Found | None:
    try:
        method = called(rows[0].method)
    except ModelError as error:
        problems += _placed(error, _at(rows[0], "method"))
        return None
    given |= _given(rows, method, found, parameters, problems)
    if problems:
        return None
    try:
        result = method.run(**given)
    except PcfError as error:
        problems += _placed(error, _at(rows[0], "method"))
        return None
    if isinstance(result, Estimate | Nitrogen | Amount):
        return result
    raise TypeError(method.method.id)  # a method that is listed returns one of the three


def _given(
    rows: Sequence[CallRow],
    method: Called,
    found: Mapping[str, Found],
    parameters: Parameters,
    problems: list[Problem],
) -> dict[str, object]:
    """Return the arguments of a method; what cannot be read is added to `problems`."""
    given: dict[str, object] = {}
    for row in rows:
        name, _, part = row.need.partition(".")
        kind = method.kinds.get(name)
        if kind is None or bool(part) != (kind == "amounts"):
            near = text.nearest(row.need, method.kinds) or tuple(method.kinds)
            facts = {"method": method.method.id, "need": row.need}
            problems.append(problem("method-need-unknown", _at(row, "need"), near, **facts))
            continue
        if name in given and kind in ("amount", "word", "flag"):
            problems.append(problem("call-need-twice", _at(row, "need"), need=row.need))
            continue
        value = _value(row, kind, found, parameters, problems)
        if value is None:
            continue
        if kind == "amounts":
            given.setdefault(name, {})[part] = value  # type: ignore[index] # made here
        elif kind in ("nitrogen", "words"):
            given[name] = (*given.get(name, ()), value)  # type: ignore[misc] # made here
        else:
            given[name] = value
    missing = [name for name in method.required if name not in given]
    if missing and not problems:
        facts = {"method": method.method.id, "needs": text.listed(sorted(missing))}
        problems.append(problem("call-needs-missing", _at(rows[0], "need"), (), **facts))
    return given


def _value(
    row: CallRow,
    kind: Kind,
    found: Mapping[str, Found],
    parameters: Parameters,
    problems: list[Problem],
) -> object | None:
    """Return what a row gives, read as its kind asks; None with what is wrong in `problems`."""
    if kind in ("amount", "amounts"):
        return _number(row, found, parameters, problems)
    other = found.get(row.taken)
    read: object | None = None
    if kind == "nitrogen":
        read = other if isinstance(other, Nitrogen) else None
    elif kind == "flag":
        read = FLAGS.get(row.value)
    elif not (row.taken or row.formula):
        read = row.value or None
    if read is None:
        facts = {"need": row.need, "wanted": WANTED[kind]}
        problems.append(problem("call-kind", _at(row, "value"), (), **facts))
    return read


def _number(
    row: CallRow, found: Mapping[str, Found], parameters: Parameters, problems: list[Problem]
) -> Amount | None:
    if row.taken:
        return _quantity(row, found[row.taken], problems)
    if row.formula:
        asked = Asked(row.formula, row.unit, row.process, _at(row, "formula"))
        return computed_amount(asked, parameters, problems)
    try:
        plain = not row.unit and row.value[-1:].isdigit()
        return Amount.read(f"{row.value} {'1' if plain else row.unit}".strip())
    except PcfError as error:
        problems += _placed(error, _at(row, "value"))
        return None


def _quantity(row: CallRow, other: Found, problems: list[Problem]) -> Amount | None:
    """Return a quantity that another call found, by its name."""
    if isinstance(other, Amount) and not row.value:
        return other
    if isinstance(other, Nitrogen) and not row.value:
        return other.amount
    values = other.values if isinstance(other, Estimate) else {}
    found = values.get(row.value)
    if found is None:
        near = text.nearest(row.value, values) or tuple(values)
        facts = {"call": row.taken, "quantity": row.value}
        problems.append(problem("call-quantity", _at(row, "value"), near, **facts))
    return found


def _stands(row: CallRow, study: Study) -> bool:
    chosen = [each for each in study.alternatives if each.name in study.chosen]
    return counts(row, chosen, study.alternatives)


def _editions(found: Iterable[Found]) -> list[Problem]:
    """Return where editions of one family are mixed among the calls that stand."""
    try:
        require_one_edition(each for each in found if isinstance(each, Estimate))
    except ModelError as error:
        return list(error.problems)
    return []


def _told(found: Found) -> tuple[Finding, ...]:
    return () if isinstance(found, Amount) else found.findings


def _renamed(alternative: Alternative, ids: Mapping[str, tuple[str, ...]]) -> Alternative:
    """Return an alternative that names the rows of a call where it named the call."""
    return replace(
        alternative,
        replaces=tuple(row for each in alternative.replaces for row in ids.get(each, (each,))),
        by=tuple(row for each in alternative.by for row in ids.get(each, (each,))),
    )


def _placed(error: PcfError, where: Where) -> list[Problem]:
    return [replace(each, where=where) for each in error.problems]


def _at(row: CallRow, column: str = "") -> Where:
    return replace(row.where, column=column, item=row.id)
