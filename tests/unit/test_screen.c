/* Screenings: rows are what single windows are, in any number of threads and in any order of units; what has no answer is a row, too. */
#define _POSIX_C_SOURCE 200809L

#include "counting.h"
#include "support.h"

#include "predict/screen_state.h"

#include <kiln/kiln.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define KELVIN 273.15

static kiln_database *db;
static kiln_candidates *candidates;
static kiln_candidates_options co;
static kiln_window_options wo;
static kiln_atmosphere gas[2];
static kiln_screen_question q;
static const char *const rocksalt[] = {"(*)O"}, *const gases[] = {"air", "Ar"};

static void setup(void)
{
    context_setup();
    ck_assert_int_eq(kiln_database_load(ctx, KILN_TEST_DATABASES "/kiln.yaml", &db), KILN_OK);
    ck_assert_int_eq(kiln_candidates_options_init(&co, KILN_CANDIDATES_OPTIONS_VERSION), KILN_OK);
    ck_assert_int_eq(kiln_window_options_init(&wo, KILN_WINDOW_OPTIONS_VERSION), KILN_OK);
    for (int i = 0; i < 2; ++i) ck_assert_int_eq(kiln_atmosphere_parse(ctx, gases[i], &gas[i]), KILN_OK);
    co.kind = KILN_CANDIDATES_CHOOSE;
    co.formulas = rocksalt;
    co.n_formulas = 1;
    co.from = "Mg,Co,Ni,Cu,Zn";
    co.choose_least = 2;
    co.choose_most = 3;
    wo.n_samples = 0;
    q = (kiln_screen_question){.db = db,
                               .n_atmospheres = 2,
                               .atmospheres = gas,
                               .atmosphere_names = gases,
                               .window_options = &wo};
}

static void teardown(void)
{
    kiln_candidates_free(candidates);
    kiln_database_free(db);
    candidates = NULL;
    context_teardown();
}

static kiln_screen *made(void)
{
    kiln_screen *screen;
    ck_assert_msg(kiln_candidates_create(ctx, &co, &candidates) == KILN_OK, "%s", kiln_context_error(ctx));
    q.candidates = candidates;
    ck_assert_msg(kiln_screen_create(ctx, &q, &screen) == KILN_OK, "%s", kiln_context_error(ctx));
    return screen;
}

/* All fields of all rows, as text; units in the order in which they came. */
typedef struct copy {
    const kiln_screen *screen;
    uint64_t next, stride;
    char *text;
    size_t used, size;
    int left; /* units after which it refuses; < 0: never */
} copy;

static void add(copy *c, const char *text)
{
    ck_assert_uint_lt(c->used + strlen(text) + 2, c->size);
    c->used += (size_t)sprintf(c->text + c->used, "%s|", text);
}

static kiln_status take(const kiln_screen_unit *unit, kiln_context *own, void *user)
{
    copy *c = user;
    (void)own;
    if (c->left == 0) return KILN_E_IO;
    --c->left;
    if (unit->index != c->next || unit->first_row != unit->index * KILN_SCREEN_UNIT) return KILN_E_SINGULAR;
    c->next += c->stride;
    for (int i = 0; i < unit->n_rows * kiln_screen_n_columns(c->screen); ++i) {
        char number[40];
        const kiln_field *f = &unit->field[i];
        sprintf(number, "%.17g", f->number);
        add(c, f->kind == KILN_FIELD_TEXT ? f->text : f->kind == KILN_FIELD_NUMBER ? number : "");
    }
    return KILN_OK;
}

static copy run(const kiln_screen *screen, uint64_t first, uint64_t stride, int n_threads)
{
    copy c = {.screen = screen, .next = first, .stride = stride, .size = 1 << 22, .left = -1};
    c.text = calloc(c.size, 1);
    const kiln_screen_work work = {.first = first, .stride = stride, .n_threads = n_threads, .take = take, .user = &c};
    ck_assert_msg(kiln_screen_run(screen, ctx, &work) == KILN_OK, "%s", kiln_context_error(ctx));
    return c;
}

static int column(const kiln_screen *screen, const char *name)
{
    for (int i = 0; i < kiln_screen_n_columns(screen); ++i)
        if (strcmp(kiln_screen_columns(screen)[i].name, name) == 0) return i;
    ck_abort_msg("no column %s", name);
    return -1;
}

/* Field by row and column of a copy. */
static const char *field(const copy *c, int row, const char *name)
{
    static char text[1024];
    const char *p = c->text;
    for (int i = 0; i < row * kiln_screen_n_columns(c->screen) + column(c->screen, name); ++i) p = strchr(p, '|') + 1;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(p, "|"), p);
    return text;
}

START_TEST(rows_are_the_same_on_any_number_of_threads)
{
    kiln_screen *screen = made();
    ck_assert_uint_eq(kiln_screen_n_rows(screen), 40);
    ck_assert_uint_eq(kiln_screen_n_units(screen), 3);
    copy one = run(screen, 0, 1, 1);
    for (int n = 2; n < 6; ++n) {
        copy many = run(screen, 0, 1, n);
        ck_assert_str_eq(one.text, many.text);
        free(many.text);
    }
    /* rank 0 and rank 1 of two: each its own units, as they stand among all */
    copy even = run(screen, 0, 2, 2), odd = run(screen, 1, 2, 2);
    ck_assert_uint_eq(even.used + odd.used, one.used);
    ck_assert_ptr_nonnull(strstr(one.text, odd.text));
    ck_assert_int_eq(strncmp(one.text, even.text, 2000), 0);
    free(one.text);
    free(even.text);
    free(odd.text);
    kiln_screen_free(screen);
}
END_TEST

static kiln_status take_any(const kiln_screen_unit *unit, kiln_context *own, void *user)
{
    copy *c = user;
    c->next = unit->index;
    return take(&(kiln_screen_unit){unit->index, unit->index * KILN_SCREEN_UNIT, unit->n_rows, unit->field}, own, user);
}

/* Rows of three structures, which share a system: by themselves, in an order of their own, they are what they are in their units. */
START_TEST(a_row_by_itself_is_the_row_of_its_unit)
{
    static const char *const phases[] = {"rocksalt", "wurtzite", "spinel"};
    q.phases = phases;
    q.n_phases = 3;
    wo.n_samples = 256;
    q.at_K = 1200.0;
    co.choose_most = 2;
    kiln_screen *screen = made();
    copy all = run(screen, 0, 1, 2);
    enum { N = 60 };
    uint64_t rows[N];
    ck_assert_uint_eq(kiln_screen_n_rows(screen), N);
    for (int i = 0; i < N; ++i) rows[i] = (uint64_t)(i * 7 % N);
    copy some = {.screen = screen, .stride = 1, .size = 1 << 22, .left = -1};
    some.text = calloc(some.size, 1);
    const kiln_screen_work work = {.n_threads = 3, .take = take_any, .user = &some};
    ck_assert_int_eq(kiln_i_screen_rows(screen, ctx, N, rows, &work), KILN_OK);
    for (int i = 0; i < N; ++i)
        for (int k = 0; k < kiln_screen_n_columns(screen); ++k) {
            char expected[1024];
            const char *name = kiln_screen_columns(screen)[k].name;
            strcpy(expected, field(&all, (int)rows[i], name));
            ck_assert_str_eq(field(&some, i, name), expected);
        }
    free(all.text);
    free(some.text);
    kiln_screen_free(screen);
}
END_TEST

/* The same as kiln_window_solve of each, by itself. */
START_TEST(a_row_is_a_window)
{
    kiln_screen *screen = made();
    copy all = run(screen, 0, 1, 2);
    for (int row = 0; row < 40; row += 3) {
        kiln_composition x;
        kiln_system *system;
        kiln_window_solver *solver;
        static kiln_window w;
        ck_assert_int_eq(kiln_composition_parse(ctx, field(&all, row, "formula"), &x), KILN_OK);
        ck_assert_str_eq(field(&all, row, "atmosphere"), gases[row % 2]);
        ck_assert_int_eq(kiln_system_create(ctx, db, &x, &gas[row % 2], NULL, &system), KILN_OK);
        kiln_window_options o = wo;
        o.ends_only = 1;
        ck_assert_int_eq(kiln_window_solver_create(system, NULL, &o, &solver), KILN_OK);
        const int phase = kiln_system_find_phase(system, field(&all, row, "phase"));
        ck_assert_int_eq(kiln_window_solve(solver, phase, &w), KILN_OK);
        ck_assert_double_eq_tol(atof(field(&all, row, "n_windows")), w.n_ranges, 0.5);
        ck_assert_str_eq(field(&all, row, "status"), w.n_ranges ? "single" : "never single");
        if (w.n_ranges) {
            ck_assert_double_eq_tol(atof(field(&all, row, "width_K")), kiln_window_widest_K(&w), 1e-9);
            ck_assert_str_eq(field(&all, row, "best_J_mol"), "");
        } else ck_assert_double_eq_tol(atof(field(&all, row, "best_J_mol")), w.best_J_mol, 1e-9);
        kiln_entropy s;
        ck_assert_int_eq(kiln_entropy_compute(&x, &s), KILN_OK);
        ck_assert_double_eq_tol(atof(field(&all, row, "S_R")), s.mixing.R, 1e-12);
        kiln_window_solver_free(solver);
        kiln_system_free(system);
    }
    free(all.text);
    kiln_screen_free(screen);
}
END_TEST

START_TEST(samples_give_sigmas_and_probabilities)
{
    static const char *const prototype[] = {"(Mg,Co,Ni,Cu,Zn)O"};
    co.kind = KILN_CANDIDATES_LIST;
    co.formulas = prototype;
    q.n_atmospheres = 1;
    q.at_K = 900.0 + KELVIN;
    wo.n_samples = 1024;
    kiln_screen *screen = made();
    copy c = run(screen, 0, 1, 1);
    const double sigma = atof(field(&c, 0, "sigma_low_K")), p = atof(field(&c, 0, "P_at"));
    ck_assert(sigma > 1.0 && p > 0.0 && p < 1.0);
    ck_assert_double_eq_tol(0.5 * (atof(field(&c, 0, "T_low_84_C")) - atof(field(&c, 0, "T_low_16_C"))), sigma, 1e-6);
    free(c.text);
    kiln_screen_free(screen);
    wo.n_samples = 0; /* now it is inside the range, or not */
    kiln_candidates_free(candidates);
    screen = made();
    c = run(screen, 0, 1, 1);
    ck_assert_str_eq(field(&c, 0, "P_at"), "1");
    ck_assert_str_eq(field(&c, 0, "sigma_low_K"), "");
    ck_assert_str_eq(field(&c, 0, "P_window"), "");
    free(c.text);
    kiln_screen_free(screen);
}
END_TEST

/* Formulas that mean nothing, or that the database cannot hold, between those that it can. */
START_TEST(what_cannot_be_computed_is_a_row)
{
    static char path[] = "/tmp/kiln-screen-XXXXXX";
    const int file = mkstemp(path);
    static const char text[] =
        "name,formula,cost\na,MgO,1.5\nb,(Mg,Co O,-2\nc,\"(Mg,Og)O\",x\nd,MgO7,\ne,,3\nf,\"(Mg,Co)O\",1e3\n";
    ck_assert_int_eq((int)write(file, text, sizeof text - 1), (int)sizeof text - 1);
    close(file);
    co = (kiln_candidates_options){.version = KILN_CANDIDATES_OPTIONS_VERSION, .kind = KILN_CANDIDATES_TABLE, .path = path};
    static const char *const phases[] = {"rocksalt", "spinel"};
    q.n_atmospheres = 1;
    q.phases = phases;
    q.n_phases = 2;
    kiln_screen *screen = NULL;
    ck_assert_int_eq(kiln_candidates_create(ctx, &co, &candidates), KILN_E_PARSE); /* (Mg,Co O has a comma outside quotes */
    ck_assert_error_has(":3:1: expected 3 fields");
    FILE *again = fopen(path, "wb");
    fputs("name,formula,cost\na,MgO,1.5\nb,(MgCo O,-2\nc,\"(Mg,Og)O\",x\nd,MgO7,\ne,,3\nf,\"(Mg,Co)O\",1e3\n", again);
    fclose(again);
    screen = made();
    copy c = run(screen, 0, 1, 2);
    static const char *const status[] = {"single", "no formula", "missing", "single", "no formula", "single"};
    static const char *const cost[] = {"1.5", "-2", "x", "", "3", "1000"};
    for (int i = 0; i < 6; ++i) {
        ck_assert_msg(strcmp(field(&c, 2 * i, "status"), status[i]) == 0, "%d: %s, %s", i, field(&c, 2 * i, "status"),
                      field(&c, 2 * i, "reason"));
        ck_assert_int_eq(*field(&c, 2 * i, "reason") != '\0', strcmp(status[i], "single") != 0);
        ck_assert_str_eq(field(&c, 2 * i, "cost"), cost[i]);
        ck_assert_str_eq(field(&c, 2 * i, "phase"), "rocksalt");
        ck_assert_str_eq(field(&c, 2 * i + 1, "phase"), "spinel");
    }
    ck_assert_str_eq(field(&c, 1, "status"), "no structure"); /* spinel, of MgO */
    ck_assert_str_eq(field(&c, 2, "formula"), "(MgCo O");
    ck_assert_str_eq(field(&c, 10, "formula"), "(Mg0.5Co0.5)O");
    ck_assert_ptr_nonnull(strstr(field(&c, 4, "reason"), "Og"));
    free(c.text);
    kiln_screen_free(screen);
    unlink(path);
}
END_TEST

START_TEST(who_takes_units_may_end_it)
{
    co.choose_least = 1;
    kiln_screen *screen = made();
    copy c = {.screen = screen, .stride = 1, .size = 1 << 20, .left = 1};
    c.text = calloc(c.size, 1);
    const kiln_screen_work work = {.stride = 1, .n_threads = 2, .take = take, .user = &c};
    ck_assert_int_eq(kiln_screen_run(screen, ctx, &work), KILN_E_IO);
    ck_assert_uint_eq(c.next, 1);
    free(c.text);
    kiln_screen_free(screen);
}
END_TEST

static int rows_left;
static int rows_are_left(void *user)
{
    (void)user;
    return rows_left-- > 0;
}

/* One thread asks before each row: 20 rows are a unit and part of the next. */
START_TEST(an_interrupted_screening_has_given_whole_units)
{
    kiln_screen *screen = made();
    copy c = {.screen = screen, .stride = 1, .size = 1 << 20, .left = -1};
    c.text = calloc(c.size, 1);
    rows_left = 20;
    const kiln_screen_work work = {.stride = 1, .n_threads = 1, .take = take, .keep_going = rows_are_left, .user = &c};
    ck_assert_int_eq(kiln_screen_run(screen, ctx, &work), KILN_E_INTERRUPTED);
    ck_assert_uint_eq(c.next, 1);
    free(c.text);
    kiln_screen_free(screen);
}
END_TEST

START_TEST(questions_are_checked_at_once)
{
    kiln_screen *screen = made(), *refused;
    kiln_screen_free(screen);
    q.at_K = 300.0;
    ck_assert_int_eq(kiln_screen_create(ctx, &q, &refused), KILN_E_ARG);
    ck_assert_error_has("outside the search range");
    ck_assert_ptr_null(refused);
    q.at_K = 0.0;
    static const char *const unknown[] = {"rocksalts"};
    q.phases = unknown;
    q.n_phases = 1;
    ck_assert_int_eq(kiln_screen_create(ctx, &q, &refused), KILN_E_ARG);
    ck_assert_error_has("did you mean");
    q.n_phases = 0;
    q.n_atmospheres = 0;
    ck_assert_int_eq(kiln_screen_create(ctx, &q, &refused), KILN_E_ARG);
    q.n_atmospheres = 2;
    wo.step_K = -1.0;
    ck_assert_int_eq(kiln_screen_create(ctx, &q, &refused), KILN_E_ARG);
    ck_assert_error_has("step of -1 K");
}
END_TEST

/* ---- Tables of elements ---- */

static const char elements[] = "element,price_per_kg,risk_max,radius\nMg,2,0.3,72\nNi,10,0.8,69\nO,0.5,,140\nCu,8,,73\n";

static double value(const char *formula, int column_index, int *missing_z)
{
    kiln_element_table *t;
    kiln_composition x;
    ck_assert_int_eq(kiln_element_table_parse(ctx, elements, sizeof elements - 1, "e.csv", &t), KILN_OK);
    ck_assert_int_eq(kiln_composition_parse(ctx, formula, &x), KILN_OK);
    const double v = kiln_element_table_value(t, column_index, &x, missing_z);
    kiln_element_table_free(t);
    return v;
}

START_TEST(elements_make_numbers_of_a_compound)
{
    int z;
    const double Mg = 24.305, Ni = 58.693, O = 15.999;
    ck_assert_double_eq_tol(value("(Mg0.75Ni0.25)O", 2, &z), 0.75 * 72 + 0.25 * 69, 1e-12);
    ck_assert_int_eq(z, 0);
    ck_assert_double_eq_tol(value("Mg3NiO4", 2, NULL), 0.75 * 72 + 0.25 * 69, 1e-12);
    ck_assert_double_eq_tol(value("(Mg0.75Ni0.25)O", 1, NULL), 0.8, 1e-15);
    ck_assert_double_eq_tol(value("(Mg0.75Ni0.25)O", 0, NULL),
                            (0.75 * Mg * 2 + 0.25 * Ni * 10 + O * 0.5) / (0.75 * Mg + 0.25 * Ni + O), 1e-4);
    ck_assert(isnan(value("(Mg,Cu)O", 1, &z)));
    ck_assert_int_eq(z, 29);
    ck_assert(isnan(value("(Mg,Zn)O", 0, &z)));
    ck_assert_int_eq(z, 30);
    ck_assert(isfinite(value("MgF2", 0, &z))); /* an anion without a price costs nothing */
    ck_assert(isnan(value("MgO", 7, NULL)));
}
END_TEST

static const struct {
    const char *text, *says;
} element_errors[] = {
    {"price\n1\n", "e.csv:1:1: expected a column element, found none"},
    {"element\nMg\n", "e.csv:1:1: expected columns of numbers"},
    {"element,p\nMg,1\nXx,2\n", "e.csv:3:1: expected the symbol of an element, found \"Xx\""},
    {"element,p\nMg,1\nMg,2\n", "e.csv:3:1: expected each element once"},
    {"element,p\nMg,cheap\n", "e.csv:2:4: expected a number or nothing, found \"cheap\""},
    {"p,element\n5,Mg\n1e999,Zn\n", "e.csv:3:1: expected a number or nothing"},
    {"element,\nMg,1\n", "e.csv:1:9: expected the name of a column"},
};

START_TEST(a_malformed_table_of_elements_says_where)
{
    kiln_element_table *t;
    const char *text = element_errors[_i].text;
    ck_assert_int_eq(kiln_element_table_parse(ctx, text, strlen(text), "e.csv", &t), KILN_E_PARSE);
    ck_assert_ptr_null(t);
    ck_assert_error_has(element_errors[_i].says);
}
END_TEST

START_TEST(elements_are_columns_of_rows)
{
    kiln_element_table *t, *clash;
    ck_assert_int_eq(kiln_element_table_parse(ctx, elements, sizeof elements - 1, "e.csv", &t), KILN_OK);
    q.elements = t;
    kiln_screen *screen = made();
    copy c = run(screen, 0, 1, 1);
    ck_assert_double_eq_tol(atof(field(&c, 4, "radius")), 72.5, 1e-12); /* (Mg,Cu)O */
    ck_assert_str_eq(field(&c, 4, "risk_max"), "");
    ck_assert_str_eq(field(&c, 0, "radius"), ""); /* (Mg,Co)O */
    free(c.text);
    kiln_screen_free(screen);
    ck_assert_int_eq(kiln_element_table_parse(ctx, "element,S_R\nMg,1\n", 17, "e.csv", &clash), KILN_OK);
    q.elements = clash;
    ck_assert_int_eq(kiln_screen_create(ctx, &q, &screen), KILN_E_ARG);
    ck_assert_error_has("column \"S_R\" of a table is one of the screening");
    kiln_element_table_free(clash);
    kiln_element_table_free(t);
}
END_TEST

/* ---- Memory ---- */

static const char small_database[] = "kiln: 1\nname: small\nphases:\n"
                                     "  a:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Zn]}]\n"
                                     "    end_members:\n      - {at: [Mg], G: 0}\n      - {at: [Zn], G: 2000}\n"
                                     "  b:\n    formula: M\n    sublattices: [{name: M, sites: 1, constituents: [Mg, Zn]}]\n"
                                     "    end_members:\n      - {at: [Mg], G: 3000}\n      - {at: [Zn], G: 0}\n";

static const kiln_solver_options *solver_of_all;

/* Candidates, a table of elements, rows in a file, the best of them, and the report on it. */
static kiln_status do_all(kiln_context *own, const kiln_database *small, const char *path)
{
    static const char *const formulas[] = {"(*)"}, *const phases[] = {"a"};
    kiln_candidates_options c;
    kiln_screening_options o;
    kiln_candidates *made = NULL;
    kiln_element_table *table = NULL;
    kiln_screen *screen = NULL;
    kiln_screening *screening = NULL;
    kiln_report *report = NULL;
    char *text = NULL;
    kiln_atmosphere closed;
    (void)kiln_candidates_options_init(&c, KILN_CANDIDATES_OPTIONS_VERSION);
    (void)kiln_screening_options_init(&o, KILN_SCREENING_OPTIONS_VERSION);
    c.kind = KILN_CANDIDATES_GRID;
    c.formulas = formulas;
    c.n_formulas = 1;
    c.from = "Mg,Zn";
    o.where = "price_per_kg > 1 and phase == 'a'";
    o.sort = "-T_low_C";
    o.top = 2;
    o.path = path;
    kiln_status status = kiln_candidates_create(own, &c, &made);
    if (status == KILN_OK) status = kiln_element_table_parse(own, elements, sizeof elements - 1, "e.csv", &table);
    if (status == KILN_OK) status = kiln_atmosphere_parse(own, "closed", &closed);
    kiln_screen_question question = {.db = small, .candidates = made, .elements = table, .n_phases = 1, .phases = phases};
    question.n_atmospheres = 1;
    question.atmospheres = &closed;
    question.solver_options = solver_of_all;
    if (status == KILN_OK) status = kiln_screen_create(own, &question, &screen);
    if (status == KILN_OK) status = kiln_screening_run(own, screen, &o, &screening);
    if (status == KILN_OK) status = kiln_report_screen(own, screening, &report);
    if (status == KILN_OK) status = kiln_report_write(report, KILN_REPORT_TEXT, &text, NULL);
    if (status == KILN_OK) {
        ck_assert_int_eq(kiln_screening_n_best(screening), 1); /* Mg alone has a price */
        ck_assert_str_eq(kiln_screening_best(screening, 0, NULL)[0].text, "Mg");
    }
    kiln_report_text_free(own, text);
    kiln_report_free(report);
    kiln_screening_free(screening);
    kiln_screen_free(screen);
    kiln_element_table_free(table);
    kiln_candidates_free(made);
    return status;
}

static void remove_rows(const char *path)
{
    char record[64];
    snprintf(record, sizeof record, "%s.state", path);
    unlink(path);
    unlink(record);
}

/* A file of each kind, begun where memory ends at every place, and gone on with in the end. */
START_TEST(a_failing_allocation_is_reported_and_nothing_leaks)
{
    static const char *const ends[] = {"csv", "jsonl", "sqlite"};
    const kiln_allocator counting = {counting_alloc, counting_release, NULL};
    kiln_context *own = NULL;
    kiln_database *small = NULL;
    char path[48];
    int failures = 0;
    snprintf(path, sizeof path, "/tmp/kiln-screen-%ld.%s", (long)getpid(), ends[_i]);
    calls = out_now = fail_at = 0;
    ck_assert_int_eq(kiln_context_create(&counting, &own), KILN_OK);
    ck_assert_int_eq(kiln_database_parse(own, small_database, sizeof small_database - 1, "small", NULL, &small), KILN_OK);
    const long before = out_now;
    kiln_status status = KILN_E_NOMEM;
    for (long at = 1; status != KILN_OK; ++at) {
        calls = 0;
        fail_at = at;
        status = do_all(own, small, path);
        fail_at = 0;
        ck_assert_int_eq(out_now, before);
        ck_assert_msg(status == KILN_OK || status == KILN_E_NOMEM, "%ld: %d, %s", at, (int)status, kiln_context_error(own));
        failures += status != KILN_OK;
        if (at % 3 == 0) remove_rows(path);
    }
    ck_assert_int_gt(failures, 30);
    ck_assert_int_eq(do_all(own, small, path), KILN_OK); /* finished */
    remove_rows(path);
    kiln_database_free(small);
    kiln_context_free(own);
    ck_assert_int_eq(out_now, 0);
}
END_TEST

/* A file is gone on with only where its rows would be the same, by what the tool has no option for, too. */
START_TEST(another_tolerance_is_another_question)
{
    kiln_solver_options so;
    kiln_database *small;
    char path[48];
    snprintf(path, sizeof path, "/tmp/kiln-screen-%ld.csv", (long)getpid());
    ck_assert_int_eq(kiln_solver_options_init(&so, KILN_SOLVER_OPTIONS_VERSION), KILN_OK);
    ck_assert_int_eq(kiln_database_parse(ctx, small_database, sizeof small_database - 1, "small", NULL, &small), KILN_OK);
    solver_of_all = &so;
    ck_assert_int_eq(do_all(ctx, small, path), KILN_OK);
    ck_assert_int_eq(do_all(ctx, small, path), KILN_OK);
    so.tolerance_J_mol *= 10.0;
    ck_assert_int_eq(do_all(ctx, small, path), KILN_E_IO);
    ck_assert_error_has("belongs to another screening");
    so.tolerance_J_mol /= 10.0;
    so.max_rounds += 1;
    ck_assert_int_eq(do_all(ctx, small, path), KILN_E_IO);
    solver_of_all = NULL;
    remove_rows(path);
    kiln_database_free(small);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("screen");
    TCase *tc = tcase_create("screen");
    tcase_add_checked_fixture(tc, setup, teardown);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, rows_are_the_same_on_any_number_of_threads);
    tcase_add_test(tc, a_row_is_a_window);
    tcase_add_test(tc, a_row_by_itself_is_the_row_of_its_unit);
    tcase_add_test(tc, samples_give_sigmas_and_probabilities);
    tcase_add_test(tc, what_cannot_be_computed_is_a_row);
    tcase_add_test(tc, who_takes_units_may_end_it);
    tcase_add_test(tc, an_interrupted_screening_has_given_whole_units);
    tcase_add_test(tc, questions_are_checked_at_once);
    tcase_add_test(tc, elements_make_numbers_of_a_compound);
    tcase_add_loop_test(tc, a_malformed_table_of_elements_says_where, 0, (int)(sizeof element_errors / sizeof *element_errors));
    tcase_add_test(tc, elements_are_columns_of_rows);
    tcase_add_loop_test(tc, a_failing_allocation_is_reported_and_nothing_leaks, 0, 3);
    tcase_add_test(tc, another_tolerance_is_another_question);
    return run_suite(suite);
}
