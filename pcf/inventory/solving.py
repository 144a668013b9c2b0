"""What runs, and what does every product count? Forward for a reference flow, adjoint for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pcf.errors import SolveError, problem
from pcf.inventory.diagnosis import require_productive
from pcf.inventory.impact import counts_per_run
from pcf.inventory.inventories import Inventory
from pcf.inventory.matrices import flows_of
from pcf.inventory.solved import solver_of
from pcf.inventory.tearing.precision import relative_errors, unsure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pcf.findings import Finding
    from pcf.model.characterisation import CharacterisationSet
    from pcf.model.systems import ProductSystem


def solve(
    system: ProductSystem,
    reference_flow: Mapping[str, float],
    *,
    credits: bool = True,  # noqa: A002 - the word users write
) -> Inventory:
    """Return the inventory of `reference_flow`: amounts by process id, or by product.

    An amount is in the unit of the product, and not negative; of a treatment it is the waste
    treated. Without `credits`, avoided products and treatments are left out.

    Raises SolveError, with all problems, when the system or the reference flow has no answer;
    ModelError for a name that is neither a process nor the product of exactly one.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh", emits={"CO2": "9 kg"}),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> inventory = solve(system, {"steel": 2})
    >>> inventory.scaling_of("power"), inventory.amount("CO2, fossil")
    (80.0, 720.0)
    """
    asked = reference_vector(system, reference_flow)
    solution = solver_of(system, credits=credits).forward(asked)
    require_productive(system, solution.values)
    flows = flows_of(system, solution.values)
    for array in (solution.values, flows):
        array.setflags(write=False)
    by_id = {str(system.processes.ids[i]): float(abs(asked[i])) for i in np.flatnonzero(asked)}
    return Inventory(system, by_id, solution.values, flows, credits, solution.residual)


def intensities(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    *,
    meters: Mapping[str, float] | None = None,
    credits: bool = True,  # noqa: A002 - the word users write
) -> NDArray[np.float64]:
    """Return (n) what one unit of every product (or treated waste) counts, by one adjoint solve.

    In the unit of `characterisation` per unit of each reference product. `meters` gives every meter
    of the system what one kWh counts. Raises SolveError as `solve` and `characterise` do.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("power", "10 kWh", emits={"CO2": "9 kg"}),
    ...     unit_process("steel", "1 t", takes={"power": "400 kWh"}),
    ... ])
    >>> intensities(system, CharacterisationSet.of("mine", {"CO2": 1}))
    array([  0.9, 360. ])
    """
    solver = solver_of(system, credits=credits)
    one_of_each = np.where(system.processes.treats, -1.0, 1.0)
    require_productive(system, solver.forward(one_of_each).values)
    per_run = counts_per_run(system, characterisation, meters=meters)
    return one_of_each * solver.adjoint(per_run).values


def unsure_products(
    system: ProductSystem,
    characterisation: CharacterisationSet,
    *,
    meters: Mapping[str, float] | None = None,
    credits: bool = True,  # noqa: A002 - the word users write
) -> tuple[Finding, ...]:
    """Return a finding for every product of which less than ten digits of the intensity are sure.

    So it is where credits, or uptake, give back nearly all that a product counts. Raises as
    `intensities` does.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.characterisation import CharacterisationSet
    >>> from pcf.model.processes import unit_process
    >>> system = product_system([
    ...     unit_process("heat", "1 GJ", emits={"CO2": "50 kg"}),
    ...     unit_process("ash", "1 t", emits={"CO2": "100.000000001 kg"}, avoids={"heat": "2 GJ"}),
    ... ])
    >>> found = unsure_products(system, CharacterisationSet.of("mine", {"CO2": 1}))
    >>> [each.facts["product"] for each in found]
    ['ash']
    """
    solver = solver_of(system, credits=credits)
    per_run = counts_per_run(system, characterisation, meters=meters)
    errors = relative_errors(solver, per_run, solver.adjoint(per_run).values)
    return unsure(system.processes.products.tolist(), errors)


def reference_vector(
    system: ProductSystem, reference_flow: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return f (n) of a reference flow by process id or product; negative for a treated waste.

    Raises SolveError for amounts that are negative or not finite, ModelError for unknown names.

    >>> from pcf.model.building import product_system
    >>> from pcf.model.processes import unit_process
    >>> landfill = unit_process("landfill", ("ash", "1 t"), treats=True)
    >>> reference_vector(product_system([landfill]), {"ash": 3})
    array([-3.])
    """
    wrong = {name: a for name, a in reference_flow.items() if not 0 <= a < float("inf")}
    if wrong:
        problems = (problem("reference-flow", name, amount=a) for name, a in wrong.items())
        raise SolveError(*problems)
    asked = np.zeros(len(system.processes))
    ids = {str(id_): i for i, id_ in enumerate(system.processes.ids)}
    for name, amount in reference_flow.items():
        i = ids[name] if name in ids else system.maker(name)
        asked[i] += -amount if system.processes.treats[i] else amount
    return asked
