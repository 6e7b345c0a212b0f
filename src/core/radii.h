/* Private: sizes of ions. */
#ifndef KILN_CORE_RADII_H
#define KILN_CORE_RADII_H

/* Shannon's effective ionic radius of element z with a charge > 0 among 4, 6, 8 or 12 neighbours, high spin, in angstrom; 0 where he gives none. */
double kiln_i_radius(int z, int charge, int coordination);

#endif
