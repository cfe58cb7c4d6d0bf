/* address_list.h - the address-list of a header field with its names and groups (RFC 5322 3.4),
 * as IMAP's ENVELOPE shows it.  address.h finds addresses only; this also says whose they are.
 * Forgiving: everything is something. */
#ifndef MAILFLOW_MAIL_ADDRESS_LIST_H
#define MAILFLOW_MAIL_ADDRESS_LIST_H

#include "sim/base/arena.h"

enum address_entry_kind { ENTRY_MAILBOX, ENTRY_GROUP, ENTRY_GROUP_END };
struct address_entry {
    enum address_entry_kind kind;
    slice name;  /* display name, or of the group; quotes and comments undone; may be empty */
    slice route; /* "@a,@b" of an obsolete source route (RFC 5322 4.4); usually empty */
    slice local, domain; /* quotes undone */
};
struct address_reader {
    slice rest;
    struct arena *arena; /* lent: what is found lies there */
    bool in_group;
    char *scratch; /* in the arena; reused for each entry */
    size_t longest;
};
struct address_reader address_list_of(slice body, struct arena *lent);
bool address_entry_next(struct address_reader *r, struct address_entry *e_r);

#endif
