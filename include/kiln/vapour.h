#ifndef KILN_VAPOUR_H
#define KILN_VAPOUR_H

#include <kiln/equilibrium.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_VAPOUR_OPTIONS_VERSION 1

/** How a vapour leaves. Fill with kiln_vapour_options_init, then edit. */
typedef struct kiln_vapour_options {
    uint32_t version;      /**< set by _init                                                                             */
    double film_mm;        /**< default 10; thickness of still gas over the sample, mm, in [0.1, 1e3]. A body of radius r in gas at rest loses as
                                through a film of thickness r (Sherwood number 2 on its diameter); the wall of a boat or crucible adds its height  */
    double surface_cm2_g;  /**< default 2; outer surface of the sample over its mass, cm2/g, in [1e-4, 1e7]: a dense disc 10 mm wide and 3 mm high of
                                6 g/cm3 has 1.8. Pores and grains of a powder do not count for loss through a film                                */
    double loss_percent_h; /**< default 1; what kiln_vapour_ceiling looks for, per cent of a cation an hour, > 0: a firing of ten hours then takes
                                a tenth of it, 0.2 of a cation fraction becomes 0.18, which diffraction and ends of windows begin to show         */
} kiln_vapour_options;

KILN_EXPORT kiln_status kiln_vapour_options_init(kiln_vapour_options *options, uint32_t version);

/** One gas molecule over the condensed phases. */
typedef struct kiln_vapour_species {
    const char *formula;     /**< as in the database; borrowed from it                                                      */
    double log10_p_bar;      /**< of its partial pressure over 1 bar; finite                                                */
    double p_bar;            /**< the same; 0 where it is less than the smallest number                                     */
    double sigma_decades;    /**< standard deviation of log10_p_bar from every uncertain number of the database, covariances included, and the
                                  atmosphere's own; < 0 where the phases do not fix the chemical potentials                  */
    double decades_per_po2;  /**< d log10_p_bar / d log10 p(O2) with the composition kept; 0 with closed oxygen and where sigma_decades is < 0 */
    double diffusivity_m2_s; /**< in the furnace gas at 1 bar                                                               */
    double extrapolated_K;   /**< how far its function is used outside its validity; 0 inside                               */
} kiln_vapour_species;

/** What a closed component loses by all species together; amounts of the element itself, whatever it is bound to. */
typedef struct kiln_vapour_loss {
    int z;                   /**< atomic number                                                                              */
    int is_cation;           /**< 0 for closed oxygen and other anions                                                      */
    int n_species;           /**< of the database that hold it; 0: its vapour is unknown, and the rates below are 0 for want of data */
    int main_species;        /**< the one that carries most of it through the film; -1 without species                      */
    double free_mol_m2_s;    /**< Hertz-Langmuir, into a vacuum, evaporation coefficient 1: no rate is higher               */
    double film_mol_m2_s;    /**< through the film; not above free_mol_m2_s                                                 */
    double film_mg_cm2_h;    /**< mass of the element, not of its oxide                                                     */
    double film_percent_h;   /**< of the element in the sample, per hour, at the options' surface; a rate, so it may exceed 100 */
} kiln_vapour_loss;

/** Vapour over an equilibrium. */
typedef struct kiln_vapour_result {
    double T_K;
    int n_species;
    const kiln_vapour_species *species;         /**< [n_species] in the order of the database; borrowed until the next solve */
    int n_losses;
    kiln_vapour_loss loss[KILN_MAX_COMPONENTS]; /**< [n_losses] one for each closed component of the system, in its order     */
    const kiln_equilibrium *equilibrium;        /**< what it stands over; borrowed until the next solve                      */
    double released_po2_bar; /**< with a given p(O2): by how much the oxygen that the solids give off with their metals raises it at the surface when the
                                  film takes it away. Unless far below p(O2), losses of molecules with less oxygen than the solid are upper limits; else 0 */
    int mu_is_unique; /**< 0: the phases present do not fix all chemical potentials, as where a fixed-ratio compound is alone; pressures are then those
                           of one of the possible sets, and sigma_decades is -1                                               */
} kiln_vapour_result;

/** Workspace for vapour over one system, taken once. */
typedef struct kiln_vapour kiln_vapour;

/**
 * @param system          borrowed; must outlive `out`, which sets its temperature. Species of the database whose elements are all among its closed and
 *                        open components take part
 * @param solver_options  NULL for the defaults
 * @param options         NULL for the defaults; copied
 * @param out             receives the workspace (NULL on failure); kiln_vapour_free it
 * @return KILN_OK (also where the database has no species: all losses then say so); KILN_E_ARG; KILN_E_NOMEM.
 *
 * Thread safety: one workspace, one thread at a time.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_vapour_create(kiln_system *system, const kiln_solver_options *solver_options,
                                                           const kiln_vapour_options *options, kiln_vapour **out);
KILN_EXPORT void kiln_vapour_free(kiln_vapour *vapour);

/**
 * Partial pressures and losses over the equilibrium of the system's composition at T_K.
 *
 * p_i = exp((sum_e a_ie mu_e - G_i(T)) / RT) bar, mu of closed components from the equilibrium, of open ones from the atmosphere; the gas is ideal at
 * 1 bar. Free evaporation J = p / sqrt(2 pi M R T): H. Hertz, Ann. Phys. 253 (1882) 177; I. Langmuir, Phys. Rev. 2 (1913) 329. Through a film of
 * thickness delta J = D p / (R T delta), far from the surface no vapour, no drift (p_i << 1 bar); D by E.N. Fuller, P.D. Schettler, J.C. Giddings, Ind. Eng.
 * Chem. 58 (1966) 18, eq. 4, doi:10.1021/ie50677a007, mixtures by Blanc's law; good to a factor of 1.5. docs/vapour.md. Allocates nothing.
 *
 * @param T_K  temperature, K; finite and > 0
 * @param out  filled on success
 * @return KILN_OK; KILN_E_ARG; KILN_E_RANGE (a pressure above 1e300 bar: the database has no phase that binds the element); what
 *         kiln_equilibrium_solve returns.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_vapour_solve(kiln_vapour *vapour, double T_K, kiln_vapour_result *out);

/** The temperature above which a cation leaves too fast. */
typedef struct kiln_vapour_ceiling {
    int is_found;          /**< 0: no cation with known vapour loses so much up to the end of the range             */
    int is_below;          /**< 1: one does so at T_min_K already, which T_K then is                                */
    double T_K;            /**< to 0.1 K; the first crossing from below                                             */
    double sigma_K;        /**< from sigma_decades of its main species; < 0 where that is, and with is_below        */
    int z;                 /**< atomic number of the cation                                                         */
    const char *species;   /**< formula of the molecule that carries most of it; borrowed from the database         */
    double film_percent_h; /**< its loss at T_K                                                                     */
    double released_po2_bar; /**< as in kiln_vapour_result, at T_K; where it is not far below p(O2), T_K is a lower limit */
} kiln_vapour_ceiling;

/**
 * The lowest temperature in [T_min_K, T_max_K] at which the film-limited loss of some cation reaches options.loss_percent_h: a scan upwards in steps of
 * 50 K brackets it, regula falsi (Illinois) in log loss against 1/T ends it. Allocates nothing.
 *
 * @param T_min_K, T_max_K  K; 0 < T_min_K < T_max_K, finite
 * @return KILN_OK (also with is_found = 0); KILN_E_ARG; what kiln_vapour_solve returns.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_vapour_find_ceiling(kiln_vapour *vapour, double T_min_K, double T_max_K,
                                                                 kiln_vapour_ceiling *out);

#ifdef __cplusplus
}
#endif
#endif
