#include "alignment.h"

#include <stddef.h>

static const int32_t infinity = 1 << 28;

static inline int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }

helicase_alignment helicase_align(
    const uint8_t *read, const int32_t *mismatch, int32_t count, const helicase_haplotype *h, int32_t low,
    int32_t width, int32_t *scratch, uint8_t *moves) {
  const int32_t stride = width + 2;
  for (int32_t i = 0; i < 6 * stride; i++) scratch[i] = infinity;
  // Column k of row i stands for start + i + low + k bases of the haplotype.
  int32_t *old = scratch + 1, *new = scratch + 3 * stride + 1;
  helicase_alignment best = {infinity, 0, 0};
  old[-low] = 0;
  for (int32_t k = 1 - low; k < width; k++) {
    const int32_t place = h->start + low + k;
    if (place > h->count) break;
    const int32_t first = k == 1 - low;
    old[2 * stride + k] = first ? h->open[place >= 2 ? place - 2 : 0] : old[2 * stride + k - 1] + h->extend[place - 1];
    if (moves) moves[k] = (uint8_t)((first ? HELICASE_MATCH : HELICASE_DELETION) << 4);
  }
  for (int32_t i = 1; i <= count; i++) {
    const uint8_t base = read[i - 1];
    const int32_t penalty = mismatch[i - 1];
    const int32_t diagonal = h->start + i + low;
    int32_t from = diagonal < 1 ? 1 - diagonal : 0;
    int32_t to = h->count - diagonal + 1 < width ? h->count - diagonal + 1 : width;
    if (from > width) from = width;
    if (to < from) to = from;
    const uint8_t *letters = h->bases + (ptrdiff_t)(diagonal - 1);
    const int32_t *open = h->open + (ptrdiff_t)(diagonal - 1), *extend = h->extend + (ptrdiff_t)(diagonal - 1);
    uint8_t *row = moves ? moves + (ptrdiff_t)i * width : NULL;
    for (int32_t k = 0; k < from; k++) new[k] = new[stride + k] = new[2 * stride + k] = infinity;
    for (int32_t k = to; k < width; k++) new[k] = new[stride + k] = new[2 * stride + k] = infinity;
    // What comes from the row before: a match stays in its column, an insertion comes from the one on the right.
    for (int32_t k = from; k < to; k++) {
      const int32_t m = old[k], in = old[stride + k], d = old[2 * stride + k];
      new[k] = least(m, least(in, d)) + (letters[k] == base ? 0 : penalty);
      new[stride + k] = least(old[k + 1] + open[k], old[stride + k + 1] + extend[k]);
    }
    for (int32_t k = from; k < to; k++) {
      const int32_t gap = diagonal + k >= 2 ? k - 1 : k;
      new[2 * stride + k] = least(new[k - 1] + open[gap], new[2 * stride + k - 1] + extend[k]);
    }
    if (row) {
      for (int32_t k = from; k < to; k++) {
        const int32_t m = old[k], in = old[stride + k], d = old[2 * stride + k];
        const int32_t gap = diagonal + k >= 2 ? k - 1 : k;
        const int match = m <= in && m <= d ? HELICASE_MATCH : in <= d ? HELICASE_INSERTION : HELICASE_DELETION;
        const int insertion =
            old[stride + k + 1] + extend[k] < old[k + 1] + open[k] ? HELICASE_INSERTION : HELICASE_MATCH;
        const int deletion =
            new[2 * stride + k - 1] + extend[k] < new[k - 1] + open[gap] ? HELICASE_DELETION : HELICASE_MATCH;
        row[k] = (uint8_t)(match | insertion << 2 | deletion << 4);
      }
    }
    if (h->stop < 0) {
      const int32_t rest = count - i;
      const int32_t leaving = rest ? HELICASE_CLIP_COST + HELICASE_RANDOM_BASE_COST * rest : 0;
      for (int32_t k = from; k < to; k++) {
        if (new[k] + leaving < best.cost) {
          best.cost = new[k] + leaving;
          best.read_end = i;
          best.haplotype_end = diagonal + k;
        }
      }
    }
    int32_t *swap = old;
    old = new;
    new = swap;
    for (int32_t state = 0; state < 3; state++) {
      old[state * stride - 1] = old[state * stride + width] = infinity;
      new[state * stride - 1] = new[state * stride + width] = infinity;
    }
  }
  if (h->stop >= 0) {
    const int32_t k = h->stop - h->start - count - low;
    best.cost = old[k];
    best.read_end = count;
    best.haplotype_end = h->stop;
  }
  return best;
}
