/* pop3_list.h - what a server said in UIDL and LIST, joined by message number (RFC 1939 5, 7).
 * Both listings are read in rising order of numbers; a line out of order, or one that is not
 * understood, is passed over. */
#ifndef MAILFLOW_PROTO_POP3_LIST_H
#define MAILFLOW_PROTO_POP3_LIST_H

#include "sim/proto/pop3.h"

#define POP3_LIST_MAX (1u << 20) /* lines believed; a stranger must not fill our memory */
#define POP3_UID_MAX  70         /* RFC 1939 7 */

struct pop3_list_item {
    uint32_t number;
    uint32_t uid_len;
    size_t uid_at; /* in `text` */
    uint64_t size;
};

struct pop3_list {                /* zeroed: empty */
    struct pop3_list_item *items; /* of LIST */
    size_t count, cap;
    struct pop3_list_item *uids; /* of UIDL */
    size_t uid_count, uid_cap, uid_at;
    struct buf text;
};

void pop3_list_deinit(struct pop3_list *l);
void pop3_list_uidl(struct pop3_list *l, slice line); /* "3 whqtswO00WBw418f9t5JxYwZ" */
void pop3_list_size(struct pop3_list *l, slice line); /* "3 1205"; after all of UIDL */
/* A name for one of `items` that has none. */
void pop3_list_name(struct pop3_list *l, size_t item, slice name);
slice pop3_list_uid(const struct pop3_list *l, const struct pop3_list_item *item);

#endif
