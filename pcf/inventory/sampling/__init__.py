"""How far may a result lie, when the numbers that it rests on do? Draws, and what each gives.

Draw k of a number is a pure function of (seed, identity of the number, k): nothing else that is
drawn, no order, no worker changes it (docs/reference/draws.md).

- `philox`: the words of a number; `normal`, `draws`: from word to value; `identity`: which number
  it is; `numbers`: which numbers of a system are uncertain.
- `terms`: what a draw changes in the two matrices; `iteration`: one draw solved with SciPy alone;
  `layout`: where every term stands when sixteen draws go together, by the loops of `filling` and
  `kernels`, which numba compiles; `solving`: either way, and the draw that needs its own solve.
- `montecarlo`: the run, and any single draw; `executors`: work in pieces, here or elsewhere.
"""
