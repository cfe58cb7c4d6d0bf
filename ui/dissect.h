/* dissect.h - the fields in the bytes of a flight or datagram, named as Wireshark names them.
 * Any bytes are taken: what does not fit is left out, and nothing outside of them is read.  Never
 * knows a trace. */
#ifndef MAILFLOW_UI_DISSECT_H
#define MAILFLOW_UI_DISSECT_H

#include "ui/field.h"
#include "ui/speech.h"

/* What one side of a dialogue says next; `s` has heard what came before and hears this. */
void dissect_said(struct speech *s, size_t side, slice bytes, struct hits *out);
/* Moves `s` on, and finds nothing. */
void dissect_skip(struct speech *s, size_t side, slice bytes);

/* One message (RFC 1035 4.1). */
void dissect_dns(slice message, struct hits *out);

/* Records of one direction of a connection (RFC 8446 5.1), cut anywhere. */
struct dissect_tls {
    uint8_t head[5]; /* of a record whose header is cut */
    uint8_t have;    /* octets of it */
    uint8_t type;    /* of the record that is under way */
    bool sealed;     /* what follows a change_cipher_spec cannot be read */
    bool lost;       /* this is no TLS */
    uint32_t left;   /* octets of it that are still to come */
};
void dissect_tls(struct dissect_tls *t, slice bytes, struct hits *out);

/* Private: one line each, for dissect.c.  `at` is where it begins. */
void dissect_smtp(size_t side, const struct speech_line *l, slice whole, size_t at,
                  struct hits *out);
void dissect_pop(size_t side, const struct speech_line *l, size_t at, struct hits *out);
void dissect_imap(size_t side, const struct speech_line *l, size_t at, struct hits *out);

/* Words of a line with their places. */
struct dissect_words {
    slice line;
    size_t at;       /* of the line in the bytes */
    size_t from, to; /* of the word in the line */
};
/* The next run of non-blanks; false: there is none. */
bool dissect_word(struct dissect_words *w, slice *word_r);
slice dissect_rest(const struct dissect_words *w, size_t *at_r); /* behind the word, trimmed */

#endif
