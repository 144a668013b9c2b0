"""A dense system of some hundred unknowns, factorised once, on one thread.

LAPACK shares even such a matrix among threads, which wait for each other where other programs use
the processor: a hundred times longer than the work takes. Tiles are below the size from which it
does. Rows are exchanged within a tile only: enough where the diagonal is strong, as that of loops
that make more than they consume; whoever solves with it checks what it finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

TILE = 64
"""Rows and columns of a tile."""


class Dense:
    """A dense matrix (h x h) ready to be solved with.

    >>> dense = Dense(np.array([[1.0, -0.5], [0.0, 2.0]]))
    >>> dense.solve(np.array([0.0, 4.0])), dense.solve(np.array([1.0, 0.0]), turned=True)
    (array([1., 2.]), array([1.  , 0.25]))
    """

    @np.errstate(invalid="ignore", over="ignore")  # looked for at the end
    def __init__(self, matrix: Vector) -> None:
        """Factorise; raise numpy.linalg.LinAlgError where a tile is singular."""
        self._size = len(matrix)
        self._tiles = tiles = _tiled(matrix)
        for k in range(len(tiles)):
            tiles[k, k] = np.linalg.inv(tiles[k, k])
            tiles[k + 1 :, k] = tiles[k + 1 :, k] @ tiles[k, k]
            for i in range(k + 1, len(tiles)):
                tiles[i, k + 1 :] -= tiles[i, k] @ tiles[k, k + 1 :]
        if not np.isfinite(tiles).all():
            raise np.linalg.LinAlgError

    @property
    def tiles(self) -> Vector:
        """The tiles (t x t x 64 rows of 64): below the diagonal those of L, above it U's.

        On the diagonal stand the inverses of U's.
        """
        return self._tiles.reshape(-1, TILE)

    @np.errstate(invalid="ignore", over="ignore")  # what is no number is told by its residual
    def solve(self, right: Vector, *, turned: bool = False) -> Vector:
        """Return the solution for `right` (h, or h x k), of the transpose if `turned`."""
        columns = 1 if right.ndim == 1 else right.shape[1]
        parts = np.zeros((len(self._tiles), TILE, columns))
        y = parts.reshape(len(self._tiles) * TILE, columns)[: self._size]
        y[:] = right.reshape(y.shape)
        if turned:
            self._turned(parts)
        else:
            self._straight(parts)
        return y.reshape(right.shape)

    def _straight(self, y: Vector) -> None:
        tiles = self._tiles
        for k in range(len(y)):
            y[k + 1 :] -= tiles[k + 1 :, k] @ y[k]
        for k in reversed(range(len(y))):
            y[k] = tiles[k, k] @ (y[k] - (tiles[k, k + 1 :] @ y[k + 1 :]).sum(axis=0))

    def _turned(self, y: Vector) -> None:
        tiles = self._tiles.swapaxes(2, 3)
        for k in range(len(y)):
            y[k] = tiles[k, k] @ (y[k] - (tiles[:k, k] @ y[:k]).sum(axis=0))
        for k in reversed(range(len(y))):
            y[k] -= (tiles[k + 1 :, k] @ y[k + 1 :]).sum(axis=0)


def _tiled(matrix: Vector) -> Vector:
    """Return `matrix` as tiles (t x t x 64 x 64), ones on the diagonal where it has ended."""
    h, count = len(matrix), -(-len(matrix) // TILE)
    wide = np.eye(count * TILE)
    wide[:h, :h] = matrix
    return np.ascontiguousarray(wide.reshape(count, TILE, count, TILE).swapaxes(1, 2))
