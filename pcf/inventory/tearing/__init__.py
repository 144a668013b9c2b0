r"""How is a large system solved without factorising it? A few processes are torn out of its loops.

With a the technosphere, d_j the entry paired with process j and z_ij = -a_ij / d_j (what one unit
of j needs of i), the intensities l of all products obey, process by process,

    l_j = q_j / d_j + sum_i z_ij l_i.                                                           (1)

Without the links out of a feedback set T of h torn processes nothing is on a loop, and (1) is
solved in one pass in the order of supply: Z' = L + R E', L strictly lower, E' picking the torn. So

    y = E'(I - L)^-1 q/d + K y,   K = E'(I - L)^-1 R  (h x h, dense),   y = l_T                  (2)
    l = (I - L)^-1 (q/d + R y),

one pass for the right-hand side of (2), a dense solve, one pass for every product. The forward
problem a x = f uses the transposes of the same parts.

What the modules answer:

- `graphs`, `feedback`, `structure`: from structure alone, a `Plan`; `cache`: kept on disk.
- `plan`: what a plan holds. `scaling`: sizes of products and processes, powers of two.
- `passes`: the triangular passes with SciPy; `lanewise`: sixteen right-hand sides at once, by the
  loops of `kernels`, which `compiled` gives to numba with the vector type of `lanes`.
- `schur`: a plan with values, `Torn`; `direct`: SuperLU of the transpose, where tearing fails.
- `solver`: which of them, its residual, its refinement, its recorded fallback.
- `whole`: a solve by one call of the wheel; `threads`: two things at once.
- `updates`: a solved system with some entries changed; `single`: one column, in one pass.

For whoever iterates over many values on one plan (Monte Carlo):

`plan = plan_of(technosphere)` needs a canonical CSC array (sorted, no duplicates; explicit zeros
are entries). See `Plan` for its fields. The layout of values that every pass shares:

- by position k (a process, in the plan's order): `pivots = a.data[plan.pivots]` (d), right-hand
  sides `b[k] = q[plan.order[k]] / (d[k] * size[k])`, results `u[k]`, and intensities by product
  `l[plan.products[k]] = u[k] * size[k]`; `size` (n, by position) is any scale, 1 to have none.
- by entry e (an input, grouped by consumer: e in starts[k] : starts[k+1]):
  `needs[e] = -a.data[plan.entries[e]] / d[consumer] * size[supplier] / size[consumer]`, with
  `consumer = plan.consumers[e]`, `supplier = plan.supplying[e]`. `needs_of(plan, data, size)`.
- a vector of unknowns is u (n + h): u[:n] by position, u[n:] the torn values y. Entry e reads
  u[plan.suppliers[e]], which is u[n + t] for torn process t, so that a pass over the core computes
  G(y) at the positions `plan.torn` without touching y:
  for k in range(start, end): u[k] = b[k] + sum(needs[e] * u[suppliers[e]]).
- the fixed point y = G(y): pass over [0, up_end) once, [up_end, core_end) in each iteration
  (G(y) = u[plan.torn]), [up_end, n) once at the end. With sizes = the static intensities (signed,
  1 where zero) the static solution is u = 1, and errors are relative.
- most links of the core come out of the torn (two of three in a database). The passes that leave
  the torn out, K's and the first of every solve, take the others alone: `split`.
- within a level positions stand by the number of their inputs, so that a loop over them is as long
  as the last and the processor guesses where it ends.
- 16 lanes: arrays (positions or entries, 16), C-contiguous; `kernels.lower16` is the pass.

`Torn.loops` is K in the sizes of that `Torn` (`Torn.sizes`, by position); for other sizes s,
multiply K[t, r] by ratio[t] / ratio[r], ratio = Torn.sizes[plan.torn] / s[plan.torn].

SciPy alone: `Passes(plan).load(needs)`, `.core(b, y)` (first core_end positions), `.all(b, y)`
(n or n x k). One `Passes` per thread: `load` keeps the values of one draw.

With numba: write loops as plain functions in a module of their own, with `load`, `store`, `mul`,
`fma1`, `fma2` as in `kernels`, and give it to `compiled.compile_module(module, attempt)`.
"""
