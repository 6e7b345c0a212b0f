#ifndef KILN_COMPOSITION_H
#define KILN_COMPOSITION_H

#include <kiln/context.h>
#include <kiln/export.h>
#include <kiln/status.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KILN_MAX_COMPONENTS = 32, KILN_MAX_GROUPS = 16 };

/** One element of a formula; an element on two kinds of site, as Fe in Fe4[Fe(CN)6]3, is two. */
typedef struct kiln_component {
    int z;          /**< atomic number                                                       */
    double amount;  /**< mol per formula as written                                          */
    double valence; /**< mean charge from common valences and electroneutrality; the nearest when none balances; 0 in a metal */
    int is_anion;   /**< 1 for O, F, S, ... where they stand as anions                       */
    int group;      /**< index of the sublattice the text suggests, 0 .. n_groups - 1        */
    int joined;     /**< 1: fills the same sites as the component before it: N of the ion CN */
} kiln_component;

/** A composition as a person writes it: elements in the order of first appearance. An open struct, plain data. */
typedef struct kiln_composition {
    int n;
    kiln_component component[KILN_MAX_COMPONENTS];
    int n_groups;             /**< cations first, then anions                            */
    int oxygen_is_variable;   /**< 1 when written O2-d, O3-x, O2-delta, O2\u2212\u03b4   */
    double anions_per_cation; /**< as written; what suggests the structure               */
    const char *reading;      /**< how sublattices and charges were read where the text leaves them open; static text, NULL: by the text alone */
    int by_components;        /**< 1: stated as "x(Zn)=0.4, Al": elements without charges on one kind of site, amounts per mole of atoms */
    double charge_imbalance;  /**< sum of valence * amount: 0 when the inferred charges balance; MgO2: -2 */
    char canonical[512];      /**< UTF-8, e.g. "(Mg0.2Co0.2Ni0.2Cu0.2Zn0.2)O"            */
} kiln_composition;

/**
 * Parse a formula.
 *
 * Members separated by commas inside brackets share the subscript equally: (Mg,Co,Ni,Cu,Zn)O, (Cr,Mn,Fe,Co,Ni)3O4; otherwise plain
 * arithmetic: (MgCoNiCuZn)0.2O, Mg0.2Co0.2Ni0.2Cu0.2Zn0.2O, La0.8Sr0.2(Cr0.2Mn0.2Fe0.2Co0.2Ni0.2)O3, NdCeO3.5. Nested ( ), [ ] and { };
 * Unicode subscripts; a trailing -d, -x, -delta or its Greek letter on oxygen; fractions such as Mg1/3. Subscripts of a bracket whose
 * members are written as fractions must sum to an integer within 0.5 % (1/3 written as 0.333 passes and is normalised); beyond it is an error.
 * Members between commas may all carry their amounts if these sum to 1. An element written twice is added up.
 *
 * Sublattices: an outermost bracket is one; cations (or anions) outside brackets are one as soon as their running sum reaches an
 * integer, LiNi0.8Mn0.2O2: Li | Ni0.8Mn0.2 | O2; a run that never reaches one is a single sublattice. Where the text leaves it open, `reading` says
 * what was taken: an alloy without brackets is one sublattice, but for H, B, C and N, which are another; O and F without brackets share one, and where there are as many anions as cations all cations share
 * another, as in disordered rock salt (not beside P, S, C, N, B or Si, which bind their oxygen); in Na2Mn[Fe(CN)6] CN is one ion, and the metals before it
 * are apart from the others; in Na0.67Fe0.5Mn0.5O2 alkali metals are apart; in FeS2, where S2 pairs have the charge -2, metals are +2.
 *
 * A list with "=", such as "Al, x(Zn)=0.4" or "w(C)=0.01, Fe", states mole or mass fractions of components instead (kiln_conditions_parse), without
 * temperatures or potentials.
 *
 * Refused as ambiguous: lists that mix members with and without amounts, (MgCoNi)O, hydrates written with a dot.
 *
 * @param text  UTF-8, zero-terminated, at most 511 bytes
 * @param out   filled on success; untouched on failure
 * @return KILN_OK; KILN_E_PARSE, the sentence names the column and what would be accepted; KILN_E_ARG (a NULL).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_composition_parse(kiln_context *ctx, const char *text, kiln_composition *out);

/**
 * The composition with the fraction x of its sublattice taken by cation z, the others there kept in ratio; other sublattices stay as they are. With x = 0
 * the cation is left out, with x = 1 the others of its sublattice are. Charges are inferred anew.
 *
 * @param z    atomic number of a cation of the composition that is not alone on its sublattice
 * @param x    0 to 1; where not 0 or 1 so that every amount is at least 1e-6 (as when parsed)
 * @param out  filled on success; untouched on failure; may be `composition` itself
 * @return KILN_OK; KILN_E_ARG (no such cation, alone on its sublattice, x out of range); KILN_E_PARSE (an amount too small).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_composition_vary(kiln_context *ctx, const kiln_composition *composition, int z, double x,
                                                              kiln_composition *out);

/**
 * The composition with a share of one cation replaced by another on the same sites. Charges are inferred anew.
 *
 * @param from   atomic number of a cation of the composition
 * @param to     atomic number of another element, which has no place on other sites of the composition
 * @param share  0 to 1 of the amount of `from`; what remains, and what comes, is 0 or at least 1e-6
 * @param out    filled on success; untouched on failure; may be `composition` itself
 * @return KILN_OK; KILN_E_ARG (no such cation, or the same one; `to` is an anion or on other sites; share out of range; too many elements); KILN_E_PARSE (an amount too small).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_composition_replace(kiln_context *ctx, const kiln_composition *composition, int from, int to,
                                                                 double share, kiln_composition *out);

/**
 * The composition with other fractions on one sublattice; other sublattices stay as they are. A fraction of 0 leaves a cation out. Charges are inferred anew.
 *
 * @param group     index of the sublattice, as in kiln_component
 * @param fraction  [composition->n] by component, 0 to 1; those of the sublattice sum to 1, within 1e-9, others are not read
 * @param out       filled on success; untouched on failure; may be `composition` itself
 * @return KILN_OK; KILN_E_ARG; KILN_E_PARSE (an amount too small).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_composition_set_fractions(kiln_context *ctx, const kiln_composition *composition, int group,
                                                                       const double *fraction, kiln_composition *out);

/** Fraction of its sublattice that element z takes; 0 where the composition has none of it. */
KILN_EXPORT double kiln_composition_fraction(const kiln_composition *composition, int z);

/** Symbol of atomic number z, 1 to 118; "" outside. Static text. */
KILN_EXPORT const char *kiln_element_symbol(int z);

#ifdef __cplusplus
}
#endif
#endif
