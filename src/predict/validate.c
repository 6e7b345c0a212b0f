#include "predict/forecast.h"

#include "core/context.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DEFAULT_SAMPLES = 4096, DEFAULT_RESAMPLES = 2000, MOST_RESAMPLES = 1000000 };

kiln_status kiln_validate_options_init(kiln_validate_options *o, uint32_t version)
{
    if (!o || version != KILN_VALIDATE_OPTIONS_VERSION) return KILN_E_ARG;
    *o = (kiln_validate_options){.version = version,
                                 .detect_mass_fraction = 0.02,
                                 .n_samples = DEFAULT_SAMPLES,
                                 .seed = 1,
                                 .resamples = DEFAULT_RESAMPLES};
    return KILN_OK;
}

const char *kiln_judge_text(kiln_judge judge)
{
    static const char *const text[] = {"kiln", "always single", "S_conf >= 1.5 R", "size mismatch <= 6.6 %"};
    return (unsigned)judge < KILN_N_JUDGES ? text[judge] : "";
}

const char *kiln_trial_use_text(kiln_trial_use use)
{
    static const char *const text[] = {"scored", "known source", "not eligible", "not judged"};
    return (unsigned)use <= KILN_TRIAL_NOT_JUDGED ? text[use] : "";
}

/* ---- What a row is used for ---- */

static int contains(const char *text, const char *word)
{
    for (; *text; ++text) {
        size_t i = 0;
        while (word[i] && tolower((unsigned char)text[i]) == word[i]) ++i;
        if (!word[i]) return 1;
    }
    return 0;
}

/* Why it is no test of a model of equilibrium, apart from its temperature and outcome; 0: it is one. */
static int is_no_evidence(const kiln_trial *t, kiln_verdict *v)
{
    if (contains(t->kind, "memory")) snprintf(v->reason, sizeof v->reason, "quoted from memory");
    else if (*t->equilibrium && strcmp(t->equilibrium, "plausible") != 0)
        snprintf(v->reason, sizeof v->reason, "equilibrium: %.120s", t->equilibrium);
    return *v->reason != '\0';
}

static int is_ineligible(const kiln_trial *t, kiln_verdict *v)
{
    if (is_no_evidence(t, v)) return 1;
    if (t->outcome == KILN_OUTCOME_NONE) snprintf(v->reason, sizeof v->reason, "no outcome is stated");
    else if (!*t->temperature) snprintf(v->reason, sizeof v->reason, "no temperature is stated");
    else if (!kiln_i_is_stated(&t->T))
        snprintf(v->reason, sizeof v->reason, "its temperature is no one number: %.80s", t->temperature);
    return *v->reason != '\0';
}

static void set_use(const kiln_trial *t, const kiln_known_sources *known, kiln_verdict *v)
{
    v->known = kiln_known_sources_find(known, t);
    if (v->known >= 0) {
        v->use = KILN_TRIAL_KNOWN;
        snprintf(v->reason, sizeof v->reason, "%s, in %s", known->source[v->known].key, known->source[v->known].used_in);
    } else if (is_ineligible(t, v)) v->use = KILN_TRIAL_INELIGIBLE;
    else if (!v->is_judged) {
        v->use = KILN_TRIAL_NOT_JUDGED;
        memcpy(v->reason, v->obstacle, sizeof v->reason);
    }
}

/* ---- Transitions ---- */

static void add_transition(const kiln_trial *t, const kiln_verdict *v, kiln_transition_errors *e)
{
    const double low = t->transition.low_K, high = t->transition.high_K;
    if (isinf(low) || isinf(high)) {
        ++e->n_bounds;
        e->n_bounds_met += v->onset_K >= low && v->onset_K <= high;
        return;
    }
    const double error = v->onset_K - 0.5 * (low + high);
    ++e->n;
    e->mean_K += error;
    e->mean_absolute_K += fabs(error);
    e->rms_K += error * error;
}

static void sum_transitions(kiln_validation *v, const kiln_trials *trials)
{
    kiln_transition_errors *e = &v->transitions;
    for (int i = 0; i < v->n; ++i) {
        kiln_verdict ignored = {.use = KILN_TRIAL_SCORED};
        kiln_verdict *row = &v->verdict[i];
        const kiln_trial *t = &trials->trial[i];
        row->counts_transition = row->has_onset && row->known < 0 && !isnan(t->transition.low_K) && !is_no_evidence(t, &ignored);
        if (row->counts_transition) add_transition(t, row, e);
    }
    e->mean_K = e->n ? e->mean_K / e->n : NAN;
    e->mean_absolute_K = e->n ? e->mean_absolute_K / e->n : NAN;
    e->rms_K = e->n ? sqrt(e->rms_K / e->n) : NAN;
}

/* ---- Families ---- */

static kiln_trial_family *family_of(kiln_validation *v, const char *name)
{
    int k = 1;
    while (k < v->n_families && strcmp(v->family[k].name, name) != 0) ++k;
    if (k == v->n_families) memcpy(v->family[v->n_families++].name, name, KILN_FAMILY_TEXT);
    return &v->family[k];
}

static void count_rows(kiln_validation *v, const kiln_trials *trials)
{
    v->n_families = 1;
    for (int i = 0; i < v->n; ++i) {
        const kiln_verdict *row = &v->verdict[i];
        ++v->count[row->use];
        if (row->use != KILN_TRIAL_SCORED && row->use != KILN_TRIAL_NOT_JUDGED) continue;
        kiln_trial_family *of[] = {&v->family[0], family_of(v, row->family)};
        for (int k = 0; k < 2; ++k) {
            ++of[k]->n_eligible;
            of[k]->n_scored += row->use == KILN_TRIAL_SCORED;
            of[k]->n_single += row->use == KILN_TRIAL_SCORED && trials->trial[i].outcome == KILN_OUTCOME_SINGLE;
        }
    }
}

/* ---- All rows ---- */

static kiln_status judge_rows(const kiln_i_forecaster *f, const kiln_trials *trials, const kiln_known_sources *known,
                              kiln_validation *v)
{
    const kiln_validate_options *o = &f->options;
    for (int i = 0; i < trials->n; ++i) {
        if (o->keep_going && !o->keep_going(i, trials->n, o->user))
            return kiln_i_fail(f->ctx, KILN_E_INTERRUPTED, "after %d of %d rows", i, trials->n);
        const kiln_status status = kiln_i_forecast(f, &trials->trial[i], &v->verdict[i]);
        if (status != KILN_OK) return status;
        set_use(&trials->trial[i], known, &v->verdict[i]);
    }
    if (o->keep_going) (void)o->keep_going(trials->n, trials->n, o->user);
    return KILN_OK;
}

static kiln_status check(const kiln_i_forecaster *f)
{
    const kiln_validate_options *o = &f->options;
    if (o->version != KILN_VALIDATE_OPTIONS_VERSION) return kiln_i_fail(f->ctx, KILN_E_ARG, "options: version %u", o->version);
    if (!(o->detect_mass_fraction > 0.0 && o->detect_mass_fraction <= 0.5))
        return kiln_i_fail(f->ctx, KILN_E_ARG, "detection limit %g: expected above 0, at most 0.5", o->detect_mass_fraction);
    if (o->n_samples < 0 || o->resamples < 0 || o->resamples > MOST_RESAMPLES)
        return kiln_i_fail(f->ctx, KILN_E_ARG, "%d samples, %d resamples", o->n_samples, o->resamples);
    return KILN_OK;
}

static void set_options(kiln_i_forecaster *f, const kiln_system_options *system_options,
                        const kiln_solver_options *solver_options, const kiln_validate_options *options)
{
    (void)kiln_system_options_init(&f->system_options, KILN_SYSTEM_OPTIONS_VERSION);
    if (system_options) f->system_options.allow_estimates = system_options->allow_estimates;
    (void)kiln_solver_options_init(&f->solver_options, KILN_SOLVER_OPTIONS_VERSION);
    if (solver_options) f->solver_options = *solver_options;
    (void)kiln_validate_options_init(&f->options, KILN_VALIDATE_OPTIONS_VERSION);
    if (options) f->options = *options;
}

kiln_status kiln_validate(kiln_context *ctx, const kiln_database *db, const kiln_trials *trials, const kiln_known_sources *known,
                          const kiln_system_options *system_options, const kiln_solver_options *solver_options,
                          const kiln_validate_options *options, kiln_validation **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!db || !trials || !out) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_forecaster f = {.ctx = ctx, .db = db};
    set_options(&f, system_options, solver_options, options);
    kiln_status status = check(&f);
    if (status != KILN_OK) return status;
    kiln_validation *v = kiln_i_calloc(ctx, 1, sizeof *v);
    if (!v) return kiln_i_fail(ctx, KILN_E_NOMEM, "validation");
    v->ctx = ctx;
    v->n = trials->n;
    v->options = f.options;
    v->certify = f.solver_options.certify;
    v->verdict = kiln_i_calloc(ctx, (size_t)trials->n + 1, sizeof *v->verdict);
    v->family = kiln_i_calloc(ctx, (size_t)trials->n + 1, sizeof *v->family);
    f.window = kiln_i_calloc(ctx, 1, sizeof *f.window);
    status = v->verdict && v->family && f.window ? judge_rows(&f, trials, known, v)
                                                 : kiln_i_fail(ctx, KILN_E_NOMEM, "validation of %d rows", trials->n);
    kiln_i_free(ctx, f.window);
    if (status != KILN_OK) {
        kiln_validation_free(v);
        return status;
    }
    sum_transitions(v, trials);
    count_rows(v, trials);
    *out = v;
    return KILN_OK;
}

void kiln_validation_free(kiln_validation *validation)
{
    if (!validation) return;
    kiln_i_free(validation->ctx, validation->verdict);
    kiln_i_free(validation->ctx, validation->family);
    kiln_i_free(validation->ctx, validation);
}

/* ---- Judges ---- */

/* 0: the judge has no forecast. */
static int forecast_of(const kiln_verdict *row, kiln_judge judge, kiln_case *out)
{
    switch (judge) {
    case KILN_JUDGE_KILN: *out = (kiln_case){.probability = row->probability, .rank = row->probability}; break;
    case KILN_JUDGE_ALWAYS: *out = (kiln_case){.probability = 1.0, .rank = 1.0}; break;
    case KILN_JUDGE_ENTROPY:
        *out = (kiln_case){.probability = row->entropy_R >= KILN_ENTROPY_RULE_R, .rank = row->entropy_R};
        break;
    case KILN_JUDGE_SIZE: *out = (kiln_case){.probability = row->mismatch <= KILN_SIZE_RULE, .rank = -row->mismatch}; break;
    }
    return !isnan(out->rank);
}

int kiln_validation_cases(const kiln_validation *v, const kiln_trials *trials, int family, kiln_judge judge, kiln_case *cases)
{
    int n = 0;
    if (!v || !trials || family < 0 || family >= v->n_families || (unsigned)judge >= KILN_N_JUDGES) return 0;
    for (int i = 0; i < v->n; ++i) {
        const kiln_verdict *row = &v->verdict[i];
        if (row->use != KILN_TRIAL_SCORED || (family > 0 && strcmp(row->family, v->family[family].name) != 0)) continue;
        if (!forecast_of(row, judge, &cases[n])) continue;
        cases[n++].is_single = trials->trial[i].outcome == KILN_OUTCOME_SINGLE;
    }
    return n;
}

kiln_status kiln_validation_scores(const kiln_validation *v, const kiln_trials *trials, int family, kiln_judge judge,
                                   kiln_scores *out)
{
    if (!v) return KILN_E_ARG;
    if (!trials || !out || family < 0 || family >= v->n_families) return kiln_i_fail(v->ctx, KILN_E_ARG, "family %d", family);
    kiln_case *cases = kiln_i_calloc(v->ctx, (size_t)v->n + 1, sizeof *cases);
    if (!cases) return kiln_i_fail(v->ctx, KILN_E_NOMEM, "cases of %d rows", v->n);
    const int n = kiln_validation_cases(v, trials, family, judge, cases);
    const kiln_status status = kiln_scores_compute(v->ctx, n, cases, v->options.resamples, v->options.seed, out);
    kiln_i_free(v->ctx, cases);
    return status;
}
