/* Private: compositions that are mixtures of a few others, the members: the two ends of a join, the three corners of a section. */
#ifndef KILN_PREDICT_MEMBERS_H
#define KILN_PREDICT_MEMBERS_H

#include "model/system.h"

/* Parts of all by moles of cations, which sum to 1; NULL: equal ones, for a system that holds every element of them. KILN_E_ARG for a member without cations and too many elements. */
kiln_status kiln_i_members_mix(kiln_context *ctx, int n, const kiln_composition *const *member, const double *parts,
                               kiln_composition *out);
/* The system's closed components [n_closed] in one mole of closed cations of a member. KILN_E_ARG where it has none. */
kiln_status kiln_i_member_amounts(const kiln_system *system, const kiln_composition *member, double *amount);

#endif
