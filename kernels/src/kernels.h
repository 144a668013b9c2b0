/* What every loop of this library promises.
 *
 * A loop takes whole numbers as int64_t, floating ones as double, and each array as a pointer and the
 * number of its rows (int64_t), a matrix also the number of its columns. It returns zero, or a count,
 * or a negative number where its arguments do not fit together: it has then written nothing. It keeps
 * no state, so that threads may share it. Arrays of lanes are (rows, 16), C-contiguous. All arrays are
 * aligned; what is written to overlaps nothing else.
 *
 * No multiply is fused with an add (-ffp-contract=off), so that every processor gives the same bits.
 */
#ifndef PCF_KERNELS_H
#define PCF_KERNELS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Raised with every change of what a loop takes, gives, or means. */
#define PCF_ABI 2
#define LANES 16
/* Rows and columns of a tile of the dense system of the torn. */
#define TILE 64
#define EACH_LANE for (int lane = 0; lane < LANES; lane++)

enum { REFUSED = -1, NO_MEMORY = -2 };

#if defined(_MSC_VER)
#define EXPORT __declspec(dllexport)
#define INLINE static __forceinline
#elif defined(_WIN32)
#define EXPORT __declspec(dllexport)
#define INLINE static inline __attribute__((always_inline))
#else
#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))
#endif

/* One body for several processors, chosen when the library is loaded. The levels of x86-64 hold more
 * instructions than AVX-512F and AVX2 alone, and are a quarter faster; older compilers lack the words. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(PCF_ONE_TARGET) && \
    !defined(__clang__) && __GNUC__ >= 12
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#elif defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && !defined(PCF_ONE_TARGET) && \
    (defined(__clang__) ? __clang_major__ >= 14 : __GNUC__ >= 9)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif

/* For a loop over rows whose lanes are to become one vector: gcc would rather make vectors of rows,
 * which lie 16 numbers apart. */
#if defined(__GNUC__) && !defined(__clang__)
#define BY_LANES __attribute__((optimize("no-tree-loop-vectorize")))
#else
#define BY_LANES
#endif

#if defined(__i386__) && !defined(__SSE2_MATH__)
#error "a draw needs float arithmetic without excess digits: compile with -msse2 -mfpmath=sse"
#endif

/* Return the larger of two sizes; what is no number is the largest. Sizes have the order of their bits. */
INLINE uint64_t larger(uint64_t most, double size)
{
    uint64_t bits;
    size = fabs(size);
    memcpy(&bits, &size, sizeof bits);
    return bits > most ? bits : most;
}

/* Say whether every one of `count` numbers is in [0, end). */
int all_within(const int32_t *numbers, int64_t count, int64_t end);

/* Write into `sorted` the numbers 0 ... count - 1, or those of `before`, stably by their key (0 ... keys
 * - 1), and into at[k] (keys + 1 long) where those of key k end. */
void sort_by(const int32_t *key, int64_t count, int64_t keys, const int32_t *before, int32_t *at,
             int32_t *sorted);

/* What `pcf_lower` and `pcf_upper` do; nothing is checked. */
void lower(int64_t start, int64_t end, const int32_t *starts, const int32_t *suppliers,
           const double *needs, const double *b, double *u);
void upper(int64_t end, const int32_t *starts, const int32_t *suppliers, const double *needs,
           double *x);
/* Solve in the place of y with `count` rows of tiles of a factorised matrix, or its transpose: below the
 * diagonal those of L, on it the inverses of U's, above it U's. */
void solve_tiles(int64_t count, int turned, const double *tiles, double *y);

/* Say whether the `rows` numbers at `starts` part at most `count` entries, in order, into `groups`. */
int are_starts(const int32_t *starts, int64_t rows, int64_t groups, int64_t count);

#endif
