/* Private: compositions stated by components. */
#ifndef KILN_TEXT_COMPONENTS_H
#define KILN_TEXT_COMPONENTS_H

#include <kiln/composition.h>

/* Writes `canonical` anew, "Al0.6Zn0.4". */
void kiln_i_components_name(kiln_composition *composition);

#endif
