/* How a technosphere is taken apart: loops, torn processes, parts, levels, and the plan of them.
 * pcf/inventory/tearing/structure.py, graphs.py and feedback.py tell it in Python, and find the same.
 * Nothing recurses: a chain, or a loop, may be as long as it likes. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

/* More torn than this are not given back: they are too many to be solved with anyway. */
#define MOST_GIVEN_BACK 40000
#define WORDS 8 /* of 64 torn each, that are followed at a time */

EXPORT int64_t pcf_plan(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                        int64_t n_indices, const int32_t *paired, int64_t n_paired, int32_t *order,
                        int64_t n_order, int32_t *positions, int64_t n_positions, int32_t *products,
                        int64_t n_products, int32_t *torn, int64_t n_torn, int32_t *starts,
                        int64_t n_starts, int32_t *suppliers, int64_t n_suppliers, int32_t *entries,
                        int64_t n_entries, int32_t *pivots, int64_t n_pivots, int32_t *ends,
                        int64_t n_ends);

/* Links from suppliers to consumers: those into v are in[in_starts[v] : in_starts[v + 1]]. */
struct graph {
    int64_t n;
    int32_t *in_starts, *in, *entry, *pivot; /* `entry`: where each link stands in the matrix */
    int32_t *out_starts, *out;
    int32_t *component; /* of each process; a link within one is on a loop */
    uint8_t *torn, *part;
    int32_t *level;
};

static void *numbers(int64_t count)
{
    return malloc((size_t)(count + 1) * sizeof(int32_t));
}

static void release(struct graph *g)
{
    free(g->in_starts), free(g->in), free(g->entry), free(g->pivot);
    free(g->out_starts), free(g->out), free(g->component);
    free(g->torn), free(g->part), free(g->level);
}

static int reserve(struct graph *g, int64_t links)
{
    g->in_starts = numbers(g->n), g->in = numbers(links), g->entry = numbers(links);
    g->pivot = numbers(g->n), g->out_starts = numbers(g->n), g->out = numbers(links);
    g->component = numbers(g->n), g->level = numbers(g->n);
    g->torn = calloc((size_t)g->n + 1, 1), g->part = calloc((size_t)g->n + 1, 1);
    return g->in_starts && g->in && g->entry && g->pivot && g->out_starts && g->out &&
           g->component && g->level && g->torn && g->part;
}

/* Take the links and the paired entries out of the matrix; say whether each process has one. */
static int take_links(struct graph *g, const int32_t *indptr, const int32_t *indices,
                      const int32_t *paired)
{
    int32_t count = 0, links = indptr[g->n] - (int32_t)g->n;
    for (int32_t v = 0; v < g->n; v++) {
        g->in_starts[v] = count;
        g->pivot[v] = -1;
        for (int32_t e = indptr[v]; e < indptr[v + 1]; e++) {
            int32_t supplier = paired ? paired[indices[e]] : indices[e];
            if (supplier == v) {
                g->pivot[v] = e;
            } else if (count < links) {
                g->in[count] = supplier;
                g->entry[count++] = e;
            } else {
                return 0;
            }
        }
        if (g->pivot[v] < 0)
            return 0;
    }
    g->in_starts[g->n] = count;
    return count == links;
}

static int turn_links(struct graph *g)
{
    int32_t *at = numbers(g->n);
    if (!at)
        return 0;
    memset(at, 0, (size_t)(g->n + 1) * sizeof *at);
    for (int32_t e = 0; e < g->in_starts[g->n]; e++)
        at[g->in[e] + 1]++;
    for (int64_t v = 0; v < g->n; v++)
        at[v + 1] += at[v];
    memcpy(g->out_starts, at, (size_t)(g->n + 1) * sizeof *at);
    for (int32_t v = 0; v < g->n; v++)
        for (int32_t e = g->in_starts[v]; e < g->in_starts[v + 1]; e++)
            g->out[at[g->in[e]]++] = v;
    free(at);
    return 1;
}

/* Number the strong components (Tarjan 1972), with a stack of its own. */
static int find_components(struct graph *g)
{
    int64_t n = g->n;
    int32_t *found = numbers(n), *low = numbers(n), *open = numbers(n);
    int32_t *path = numbers(n), *next = numbers(n);
    int done = found && low && open && path && next;
    if (done) {
        int32_t count = 0, components = 0, opened = 0;
        for (int64_t v = 0; v < n; v++)
            found[v] = g->component[v] = -1;
        for (int32_t root = 0; root < n; root++) {
            int32_t depth = 0;
            if (found[root] >= 0)
                continue;
            path[depth++] = root;
            while (depth) {
                int32_t v = path[depth - 1];
                if (found[v] < 0) {
                    found[v] = low[v] = count++;
                    open[opened++] = v;
                    next[v] = g->out_starts[v];
                }
                if (next[v] < g->out_starts[v + 1]) {
                    int32_t w = g->out[next[v]++];
                    if (found[w] < 0)
                        path[depth++] = w;
                    else if (g->component[w] < 0 && found[w] < low[v])
                        low[v] = found[w];
                    continue;
                }
                if (low[v] == found[v]) {
                    while (g->component[v] < 0)
                        g->component[open[--opened]] = components;
                    components++;
                }
                if (--depth && low[v] < low[path[depth - 1]])
                    low[path[depth - 1]] = low[v];
            }
        }
    }
    free(found), free(low), free(open), free(path), free(next);
    return done;
}

static int is_inner(const struct graph *g, int32_t v, int32_t w)
{
    return g->component[v] == g->component[w];
}

struct candidate {
    int64_t links; /* inputs times consumers */
    int32_t v;
};

static int is_before(struct candidate one, struct candidate other)
{
    return one.links != other.links ? one.links > other.links : one.v < other.v;
}

static void sink(struct candidate *heap, int64_t count, int64_t at)
{
    struct candidate moved = heap[at];
    for (int64_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && is_before(heap[child + 1], heap[child]))
            child++;
        if (!is_before(heap[child], moved))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

struct greedy {
    int32_t *inputs, *outputs, *stack;
    uint8_t *alive;
    int64_t pushed;
};

static void drop(const int32_t *linked, int32_t start, int32_t end, const struct graph *g, int32_t v,
                 int32_t *left, struct greedy *s)
{
    for (int32_t e = start; e < end; e++) {
        int32_t w = linked[e];
        if (is_inner(g, v, w) && --left[w] == 0)
            s->stack[s->pushed++] = w;
    }
}

/* Take away what is on the stack, and all that is then on no loop. */
static void peel(const struct graph *g, struct greedy *s)
{
    while (s->pushed) {
        int32_t v = s->stack[--s->pushed];
        if (!s->alive[v])
            continue;
        s->alive[v] = 0;
        drop(g->out, g->out_starts[v], g->out_starts[v + 1], g, v, s->inputs, s);
        drop(g->in, g->in_starts[v], g->in_starts[v + 1], g, v, s->outputs, s);
    }
}

static void count_inner(const struct graph *g, int32_t *inputs, int32_t *outputs)
{
    memset(inputs, 0, (size_t)g->n * sizeof *inputs);
    memset(outputs, 0, (size_t)g->n * sizeof *outputs);
    for (int32_t v = 0; v < g->n; v++)
        for (int32_t e = g->in_starts[v]; e < g->in_starts[v + 1]; e++)
            if (is_inner(g, v, g->in[e])) {
                inputs[v]++;
                outputs[g->in[e]]++;
            }
}

/* Tear the process with the most inputs times consumers until no loop is left; return how many. */
static int64_t tear(const struct graph *g, int32_t *picked)
{
    int64_t n = g->n, count = 0, waiting = 0;
    struct greedy s = {numbers(n), numbers(n), numbers(3 * n), malloc((size_t)n + 1), 0};
    struct candidate *heap = malloc((size_t)(n + 1) * sizeof *heap);
    int done = s.inputs && s.outputs && s.stack && s.alive && heap;
    if (done) {
        count_inner(g, s.inputs, s.outputs);
        memset(s.alive, 1, (size_t)n);
        for (int32_t v = 0; v < n; v++)
            if (!s.inputs[v] || !s.outputs[v])
                s.stack[s.pushed++] = v;
        peel(g, &s);
        for (int32_t v = 0; v < n; v++)
            if (s.alive[v])
                heap[waiting++] = (struct candidate){(int64_t)s.inputs[v] * s.outputs[v], v};
        for (int64_t at = waiting / 2 - 1; at >= 0; at--)
            sink(heap, waiting, at);
        while (waiting) {
            int32_t v = heap[0].v;
            int64_t links = (int64_t)s.inputs[v] * s.outputs[v];
            if (s.alive[v] && links < heap[0].links) {
                heap[0].links = links;
            } else {
                heap[0] = heap[--waiting];
                if (s.alive[v]) {
                    picked[count++] = v;
                    s.stack[s.pushed++] = v;
                    peel(g, &s);
                }
            }
            sink(heap, waiting, 0);
        }
    }
    free(s.inputs), free(s.outputs), free(s.stack), free(s.alive), free(heap);
    return done ? count : NO_MEMORY;
}

/* Write the processes of links that hold no loop in an order of supply, by levels (Kahn 1962). What
 * torn processes supply does not count, and of other links only those of one component, or of one
 * part. Return how many processes there are, all if there is no loop. */
static int64_t sort_levels(const struct graph *g, int by_component, int32_t *waiting, int32_t *queue)
{
    int64_t n = g->n, count = 0;
    const uint8_t *part = g->part;
    memset(g->level, 0, (size_t)n * sizeof *g->level);
    memset(waiting, 0, (size_t)n * sizeof *waiting);
    for (int32_t v = 0; v < n; v++)
        for (int32_t e = g->in_starts[v]; e < g->in_starts[v + 1]; e++) {
            int32_t w = g->in[e];
            waiting[v] += !g->torn[w] && (by_component ? is_inner(g, v, w) : part[v] == part[w]);
        }
    for (int32_t v = 0; v < n; v++)
        if (!waiting[v])
            queue[count++] = v;
    for (int64_t k = 0; k < count; k++) {
        int32_t v = queue[k];
        if (g->torn[v])
            continue;
        for (int32_t e = g->out_starts[v]; e < g->out_starts[v + 1]; e++) {
            int32_t w = g->out[e];
            if ((by_component ? is_inner(g, v, w) : part[v] == part[w]) && --waiting[w] == 0) {
                g->level[w] = g->level[v] + 1;
                queue[count++] = w;
            }
        }
    }
    return count;
}

/* Or into `mask` what reaches v: the masks of its suppliers within the component. */
static void join(const struct graph *g, const uint64_t *masks, int32_t v, uint64_t *mask)
{
    for (int32_t e = g->in_starts[v]; e < g->in_starts[v + 1]; e++)
        if (is_inner(g, v, g->in[e]))
            for (int word = 0; word < WORDS; word++)
                mask[word] |= masks[(int64_t)g->in[e] * WORDS + word];
}

/* Set, for each picked, the picked that reach it through processes that are not torn. */
static void find_reach(const struct graph *g, const int32_t *queue, const int32_t *picked,
                       int64_t count, int64_t words, uint64_t *masks, uint64_t *reach)
{
    for (int64_t first = 0; first < words; first += WORDS) {
        memset(masks, 0, (size_t)g->n * WORDS * sizeof *masks);
        for (int64_t t = first * 64; t < count && t < (first + WORDS) * 64; t++)
            masks[(int64_t)picked[t] * WORDS + (t / 64 - first)] = UINT64_C(1) << (t % 64);
        for (int64_t k = 0; k < g->n; k++)
            if (!g->torn[queue[k]])
                join(g, masks, queue[k], masks + (int64_t)queue[k] * WORDS);
        for (int64_t t = 0; t < count; t++)
            join(g, masks, picked[t], reach + t * words + first);
    }
}

static int compare(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;
    if (a->links != b->links)
        return a->links < b->links ? -1 : 1;
    return a->v < b->v ? -1 : a->v > b->v;
}

/* Give back every torn process that closes no loop, those with the fewest links first. */
static int give_back(struct graph *g, const int32_t *picked, int64_t count)
{
    int64_t n = g->n, words = (count + 63) / 64;
    words = (words + WORDS - 1) / WORDS * WORDS;
    int32_t *waiting = numbers(n), *queue = numbers(n), *outputs = numbers(n);
    uint64_t *masks = malloc((size_t)n * WORDS * sizeof *masks + 1);
    uint64_t *reach = calloc((size_t)(count * words) + 1, sizeof *reach);
    struct candidate *cheapest = malloc((size_t)(count + 1) * sizeof *cheapest);
    int done = waiting && queue && outputs && masks && reach && cheapest &&
               sort_levels(g, 1, waiting, queue) == n;
    if (done) {
        find_reach(g, queue, picked, count, words, masks, reach);
        count_inner(g, waiting, outputs);
        for (int64_t t = 0; t < count; t++) {
            int64_t links = (int64_t)waiting[picked[t]] * outputs[picked[t]];
            cheapest[t] = (struct candidate){links, (int32_t)t};
        }
        qsort(cheapest, (size_t)count, sizeof *cheapest, compare);
        for (int64_t k = 0; k < count; k++) {
            int64_t t = cheapest[k].v, word = t / 64;
            uint64_t bit = UINT64_C(1) << (t % 64);
            const uint64_t *own = reach + t * words;
            if (own[word] & bit)
                continue;
            g->torn[picked[t]] = 0;
            for (int64_t other = k + 1; other < count; other++) {
                uint64_t *row = reach + cheapest[other].v * words;
                if (row[word] & bit)
                    for (int64_t each = 0; each < words; each++)
                        row[each] |= own[each];
            }
        }
    }
    free(waiting), free(queue), free(outputs), free(masks), free(reach), free(cheapest);
    return done;
}

static int find_torn(struct graph *g)
{
    int32_t *picked = numbers(g->n);
    int64_t count = picked ? tear(g, picked) : NO_MEMORY;
    for (int64_t t = 0; t < count; t++)
        g->torn[picked[t]] = 1;
    int done = count >= 0 && (count > MOST_GIVEN_BACK || give_back(g, picked, count));
    free(picked);
    return done;
}

/* Mark with `bit` what is reached from the torn along the links, themselves included. */
static void mark(const struct graph *g, const int32_t *starts, const int32_t *linked, uint8_t bit,
                 int32_t *queue)
{
    int64_t count = 0;
    for (int32_t v = 0; v < g->n; v++)
        if (g->torn[v]) {
            g->part[v] |= bit;
            queue[count++] = v;
        }
    for (int64_t k = 0; k < count; k++)
        for (int32_t e = starts[queue[k]]; e < starts[queue[k] + 1]; e++)
            if (!(g->part[linked[e]] & bit)) {
                g->part[linked[e]] |= bit;
                queue[count++] = linked[e];
            }
}

/* Tell the parts: 0 up, 1 core, 2 down. */
static int find_parts(struct graph *g)
{
    int32_t *queue = numbers(g->n);
    if (!queue)
        return 0;
    mark(g, g->out_starts, g->out, 1, queue);
    mark(g, g->in_starts, g->in, 2, queue);
    for (int64_t v = 0; v < g->n; v++)
        g->part[v] = g->part[v] & 2 ? g->part[v] & 1 : 2;
    free(queue);
    return 1;
}

/* Write the processes by part, the torn of each last, by level, by the number of their inputs (so that
 * a loop over the inputs of each is as long as the one before), by their own numbers. */
static int write_order(const struct graph *g, int32_t *order, int32_t *ends)
{
    int64_t n = g->n;
    int32_t *inputs = numbers(n), *sorted = numbers(n), *at = numbers(n + 2), groups[7] = {0};
    int done = inputs && sorted && at;
    if (done) {
        for (int64_t v = 0; v < n; v++) {
            inputs[v] = g->in_starts[v + 1] - g->in_starts[v];
            groups[2 * g->part[v] + g->torn[v] + 1]++;
        }
        for (int k = 0; k < 6; k++)
            groups[k + 1] += groups[k];
        ends[0] = groups[2];
        ends[1] = groups[4];
        sort_by(inputs, n, n + 1, NULL, at, order);
        sort_by(g->level, n, n + 1, order, at, sorted);
        for (int64_t k = 0; k < n; k++) {
            int32_t v = sorted[k];
            order[groups[2 * g->part[v] + g->torn[v]]++] = v;
        }
    }
    free(inputs), free(sorted), free(at);
    return done;
}

static int is_permutation(const int32_t *paired, int64_t n)
{
    uint8_t *seen = calloc((size_t)n + 1, 1);
    int is_one = seen && all_within(paired, n, n);
    for (int64_t k = 0; is_one && k < n; k++) {
        is_one = !seen[paired[k]];
        seen[paired[k]] = 1;
    }
    free(seen);
    return is_one;
}

/* Find the plan of a canonical matrix whose product i is paired with process paired[i], or with its
 * own where `paired` is empty. The arrays are those of Plan, `torn` as long as there are processes,
 * `ends` its up_end and core_end. Return how many are torn. */
EXPORT int64_t pcf_plan(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                        int64_t n_indices, const int32_t *paired, int64_t n_paired, int32_t *order,
                        int64_t n_order, int32_t *positions, int64_t n_positions, int32_t *products,
                        int64_t n_products, int32_t *torn, int64_t n_torn, int32_t *starts,
                        int64_t n_starts, int32_t *suppliers, int64_t n_suppliers, int32_t *entries,
                        int64_t n_entries, int32_t *pivots, int64_t n_pivots, int32_t *ends,
                        int64_t n_ends)
{
    int64_t n = n_indptr - 1, links = n_indices - n, h = 0, told = NO_MEMORY;
    if (n < 0 || links < 0 || n_indices >= INT32_MAX || 3 * n >= INT32_MAX || n_order != n ||
        n_positions != n || n_products != n || n_torn != n || n_starts != n + 1 ||
        n_suppliers != links || n_entries != links || n_pivots != n || n_ends != 2 ||
        !are_starts(indptr, n_indptr, n, n_indices) || indptr[0] != 0 || indptr[n] != n_indices ||
        !all_within(indices, n_indices, n) ||
        (n_paired && (n_paired != n || !is_permutation(paired, n))))
        return REFUSED;
    struct graph g = {0};
    g.n = n;
    int32_t *waiting = numbers(n), *queue = numbers(n);
    if (!reserve(&g, links) || !waiting || !queue)
        goto end;
    if (!take_links(&g, indptr, indices, n_paired ? paired : NULL)) {
        told = REFUSED;
        goto end;
    }
    if (!turn_links(&g) || !find_components(&g) || !find_torn(&g) || !find_parts(&g) ||
        sort_levels(&g, 0, waiting, queue) != n || !write_order(&g, order, ends))
        goto end;
    for (int32_t k = 0; k < n; k++) {
        positions[order[k]] = k;
        waiting[order[k]] = g.torn[order[k]] ? (int32_t)(n + h) : k;
        if (g.torn[order[k]])
            torn[h++] = k;
    }
    for (int32_t i = 0; i < n; i++)
        queue[n_paired ? paired[i] : i] = i;
    starts[0] = 0;
    for (int64_t k = 0; k < n; k++) {
        int32_t v = order[k], at = starts[k];
        products[k] = queue[v];
        pivots[k] = g.pivot[v];
        for (int32_t e = g.in_starts[v]; e < g.in_starts[v + 1]; e++, at++) {
            suppliers[at] = waiting[g.in[e]];
            entries[at] = g.entry[e];
        }
        starts[k + 1] = at;
    }
    told = h;
end:
    release(&g);
    free(waiting), free(queue);
    return told;
}
