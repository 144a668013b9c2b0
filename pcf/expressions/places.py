"""Where in a formula did it go wrong? The formula at hand, and errors that name their piece."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcf import text as names_in_text
from pcf.errors import UnitError, Where
from pcf.expressions.arithmetic import FaultError
from pcf.expressions.language import Formula, part_of, placed, refusal, shortened

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Scope:
    """A formula and the values of the names it may use."""

    formula: Formula
    values: Mapping[str, object]

    def value(self, name: str) -> object:
        """Return what a name stands for; raises ExpressionError with the names most like it."""
        if name not in self.values:
            near = names_in_text.nearest(name, self.values)
            raise refusal(self.formula.text, "expression-name-unknown", near, name=name)
        return self.values[name]

    @contextmanager
    def at(self, node: ast.AST) -> Iterator[None]:
        """Give the piece of the formula that `node` is to whatever goes wrong inside."""
        text = self.formula.text
        try:
            yield
        except FaultError as fault:
            raise refusal(text, fault.code, part=part_of(text, node)) from None
        except UnitError as error:
            raise placed(error, Where(item=shortened(text))) from None
