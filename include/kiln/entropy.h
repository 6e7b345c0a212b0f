#ifndef KILN_ENTROPY_H
#define KILN_ENTROPY_H

#include <kiln/composition.h>
#include <kiln/export.h>
#include <kiln/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Classes of the high-entropy literature: low < 1 R <= medium < 1.5 R <= high. */
typedef enum kiln_entropy_class { KILN_ENTROPY_LOW, KILN_ENTROPY_MEDIUM, KILN_ENTROPY_HIGH } kiln_entropy_class;

/** An ideal configurational entropy per mole of what its basis names. */
typedef struct kiln_entropy_value {
    double R;       /**< in units of the gas constant */
    double J_mol_K; /**< J/mol/K                      */
    kiln_entropy_class grade;
} kiln_entropy_value;

/**
 * Ideal configurational entropy of a composition, on each basis in use: -sum x ln x over fully random sublattices. Open struct, plain data.
 *
 * Sublattice g of the composition holds a_g mol per formula; its elements have fractions x.
 */
typedef struct kiln_entropy {
    kiln_entropy_value mixing;      /**< per mole of sites of the cation sublattice that mixes most                             */
    kiln_entropy_value both;        /**< the same and, per mole of its sites, that of the anion sublattice that mixes most: the sum of Sarkar 2019, basis of the class */
    kiln_entropy_value per_cation;  /**< per_formula divided by the cations per formula: the sublattices as written             */
    kiln_entropy_value pooled;      /**< per mole of cations were they all mixed on one set of sites; sets no class             */
    kiln_entropy_value per_formula; /**< per mole of formula units, sum over sublattices of a_g s_g, cations and anions         */
    kiln_entropy_value per_site;    /**< per_formula divided by the sites per formula (cations and anions)                      */
    int n_groups;
    double group_sites[KILN_MAX_GROUPS]; /**< a_g, mol per formula                                                              */
    double group_R[KILN_MAX_GROUPS];     /**< s_g = -sum x ln x, per mole of the sublattice's sites, in R                       */
    int mixing_group;           /**< sublattice `mixing` refers to; index of the composition's groups                       */
    int is_alloy;               /**< 1: no anions; what mixes are atoms                                                     */
    int anions_mix;             /**< 1 where `both` is not `mixing`                                                         */
    kiln_entropy_class grade;   /**< class of `both`                                                                        */
    int class_depends_on_basis; /**< 1 when another basis but the pooled one gives another class; `sentence` then says which                   */
    char sentence[384];         /**< English, one sentence: the class and how it depends on the basis                       */
    char verdict[160];          /**< English, one sentence: whether "high entropy" applies by the rule of 1.5 R             */
} kiln_entropy;

/**
 * Entropy of a composition on every basis. Needs no database, allocates nothing, and is independent of temperature.
 *
 * @param composition  as kiln_composition_parse fills it; amounts finite and > 0, groups in range, at least one cation
 * @param out          filled on success, untouched on failure
 * @return KILN_OK or KILN_E_ARG.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_entropy_compute(const kiln_composition *composition, kiln_entropy *out);

enum { KILN_ENTROPY_POINTS = 201 };

/** An entropy against the fraction of one cation, in R per mole of what its basis names. Open struct, plain data. */
typedef struct kiln_entropy_curve {
    int n_components;            /**< cations that share the sublattice                                               */
    double R[KILN_ENTROPY_POINTS]; /**< at fractions 0, 1/200, ... 1                                                   */
    double x_max, max_R;         /**< where it is largest, and how large: 1/n and ln n for n in equal shares; where another sublattice mixes more than this one ever
                                      does, that of this one                                                         */
    double low[2], high[2];      /**< fractions between which the class is at least medium [0], and high [1]; NAN where it never is */
} kiln_entropy_curve;

/**
 * Ideal configurational entropy of n components of which one has a fraction and the others share the rest equally, per mole of them all:
 * -x ln x - (1 - x) ln((1 - x)/(n - 1)).
 *
 * @param n    2 to 32
 * @param out  filled on success
 * @return KILN_OK or KILN_E_ARG.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_entropy_of_components(int n, kiln_entropy_curve *out);

/**
 * Entropy of a composition against the fraction of cation z on its sublattice, the others there kept in ratio, on the bases of kiln_entropy_compute.
 *
 * @param z         a cation that is not alone on its sublattice
 * @param mixing    per mole of sites of the cation sublattice that mixes most
 * @param per_site  per mole of all sites
 * @return KILN_OK or KILN_E_ARG.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_entropy_vary(const kiln_composition *composition, int z, kiln_entropy_curve *mixing,
                                                          kiln_entropy_curve *per_site);

/** Class of an entropy in units of R: static text "low", "medium" or "high"; never NULL. */
KILN_EXPORT const char *kiln_entropy_class_text(kiln_entropy_class grade);

#ifdef __cplusplus
}
#endif
#endif
