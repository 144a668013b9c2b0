"""What flows through the whole system for a reference flow: the value that solving gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text
from pcf.errors import ModelError, problem
from pcf.inventory.matrices import assemble

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from pcf.model.systems import ProductSystem


@dataclass(frozen=True, eq=False)
class Inventory:
    """A solved system, in the order of its processes and of its elementary flows.

    `reference_flow` is by process id, in the unit of its product. `scaling` (n): runs of each
    process. `flows` (k): amounts in the unit of each elementary flow, positive where they leave,
    negative where they are taken in. `residual`: normwise backward error of the solve.
    """

    system: ProductSystem
    reference_flow: Mapping[str, float]
    scaling: NDArray[np.float64]
    flows: NDArray[np.float64]
    credits: bool
    residual: float

    def scaling_of(self, process: str) -> float:
        """Return how often `process` runs; raise ModelError with candidates."""
        return float(self.scaling[self.system.index(process)])

    def amount(self, flow: str) -> float:
        """Return the amount of an elementary flow by id: what leaves less what is taken in.

        Raises ModelError with candidates.
        """
        return float(self.flows[self._rows(flow)].sum())

    def by_process(self, flow: str) -> dict[str, float]:
        """Return what each process brings to `amount(flow)`, by id; sums to it."""
        elementary = assemble(self.system, credits=self.credits).elementary
        rows: NDArray[np.float64] = elementary[self._rows(flow)].toarray()
        brought = (rows.sum(axis=0) * self.scaling).tolist()
        return dict(zip(self.system.processes.ids.tolist(), brought, strict=True))

    def table(self) -> pd.DataFrame:
        """Return one row an elementary flow: flow, direction, line, amount (signed), unit."""
        import pandas as pd  # noqa: PLC0415 - loaded only when a table is asked for

        rows = [
            (flow.id, flow.direction, flow.line, float(amount), flow.unit)
            for flow, amount in zip(self.system.elementary, self.flows, strict=True)
        ]
        return pd.DataFrame(rows, columns=["flow", "direction", "line", "amount", "unit"])

    def _rows(self, flow: str) -> list[int]:
        rows = [k for k, each in enumerate(self.system.elementary) if each.id == flow]
        if not rows:
            near = text.nearest(flow, (each.id for each in self.system.elementary))
            raise ModelError(problem("flow-unknown", "", near, flow=flow))
        return rows
