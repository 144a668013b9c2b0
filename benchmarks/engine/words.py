"""What docs/performance.md says around its tables."""

from __future__ import annotations

HEAD = """# Performance

Written whole by one command; only ratios of one run on one machine mean something, and where other
programs used the machine they scatter:

    python -m benchmarks.performance --write --uslci ARCHIVE --premise WHEEL

The method is told in `pcf/inventory/tearing/__init__.py`, what a draw is in
[reference/draws.md](reference/draws.md), how systems are generated and calibrated in
`benchmarks/engine/generator.py`, where the real ones are published in `benchmarks/engine/real.py`.

Ours computes in three ways, which give the same answers: with the compiled wheel `pcf-kernels`
(`pip install ./kernels`), with numba (the extra `fast`), with NumPy and SciPy alone.
{of_wheel}
How its C is run under sanitizers is told in `kernels/README.md`.

{machine}

Measured on {day}. Load average at the start {before}, at the end {after}: {busy}.
"""
SUMMARY = """## What was wanted

{met} of {all} targets were met in this run, each by one run alone. Ours is {way}, where nothing
else is said.

{table}
"""
MONTE_CARLO = "Technosphere and greenhouse gases uncertain, errors <= 1e-6.\n"
LIMIT_OF_DRAWS = (
    "A draw of one product writes and reads {rows:,} factors ({drawn:.2f} MB); with the "
    "{passes:.1f} passes over {links:,} links that it takes it moves {moved:.1f} MB. At the "
    "bandwidth of a copy from memory ({bandwidth:.0f} GB/s) the first takes {once:.3f} ms and all "
    "of it {every:.3f} ms; the draw takes {over_once} and {over_every} that (most passes read from "
    "the cache; all threads).\n"
)
MEMORY = """Peak resident memory; from file to all footprints by `intensities(open_system(...))`,
the structure not known before.
"""
MEMORY_OF_DRAWS = "\n1,024 draws of ours (64 with SciPy alone), 4 of bw2calc.\n"
REAL = {
    "uslci": "USLCI, fiscal year 2018, first quarter",
    "premise": "The inventories in the wheel of premise",
}
REAL_REMARK = """
A single product of these stands on few others: take the rows of all products. Kernels were asked
for; a system this small does not load numba's by itself.
"""
CANNOT = """## What cannot be had so

- **Memory with numba.** Loading numba takes 100 MB (LLVM 40, numba and its types 60), whatever it
  compiles: more than half of what bw2calc's iterative classes take for everything. So it is loaded
  for a static solve only where it is there anyway, and for draws. The targets of memory are the
  wheel's, which takes none of this.
- **Memory of draws with SciPy alone** is 0.5 to 0.6 of what the best class takes: importing SciPy
  takes 15 MB, and SuperLU, which serves as the pass over an already triangular matrix, takes 10 to
  25 MB for an instant, as the allocator has them. Passes of NumPy alone need neither, and take
  three to five times as long.
- **Less than the imports.** Python takes 10 MB, NumPy 15, what `pcf.inventory` imports 9: 34 MB
  before anything is computed. A solve from file with the gases only adds some 25 MB with the
  wheel, 42 with NumPy alone, for the columns, the matrix, the structure and the factors.
"""
UNFAIR = """## What is unfair in the comparison

- `FastScoresOnlyMultiLCA.calculate` factorises at every call; ours keeps what it factorised.
  Against factors that are kept, see the row of plain `splu`, and the rows from file.
- `MultiLCA` keeps an inventory for each demand, ours is one adjoint solve and a look-up: for scores
  that is what is needed, for inventories each demand is a forward solve (last row).
- In every draw bw2calc builds the inventory and could show every flow; ours gives scores, with an
  estimate of the error of each, and counts draws that needed a direct solve. Random numbers differ,
  distributions agree. The iterative classes of bw2calc answer for one product.
- Both are given the greenhouse gases only, except where it says so.
- bw2calc solves with PARDISO on all processors; ours uses two threads from file (scales beside
  structure, two halves of the dense block), one for what is warm, and all for draws.
- From file, again and again in one process, large arrays are made in memory that was used before:
  ours asks the C library to keep it, which bw2calc gains from too where both run, as here.
- After one changed column bw2calc factorises anew. Ours keeps what it factorised, solves for one
  unit of the changed process, and measures what is left in that pass.
- From file means from a process in which both libraries are loaded, numba's kernels too; ours is
  the call that users make, with every check of the columns, the links and the answer. numba
  compiles its kernels once a machine (about ten seconds, announced) and keeps them; small studies
  never load them.
- Both sides are measured warm after one round; neither is tuned for the other's case.
- The systems of 20,000 processes are generated, and how many processes of ecoinvent would have to
  be torn is not known. The real ones are small or, cut off from ecoinvent, hold few loops; their
  spreads are made up (a lognormal of sigma 0.2 on every amount).
"""
