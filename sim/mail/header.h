/* header.h - fields of a header section (RFC 5322 2.2), read without copying. */
#ifndef MAILFLOW_MAIL_HEADER_H
#define MAILFLOW_MAIL_HEADER_H

#include "sim/base/buf.h"

struct header_field {
    slice name;  /* without the colon */
    slice body;  /* as it stands, folds included, without the last CRLF, blanks at both ends cut */
    slice whole; /* name to final CRLF */
};

/* Takes the next field off *rest; false at the empty line, at the end, or at a line that is no
 * field. */
bool header_next(slice *rest, struct header_field *f_r);
bool header_find(slice header, slice name, struct header_field *f_r); /* the first of that name */
size_t header_count(slice header, slice name);
void header_unfold(slice body, struct buf *out); /* CRLF before a blank goes (RFC 5322 2.2.3) */
/* What a server asks of every letter, found in one pass. */
struct header_survey {
    size_t received; /* Received fields: the hops so far */
    bool has_date, has_message_id;
    bool has_bcc;     /* or Resent-Bcc */
    slice message_id; /* as header_message_id() */
    bool has_return_path;
    slice from, sender, subject; /* bodies of the first such fields; empty: none */
};
void header_survey(slice header, struct header_survey *survey_r);
/* Message-ID without the angle brackets, borrowed; empty where there is none. */
slice header_message_id(slice header);
/* May this id, of a stranger, be repeated in a field?  No blanks, nothing but ASCII, not too long.
 */
bool header_id_is_plain(slice id);

#endif
