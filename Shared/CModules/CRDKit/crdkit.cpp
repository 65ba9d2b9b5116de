#include "crdkit.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <vector>

// Boost 1.74 casts -1 and one past the last to these enumerations, which clang refuses of any without an underlying type: give them one.
#define int_float_mixture_enum int_float_mixture_enum : int
#include <boost/numeric/conversion/int_float_mixture_enum.hpp>
#undef int_float_mixture_enum
#define sign_mixture_enum sign_mixture_enum : int
#include <boost/numeric/conversion/sign_mixture_enum.hpp>
#undef sign_mixture_enum
#define udt_builtin_mixture_enum udt_builtin_mixture_enum : int
#include <boost/numeric/conversion/udt_builtin_mixture_enum.hpp>
#undef udt_builtin_mixture_enum

#include <DataStructs/BitOps.h>
#include <DataStructs/ExplicitBitVect.h>
#include <DataStructs/SparseIntVect.h>
#include <GraphMol/ChemTransforms/ChemTransforms.h>
#include <GraphMol/Descriptors/ConnectivityDescriptors.h>
#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MQN.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/Descriptors/MolSurf.h>
#include <GraphMol/Fingerprints/AtomPairs.h>
#include <GraphMol/Fingerprints/FingerprintUtil.h>
#include <GraphMol/Fingerprints/Fingerprints.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>
#include <GraphMol/MolDraw2D/MolDraw2DUtils.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <RDGeneral/RDLog.h>

using namespace RDKit;

struct crdkit_molecule {
    std::unique_ptr<ROMol> mol;
};

struct crdkit_pattern {
    std::unique_ptr<ROMol> mol;
    // Bits that every molecule with the pattern has.
    std::unique_ptr<ExplicitBitVect> bits;
};

namespace {

char *copy(const std::string &text) {
    auto *memory = static_cast<char *>(std::malloc(text.size() + 1));
    if (memory) std::memcpy(memory, text.c_str(), text.size() + 1);
    return memory;
}

// RDKit writes what is wrong with the grammar of a SMILES into a log of the process, and a molecule that cannot be into an exception. Many threads
// read with the log shut; who fails reads once more, alone, with the log open.
std::shared_mutex log_mutex;

std::unique_ptr<ROMol> parse(const std::string &smiles, std::string &message, bool is_pattern) {
    SmilesParserParams params;
    params.allowCXSMILES = false;
    params.parseName = false;
    std::unique_ptr<ROMol> mol;
    try {
        mol.reset(is_pattern ? SmartsToMol(smiles) : SmilesToMol(smiles, params));
    } catch (const std::exception &error) {
        mol.reset();
        message = error.what();
    } catch (...) {
        mol.reset();
    }
    return mol;
}

std::unique_ptr<ROMol> read(const std::string &smiles, std::string &message, bool is_pattern = false) {
    static std::once_flag once;
    static std::ostringstream log;
    std::call_once(once, [] {
        RDLog::InitLogs();
        boost::logging::disable_logs("rdApp.*");
        rdErrorLog = std::make_shared<boost::logging::rdLogger>(&log);
        rdErrorLog->df_enabled = false;
    });
    {
        std::shared_lock<std::shared_mutex> guard(log_mutex);
        auto mol = parse(smiles, message, is_pattern);
        if (mol || !message.empty()) return mol;
    }
    std::lock_guard<std::shared_mutex> guard(log_mutex);
    log.str("");
    rdErrorLog->df_enabled = true;
    auto mol = parse(smiles, message, is_pattern);
    rdErrorLog->df_enabled = false;
    if (!mol && message.empty()) message = log.str();
    return mol;
}

template <typename Body>
ptrdiff_t number(Body body, ptrdiff_t failed = -1) {
    try {
        return static_cast<ptrdiff_t>(body());
    } catch (...) {
        return failed;
    }
}

template <typename Body>
char *text(Body body) {
    try {
        return copy(body());
    } catch (...) {
        return nullptr;
    }
}

template <typename Counts>
ptrdiff_t unpack(const Counts &counts, uint64_t **ids, uint32_t **numbers) {
    const auto &elements = counts.getNonzeroElements();
    const size_t size = elements.size();
    auto *memory = static_cast<uint64_t *>(std::malloc(size * (sizeof(uint64_t) + sizeof(uint32_t)) + 1));
    if (!memory) return -1;
    *ids = memory;
    *numbers = reinterpret_cast<uint32_t *>(memory + size);
    size_t place = 0;
    for (const auto &element : elements) {
        (*ids)[place] = static_cast<uint64_t>(element.first);
        (*numbers)[place++] = static_cast<uint32_t>(element.second);
    }
    return static_cast<ptrdiff_t>(size);
}

const std::vector<std::string> &names() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> list = {
            "weight", "logP", "refractivity", "TPSA", "donors", "acceptors", "rotatable_bonds", "rings", "aromatic_rings",
            "aliphatic_rings", "heteroatoms", "fraction_sp3", "heavy_atoms", "surface", "amide_bonds", "hall_kier_alpha", "kappa1",
            "kappa2", "kappa3", "chi0v", "chi1v", "chi2v", "chi3v", "chi4v", "phi", "spiro_atoms", "bridgehead_atoms", "charge",
            "charged_atoms"};
        const auto add = [&](const char *name, int count) {
            for (int index = 1; index <= count; ++index) list.push_back(name + std::to_string(index));
        };
        add("slogP_VSA", 12);
        add("SMR_VSA", 10);
        add("PEOE_VSA", 14);
        add("MQN", 42);
        return list;
    }();
    return all;
}

std::vector<double> describe(const ROMol &mol) {
    using namespace Descriptors;
    double logP = 0, refractivity = 0;
    calcCrippenDescriptors(mol, logP, refractivity);
    int charge = 0, charged = 0;
    for (const auto *atom : mol.atoms()) {
        charge += atom->getFormalCharge();
        charged += std::abs(atom->getFormalCharge());
    }
    std::vector<double> values = {
        calcAMW(mol), logP, refractivity, calcTPSA(mol), double(calcNumHBD(mol)), double(calcNumHBA(mol)),
        double(calcNumRotatableBonds(mol)), double(calcNumRings(mol)), double(calcNumAromaticRings(mol)),
        double(calcNumAliphaticRings(mol)), double(calcNumHeteroatoms(mol)), calcFractionCSP3(mol), double(mol.getNumHeavyAtoms()),
        calcLabuteASA(mol), double(calcNumAmideBonds(mol)), calcHallKierAlpha(mol), calcKappa1(mol), calcKappa2(mol), calcKappa3(mol),
        calcChi0v(mol), calcChi1v(mol), calcChi2v(mol), calcChi3v(mol), calcChi4v(mol), calcPhi(mol),
        double(calcNumSpiroAtoms(mol)), double(calcNumBridgeheadAtoms(mol)), double(charge), double(charged)};
    for (const auto &part : {calcSlogP_VSA(mol), calcSMR_VSA(mol), calcPEOE_VSA(mol)})
        values.insert(values.end(), part.begin(), part.end());
    const auto counts = calcMQNs(mol);
    values.insert(values.end(), counts.begin(), counts.end());
    return values;
}

}  // namespace

crdkit_molecule *crdkit_parse(const char *smiles, size_t length, char **message) {
    *message = nullptr;
    std::string reason;
    try {
        auto mol = read(std::string(smiles, length), reason);
        if (mol) return new crdkit_molecule{std::move(mol)};
    } catch (...) {
    }
    *message = copy(reason.empty() ? "RDKit does not read it" : reason);
    return nullptr;
}

void crdkit_release(crdkit_molecule *molecule) { delete molecule; }
void crdkit_free(void *memory) { std::free(memory); }

char *crdkit_smiles(const crdkit_molecule *molecule) {
    return text([&] { return MolToSmiles(*molecule->mol); });
}

char *crdkit_scaffold(const crdkit_molecule *molecule) {
    return text([&] {
        std::unique_ptr<ROMol> scaffold(MurckoDecompose(*molecule->mol));
        return scaffold ? MolToSmiles(*scaffold) : std::string();
    });
}

char *crdkit_flat_smiles(const crdkit_molecule *molecule) {
    return text([&] { return MolToSmiles(*molecule->mol, false); });
}

char *crdkit_random_smiles(const crdkit_molecule *molecule, unsigned seed) {
    // RDKit takes the seed for a signed number, and only positive ones.
    const unsigned positive = seed & 0x7fffffff;
    return text([&] { return MolToRandomSmilesVect(*molecule->mol, 1, positive ? positive : 1, false).at(0); });
}

char *crdkit_svg(const crdkit_molecule *molecule, int width, int height) {
    return text([&] {
        MolDraw2DSVG drawer(width, height, -1, -1, true);
        drawer.drawOptions().clearBackground = false;
        MolDraw2DUtils::prepareAndDrawMolecule(drawer, *molecule->mol);
        drawer.finishDrawing();
        return drawer.getDrawingText();
    });
}

crdkit_pattern *crdkit_parse_smarts(const char *smarts, size_t length, char **message) {
    *message = nullptr;
    std::string reason;
    try {
        auto mol = read(std::string(smarts, length), reason, true);
        if (mol) {
            std::unique_ptr<ExplicitBitVect> bits(PatternFingerprintMol(*mol));
            return new crdkit_pattern{std::move(mol), std::move(bits)};
        }
    } catch (...) {
    }
    *message = copy(reason.empty() ? "RDKit does not read it" : reason);
    return nullptr;
}

void crdkit_pattern_release(crdkit_pattern *pattern) { delete pattern; }

ptrdiff_t crdkit_count_pattern(const crdkit_molecule *molecule, const crdkit_pattern *pattern, size_t most) {
    return number([&] {
        SubstructMatchParameters params;
        params.maxMatches = static_cast<unsigned>(most);
        return SubstructMatch(*molecule->mol, *pattern->mol, params).size();
    });
}

ptrdiff_t crdkit_first_pattern(const crdkit_molecule *molecule, const crdkit_pattern *const *patterns, size_t count) {
    return number([&]() -> ptrdiff_t {
        const std::unique_ptr<ROMol> whole(MolOps::addHs(*molecule->mol));
        const std::unique_ptr<ExplicitBitVect> bits(PatternFingerprintMol(*whole));
        SubstructMatchParameters params;
        params.maxMatches = 1;
        for (size_t index = 0; index < count; ++index) {
            if (!AllProbeBitsMatch(*patterns[index]->bits, *bits)) continue;
            if (!SubstructMatch(*whole, *patterns[index]->mol, params).empty()) return static_cast<ptrdiff_t>(index);
        }
        return -1;
    }, -2);
}

ptrdiff_t crdkit_rings_without(const crdkit_molecule *molecule, const crdkit_pattern *pattern) {
    return number([&] {
        const std::unique_ptr<ROMol> rest(deleteSubstructs(*molecule->mol, *pattern->mol));
        return MolOps::findSSSR(*rest);
    });
}

ptrdiff_t crdkit_largest_ring(const crdkit_molecule *molecule) {
    size_t largest = 0;
    for (const auto &ring : molecule->mol->getRingInfo()->atomRings()) largest = std::max(largest, ring.size());
    return static_cast<ptrdiff_t>(largest);
}

ptrdiff_t crdkit_macrocycles(const crdkit_molecule *molecule) {
    ptrdiff_t count = 0;
    for (const auto &ring : molecule->mol->getRingInfo()->atomRings()) count += ring.size() > 8;
    return count;
}

ptrdiff_t crdkit_stereocenters(const crdkit_molecule *molecule) {
    return number([&] {
        ROMol own(*molecule->mol);
        MolOps::assignStereochemistry(own, false, true, true);
        ptrdiff_t count = 0;
        for (const auto *atom : own.atoms())
            count += atom->hasProp(common_properties::_CIPCode) || atom->hasProp(common_properties::_ChiralityPossible);
        return count;
    });
}

size_t crdkit_atom_count(const crdkit_molecule *molecule) { return molecule->mol->getNumAtoms(); }
size_t crdkit_bond_count(const crdkit_molecule *molecule) { return molecule->mol->getNumBonds(); }

int crdkit_read_atoms(const crdkit_molecule *molecule, crdkit_atom *atoms) try {
    const auto *rings = molecule->mol->getRingInfo();
    for (const auto *atom : molecule->mol->atoms()) {
        const auto tag = atom->getChiralTag();
        *atoms++ = {
            static_cast<uint8_t>(atom->getAtomicNum()), static_cast<uint8_t>(atom->getDegree()),
            static_cast<uint8_t>(atom->getTotalNumHs()), static_cast<int8_t>(atom->getFormalCharge()),
            static_cast<uint8_t>(atom->getIsAromatic()), static_cast<uint8_t>(rings->numAtomRings(atom->getIdx()) > 0),
            static_cast<uint8_t>(tag == Atom::CHI_TETRAHEDRAL_CCW ? 1 : tag == Atom::CHI_TETRAHEDRAL_CW ? 2 : 0)};
    }
    return 0;
} catch (...) {
    return -1;
}

int crdkit_read_bonds(const crdkit_molecule *molecule, crdkit_bond *bonds) try {
    const auto *rings = molecule->mol->getRingInfo();
    for (const auto *bond : molecule->mol->bonds()) {
        const auto type = bond->getBondType();
        const uint8_t order = bond->getIsAromatic() ? 4 : type == Bond::SINGLE ? 1 : type == Bond::DOUBLE ? 2 : type == Bond::TRIPLE ? 3 : 0;
        *bonds++ = {bond->getBeginAtomIdx(), bond->getEndAtomIdx(), order, static_cast<uint8_t>(rings->numBondRings(bond->getIdx()) > 0)};
    }
    return 0;
} catch (...) {
    return -1;
}

ptrdiff_t crdkit_fingerprint(const crdkit_molecule *molecule, int kind, unsigned radius, uint64_t **ids, uint32_t **counts) {
    *ids = nullptr;
    *counts = nullptr;
    const ROMol &mol = *molecule->mol;
    try {
        switch (kind) {
            case crdkit_morgan:
                return unpack(*std::unique_ptr<SparseIntVect<uint32_t>>(MorganFingerprints::getFingerprint(mol, radius)), ids, counts);
            case crdkit_morgan_features: {
                std::vector<uint32_t> invariants(mol.getNumAtoms());
                MorganFingerprints::getFeatureInvariants(mol, invariants);
                return unpack(
                    *std::unique_ptr<SparseIntVect<uint32_t>>(MorganFingerprints::getFingerprint(mol, radius, &invariants)), ids, counts);
            }
            case crdkit_atom_pairs:
                return unpack(*std::unique_ptr<SparseIntVect<int32_t>>(AtomPairs::getAtomPairFingerprint(mol)), ids, counts);
            case crdkit_torsions:
                return unpack(
                    *std::unique_ptr<SparseIntVect<boost::int64_t>>(AtomPairs::getTopologicalTorsionFingerprint(mol)), ids, counts);
            default: return -1;
        }
    } catch (...) {
        return -1;
    }
}

size_t crdkit_descriptor_count(void) { return names().size(); }
const char *crdkit_descriptor_name(size_t index) { return index < names().size() ? names()[index].c_str() : ""; }

int crdkit_read_descriptors(const crdkit_molecule *molecule, double *values) {
    try {
        const auto all = describe(*molecule->mol);
        if (all.size() != names().size()) return -1;
        std::memcpy(values, all.data(), all.size() * sizeof(double));
        return 0;
    } catch (...) {
        return -1;
    }
}

void crdkit_overlaps(
    const uint8_t *other, size_t rows, const uint32_t *offsets, const uint32_t *fragments, const uint8_t *counts, uint32_t *sums) {
    for (size_t row = 0; row < rows; ++row) {
        uint32_t sum = 0;
        for (uint32_t place = offsets[row]; place < offsets[row + 1]; ++place) {
            const uint8_t theirs = other[fragments[place]];
            sum += theirs < counts[place] ? theirs : counts[place];
        }
        sums[row] = sum;
    }
}

void crdkit_products(const int16_t *other, size_t rows, size_t width, const int16_t *codes, int64_t *products) {
    for (size_t row = 0; row < rows; ++row, codes += width) {
        int64_t sum = 0;
        for (size_t column = 0; column < width; ++column) sum += int32_t(other[column]) * int32_t(codes[column]);
        products[row] = sum;
    }
}
