/* Private: what the parts of rivals.h share.
 *   rivals.c        other phases, one by one; all competitors at one temperature
 *   demixing.c      the target against other compositions of itself
 *   limiting_set.c  sets of phases, where mu is not unique
 */
#ifndef KILN_PREDICT_RIVALS_STATE_H
#define KILN_PREDICT_RIVALS_STATE_H

#include "predict/rivals.h"

enum { KILN_I_SET_ROOM = 400 };
#define KILN_I_FAR_RT 0.5 /* a driving force that a bound shows to be larger is not looked for */

/* Fill a competitor from its constitution y: value per closed mole, and the slope by the envelope theorem. */
void kiln_i_rival_record(const kiln_i_rivals *r, int phase, const double *y, double distance, kiln_i_rival *rival);

/* The target's own entry. With is_undercut nothing will be claimed of the target, and no proof of it follows that would find what is overlooked. */
kiln_status kiln_i_demixing_solve(kiln_i_rivals *r, kiln_i_effort effort, int is_undercut);
/* Any positive number says that the target does not demix, as far as is asked. */
void kiln_i_demixing_leave(kiln_i_rivals *r);

/* The set, with the plane that is best for the target. */
kiln_status kiln_i_set_solve(kiln_i_rivals *r, kiln_i_effort effort);

#endif
