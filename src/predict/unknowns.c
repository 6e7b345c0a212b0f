#include "predict/unknowns.h"

#include "core/context.h"
#include "predict/uncertainty.h"

#include <lapacke.h>
#include <math.h>

static int is_used(const kiln_system *system, int function)
{
    for (int k = 0; k < system->n_used; ++k)
        if (system->used[k] == function) return 1;
    return 0;
}

static void add(kiln_i_unknowns *u, kiln_i_unknown unknown)
{
    if (unknown.sigma > 0.0) u->at[u->n++] = unknown;
}

static void list(const kiln_system *system, double low_K, double high_K, kiln_i_unknowns *u)
{
    const kiln_database *db = system->db;
    for (int k = 0; k < db->n_uncertain; ++k) {
        const kiln_i_uncertain *at = &db->uncertain[k];
        if (is_used(system, at->function)) add(u, (kiln_i_unknown){KILN_UNKNOWN_STATED, k, at->function, at->power, at->sigma});
    }
    for (int k = 0; k < system->n_used; ++k) {
        const kiln_i_function *f = &db->functions[system->used[k]];
        const double sigma = fmax(kiln_i_extrapolation_sigma(f, low_K), kiln_i_extrapolation_sigma(f, high_K));
        add(u, (kiln_i_unknown){KILN_UNKNOWN_EXTRAPOLATED, -1, system->used[k], 0, sigma});
    }
    if (system->atmosphere.control == KILN_OXYGEN_PRESSURE)
        add(u, (kiln_i_unknown){KILN_UNKNOWN_OXYGEN, db->n_uncertain, -1, 0, system->atmosphere.log10_po2_sigma});
}

static int find(const kiln_i_unknowns *u, int uncertain)
{
    for (int i = 0; i < u->n; ++i)
        if (u->at[i].uncertain == uncertain) return i;
    return -1;
}

/* The part of a covariance block that the system uses, and its root by eigenvectors: blocks may be singular. */
static kiln_status add_root(kiln_i_unknowns *u, const kiln_i_covariance *block)
{
    kiln_i_root *r = &u->roots[u->n_roots];
    const size_t room = (size_t)block->n;
    int *place = kiln_i_calloc(u->ctx, room, sizeof *place);
    double *value = kiln_i_calloc(u->ctx, room, sizeof *value);
    kiln_status status = KILN_OK;
    r->unknown = kiln_i_calloc(u->ctx, room, sizeof *r->unknown);
    r->root = kiln_i_calloc(u->ctx, room * room, sizeof *r->root);
    ++u->n_roots;
    if (!place || !value || !r->unknown || !r->root) {
        status = kiln_i_fail(u->ctx, KILN_E_NOMEM, "covariance of %d numbers", block->n);
    } else {
        for (int i = 0; i < block->n; ++i) {
            const int unknown = find(u, block->uncertain[i]);
            if (unknown < 0) continue;
            place[r->n] = i;
            r->unknown[r->n++] = unknown;
            u->is_correlated[unknown] = 1;
        }
        for (int i = 0; i < r->n; ++i)
            for (int j = 0; j < r->n; ++j) r->root[i + r->n * j] = block->matrix[place[i] + block->n * place[j]];
        if (r->n > 0 && LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', r->n, r->root, r->n, value) != 0)
            status = kiln_i_fail(u->ctx, KILN_E_SINGULAR, "covariance of %d numbers", r->n);
        for (int j = 0; j < r->n; ++j)
            for (int i = 0; i < r->n; ++i) r->root[i + r->n * j] *= sqrt(fmax(value[j], 0.0));
    }
    kiln_i_free(u->ctx, place);
    kiln_i_free(u->ctx, value);
    return status;
}

kiln_status kiln_i_unknowns_create(const kiln_system *system, double low_K, double high_K, kiln_i_unknowns *out)
{
    const kiln_database *db = system->db;
    const size_t room = (size_t)(db->n_uncertain + system->n_used) + 2;
    *out = (kiln_i_unknowns){.ctx = system->ctx};
    out->at = kiln_i_calloc(out->ctx, room, sizeof *out->at);
    out->is_correlated = kiln_i_calloc(out->ctx, room, 1);
    out->roots = kiln_i_calloc(out->ctx, (size_t)db->n_covariances + 1, sizeof *out->roots);
    if (!out->at || !out->is_correlated || !out->roots) {
        kiln_i_unknowns_destroy(out);
        return kiln_i_fail(system->ctx, KILN_E_NOMEM, "list of uncertain numbers");
    }
    list(system, low_K, high_K, out);
    kiln_status status = KILN_OK;
    for (int k = 0; k < db->n_covariances && status == KILN_OK; ++k) status = add_root(out, &db->covariances[k]);
    if (status != KILN_OK) kiln_i_unknowns_destroy(out);
    return status;
}

void kiln_i_unknowns_destroy(kiln_i_unknowns *u)
{
    for (int k = 0; k < u->n_roots; ++k) {
        kiln_i_free(u->ctx, u->roots[k].unknown);
        kiln_i_free(u->ctx, u->roots[k].root);
    }
    if (u->ctx) {
        kiln_i_free(u->ctx, u->roots);
        kiln_i_free(u->ctx, u->at);
        kiln_i_free(u->ctx, u->is_correlated);
    }
    *u = (kiln_i_unknowns){.ctx = NULL};
}

void kiln_i_unknowns_transform(const kiln_i_unknowns *u, const double *z, double *theta)
{
    for (int i = 0; i < u->n; ++i) theta[i] = u->is_correlated[i] ? 0.0 : u->at[i].sigma * z[i];
    for (int k = 0; k < u->n_roots; ++k) {
        const kiln_i_root *r = &u->roots[k];
        for (int j = 0; j < r->n; ++j)
            for (int i = 0; i < r->n; ++i) theta[r->unknown[i]] += r->root[i + r->n * j] * z[r->unknown[j]];
    }
}

void kiln_i_unknowns_pull_back(const kiln_i_unknowns *u, const double *in_theta, double *in_z)
{
    for (int i = 0; i < u->n; ++i) in_z[i] = u->is_correlated[i] ? 0.0 : u->at[i].sigma * in_theta[i];
    for (int k = 0; k < u->n_roots; ++k) {
        const kiln_i_root *r = &u->roots[k];
        for (int j = 0; j < r->n; ++j)
            for (int i = 0; i < r->n; ++i) in_z[r->unknown[j]] += r->root[i + r->n * j] * in_theta[r->unknown[i]];
    }
}

void kiln_i_unknowns_apply(const kiln_i_unknowns *u, const double *theta, kiln_system *system)
{
    for (int k = 0; k < system->n_used; ++k) system->shift[system->used[k]] = (kiln_i_shift){0.0, 0.0};
    kiln_i_system_shift_oxygen(system, 0.0);
    for (int i = 0; i < u->n; ++i) {
        const kiln_i_unknown *at = &u->at[i];
        if (at->kind == KILN_UNKNOWN_OXYGEN) kiln_i_system_shift_oxygen(system, theta[i]);
        else if (at->power == 1) system->shift[at->function].slope += theta[i];
        else system->shift[at->function].constant += theta[i];
    }
}
