/* Private: the parts of an answer about firing.
 *   sinter.c      the window, vapour, and the recommendation between them
 *   precursors.c  what is mixed, and where it begins to move
 *   gases.c       the window in other oxygen pressures */
#ifndef KILN_PREDICT_SINTER_H
#define KILN_PREDICT_SINTER_H

#include <kiln/sinter.h>

/* Those of the options, else an oxide of each cation; `first_mobile` and the kinetic limit that follows from it. */
kiln_status kiln_i_sinter_precursors(kiln_context *ctx, const kiln_step_question *q, const kiln_sinter_options *o, kiln_sinter *s);
/* The widest range of a phase of `asked` in decades of oxygen pressure and air, the gas asked about among them where it is a pressure; `widest_gas`. */
kiln_status kiln_i_sinter_gases(const kiln_system *asked, const kiln_step_question *q, const kiln_window_options *o, int phase,
                                kiln_sinter *s);

#endif
