/* What a stranger's program would do first: use the installed library with its own database, and print versions. */
#include <kiln/kiln.h>
#include <stdio.h>

int main(void)
{
    kiln_context *ctx;
    kiln_composition composition;
    kiln_database *db = NULL;
    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 1;
    kiln_status status = kiln_composition_parse(ctx, "(Mg,Co,Ni,Cu,Zn)O", &composition);
    printf("kiln %s: %s\n", KILN_VERSION_STRING, kiln_status_text(status));
    if (status == KILN_OK) status = kiln_database_load(ctx, NULL, &db);
    if (status == KILN_OK) printf("database %s from %s\n", kiln_database_name(db), kiln_database_file(db, 0));
    else fprintf(stderr, "%s\n", kiln_context_error(ctx));
    kiln_database_free(db);
    kiln_context_free(ctx);
    return status == KILN_OK ? 0 : 1;
}
