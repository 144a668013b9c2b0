/* What every loop asks of indices before it uses them. Whole arrays are read, so it is made to be quick:
 * nothing but sums of bits, over as many numbers at once as the processor takes. */
#include "kernels.h"

/* A number in range, and its distance from the last one, do not have the highest bit. */
WIDE static uint32_t bits_outside(const int32_t *numbers, int64_t count, uint32_t last)
{
    uint32_t outside = 0;
    for (int64_t e = 0; e < count; e++)
        outside |= (uint32_t)numbers[e] | (last - (uint32_t)numbers[e]);
    return outside;
}

int all_within(const int32_t *numbers, int64_t count, int64_t end)
{
    if (end <= 0)
        return count <= 0;
    return bits_outside(numbers, count, end > INT32_MAX ? INT32_MAX : (uint32_t)(end - 1)) <= INT32_MAX;
}

WIDE static uint32_t falls(const int32_t *starts, int64_t groups)
{
    uint32_t found = 0;
    for (int64_t k = 0; k < groups; k++)
        found |= starts[k + 1] < starts[k];
    return found;
}

int are_starts(const int32_t *starts, int64_t rows, int64_t groups, int64_t count)
{
    return groups >= 0 && rows > groups && starts[0] >= 0 && !falls(starts, groups) &&
           (int64_t)starts[groups] <= count;
}
