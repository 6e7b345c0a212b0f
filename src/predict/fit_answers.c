#include "predict/fit_state.h"

#include "core/context.h"

#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Information below this is none: of 1 kJ/mol or J/mol/K by itself, or relative to the largest with each parameter in a unit of its own. Rounding of the derivatives leaves 1e-15. */
static const double NONE = 1e-10;
static const double UPPER_95 = 1.6448536269514722; /* standard normal quantile */

/* The 95 % quantile of chi-square (E. B. Wilson, M. M. Hilferty, Proc. Natl. Acad. Sci. 17 (1931) 684). */
static double chi2_limit(double dof)
{
    const double a = 2.0 / (9.0 * dof);
    return dof > 0.0 ? dof * pow(1.0 - a + UPPER_95 * sqrt(a), 3.0) : 0.0;
}

static double row_gradient(const kiln_fit *fit, int i, int p)
{
    return fit->at.jacobian[p + fit->n_parameters * i] / fit->at.s[i];
}

/* J'WJ of the data, and with_priors W0'W0 besides. */
static double information(const kiln_fit *fit, int p, int q, int with_priors)
{
    const int P = fit->n_parameters;
    double sum = 0.0;
    for (int i = 0; i < fit->n_rows; ++i) sum += fit->weight[i] * row_gradient(fit, i, p) * row_gradient(fit, i, q);
    for (int k = 0; with_priors && k < P; ++k) sum += fit->whitening[k + P * p] * fit->whitening[k + P * q];
    return sum;
}

/* "1 W_Cu_Zn - 0.6 fit_CuO_rs" of a vector in units of kJ/mol and J/mol/K; the largest is positive. */
static void name_combination(const kiln_fit *fit, const double *vector, char *out, size_t size)
{
    size_t used = 0;
    double most = 0.0;
    *out = '\0';
    for (int p = 0; p < fit->n_parameters; ++p)
        if (fabs(vector[p]) > fabs(most) * (1.0 + 1e-9)) most = vector[p];
    for (int p = 0; p < fit->n_parameters && used < size; ++p) {
        const double c = vector[p] / most;
        if (fabs(c) < 0.05) continue;
        used += (size_t)snprintf(out + used, size - used, "%s%.2g %s",
                                 used      ? c < 0.0 ? " - " : " + "
                                 : c < 0.0 ? "-"
                                           : "",
                                 fabs(c), fit->parameters[p].name);
    }
}

/* Covariance by eigenvectors of the information with unit diagonal; a vanishing eigenvalue is a combination that nothing determines. */
static kiln_status invert(kiln_fit *fit, double *matrix, double *values, double *scale)
{
    const int P = fit->n_parameters;
    char combination[400];
    for (int p = 0; p < P; ++p) {
        const double diagonal = information(fit, p, p, 1);
        if (!(diagonal * pow(kiln_i_fit_unit(fit, p), 2.0) > NONE))
            return kiln_i_fail(fit->ctx, KILN_E_SINGULAR,
                               "no datum and no prior determines %s: give it a prior and a sigma, or leave it out",
                               fit->parameters[p].name);
        scale[p] = 1.0 / sqrt(diagonal);
    }
    for (int q = 0; q < P; ++q)
        for (int p = 0; p < P; ++p) matrix[p + P * q] = information(fit, p, q, 1) * scale[p] * scale[q];
    if (LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', P, matrix, P, values) != 0)
        return kiln_i_fail(fit->ctx, KILN_E_SINGULAR, "information of %d parameters: dsyev failed", P);
    if (values[0] < NONE * values[P - 1]) {
        for (int p = 0; p < P; ++p) matrix[p] *= scale[p] / (fit->parameters[p].is_slope ? 1.0 : 1000.0);
        name_combination(fit, matrix, combination, sizeof combination);
        return kiln_i_fail(
            fit->ctx, KILN_E_SINGULAR,
            "no datum and no prior determines the combination %s (constants in kJ/mol, slopes in J/mol/K): a prior on one of them will do",
            combination);
    }
    for (int q = 0; q < P; ++q)
        for (int p = 0; p < P; ++p) {
            double sum = 0.0;
            for (int k = 0; k < P; ++k) sum += matrix[p + P * k] * matrix[q + P * k] / values[k];
            fit->covariance[p + P * q] = sum * scale[p] * scale[q];
        }
    return KILN_OK;
}

static double scale_of(const kiln_fit *fit, int p)
{
    const kiln_i_fit_parameter *q = &fit->parameters[p];
    return q->has_prior ? q->sigma : 1.0 / sqrt(information(fit, p, p, 0));
}

static kiln_status identify(kiln_fit *fit)
{
    const int P = fit->n_parameters;
    for (int q = 0; q < P; ++q)
        for (int p = 0; p < P; ++p) fit->vectors[p + P * q] = information(fit, p, q, 0) * scale_of(fit, p) * scale_of(fit, q);
    if (LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'L', P, fit->vectors, P, fit->values) != 0)
        return kiln_i_fail(fit->ctx, KILN_E_SINGULAR, "identifiability of %d parameters: dsyev failed", P);
    return KILN_OK;
}

/* (C J_i)_p */
static double influence(const kiln_fit *fit, int i, int p)
{
    double sum = 0.0;
    for (int q = 0; q < fit->n_parameters; ++q) sum += fit->covariance[p + fit->n_parameters * q] * row_gradient(fit, i, q);
    return sum;
}

static double left_out(const kiln_fit *fit, int i)
{
    const double rest = 1.0 - fit->leverage[i];
    return rest > 1e-9 ? fit->residual[i] / rest : NAN;
}

/* Outcomes that are met say nothing. */
static int counts(const kiln_fit *fit, int i) { return fit->rows[i]->kind != KILN_FIT_OUTCOME || fit->at.force[i] > 0.0; }

static void summarise(kiln_fit *fit)
{
    kiln_fit_summary *s = &fit->summary;
    int n_counted = 0, n_loo = 0;
    double squares = 0.0;
    s->name = fit->name;
    s->file = fit->file;
    s->sha256 = fit->sha256;
    s->n_parameters = fit->n_parameters;
    s->n_data = fit->n_rows;
    s->n_problems = fit->n_data - fit->n_rows;
    s->is_robust = fit->is_robust;
    s->threshold = fit->threshold;
    s->chi2 = 0.0;
    s->n_priors = s->n_downweighted = 0;
    for (int p = 0; p < fit->n_parameters; ++p) s->n_priors += fit->parameters[p].has_prior;
    for (int i = 0; i < fit->n_rows; ++i) {
        const double loo = left_out(fit, i);
        s->chi2 += fit->weight[i] * fit->residual[i] * fit->residual[i];
        s->n_downweighted += fit->weight[i] < 1.0;
        n_counted += counts(fit, i);
        if (!counts(fit, i) || !isfinite(loo)) continue;
        squares += loo * loo;
        ++n_loo;
    }
    for (int k = 0; k < fit->n_parameters; ++k) {
        double r = 0.0;
        for (int p = 0; p < fit->n_parameters; ++p)
            r += fit->whitening[k + fit->n_parameters * p] * (fit->theta[p] - fit->parameters[p].prior);
        s->chi2 += r * r;
    }
    s->dof = n_counted + s->n_priors - fit->n_parameters;
    s->chi2_limit = chi2_limit(s->dof);
    s->scale = s->dof > 0.0 && s->chi2 > s->chi2_limit ? s->chi2 / s->dof : 1.0;
    s->loo_rms = n_loo > 0 ? sqrt(squares / n_loo) : 0.0;
}

kiln_status kiln_i_fit_answer(kiln_fit *fit)
{
    const size_t P = (size_t)fit->n_parameters;
    double *matrix = kiln_i_calloc(fit->ctx, P * P, sizeof *matrix), *values = kiln_i_calloc(fit->ctx, 2 * P, sizeof *values);
    kiln_status status = matrix && values ? KILN_OK : kiln_i_fail(fit->ctx, KILN_E_NOMEM, "covariance of the fit");
    for (int i = 0; i < fit->n_rows; ++i) {
        fit->residual[i] = fit->at.force[i] / fit->at.s[i];
        fit->weight[i] = kiln_i_fit_weight(fit, fit->residual[i]);
    }
    if (status == KILN_OK) status = invert(fit, matrix, values, values + P);
    if (status == KILN_OK) status = identify(fit);
    kiln_i_free(fit->ctx, matrix);
    kiln_i_free(fit->ctx, values);
    if (status != KILN_OK) return status;
    for (int i = 0; i < fit->n_rows; ++i) {
        kiln_i_datum *d = fit->rows[i];
        double force;
        fit->leverage[i] = 0.0;
        for (int p = 0; p < fit->n_parameters; ++p)
            fit->leverage[i] += fit->weight[i] * row_gradient(fit, i, p) * influence(fit, i, p);
        if ((status = kiln_i_datum_evaluate(fit, d, &force, NULL, NULL)) != KILN_OK) return status;
        fit->model[i] = kiln_i_datum_model(fit, d, force, fit->at.slope[i]);
    }
    summarise(fit);
    return KILN_OK;
}

/* ---- What callers see ---- */

kiln_status kiln_fit_summarise(const kiln_fit *fit, kiln_fit_summary *out)
{
    if (!fit) return KILN_E_ARG;
    if (!out || !fit->is_solved) return kiln_i_fail(fit->ctx, KILN_E_ARG, "a fit that is not solved, or a NULL argument");
    *out = fit->summary;
    return KILN_OK;
}

double kiln_fit_covariance(const kiln_fit *fit, int i, int j)
{
    if (!fit || !fit->is_solved || i < 0 || j < 0 || i >= fit->n_parameters || j >= fit->n_parameters) return 0.0;
    return fit->summary.scale * fit->covariance[i + fit->n_parameters * j];
}

double kiln_fit_share(const kiln_fit *fit, int p, int i)
{
    if (!fit || !fit->is_solved || p < 0 || p >= fit->n_parameters || i < -1 || i >= fit->n_rows) return 0.0;
    if (i >= 0) return fit->weight[i] * pow(influence(fit, i, p), 2.0) / fit->covariance[p + fit->n_parameters * p];
    double rest = 1.0;
    for (int k = 0; k < fit->n_rows; ++k) rest -= kiln_fit_share(fit, p, k);
    return fmax(rest, 0.0);
}

double kiln_fit_eigenvalue(const kiln_fit *fit, int k)
{
    if (!fit || !fit->is_solved || k < 0 || k >= fit->n_parameters) return 0.0;
    return fmax(fit->values[fit->n_parameters - 1 - k], 0.0); /* LAPACK's rise */
}

double kiln_fit_component(const kiln_fit *fit, int k, int p)
{
    if (!fit || !fit->is_solved || k < 0 || k >= fit->n_parameters || p < 0 || p >= fit->n_parameters) return 0.0;
    return fit->vectors[p + fit->n_parameters * (fit->n_parameters - 1 - k)];
}

kiln_status kiln_fit_get_parameter(const kiln_fit *fit, int i, kiln_fit_parameter *out)
{
    if (!fit) return KILN_E_ARG;
    if (!out || !fit->is_solved || i < 0 || i >= fit->n_parameters)
        return kiln_i_fail(fit->ctx, KILN_E_ARG, "parameter %d of %d, a fit that is not solved, or a NULL argument", i,
                           fit->n_parameters);
    const kiln_i_fit_parameter *p = &fit->parameters[i];
    const double own = fit->covariance[i + fit->n_parameters * i];
    *out = (kiln_fit_parameter){.name = p->name,
                                .entry = fit->db->functions[p->function].name,
                                .is_slope = p->is_slope,
                                .has_prior = p->has_prior,
                                .start = p->start,
                                .prior = p->prior,
                                .prior_sigma = p->sigma,
                                .value = fit->theta[i],
                                .sigma = sqrt(fit->summary.scale * own),
                                .data_share = p->has_prior ? fmax(1.0 - own / (p->sigma * p->sigma), 0.0) : 1.0,
                                .source = p->source,
                                .note = p->note};
    return KILN_OK;
}

static const char *unit_of(const kiln_i_datum *d)
{
    switch (d->kind) {
    case KILN_FIT_SITE_FRACTION:
    case KILN_FIT_SOLUBILITY: return "";
    case KILN_FIT_BOUNDARY:
    case KILN_FIT_INVARIANT:
    case KILN_FIT_TRANSITION:
    case KILN_FIT_OUTCOME: return "K";
    case KILN_FIT_OXYGEN_POTENTIAL:
    case KILN_FIT_OXYGEN_CONTENT: return d->is_energy ? "J/mol" : "log10 bar";
    case KILN_FIT_ACTIVITY: return d->is_energy ? "J/mol" : "";
    case KILN_FIT_TIE_LINE:
    case KILN_FIT_GIBBS_ENERGY:
    case KILN_FIT_FUNCTION:
    case KILN_FIT_SUM_ENTHALPY:
    case KILN_FIT_ENTHALPY: break;
    }
    return "J/mol";
}

/* From the coordinate to what was written: an activity, a potential of O2. */
static void write_as(const kiln_i_datum *d, kiln_fit_datum *out)
{
    const double RT = KILN_R * d->T_K;
    if (d->kind == KILN_FIT_ACTIVITY && !d->is_energy) {
        out->measured = exp(out->measured / RT);
        out->model = exp(out->model / RT);
        out->sigma *= out->measured / RT;
    } else if ((d->kind == KILN_FIT_OXYGEN_POTENTIAL || d->kind == KILN_FIT_OXYGEN_CONTENT) && d->is_energy) {
        out->measured *= RT * log(10.0);
        out->model *= RT * log(10.0);
        out->sigma *= RT * log(10.0);
    } else if (d->kind == KILN_FIT_TIE_LINE) {
        out->measured = 0.0; /* the difference of the two potentials */
        out->sigma = NAN;
    }
}

kiln_status kiln_fit_get_datum(const kiln_fit *fit, int i, kiln_fit_datum *out)
{
    if (!fit) return KILN_E_ARG;
    if (!out || !fit->is_solved || i < 0 || i >= fit->n_rows)
        return kiln_i_fail(fit->ctx, KILN_E_ARG, "datum %d of %d, a fit that is not solved, or a NULL argument", i, fit->n_rows);
    const kiln_i_datum *d = fit->rows[i];
    *out = (kiln_fit_datum){.id = d->id,
                            .source = d->source,
                            .note = d->note,
                            .kind = d->kind,
                            .what = d->what,
                            .unit = unit_of(d),
                            .T_K = d->T_K,
                            .measured = d->value,
                            .model = d->kind == KILN_FIT_TIE_LINE ? fit->at.force[i] : fit->model[i],
                            .sigma = d->sigma > 0.0 ? d->sigma : NAN,
                            .energy_sigma_J_mol = fit->at.s[i],
                            .residual = fit->residual[i],
                            .weight = fit->weight[i],
                            .leverage = fit->leverage[i],
                            .left_out = left_out(fit, i),
                            .line = d->line};
    write_as(d, out);
    for (int p = 0; p < fit->n_parameters; ++p) {
        const double share = kiln_fit_share(fit, p, i);
        if (share <= out->most_share) continue;
        out->most_share = share;
        out->most_parameter = p;
    }
    return KILN_OK;
}
