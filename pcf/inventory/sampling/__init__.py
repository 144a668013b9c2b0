"""How far may a result lie, when the numbers that it rests on do? Draws, and what each gives.

Draw k of a number is a pure function of (seed, identity of the number, k): nothing else that is
drawn, no order, no worker changes it (docs/reference/draws.md).

- `philox`: the words of a number; `normal`, `draws`: from word to value; `identity`: which number
  it is; `numbers`: which numbers of a system are uncertain.
- `terms`: what a draw changes in the two matrices; `iteration`: one draw solved with SciPy alone;
  `kernels`: sixteen draws at once, compiled; `montecarlo`: the run.
- `executors`: work in pieces, here or elsewhere, with the same results in the same order.
"""
