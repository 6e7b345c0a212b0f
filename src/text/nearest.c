#include <kiln/nearest.h>

#include <string.h>

enum { MAX_WORD = 64 };

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

static int distance(const char *a, const char *b)
{
    int row[MAX_WORD + 1];
    const int n = (int)strlen(a), m = (int)strlen(b);
    if (n > MAX_WORD || m > MAX_WORD) return MAX_WORD;
    for (int j = 0; j <= m; ++j) row[j] = j;
    for (int i = 1; i <= n; ++i) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= m; ++j) {
            const int change = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            const int gap = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < gap ? change : gap;
        }
    }
    return row[m];
}

kiln_nearest kiln_nearest_to(const char *word)
{
    const size_t length = strlen(word);
    return (kiln_nearest){.word = word, .slips = length < 4 ? 1 : length < 12 ? 2 : 3}; /* more would be another word */
}

void kiln_nearest_offer(kiln_nearest *search, const char *name)
{
    const int d = distance(search->word, name);
    if (d > search->slips || (search->name && d == search->slips)) return;
    search->name = name;
    search->slips = d;
}
