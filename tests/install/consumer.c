/* What a stranger's program would do first: exercise one function of the installed library and print its version. */
#include <kiln/kiln.h>
#include <stdio.h>

int main(void)
{
    kiln_context *ctx;
    kiln_composition composition;
    if (kiln_context_create(NULL, &ctx) != KILN_OK) return 1;
    const kiln_status status = kiln_composition_parse(ctx, "(Mg,Co,Ni,Cu,Zn)O", &composition);
    printf("kiln %s: %s\n", KILN_VERSION_STRING, kiln_status_text(status));
    kiln_context_free(ctx);
    return status == KILN_OK ? 0 : 1;
}
