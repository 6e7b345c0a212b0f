/* Stands in for libFuzzer: feeds every file of the folders and files named on the command line to the target once. */
#define _POSIX_C_SOURCE 200809L

#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    uint8_t *data = NULL;
    size_t used = 0, room = 0, got = 1;
    while (got) {
        if (used == room) {
            room = 2 * room + 4096;
            data = realloc(data, room);
            fuzz_require(data != NULL);
        }
        got = fread(data + used, 1, room - used, file);
        used += got;
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, used);
    free(data);
    return 1;
}

static int replay_path(const char *path)
{
    struct stat info;
    char child[4096];
    int n = 0;
    if (stat(path, &info) != 0) return 0;
    if (!S_ISDIR(info.st_mode)) return replay_file(path);
    DIR *folder = opendir(path);
    if (!folder) return 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        const int length = snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' && length > 0 && length < (int)sizeof child) n += replay_path(child);
    }
    closedir(folder);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;
    for (int i = 1; i < argc; ++i) n += replay_path(argv[i]);
    printf("replayed %d inputs\n", n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE; /* an empty corpus would prove nothing */
}
