"""Sixteen numbers as one value for numba: a vector type of LLVM.

The loop vectoriser of LLVM does not find accumulators that live across a loop over inputs; with an
explicit vector they stay in registers. LLVM splits it into whatever the processor has (AVX-512,
AVX2, SSE, NEON). Call only where numba is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

LANES = 16


class Lanes(NamedTuple):
    """Intrinsics on vectors of 16 floats, for rows of C-contiguous arrays (., 16).

    `load(rows, k)`; `store(rows, k, v)`; `mul(v, rows, k)`: v * rows[k]; `fma1(v, s, rows, k)`:
    v + s * rows[k]; `fma2(v, s, f, j, rows, k)`: v + (s * f[j]) * rows[k]. Rows of float32 are
    widened where the vector is of float64.
    """

    load: Callable[..., Any]
    store: Callable[..., Any]
    mul: Callable[..., Any]
    fma1: Callable[..., Any]
    fma2: Callable[..., Any]


def lanes(bits: int) -> Lanes:  # noqa: C901 - each intrinsic is a function of its own
    """Return the intrinsics on 16 floats of `bits` (32 or 64) bits.

    No example: they only mean something inside a compiled function.
    """
    from llvmlite import ir  # type: ignore[import-untyped]  # noqa: PLC0415 - numba is optional
    from numba import types  # noqa: PLC0415 - as above
    from numba.core import cgutils  # noqa: PLC0415 - as above
    from numba.extending import intrinsic, models, register_model  # noqa: PLC0415 - as above

    wide = ir.IntType(64)
    vector = ir.VectorType(ir.DoubleType() if bits == 64 else ir.FloatType(), LANES)

    class Lane(types.Type):
        def __init__(self) -> None:
            super().__init__(f"lane{LANES}f{bits}")

    class Model(models.PrimitiveModel):
        def __init__(self, manager: Any, kind: Any) -> None:  # noqa: ANN401 - numba's own types
            super().__init__(manager, kind, vector)  # type: ignore[no-untyped-call]

    register_model(Lane)(Model)
    lane = Lane()

    def place(ctx: Any, b: Any, kind: Any, rows: Any, k: Any) -> tuple[Any, int]:  # noqa: ANN401
        data = ctx.make_array(kind)(ctx, b, rows).data
        k = b.sext(k, wide) if k.type.width < 64 else k
        row = ir.VectorType(ctx.get_value_type(kind.dtype), LANES)
        first = b.gep(data, [b.mul(k, ir.Constant(wide, LANES))])
        return b.bitcast(first, row.as_pointer()), kind.dtype.bitwidth

    def fetch(ctx: Any, b: Any, kind: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401
        pointer, width = place(ctx, b, kind, rows, k)
        row = b.load(pointer, align=width // 8)
        return b.fpext(row, vector) if width < bits else row

    def spread(b: Any, x: Any) -> Any:  # noqa: ANN401
        first = b.insert_element(
            ir.Constant(vector, ir.Undefined), x, ir.Constant(ir.IntType(32), 0)
        )
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return b.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)

    def added(b: Any, x: Any, y: Any, z: Any) -> Any:  # noqa: ANN401
        kind = ir.FunctionType(vector, [vector] * 3)
        name = f"llvm.fmuladd.v{LANES}f{bits}"
        get = cgutils.get_or_insert_function
        return b.call(get(b.module, kind, name), [x, y, z])  # type: ignore[no-untyped-call]

    @intrinsic
    def load(_typing: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401
        return lane(rows, k), lambda ctx, b, sig, a: fetch(ctx, b, sig.args[0], a[0], a[1])

    @intrinsic
    def store(_typing: Any, rows: Any, k: Any, v: Any) -> Any:  # noqa: ANN401
        def generate(ctx: Any, b: Any, sig: Any, a: Any) -> Any:  # noqa: ANN401
            pointer, width = place(ctx, b, sig.args[0], a[0], a[1])
            b.store(a[2], pointer, align=width // 8)
            return ctx.get_dummy_value()

        return types.void(rows, k, v), generate

    @intrinsic
    def mul(_typing: Any, v: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401
        return lane(v, rows, k), lambda ctx, b, sig, a: b.fmul(
            a[0], fetch(ctx, b, sig.args[1], a[1], a[2])
        )

    @intrinsic
    def fma1(_typing: Any, v: Any, s: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401
        return lane(v, s, rows, k), lambda ctx, b, sig, a: added(
            b, spread(b, a[1]), fetch(ctx, b, sig.args[2], a[2], a[3]), a[0]
        )

    @intrinsic
    def fma2(_typing: Any, v: Any, s: Any, f: Any, j: Any, rows: Any, k: Any) -> Any:  # noqa: ANN401, PLR0913, PLR0917
        return lane(v, s, f, j, rows, k), lambda ctx, b, sig, a: added(
            b,
            b.fmul(spread(b, a[1]), fetch(ctx, b, sig.args[2], a[2], a[3])),
            fetch(ctx, b, sig.args[4], a[4], a[5]),
            a[0],
        )

    return Lanes(load, store, mul, fma1, fma2)
