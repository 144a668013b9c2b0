/* From identities to the factors of sixteen draws: the bits that docs/reference/draws.md defines.
 *
 * The same formulas as pcf/inventory/sampling/filling.py; float32 with + - * and square roots only.
 * Loops are short, so that compilers find the lanes and a chain of operations fits into the window in
 * which a processor looks ahead. */
#include "kernels.h"

#include <math.h>
#include <string.h>

/* Kinds of pcf/inventory/sampling/draws.py. */
enum { LOGNORMAL = 1, NORMAL = 2, TRIANGULAR = 3, UNIFORM = 4 };
/* Numbers whose words are made together, so that they stay in the cache; four words of each lane. */
enum { AT_ONCE = 128, WORDS = 4 * AT_ONCE };

#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f
#define LOG2_E 1.44269504f
#define ROOT_2 1.41421356f
#define ROOT_HALF 0.707106781f
#define TO_HALF 4.656612873077393e-10f
#define LARGEST_EXPONENT 87.0f
#define MIDDLE_CENTRE 2.5f
#define TAIL_CENTRE 3.0f
#define TAIL_FROM 5.0f

EXPORT int64_t pcf_fill16(const uint64_t *identity, int64_t n_identity, const uint8_t *kind,
                          int64_t n_kind, const float *parameters, int64_t n_parameters,
                          int64_t columns, const int32_t *rows, int64_t n_rows, uint64_t k0,
                          uint64_t k1, int64_t batch, float *found, int64_t n_found);

INLINE float as_float(int32_t bits)
{
    float found;
    memcpy(&found, &bits, sizeof found);
    return found;
}

INLINE int32_t as_bits(float value)
{
    int32_t found;
    memcpy(&found, &value, sizeof found);
    return found;
}

/* The word as a signed number: below zero where u >= 1/2. */
INLINE int32_t as_signed(uint32_t word)
{
    int32_t found;
    memcpy(&found, &word, sizeof found);
    return found;
}

/* One round of Philox4x32 for counter c0 ... c3 and key a, b. */
#define ROUND                                                        \
    {                                                                \
        const uint64_t p0 = (uint64_t)0xD2511F53u * c0;              \
        const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;              \
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ a;                          \
        c1 = (uint32_t)p1;                                           \
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ b;                          \
        c3 = (uint32_t)p0;                                           \
        a += 0x9E3779B9u;                                            \
        b += 0xBB67AE85u;                                            \
    }

/* Set w0 ... w3 to the words of the counters (block, identity), each 64 bits, low half first. */
WIDE static void make_words(const uint32_t counters[4][WORDS], int count, uint32_t k0, uint32_t k1,
                       uint32_t words[4][WORDS])
{
    for (int t = 0; t < count; t++) {
        uint32_t c0 = counters[0][t], c1 = counters[1][t], c2 = counters[2][t], c3 = counters[3][t];
        uint32_t a = k0, b = k1;
        ROUND ROUND ROUND ROUND ROUND ROUND ROUND ROUND ROUND ROUND
        words[0][t] = c0;
        words[1][t] = c1;
        words[2][t] = c2;
        words[3][t] = c3;
    }
}

/* Set z to the normal quantiles of words; p and v are room. */
WIDE static void make_normals(const uint32_t *words, int count, float *p, float *v, float *z)
{
    for (int t = 0; t < count; t++) {
        const int32_t s = as_signed(words[t]), k = s < 0 ? ~s : s;
        const float x = ((float)k + 0.5f) * TO_HALF, y = x * (2.0f - x);
        const int32_t bits = as_bits(y);
        float r = as_float((bits & 0x7FFFFF) | 0x3F000000);
        const int small = r < ROOT_HALF;
        const float e = (float)((bits >> 23) - 126) - (small ? 1.0f : 0.0f);
        r = (small ? r + r : r) - 1.0f;
        const float square = r * r;
        float g = 7.0376836292e-2f;
        g = g * r + -1.1514610310e-1f;
        g = g * r + 1.1676998740e-1f;
        g = g * r + -1.2420140846e-1f;
        g = g * r + 1.4249322787e-1f;
        g = g * r + -1.6668057665e-1f;
        g = g * r + 2.0000714765e-1f;
        g = g * r + -2.4999993993e-1f;
        g = g * r + 3.3333331174e-1f;
        p[t] = x;
        v[t] = -(((g * r) * square + LN2_LOW * e) - 0.5f * square + r + LN2_HIGH * e);
    }
    for (int t = 0; t < count; t++) {
        const float a = v[t] - MIDDLE_CENTRE;
        float q = 2.81022636e-08f;
        q = q * a + 3.43273939e-07f;
        q = q * a + -3.5233877e-06f;
        q = q * a + -4.39150654e-06f;
        q = q * a + 0.00021858087f;
        q = q * a + -0.00125372503f;
        q = q * a + -0.00417768164f;
        q = q * a + 0.246640727f;
        z[t] = q * a + 1.50140941f;
    }
    for (int t = 0; t < count; t++) {
        const float b = sqrtf(v[t] > TAIL_FROM ? v[t] : TAIL_FROM) - TAIL_CENTRE;
        float q = -0.000162569534f;
        q = q * b + 0.00113508099f;
        q = q * b + -0.00334475848f;
        q = q * b + 0.00581104337f;
        q = q * b + -0.00774498933f;
        q = q * b + 0.00942844943f;
        q = q * b + 1.00168582f;
        q = q * b + 2.8329774f;
        q = (v[t] < TAIL_FROM ? z[t] : q) * (1.0f - p[t]) * ROOT_2;
        z[t] = as_signed(words[t]) < 0 ? q : -q;
    }
}

/* Set found to e to the power a z. */
WIDE static void make_lognormals(const float *z, const float *a, int count, float *found)
{
    for (int t = 0; t < count; t++) {
        const float g = a[t] * z[t];
        found[t] = g > -LARGEST_EXPONENT ? g : -LARGEST_EXPONENT;
    }
    for (int t = 0; t < count; t++)
        found[t] = found[t] < LARGEST_EXPONENT ? found[t] : LARGEST_EXPONENT;
    for (int t = 0; t < count; t++) {
        float g = found[t];
        const float turns = g * LOG2_E + 0.5f;
        const float cut = (float)(int32_t)turns; /* towards zero; `turns` lies within +- 127 */
        const float n = cut - (cut > turns ? 1.0f : 0.0f);
        g = (g - n * LN2_HIGH) - n * (LN2_LOW);
        float y = 1.9875691500e-4f;
        y = y * g + 1.3981999507e-3f;
        y = y * g + 8.3334519073e-3f;
        y = y * g + 4.1665795894e-2f;
        y = y * g + 1.6666665459e-1f;
        y = y * g + 5.0000001201e-1f;
        y = (y * g) * g + g + 1.0f;
        found[t] = y * as_float(((int32_t)n + 127) * 0x800000);
    }
}

/* Return the factor of a normal, uniform or triangular number. */
INLINE float other_factor(int kind, const float *parameters, uint32_t word, float z)
{
    const float a = parameters[0], b = parameters[1], c = parameters[2];
    if (kind == NORMAL)
        return a + b * z;
    const int32_t s = as_signed(word), k = s < 0 ? ~s : s;
    const float low = ((float)k + 0.5f) * TO_HALF * 0.5f, high = 1.0f - low;
    const float below = s < 0 ? high : low, above = s < 0 ? low : high, width = c - a;
    if (kind == UNIFORM)
        return a + width * below;
    if (below * width < b - a)
        return a + sqrtf(below * (width * (b - a)));
    return c - sqrtf(above * (width * (c - b)));
}

/* Set found[rows[i]] to the factors of the draws of `batch`; other rows stay as they are. */
WIDE EXPORT int64_t pcf_fill16(const uint64_t *identity, int64_t n_identity, const uint8_t *kind,
                               int64_t n_kind, const float *parameters, int64_t n_parameters,
                               int64_t columns, const int32_t *rows, int64_t n_rows, uint64_t k0,
                               uint64_t k1, int64_t batch, float *found, int64_t n_found)
{
    uint32_t counters[4][WORDS], words[4][WORDS];
    float factors[4][WORDS], z[4][WORDS], p[WORDS], v[WORDS], sigma[WORDS];
    int odd = 0;
    for (int64_t i = 0; i < n_kind; i++)
        odd |= kind[i] < LOGNORMAL || kind[i] > UNIFORM;
    if (odd || n_kind != n_identity || n_parameters != n_identity || columns != 3 ||
        n_rows != n_identity || !all_within(rows, n_rows, n_found) || k0 > UINT32_MAX ||
        k1 > UINT32_MAX || batch < 0 || batch > INT64_MAX / 4 - 1)
        return REFUSED;
    for (int t = 0; t < WORDS; t++) {
        const uint64_t block = (uint64_t)(4 * batch + (t & 3));
        counters[0][t] = (uint32_t)block;
        counters[1][t] = (uint32_t)(block >> 32);
    }
    for (int64_t start = 0; start < n_identity; start += AT_ONCE) {
        const int count = (int)(n_identity - start < AT_ONCE ? n_identity - start : AT_ONCE);
        const uint8_t *kinds = kind + start;
        int plain = 1;
        for (int i = 0; i < count; i++) {
            const uint64_t id = identity[start + i];
            const int own = kinds[i] == LOGNORMAL;
            plain &= own;
            for (int r = 0; r < 4; r++) {
                counters[2][4 * i + r] = (uint32_t)id;
                counters[3][4 * i + r] = (uint32_t)(id >> 32);
                sigma[4 * i + r] = own ? parameters[3 * (start + i)] : 0.0f;
            }
        }
        make_words((const uint32_t(*)[WORDS])counters, 4 * count, (uint32_t)k0, (uint32_t)k1, words);
        for (int w = 0; w < 4; w++) {
            make_normals(words[w], 4 * count, p, v, z[w]);
            make_lognormals(z[w], sigma, 4 * count, factors[w]);
            for (int i = 0; i < (plain ? 0 : count); i++)
                for (int t = 4 * i; t < (kinds[i] == LOGNORMAL ? 4 * i : 4 * i + 4); t++)
                    factors[w][t] = other_factor(kinds[i], parameters + 3 * (start + i),
                                                 words[w][t], z[w][t]);
        }
        for (int i = 0; i < count; i++)
            for (int w = 0; w < 4; w++)
                memcpy(found + (int64_t)rows[start + i] * LANES + 4 * w, factors[w] + 4 * i,
                       4 * sizeof(float));
    }
    return 0;
}
