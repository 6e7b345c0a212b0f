#define _DEFAULT_SOURCE

#include "study.h"

#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void write_digest(SHA2_CTX *hash, char out[65])
{
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Final(digest, hash);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; ++i) sprintf(out + 2 * i, "%02x", digest[i]);
}

int cli_file_sha256(const char *path, char out[65])
{
    uint8_t bytes[65536];
    size_t n;
    SHA2_CTX hash;
    struct stat info;
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    if (!file) return 0;
    SHA256Init(&hash);
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0) SHA256Update(&hash, bytes, n);
    const int failed = ferror(file);
    fclose(file);
    if (failed) return 0;
    write_digest(&hash, out);
    return 1;
}

/* With its end, so that no two lists of texts look alike. */
static void add_text(SHA2_CTX *hash, const char *text) { SHA256Update(hash, (const uint8_t *)text, strlen(text) + 1); }

static int has_database(const cli_verb *verb)
{
    const struct poptOption *list[CLI_N_OPTIONS];
    const int n = cli_options_list(verb->options, list, 0);
    for (int i = 0; i < n; ++i)
        if (list[i]->val == CLI_DATABASE) return 1;
    return 0;
}

/* What the words say of the database; NULL: nothing. */
static const char *database_of(const json_t *words)
{
    size_t i;
    json_t *word;
    json_array_foreach (words, i, word) {
        const char *text = json_string_value(word);
        if (strcmp(text, "--database") == 0) return json_string_value(json_array_get(words, i + 1));
        if (strncmp(text, "--database=", 11) == 0) return text + 11;
    }
    return NULL;
}

/* Of the database with all its includes, or why there is none; each is read once. */
static const char *database_sha256(cli_keys *keys, const char *path)
{
    kiln_database *db;
    const char *name = path ? path : "", *known = json_string_value(json_object_get(keys->databases, name));
    if (known) return known;
    const kiln_status status = kiln_database_load(keys->session->ctx, path, &db);
    const char *found = status == KILN_OK ? kiln_database_sha256(db) : kiln_status_text(status);
    json_object_set_new(keys->databases, name, json_string(found));
    if (status == KILN_OK) kiln_database_free(db);
    known = json_string_value(json_object_get(keys->databases, name));
    return known ? known : "";
}

/* Words that name a file stand for what it holds, too. */
static void add_files(SHA2_CTX *hash, const json_t *words)
{
    size_t i;
    json_t *word;
    char sha256[65];
    json_array_foreach (words, i, word) {
        const char *text = json_string_value(word), *equals = strncmp(text, "--", 2) == 0 ? strchr(text, '=') : NULL;
        if (cli_file_sha256(equals ? equals + 1 : text, sha256)) add_text(hash, sha256);
    }
}

void cli_study_key(cli_keys *keys, const cli_verb *verb, const json_t *words, const json_t *look, const char *const *extensions,
                   int n_extensions, char key[65])
{
    SHA2_CTX hash;
    size_t i;
    json_t *word;
    key[0] = '\0';
    if (verb->reads_more) return;
    SHA256Init(&hash);
    add_text(&hash, kiln_version());
    json_array_foreach (words, i, word) add_text(&hash, json_string_value(word));
    add_text(&hash, "");
    json_array_foreach (look, i, word) add_text(&hash, json_string_value(word));
    add_text(&hash, "");
    for (int k = 0; k < n_extensions; ++k) add_text(&hash, extensions[k]);
    add_files(&hash, words);
    if (has_database(verb)) add_text(&hash, database_sha256(keys, database_of(words)));
    write_digest(&hash, key);
}
