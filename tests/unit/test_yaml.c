/* The YAML tree: what is read, what is refused and where. */
#include "text/yaml.h"

#include "support.h"

static kiln_i_yaml *yaml;

static kiln_status parse_bytes(const char *text, size_t length) { return kiln_i_yaml_parse(ctx, text, length, "f.yaml", &yaml); }
static kiln_status parse(const char *text) { return parse_bytes(text, strlen(text)); }

START_TEST(every_node_knows_its_place)
{
    ck_assert_int_eq(parse("a: 1\nb:\n  - x\n  - {c: \"d\"}\ne: 'it''s'\nf: >-\n  two\n  words\n"), KILN_OK);
    const kiln_i_yaml_node *b = kiln_i_yaml_get(yaml->root, "b"), *item = b->first->next, *d = kiln_i_yaml_get(item, "c");
    const kiln_i_yaml_node *e = kiln_i_yaml_get(yaml->root, "e"), *f = kiln_i_yaml_get(yaml->root, "f");
    ck_assert_int_eq(yaml->root->n, 4);
    ck_assert_int_eq(b->kind, KILN_YAML_SEQUENCE);
    ck_assert_int_eq(b->line, 3);
    ck_assert_int_eq(b->column, 3);
    ck_assert_int_eq(item->kind, KILN_YAML_MAPPING);
    ck_assert_int_eq(item->line, 4);
    ck_assert_int_eq(item->column, 5);
    ck_assert_str_eq(d->text, "d");
    ck_assert_int_eq(d->line, 4);
    ck_assert_int_eq(d->column, 10);
    ck_assert_int_eq(d->key->column, 6);
    ck_assert_str_eq(e->text, "it's");
    ck_assert_str_eq(f->text, "two words");
    ck_assert_ptr_null(kiln_i_yaml_get(yaml->root, "g"));
    kiln_i_yaml_free(yaml);
}
END_TEST

/* A byte of a folded text is where it stands in the file. */
START_TEST(a_place_inside_a_folded_scalar_is_found)
{
    int line, column;
    ck_assert_int_eq(parse("g:\n    1 +\n      22 + x\n"), KILN_OK);
    const kiln_i_yaml_node *g = kiln_i_yaml_get(yaml->root, "g");
    ck_assert_str_eq(g->text, "1 + 22 + x");
    kiln_i_yaml_position(yaml, g, 9, &line, &column);
    ck_assert_int_eq(line, 3);
    ck_assert_int_eq(column, 12);
    kiln_i_yaml_position(yaml, g, 0, &line, &column);
    ck_assert_int_eq(line, 2);
    ck_assert_int_eq(column, 5);
    kiln_i_yaml_free(yaml);
}
END_TEST

static const struct {
    const char *text, *message;
} refused[] = {{"", "f.yaml:1:1: expected a mapping, found an empty file"},
               {"# only a comment\n", "f.yaml:1:1: expected a mapping, found an empty file"},
               {"a: &x 1\n", "f.yaml:1:5: anchors"},
               {"a: 1\nb: *x\n", "f.yaml:2:5: aliases"},
               {"a:\n  <<: {b: 1}\n", "f.yaml:2:3: expected a key, found a merge key"},
               {"a: !!str 1\n", "f.yaml:1:4: tags"},
               {"a: 1\n---\nb: 2\n", "f.yaml:2:1: expected one document"},
               {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: expected each key once, found \"a\" again (first at line 1)"},
               {"[a]: 1\n", "f.yaml:1:1: expected a key, found a collection"},
               {"%YAML 1.2\n---\na: 1\n", "f.yaml:1:1: expected YAML without directives"},
               {"a:\n - ? n: \t|\n  b\n", "f.yaml:2:4: expected a key without ?"},
               {"a: \x01\n", "f.yaml:1:4: expected text, found a control character"},
               {"a: 1\nb: \xFF\n", "f.yaml:2:4: expected UTF-8"},
               {"a: [1, 2\n", "f.yaml:2:1: "},
               {"a: \"x\n", "f.yaml:"},
               {"a: b: c\n", "f.yaml:1:"},
               {"\ta: 1\n", "f.yaml:1:"}};

START_TEST(what_is_not_accepted_is_refused_with_its_place)
{
    ck_assert_int_eq(parse(refused[_i].text), KILN_E_PARSE);
    ck_assert_ptr_null(yaml);
    ck_assert_error_has(refused[_i].message);
}
END_TEST

START_TEST(a_nul_byte_is_refused_with_its_place)
{
    ck_assert_int_eq(parse_bytes("a: 1\nb: \0 2\n", 12), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:2:4: expected text, found a NUL byte");
}
END_TEST

START_TEST(depth_is_limited)
{
    char text[256] = "";
    for (int i = 0; i < 40; i++) strcat(text, "[");
    for (int i = 0; i < 40; i++) strcat(text, "]");
    ck_assert_int_eq(parse(text), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:1:33: expected at most 32 levels");
}
END_TEST

START_TEST(an_unknown_key_is_told_the_known_ones)
{
    static const char *const valid[] = {"formula", "G", NULL};
    ck_assert_int_eq(parse("formula: x\nGibbs: 1\n"), KILN_OK);
    ck_assert_int_eq(kiln_i_yaml_check_keys(yaml, yaml->root, valid), KILN_E_PARSE);
    ck_assert_str_eq(kiln_context_error(ctx), "f.yaml:2:1: expected one of the keys formula, G; found \"Gibbs\"");
    kiln_i_yaml_free(yaml);
}
END_TEST

START_TEST(kinds_and_absent_keys_are_errors_with_a_place)
{
    const kiln_i_yaml_node *node;
    ck_assert_int_eq(parse("a: [1]\nb:\n"), KILN_OK);
    ck_assert_int_eq(kiln_i_yaml_expect(yaml, kiln_i_yaml_get(yaml->root, "a"), KILN_YAML_SCALAR, "a"), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:1:4: expected a as one value, found a sequence");
    ck_assert_int_eq(kiln_i_yaml_expect(yaml, kiln_i_yaml_get(yaml->root, "b"), KILN_YAML_SCALAR, "b"), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:2:");
    ck_assert_int_eq(kiln_i_yaml_require(yaml, yaml->root, "c", &node), KILN_E_PARSE);
    ck_assert_error_has("f.yaml:1:1: expected the key \"c\", which is missing");
    kiln_i_yaml_free(yaml);
}
END_TEST

START_TEST(an_absent_file_is_an_io_error)
{
    ck_assert_int_eq(kiln_i_yaml_load(ctx, "/nonexistent/file.yaml", &yaml), KILN_E_IO);
    ck_assert_ptr_null(yaml);
    ck_assert_error_has("/nonexistent/file.yaml");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("yaml");
    TCase *tc = context_case(suite, "yaml");
    tcase_add_test(tc, every_node_knows_its_place);
    tcase_add_test(tc, a_place_inside_a_folded_scalar_is_found);
    tcase_add_loop_test(tc, what_is_not_accepted_is_refused_with_its_place, 0, (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tc, a_nul_byte_is_refused_with_its_place);
    tcase_add_test(tc, depth_is_limited);
    tcase_add_test(tc, an_unknown_key_is_told_the_known_ones);
    tcase_add_test(tc, kinds_and_absent_keys_are_errors_with_a_place);
    tcase_add_test(tc, an_absent_file_is_an_io_error);
    return run_suite(suite);
}
