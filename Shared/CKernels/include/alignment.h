#ifndef HELICASE_ALIGNMENT_H
#define HELICASE_ALIGNMENT_H

#include <stdint.h>

// What a read is aligned to, and where.
typedef struct {
  const uint8_t *bases;
  int32_t count;
  // What a first base that comes or goes behind each base costs, and each further one.
  const int32_t *open;
  const int32_t *extend;
  // The read's first base stands at this place.
  int32_t start;
  // The place behind its last base; -1 where it may end anywhere, and leave the haplotype.
  int32_t stop;
} helicase_haplotype;

// How an alignment ended.
typedef struct {
  int32_t cost;
  int32_t read_end;
  int32_t haplotype_end;
} helicase_alignment;

enum {
  // What it costs that the rest of a read is something else, and each of its bases.
  HELICASE_CLIP_COST = 14,
  HELICASE_RANDOM_BASE_COST = 6,
  // The states of an alignment, and the bits of `moves` that say which state each was reached from.
  HELICASE_MATCH = 0,
  HELICASE_INSERTION = 1,
  HELICASE_DELETION = 2,
};

// Aligns a read to a haplotype at least cost (Gotoh 1982), in a band of `width` diagonals of which the first lies `low` from that of
// the first base. `mismatch` is what a difference costs at each base. `scratch` holds 6 * (width + 2) numbers, `moves`, which may be
// null, (count + 1) * width bytes: a byte a cell with the state before a match, an insertion and a deletion in two bits each.
helicase_alignment helicase_align(
    const uint8_t *read, const int32_t *mismatch, int32_t count, const helicase_haplotype *haplotype, int32_t low,
    int32_t width, int32_t *scratch, uint8_t *moves);

#endif
