// RDKit (Debian: librdkit-dev) behind a C header: molecules are read, checked, named and described. No C++ exception leaves it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crdkit_molecule crdkit_molecule;

typedef struct {
    uint8_t element;      // atomic number
    uint8_t degree;       // bonds to heavy atoms
    uint8_t hydrogens;
    int8_t charge;
    uint8_t is_aromatic;
    uint8_t is_in_ring;
    uint8_t chirality;    // 0 none, 1 counterclockwise, 2 clockwise, in the order of the bonds
} crdkit_atom;

typedef struct {
    uint32_t begin, end;
    uint8_t order;        // 1, 2, 3; 4 aromatic; 0 any other
    uint8_t is_in_ring;
} crdkit_bond;

// What fingerprints count.
enum { crdkit_morgan = 0, crdkit_morgan_features = 1, crdkit_atom_pairs = 2, crdkit_torsions = 3 };

// Reads a SMILES, of which `length` bytes count, and sanitizes it; NULL with a sentence in `message`, to be freed, where it is none.
crdkit_molecule *crdkit_parse(const char *smiles, size_t length, char **message);
void crdkit_release(crdkit_molecule *molecule);
void crdkit_free(void *memory);

// Texts to be freed; NULL where RDKit failed. The scaffold of a molecule without rings is empty.
char *crdkit_smiles(const crdkit_molecule *molecule);
char *crdkit_scaffold(const crdkit_molecule *molecule);
// Canonical, without stereochemistry; and not canonical but in a random order of atoms, the same for a seed: one thread at a time.
char *crdkit_flat_smiles(const crdkit_molecule *molecule);
char *crdkit_random_smiles(const crdkit_molecule *molecule, unsigned seed);
// A drawing of so many pixels; without a background.
char *crdkit_svg(const crdkit_molecule *molecule, int width, int height);

size_t crdkit_atom_count(const crdkit_molecule *molecule);
size_t crdkit_bond_count(const crdkit_molecule *molecule);
// Both return 0, or -1 where RDKit failed.
int crdkit_read_atoms(const crdkit_molecule *molecule, crdkit_atom *atoms);
int crdkit_read_bonds(const crdkit_molecule *molecule, crdkit_bond *bonds);

// Ids, ascending, with how often each is there; both are freed as `ids`. Returns how many, or -1 where RDKit failed.
ptrdiff_t crdkit_fingerprint(const crdkit_molecule *molecule, int kind, unsigned radius, uint64_t **ids, uint32_t **counts);

// The numbers that crdkit_descriptor_name names; returns 0, or -1 where RDKit failed.
size_t crdkit_descriptor_count(void);
const char *crdkit_descriptor_name(size_t index);
int crdkit_read_descriptors(const crdkit_molecule *molecule, double *values);

// A pattern of SMARTS; NULL with a sentence in `message`, to be freed, where it is none.
typedef struct crdkit_pattern crdkit_pattern;
crdkit_pattern *crdkit_parse_smarts(const char *smarts, size_t length, char **message);
void crdkit_pattern_release(crdkit_pattern *pattern);
// How often a pattern is in a molecule, counted once a set of atoms and up to `most` times; -1 where RDKit failed.
ptrdiff_t crdkit_count_pattern(const crdkit_molecule *molecule, const crdkit_pattern *pattern, size_t most);
// The first of patterns that the molecule has when its hydrogens are atoms; -1 where it has none, -2 where RDKit failed.
ptrdiff_t crdkit_first_pattern(const crdkit_molecule *molecule, const crdkit_pattern *const *patterns, size_t count);
// The rings that are left where the atoms of all matches are taken away; -1 where RDKit failed.
ptrdiff_t crdkit_rings_without(const crdkit_molecule *molecule, const crdkit_pattern *pattern);
// Atoms of the largest ring, 0 without one; rings of more than 8 atoms; atoms that are or could be centers of chirality.
ptrdiff_t crdkit_largest_ring(const crdkit_molecule *molecule);
ptrdiff_t crdkit_macrocycles(const crdkit_molecule *molecule);
ptrdiff_t crdkit_stereocenters(const crdkit_molecule *molecule);

// For each of `rows` molecules, whose fragments are fragments[offsets[row]] up to fragments[offsets[row + 1]], the sum of the smaller one of
// its count and that of another molecule, given for every fragment.
void crdkit_overlaps(
    const uint8_t *other, size_t rows, const uint32_t *offsets, const uint32_t *fragments, const uint8_t *counts, uint32_t *sums);

// The exact products of a row of `width` codes with each of `rows` others.
void crdkit_products(const int16_t *other, size_t rows, size_t width, const int16_t *codes, int64_t *products);

#ifdef __cplusplus
}
#endif
