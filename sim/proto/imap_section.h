/* imap_section.h - the data items of FETCH that show a letter's octets (RFC 9051 6.4.5.1). */
#ifndef MAILFLOW_PROTO_IMAP_SECTION_H
#define MAILFLOW_PROTO_IMAP_SECTION_H

#include "sim/mail/message.h"
#include "sim/proto/imap_lex.h"

enum imap_section_what {
    SECTION_WHOLE,
    SECTION_HEADER,
    SECTION_FIELDS,
    SECTION_FIELDS_NOT,
    SECTION_TEXT,
    SECTION_MIME
};
struct imap_section {
    enum imap_section_what what;
    uint32_t *numbers; /* part numbers */
    size_t number_count;
    slice *fields;
    size_t field_count;
    bool partial;
    bool global;           /* IMAP4rev2: message/global has parts, too */
    uint64_t from, octets; /* of <from.octets> */
};

/* "[...]" and "<o.n>" behind BODY or BODY.PEEK. */
bool imap_section_parse(struct imap_lex *l, struct imap_section *s_r);
void imap_section_name(const struct imap_section *s, struct outq *out); /* "[TEXT]<0>" */
/* The octets as a literal, by reference; NIL where there is no such part. */
void imap_section_write(const struct imap_section *s, struct message *m, struct arena *a,
                        struct outq *out);
/* Does it show all of the letter's text? */
bool imap_section_is_whole(const struct imap_section *s, const struct message *m);

#endif
