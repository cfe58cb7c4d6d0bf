/* list_fields.h - what a mailing list writes into a letter: List-Id (RFC 2919) and the fields of
 * RFC 2369, and what it may be told to change (RFC 5321 3.9.2 calls such a list a full MUA).
 * Letters are never changed in place: what comes out shares what was not touched. */
#ifndef MAILFLOW_MAIL_LIST_FIELDS_H
#define MAILFLOW_MAIL_LIST_FIELDS_H

#include "sim/mail/message.h"

struct list_fields {
    slice local, domain;  /* the address: friends@example.org */
    slice description;    /* phrase before the List-Id; UTF-8, may be empty */
    slice archive;        /* a URL; empty: no archive, no field */
    slice subject_prefix; /* "[friends] "; empty: the Subject stays */
    slice footer;         /* behind a plain text; empty: none */
    bool reply_to_list;   /* Reply-To is replaced */
    bool closed;          /* only the owner posts: List-Post: NO (RFC 2369 3.4) */
};
/* "friends.example.org", as List-Id names it. */
void list_id(const struct list_fields *l, struct buf *out);
/* Has it been through this list? */
bool list_has_seen(const struct list_fields *l, slice header);
/* The letter as the list sends it.  *footer_r: there is one, or none was wanted. */
struct message *list_letter(const struct list_fields *l, struct message *original, bool *footer_r);

#endif
