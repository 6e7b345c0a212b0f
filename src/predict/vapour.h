/* Private: the workspace of vapour over a system.
 *   vapour.c              pressures and losses
 *   vapour_uncertainty.c  how a pressure answers to the numbers of the database and to p(O2)
 *   ceiling.c             the temperature at which a cation leaves too fast */
#ifndef KILN_PREDICT_VAPOUR_H
#define KILN_PREDICT_VAPOUR_H

#include "predict/diffusivity.h"
#include "solve/solver.h"

#include <kiln/vapour.h>

/* A gas species of the database in terms of the system's components. */
typedef struct kiln_i_molecule {
    int vapour;                                              /* index in the database */
    double M_g_mol;                                          /* molar mass */
    double volume;                                           /* for diffusion, cm3/mol */
    double closed[KILN_MAX_COMPONENTS], open[KILN_MAX_OPEN]; /* atoms of each component */
} kiln_i_molecule;

struct kiln_vapour {
    kiln_context *ctx;
    kiln_system *system; /* borrowed */
    kiln_solver *solver;
    kiln_vapour_options options;
    kiln_i_carrier carrier;
    int n_molecules;
    kiln_i_molecule *molecules;
    kiln_vapour_species *species; /* [n_molecules] */
    int n_used, *used;            /* functions the molecules rest on, by rising index */
    kiln_i_jet *function;         /* [db->n_functions] of those used */
    double *coefficient;          /* [db->n_functions] */
    kiln_equilibrium equilibrium;
};

/* sigma_decades and decades_per_po2 of every species over the equilibrium just solved. */
void kiln_i_vapour_uncertainty(kiln_vapour *v);

#endif
