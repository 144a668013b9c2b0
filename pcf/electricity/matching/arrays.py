"""What kinds of columns does matching work on? Names for them, for readers and type checkers."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
"""Yes or no."""

Whole: TypeAlias = NDArray[np.signedinteger[Any]]
"""Whole numbers: watt-hours, seconds, positions and rows in 64 bits; periods and kinds in 32."""

Wide: TypeAlias = NDArray[np.int64]
"""Whole numbers that are in 64 bits wherever they come from."""
