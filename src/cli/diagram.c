#include "cli.h"

#include <stddef.h>

static const cli_verb *const kinds[] = {&cli_diagram_tx,    &cli_diagram_isopleth, &cli_diagram_ternary,
                                        &cli_diagram_tpo2,  &cli_diagram_entropy,  &cli_diagram_energy,
                                        &cli_diagram_pairs, &cli_diagram_map,      NULL};

const cli_verb cli_diagram = {
    .name = "diagram",
    .arguments = "KIND WHAT [OPTION...]",
    .summary = "phase diagrams, and diagrams of entropies and energies",
    .examples = "  kiln diagram tx MgO ZnO --range 600C:1700C\n"
                "  kiln diagram entropy\n",
    .kinds = kinds,
};
