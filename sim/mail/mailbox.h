/* mailbox.h - one mailbox: messages with UIDs, flags and mod-sequences (RFC 9051 2.3, RFC 7162).
 * UIDs rise strictly and are never used twice under one UIDVALIDITY; each change gets a
 * mod-sequence of its own, a removal too. */
#ifndef MAILFLOW_MAIL_MAILBOX_H
#define MAILFLOW_MAIL_MAILBOX_H

#include "sim/base/fmt.h"
#include "sim/mail/message.h"

enum mailbox_flag { /* RFC 9051 2.3.2 */
                    FLAG_SEEN = 1,
                    FLAG_ANSWERED = 2,
                    FLAG_FLAGGED = 4,
                    FLAG_DELETED = 8,
                    FLAG_DRAFT = 16,
                    FLAG_SYSTEM_COUNT = 5
};
#define FLAG_SYSTEM           ((UINT32_C(1) << FLAG_SYSTEM_COUNT) - 1)
#define MAILBOX_KEYWORDS_MAX  24 /* bits 5 to 28 of the flags, by the table of the mailbox */
#define MAILBOX_KEYWORD_BYTES 64 /* the longest name of one that is kept */
/* "\\Seen" and so on, by bit number; for parsing without case and printing. */
extern const slice mailbox_flag_names[FLAG_SYSTEM_COUNT];

enum mailbox_use { /* RFC 6154 2 */
                   MAILBOX_NO_USE,
                   MAILBOX_SENT,
                   MAILBOX_DRAFTS,
                   MAILBOX_TRASH,
                   MAILBOX_JUNK,
                   MAILBOX_ARCHIVE,
                   MAILBOX_USE_COUNT
};
extern const slice mailbox_use_names[MAILBOX_USE_COUNT]; /* "\\Sent" and so on; the first is "" */

struct mail_item {
    uint32_t uid;
    uint32_t flags;
    uint64_t modseq;
    sim_time received;       /* when it was appended */
    int64_t internal_date;   /* Unix seconds (RFC 9051 2.3.3) */
    uint32_t letter;         /* trace name of its Message-ID; 0: not known */
    struct message *message; /* held */
};

struct mailbox_log;
struct mailbox {
    slice name; /* "INBOX" */
    uint32_t uid_validity, uid_next;
    uint32_t recent_from; /* the first UID of which no IMAP session was told (RFC 3501 2.3.2) */
    uint8_t use;          /* enum mailbox_use */
    bool no_select;       /* a name only: others lie under it (\Noselect); it has no messages */
    bool locked;          /* by a POP3 session (RFC 1939 4) */
    bool gone;            /* deleted; whoever still has it open sees it empty and should leave */
    uint64_t modseq;      /* highest given out; 1 in a new mailbox */
    size_t count;
    size_t unseen, deleted; /* so many are without \Seen, with \Deleted */
    uint64_t octets;        /* of all messages */
    slice *keywords;        /* owned; [i] is bit FLAG_SYSTEM_COUNT + i */
    uint32_t keyword_count;
    uint32_t keywords_written; /* so many of them its host has put into the trace */
    uint64_t revision;         /* counts every change; watchers compare */
    /* In UID order with one hole in it, so that going through it and taking away costs one pass:
     * ask mailbox_at(). */
    struct mail_item *slots;
    size_t cap, hole_at, hole_len;
    struct mailbox_log *log; /* NULL: nobody ever watched */
};

/* Runs of UIDs, ascending and apart from each other. */
struct uid_run {
    uint32_t from, to;
};
struct uid_runs {
    struct uid_run *items; /* mem_free() them */
    size_t count, cap;
};

void mailbox_init(struct mailbox *m, slice name_lives_on, uint32_t uid_validity);
void mailbox_deinit(struct mailbox *m);
/* Gives the UID. */
uint32_t mailbox_append(struct mailbox *m, struct message *take, uint32_t letter, uint32_t flags,
                        sim_time at, int64_t internal_date);
/* Item number i, from 0, in UID order; it moves when the mailbox changes. */
static inline struct mail_item *mailbox_at(const struct mailbox *m, size_t i)
{
    return &m->slots[i < m->hole_at ? i : i + m->hole_len];
}
struct mail_item *mailbox_find(struct mailbox *m, uint32_t uid); /* NULL: gone */
/* Index of the first item whose UID is >= uid; count where there is none. */
size_t mailbox_lower(const struct mailbox *m, uint32_t uid);
bool mailbox_flags(struct mailbox *m, uint32_t uid, uint32_t flags); /* replaced; true: changed */
bool mailbox_remove(struct mailbox *m, uint32_t uid); /* moves modseq on; false: was gone */
/* The server lost what it knew of UIDs: a new UIDVALIDITY, and all are numbered anew from 1. */
void mailbox_renumber(struct mailbox *m, uint32_t uid_validity);

/* The bit of a keyword, compared without case; 0: unknown, and where it was to be added the table
 * is full or the name too long. */
uint32_t mailbox_keyword(struct mailbox *m, slice name, bool add);
/* Flags of a message of `from`, as they are said in `to`, which learns the keywords. */
uint32_t mailbox_flags_in(struct mailbox *to, const struct mailbox *from, uint32_t flags);

/* From now on what happened is remembered, and asking costs what is answered; before, and for times
 * before, it costs one walk through all.  Does nothing the second time. */
void mailbox_watch(struct mailbox *m);
/* UIDs of the messages whose mod-sequence is above `since`. */
void mailbox_changed(const struct mailbox *m, uint64_t since, struct uid_runs *runs_r);
/* UIDs of those removed by a mod-sequence above `since`.  Where that was forgotten (RFC 7162 5.2
 * lets a server forget) all that are not there, used or never used, below UIDNEXT. */
void mailbox_vanished(const struct mailbox *m, uint64_t since, struct uid_runs *runs_r);
/* Adds from:to behind the last one; neighbours join.  Nothing is added below the last. */
void uid_runs_add(struct uid_runs *runs, uint32_t from, uint32_t to);

#endif
