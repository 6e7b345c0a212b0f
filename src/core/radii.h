/* Private: sizes of ions. */
#ifndef KILN_CORE_RADII_H
#define KILN_CORE_RADII_H

/* Shannon's effective ionic radius of element z with a charge > 0 among 4, 6, 8 or 12 neighbours, high spin, in angstrom; 0 where he gives none. */
double kiln_i_radius(int z, int charge, int coordination);

/* An element whose charge is between two whole ones counts as ions of both, `share` of them the upper one. */
typedef struct kiln_i_radii {
    double low_A, high_A, share;
} kiln_i_radii;

/* 0: Shannon gives no radius of one of them. */
int kiln_i_radii_at(int z, double charge, int coordination, kiln_i_radii *out);

double kiln_i_radii_mean(const kiln_i_radii *r);

#endif
