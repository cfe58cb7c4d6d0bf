/* mua_box.h - private to mua*.c: what is on a device, what it is still to tell its server, and the
 * connection over which they come to agree. */
#ifndef MAILFLOW_ACTORS_MUA_BOX_H
#define MAILFLOW_ACTORS_MUA_BOX_H

#include "sim/actors/mua.h"
#include "sim/mail/local.h"

#define MUA_AWAITS UINT32_C(0xffffffff) /* local_item.mark: a server was asked to make this one */

/* ---- what the server is still to be told (RFC 4549 3) ---- */

enum mua_deed {
    DEED_FLAGS,
    DEED_MOVE,
    DEED_COPY,
    DEED_APPEND,
    DEED_REMOVE,
    DEED_CREATE,
    DEED_RENAME,
    DEED_DELETE
};
struct mua_op {
    enum mua_deed deed;
    struct local_folder *folder; /* where the letter is, or the folder itself; APPEND: NULL */
    struct local_folder *to;     /* MOVE, COPY, APPEND; NULL else */
    uint32_t uid, to_uid;        /* of the letter in both */
    uint32_t add, take;          /* FLAGS */
    uint32_t letter;
    slice was;              /* RENAME: what the server calls it */
    struct local_item held; /* MOVE, APPEND: the letter as it was, with its text */
    slice why;              /* it is not to be done: say why; ptr NULL: it is */
    bool tried;             /* said to a server that did not answer */
    bool looked;            /* its letter was looked for */
    bool make;              /* its folder is to be made for it first */
    bool made;              /* its folder was made for it */
    bool running;
    bool implied; /* RENAME: of a folder within one that is renamed; nothing is said */
    uint8_t step; /* of the commands that it takes */
};

/* A letter that a POP3 server has, or had: RFC 1939 7. */
struct mua_unique {
    sim_time since; /* when it was taken */
    uint32_t uid;   /* in the INBOX here; 0: it never was */
    uint64_t visit; /* the last one that listed it */
    bool unwanted;  /* deleted here */
    bool wanted;    /* its text is asked for, whatever its size */
    bool partial;   /* only its header is here */
};

struct mua_box {
    struct local local;
    struct local_folder *inbox;
    struct mua_op *ops; /* [op_first, op_count) */
    size_t op_first, op_count, op_cap;
    size_t op_told;        /* so many of the first, of which was told that they wait */
    struct intern uniques; /* names; the index of `unique` */
    struct mua_unique *unique;
    size_t unique_cap;
    uint64_t visit;
    bool no_uidl_told, expire_told;
    bool may_top;               /* the POP3 server shows the header alone */
    struct local_folder *shown; /* MUA_ONLINE: the text on the screen */
    uint32_t shown_uid;
};

/* mua_box.c */
void mua_box_init(struct mua *u);
void mua_box_deinit(struct mua *u);
/* A folder that is new here; wire: the server's name of it, empty: made of `name`. */
struct local_folder *mua_folder_add(struct mua *u, slice name, slice wire);
void mua_folder_tell(struct mua *u, const struct local_folder *f, slice was); /* FOLDER */
void mua_folder_remove(struct mua *u, struct local_folder *f);                /* with its letters */
void mua_folder_call(struct mua *u, struct local_folder *f, slice name, slice wire);
/* The folder for that, made where there is none; the journal has it then. */
struct local_folder *mua_folder_for(struct mua *u, enum mailbox_use use);
void mua_tell_item(struct mua *u, enum trace_kind kind, const struct local_folder *f,
                   const struct local_item *item, uint32_t number);
void mua_tell_new(struct mua *u, enum trace_kind kind, const struct local_folder *f,
                  const struct local_item *item); /* and its flags */
/* Which letter it is and its subject, from its header, whatever else of it is here. */
void mua_learn(struct mua *u, struct local_item *item, const struct message *message);
/* The text came: `told` are the flags that the trace knows of it. */
void mua_take_text(struct mua *u, struct local_folder *f, struct local_item *item,
                   struct message *message, uint32_t told);
void mua_set_flags(struct mua *u, struct local_folder *f, struct local_item *item, uint32_t flags);
void mua_drop_item(struct mua *u, struct local_folder *f, uint32_t uid);
uint32_t mua_keyword(struct mua *u, struct local_folder *f, slice keyword); /* its bit, or 0 */
void mua_forget_text(struct mua *u); /* MUA_ONLINE: nobody looks at it any more */
bool mua_lists(const struct mua *u); /* letters are shown before their texts are here */

/* mua_journal.c */
void mua_journal_add(struct mua *u, struct mua_op op);
struct mua_op *mua_journal_first(const struct mua *u); /* NULL: nothing is left */
size_t mua_journal_count(const struct mua *u);
void mua_journal_settle(struct mua *u, slice why); /* the first is over; empty: it was done */
void mua_journal_wait(struct mua *u);              /* the server cannot be told now: PENDING */
bool mua_journal_waited(const struct mua *u);      /* something had to wait */
void mua_journal_clear(struct mua *u);
uint32_t mua_journal_overlay(const struct mua *u, const struct local_folder *f, uint32_t uid,
                             uint32_t flags); /* of the server, as they are to be */
bool mua_journal_takes(const struct mua *u, const struct local_folder *f, uint32_t uid);
/* The first such UID from there on; UINT32_MAX: none. */
uint32_t mua_journal_next_taken(const struct mua *u, const struct local_folder *f, uint32_t from);
bool mua_journal_makes(const struct mua *u, const struct local_folder *f, uint32_t own);
void mua_journal_gone(struct mua *u, const struct local_folder *f, uint32_t from, uint32_t to,
                      slice why); /* letters with these UIDs */
/* A letter that we put there and have taken elsewhere since: now its UID there is known. */
bool mua_journal_meets(struct mua *u, struct local_folder *f, uint32_t letter, uint32_t uid);
void mua_journal_uid(struct mua *u, const struct local_folder *f, uint32_t own, uint32_t uid);
/* There is no such mailbox to look for letters in. */
void mua_journal_not_there(struct mua *u, const struct local_folder *f);

/* mua_hands.c */
void mua_hand(struct mua *u, enum verb verb, const void *args);
/* The server is to be told soon, unless somebody is about to anyway. */
void mua_tell_soon(struct mua *u);
void mua_keep_sent(struct mua *u, struct message *message, uint32_t letter);

/* ---- the IMAP connection ---- */

enum line_at {
    AT_LOGIN,
    AT_ENABLE,
    AT_LIST,
    AT_OPEN,
    AT_NOOP,
    AT_NEW,
    AT_CHANGED,
    AT_UIDS,
    AT_MISSING,
    AT_TEXT,
    AT_READ,
    AT_DEED,
    AT_MAKE,
    AT_IDLE,
    AT_IDLE_ENDS
};
enum line_how { HOW_FLAGS, HOW_CONDSTORE, HOW_QRESYNC };

struct mua_line {
    struct pump *pump; /* NULL: there is none */
    uint64_t offers;
    enum line_at at;
    bool enable_asked, enabled; /* QRESYNC */
    bool uses_asked, listed;    /* the server's mailboxes, for their uses or all */
    bool waiting;               /* the server said "+" to IDLE */
    bool plain_only;            /* what SELECT takes with QRESYNC was refused */
    /* the folder that is open */
    struct local_folder *open;
    enum line_how how;
    bool first;     /* it was never seen before */
    bool caught_up; /* QRESYNC told what had changed */
    bool live;      /* they agreed since it was opened: news alone matter from there on */
    bool told_next, grew;
    uint32_t exists, next, known_next;
    uint64_t modseq;               /* HIGHESTMODSEQ as it was told last */
    uint64_t highest, seen_modseq; /* since it is live: RFC 7162 6, and of letters since the last
                                      tagged response */
    bool told_modseq;              /* since then */
    bool asked_noop, asked_new, asked_changed, asked_uids; /* for this agreement */
    uint32_t heard;                                        /* letters that were told of */
    uint32_t sweep;                                        /* marks those that the server has */
    uint32_t text_from;
    struct buf missing; /* a set of UIDs that the server has and we do not */
    /* the deed at hand */
    bool item_came, copied;
    uint32_t copied_uid, copied_validity;
};

/* mua_imap.c */
void mua_line_init(struct mua *u);
void mua_line_deinit(struct mua *u);
void mua_line_reset(struct mua *u, struct pump *p); /* NULL: there is none any more */
void mua_line_tell(struct mua *u, enum line_at at, uint16_t order, const void *detail);
bool mua_line_use(struct mua *u); /* a task begins: there is a connection */
void mua_line_failed(struct mua *u, slice line, bool no_tls);
bool mua_line_ended(struct mua *u, const struct pump *p); /* true: it was the one that idled */
bool mua_line_works(const struct mua *u);                 /* a task is at it; else it idles */
bool mua_is_imap_task(const struct mua *u, enum mua_task_kind kind);

/* mua_news.c */
void mua_news_item(struct mua *u, const struct session_event *ev);
void mua_news_exists(struct mua *u, uint32_t count);
void mua_news_removed(struct mua *u, uint32_t number, uint32_t uid); /* uid 0: not known */
void mua_news_vanished(struct mua *u, slice set, bool earlier);
void mua_news_set(struct mua *u, slice set);
void mua_news_sweep(struct mua *u, uint32_t below); /* those without the mark are gone */
void mua_news_copied(struct mua *u, const struct imap_copied *copied);
void mua_news_validity(struct mua *u, uint32_t validity);
void mua_news_modseq(struct mua *u, uint64_t highest); /* 0: NOMODSEQ */
void mua_news_tagged(struct mua *u);
void mua_set_add(struct buf *set, uint32_t uid); /* ",7" */

/* mua_sync.c: each says whether it told an order */
bool mua_sync_open(struct mua *u, struct local_folder *f);
bool mua_sync_folder(struct mua *u, struct local_folder *f);
bool mua_sync_due(struct mua *u);
void mua_sync_ready(struct mua *u);   /* what mua_sync.c told is done */
bool mua_sync_refused(struct mua *u); /* false: the task failed by it */
slice mua_wire(const struct mua *u, const struct local_folder *f); /* as the server calls it now */

/* mua_list.c */
bool mua_list_uses(struct mua *u);
bool mua_list_all(struct mua *u);
void mua_list_folder(struct mua *u, const struct imap_folder *found);
void mua_list_done(struct mua *u);

/* mua_replay.c */
bool mua_replay(struct mua *u);
void mua_replay_ready(struct mua *u, uint32_t uid);
void mua_replay_refused(struct mua *u, slice line);

/* mua_watch.c */
void mua_watch_start(struct mua *u);
void mua_watch_again(struct mua *u); /* a task is over */
void mua_watch_back(struct mua *u);  /* the device is on the network again */
void mua_watch_failed(struct mua *u);
void mua_watch_wake(struct mua *u, uint64_t cookie);
bool mua_watch_inbox(struct mua *u); /* it must be open for IDLE: an order was told for that */
bool mua_watch_idle(struct mua *u);  /* nothing is to be done: IDLE, where that is wanted */
void mua_watch_news(struct mua *u);  /* the server said that there is something new */
#define MUA_WAKE_TASK 0

#endif
