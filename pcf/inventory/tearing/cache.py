"""Where is kept what was found about a structure? In a folder of the user's, if there is one.

A plan takes longer to find than to use, and every system of the same structure has the same. An
entry is one file: a digest, a head, the arrays. What is torn, altered or of another form is found
anew and replaced; a folder that is absent or cannot be written is no problem.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from pcf.files.caches import cache_folder
from pcf.inventory.tearing import wheel
from pcf.inventory.tearing.plan import FORM, Plan, structure_fingerprint
from pcf.inventory.tearing.structure import analyse, pair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from pcf.inventory.tearing.columns import Stored

    Positions = NDArray[np.int32]

SMALLEST = 1_000
"""A structure of fewer processes is found as quickly as a file."""
MOST = 32
"""Plans that are kept, those used last; each takes a few megabytes."""
_DIGEST = 32
_LONGEST_HEAD = 4096
_LOOPS = {"misfits": "n n" + 10 * " i4[]"}


def plan_of(technosphere: Stored) -> Plan:
    """Return the plan of `technosphere` (canonical CSC), from the cache where it is known.

    Raises SolveError when its products cannot be paired with processes.

    >>> from scipy.sparse import csc_array
    >>> plan_of(csc_array([[1.0, -0.5], [-0.5, 1.0]])).h
    1
    """
    paired = pair(technosphere)
    folder = cache_folder() if technosphere.shape[0] >= SMALLEST else None
    if folder is None:
        return analyse(technosphere, paired)
    path = folder / "plans" / f"{structure_fingerprint(technosphere, paired)}.plan"
    plan = _read(path, technosphere)
    if plan is None:
        plan = analyse(technosphere, paired)
        with suppress(OSError):
            _keep(path, _packed(plan))
            _forget_oldest(path.parent)
    return plan


def _keep(path: Path, data: bytes) -> None:
    """Write beside and rename; the digest stands in for waiting until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _forget_oldest(folder: Path) -> None:
    """Keep the plans used last; what else stands there is left alone."""
    kept = sorted(folder.glob("*.plan"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-MOST]:
        path.unlink(missing_ok=True)


def _arrays(plan: Plan) -> Mapping[str, Positions]:
    named = {field.name: getattr(plan, field.name) for field in fields(plan)}
    return {name: value for name, value in named.items() if isinstance(value, np.ndarray)}


def _packed(plan: Plan) -> bytes:
    arrays = _arrays(plan)
    head = {"form": FORM, "up_end": plan.up_end, "core_end": plan.core_end}
    head |= {name: len(values) for name, values in arrays.items()}
    parts = [json.dumps(head).encode().ljust(_LONGEST_HEAD)]
    parts += [np.ascontiguousarray(values, dtype="<i4").tobytes() for values in arrays.values()]
    body = b"".join(parts)
    return hashlib.sha256(body).digest() + body


def _read(path: Path, technosphere: Stored) -> Plan | None:
    """Return the plan kept at `path` if it is whole and fits, else None."""
    n, entries = technosphere.shape[0], len(technosphere.indices)
    try:
        if not path.is_file():  # a pipe would be waited for
            return None
        with path.open("rb") as stream:
            data = bytearray(stream.read(_DIGEST + _LONGEST_HEAD + 4 * (9 * n + 3 * entries)))
    except OSError:
        return None
    with suppress(OSError):
        os.utime(path)
    body = memoryview(data)[_DIGEST:]
    if data[:_DIGEST] != hashlib.sha256(body).digest():
        return None
    with suppress(ValueError, TypeError, KeyError, OverflowError, RecursionError):
        plan = _unpacked(body)
        if _is_bounded(plan, n, entries) and _fits(plan, technosphere):
            return plan
    return None


def _unpacked(body: memoryview) -> Plan:
    head: dict[str, Any] = json.loads(bytes(body[:_LONGEST_HEAD]))
    values = np.frombuffer(body[_LONGEST_HEAD:], dtype="<i4")
    names = [field.name for field in fields(Plan)][2:]
    lengths = [int(head[name]) for name in names]
    if head["form"] != FORM or sum(lengths) != len(values) or min(lengths) < 0:
        raise ValueError
    parts = np.split(values, np.cumsum(lengths)[:-1])
    arrays = dict(zip(names, parts, strict=True))
    return Plan(up_end=int(head["up_end"]), core_end=int(head["core_end"]), **arrays)


def _fits(plan: Plan, technosphere: Stored) -> bool:
    """Say whether `plan` is one of `technosphere`: every entry once, in an order of supply.

    The digest tells damage, not malice; a plan that passes here gives right answers, whoever wrote
    it.
    """
    if wheel.is_at_hand():
        return _fits_by_wheel(plan, technosphere)
    n = technosphere.shape[0]
    own, consumers = np.arange(n, dtype=np.int32), plan.consumers
    columns = np.repeat(own, np.diff(technosphere.indptr))
    rows = np.zeros(n, dtype=np.int32)
    rows[plan.products] = own
    suppliers = plan.supplying
    return (
        np.array_equal(plan.positions[plan.order], own)
        and np.array_equal(plan.products[rows], own)
        and _is_each_once(plan, len(technosphere.indices))
        and np.array_equal(columns[plan.pivots], plan.order)
        and np.array_equal(technosphere.indices[plan.pivots], plan.products)
        and np.array_equal(columns[plan.entries], plan.order[consumers])
        and np.array_equal(rows[technosphere.indices[plan.entries]], suppliers)
        and bool(((suppliers < consumers) | (plan.suppliers >= n)).all())
        and bool((plan.suppliers[: plan.starts[plan.up_end]] < n).all())
    )


def _fits_by_wheel(plan: Plan, technosphere: Stored) -> bool:
    """Say the same by one loop over the entries."""
    places = technosphere.indptr, technosphere.indices
    arrays = (np.ascontiguousarray(each, np.int32) for each in (*places, *_arrays(plan).values()))
    return wheel.loops(_LOOPS)["misfits"](plan.up_end, plan.core_end, *arrays) == 0


def _is_each_once(plan: Plan, entries: int) -> bool:
    seen = np.zeros(entries, dtype=np.bool_)
    seen[plan.entries] = seen[plan.pivots] = True
    return bool(seen.all())


def _is_bounded(plan: Plan, n: int, entries: int) -> bool:
    """Say whether lengths agree and no index leads out of the arrays."""
    by_position = (plan.order, plan.positions, plan.products, plan.pivots)
    return (
        all(len(each) == n for each in by_position)
        and len(plan.starts) == n + 1
        and len(plan.suppliers) == len(plan.entries) == entries - n
        and 0 <= plan.up_end <= plan.core_end <= n
        and (plan.starts[0], plan.starts[-1]) == (0, entries - n)
        and _ascend(plan.starts)
        and all(_inside(each, 0, n) for each in by_position[:3])
        and all(_inside(each, 0, entries) for each in (plan.entries, plan.pivots))
        and _inside(plan.suppliers, 0, n + plan.h)
        and _inside(plan.torn, plan.up_end, plan.core_end)
        and len(np.unique(plan.torn)) == plan.h
    )


def _ascend(values: Positions) -> bool:
    """Compare neighbours: differences of such numbers may be too large for their type."""
    return bool((values[1:] >= values[:-1]).all())


def _inside(values: Positions, first: int, end: int) -> bool:
    return bool(((values >= first) & (values < end)).all())
