/* Private: "did you mean". */
#ifndef KILN_TEXT_NEAREST_H
#define KILN_TEXT_NEAREST_H

/* Letters to insert, leave out or change between two words, ignoring case (V.I. Levenshtein, Sov. Phys. Dokl. 10 (1966) 707); a large number for long words. */
int kiln_i_word_distance(const char *a, const char *b);
/* A slip or two; more would be another word. */
int kiln_i_word_slips(const char *word);

#endif
