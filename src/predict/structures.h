/* Private: what structures are, beside <kiln/structures.h>. */
#ifndef KILN_PREDICT_STRUCTURES_H
#define KILN_PREDICT_STRUCTURES_H

#include "model/system.h"

#include <kiln/structures.h>

/* 1: of the family of layered oxides. */
int kiln_i_is_layered(const kiln_system *system, int phase);

#endif
