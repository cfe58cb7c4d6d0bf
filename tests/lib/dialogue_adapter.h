/* dialogue_adapter.h - what the adapters of the transcript runner share: keys of the head, lines of
 * the event log, answers. */
#ifndef MAILFLOW_TESTS_DIALOGUE_ADAPTER_H
#define MAILFLOW_TESTS_DIALOGUE_ADAPTER_H

#include "tests/lib/dialogue.h"

/* ---- the head ---- */

/* Where a key's value goes: the one pointer that is set says how it is written. */
struct dialogue_key {
    const char *name;
    slice *text;
    bool *yes; /* "yes" or "no" */
    size_t *size;
    uint8_t *few;         /* up to 255 */
    sim_time *time;       /* "5m" */
    enum tls_policy *tls; /* none, opportunistic, required */
};
/* false: none of these names, or a bad value. */
bool dialogue_set(const struct dialogue_key *keys, size_t count, slice name, slice value);

struct dialogue_bits {
    const char *word;
    uint32_t bits;
};
/* Words with spaces between them; false: one of them is not known. */
bool dialogue_set_bits(const struct dialogue_bits *words, size_t count, slice value,
                       uint32_t *bits_r);

/* ---- the event log: each adds a space and then what it is given ---- */
void dialogue_add_number(struct buf *log, uint64_t n);
void dialogue_add_text(struct buf *log, slice s); /* escaped; nothing at all if it is empty */
/* Its octets and its text, or its hash where the text is longer than `shown`. */
void dialogue_add_letter(struct buf *log, const struct message *m, size_t shown);

/* ---- answers ---- */
struct session_answer dialogue_answer(slice decision); /* "550 5.1.1 text"; empty: the yes */

#endif
