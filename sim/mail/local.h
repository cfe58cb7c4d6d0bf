/* local.h - what a mail client has itself: folders with letters, as far as it was told of them.
 * A server's UIDs name the letters (RFC 4549 3); what the server does not know yet has a UID that
 * was given here, a "fake UID" (RFC 4549 5). */
#ifndef MAILFLOW_MAIL_LOCAL_H
#define MAILFLOW_MAIL_LOCAL_H

#include "sim/base/arena.h"
#include "sim/mail/mailbox.h"

/* UIDs from here on are given here.  Servers count from 1 and never come so far. */
#define LOCAL_UID_OWN UINT32_C(0xc0000000)

struct local_item {
    uint32_t uid, flags;     /* bits of enum mailbox_flag and of the folder's keywords */
    uint32_t letter;         /* the host's name for its Message-ID; 0: not known */
    uint32_t unique;         /* the host's, of a POP3 UIDL; 0: none */
    uint32_t mark;           /* the host's, for sweeps */
    bool gone;               /* private: taken out, and not swept away yet */
    uint64_t size;           /* octets, whether they are here or not; 0: not known */
    slice subject;           /* lives as long as the store */
    struct message *message; /* held; NULL: only listed */
};

struct local_folder {
    slice name;  /* as people see it, UTF-8 */
    slice wire;  /* as its server calls it; empty: no server knows it */
    uint32_t id; /* counts from 0, never used again */
    uint32_t trace;
    uint8_t use;                     /* enum mailbox_use */
    bool due;                        /* the host's: to be looked at again */
    bool listed;                     /* the host's: its server told of it */
    bool gone;                       /* the struct stays: who waits for it finds it out */
    uint32_t uid_validity, uid_next; /* 0 and 1: nothing is known */
    uint64_t modseq;                 /* HIGHESTMODSEQ that was caught up with; 0: none */
    uint32_t own_next;               /* LOCAL_UID_OWN and on */
    slice keywords[MAILBOX_KEYWORDS_MAX];
    size_t keyword_count;
    /* In UID order; those that are gone stand among them until there are too many. */
    struct local_item *items;
    size_t used, cap, dead;
};

struct local {
    struct arena *arena; /* lent, for names */
    struct local_folder **folders;
    size_t count, cap; /* those that are gone among them */
};

void local_init(struct local *l, struct arena *lent);
void local_deinit(struct local *l); /* everything is gone; local_init before more use */

/* INBOX is the same however it is written (RFC 9051 5.1).  NULL: none such. */
struct local_folder *local_folder_find(const struct local *l, slice name);
struct local_folder *local_folder_by_wire(const struct local *l, slice wire);
struct local_folder *local_folder_for(const struct local *l, enum mailbox_use use);
struct local_folder *local_folder_add(struct local *l, slice copied, slice wire);
void local_folder_remove(struct local_folder *f); /* with its letters */

/* How many letters: all, and those whose UID a server gave. */
size_t local_count(const struct local_folder *f);
size_t local_count_known(const struct local_folder *f);
/* Adds at its place by UID, which is new here; uid 0: one of our own is given.  Takes the message.
 * The pointer is good until the folder changes. */
struct local_item *local_add(struct local_folder *f, struct local_item take);
struct local_item *local_find(const struct local_folder *f, uint32_t uid); /* NULL: not here */
/* The first letter with such a UID or a greater one; NULL: there is none.  So walks go:
 * for (it = local_from(f, 0); it; it = local_from(f, it->uid + 1)) */
struct local_item *local_from(const struct local_folder *f, uint32_t uid);
/* The n-th letter that the server knows, from 0. */
struct local_item *local_nth(struct local_folder *f, size_t n);
/* false: it was not here.  taken_r, where given, gets the item and its message. */
bool local_remove(struct local_folder *f, uint32_t uid, struct local_item *taken_r);
/* The server has told the UID of one of our own.  Where it was there already, ours goes. */
struct local_item *local_settle(struct local_folder *f, uint32_t own, uint32_t uid);
/* Puts the text in its place, or throws it away (take NULL). */
void local_text(struct local_item *item, struct message *take);
/* The bit of a keyword, which is made where it is new; 0: the table is full. */
uint32_t local_keyword(struct local *l, struct local_folder *f, slice keyword, bool *new_r);
void local_keywords_out(const struct local_folder *f, uint32_t flags, struct buf *out);

#endif
