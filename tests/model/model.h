/* model.h - mailboxes under random commands of several sessions, beside a simple model of the rules
 * (RFC 3501, 9051, 7162, 6851, 4315) that shares no code with the server.
 *   truth.c    what is so: messages, flags, keywords, mod-sequences; told by the model's own count
 *   wire.c     a server session, fed in pieces, and what it said
 *   reader.c   responses apart into words
 *   belief.c   what a client believes, from the server's bytes only, held against the truth
 *   talk.c     a command and all that is said to it
 *   sets.c     sets of numbers, written and understood
 *   search.c   search keys, written and understood
 *   change.c   commands that change messages        look.c  commands that look at them
 *   box.c      SELECT, resynchronisation, STATUS, IDLE and the like
 *   pop.c      a POP3 session, and what happens from outside
 *   play.c     one run: step after step by chance   main.c  many runs, and what to do with a bad one
 */
#ifndef MAILFLOW_TESTS_MODEL_H
#define MAILFLOW_TESTS_MODEL_H

#include "sim/base/rng.h"
#include "sim/proto/imap.h"
#include "sim/proto/pop3.h"

#define SESSIONS      3
#define BOXES         2
#define LETTERS       24
#define KEYWORDS_MAX  24 /* as mailbox.h says */
#define KEYWORD_NAMES 30
#define NAME_MAX_     32
#define START_DATE    INT64_C(1788771601) /* Mon, 7 Sep 2026 09:00:01 +0000 */
#define NOBODY        (-1)

/* Another order than the server's, so that bits that are mixed up are seen. */
enum { F_ANSWERED = 1, F_DELETED = 2, F_DRAFT = 4, F_FLAGGED = 8, F_SEEN = 16, F_SYSTEM = 31 };
#define F_SYSTEM_COUNT 5
#define F_KEYWORD(i)   (UINT32_C(1) << (F_SYSTEM_COUNT + (i)))
#define F_RECENT       (UINT32_C(1) << 31)
extern const char *const model_flags[F_SYSTEM_COUNT];

enum { /* data items of FETCH */
       GOT_FLAGS = 1,
       GOT_UID = 2,
       GOT_MODSEQ = 4,
       GOT_SIZE = 8,
       GOT_DATE = 16,
       GOT_BODY = 32,
       GOT_SUBJECT = 64,
       GOT_ANY = 128,
       GOT_GONE = 256 /* VANISHED (EARLIER) */
};

struct letter {
    struct buf text;
    slice subject, from, body; /* into text */
    int64_t sent;
};

struct moment {
    uint64_t modseq;
    uint32_t flags;
};
struct mail {
    uint32_t uid, flags;
    uint64_t modseq, gone_at;
    const struct letter *letter;
    int64_t date;
    int recent; /* the session that has it as \Recent; NOBODY was told yet */
    bool alive;
    struct moment *past; /* its flags at all times */
    size_t past_count, past_cap;
    uint32_t got[SESSIONS]; /* by the running command of each session */
};
struct box {
    slice name;
    struct mailbox *real; /* for what happens from outside only */
    uint32_t uid_validity, uid_next;
    uint64_t modseq;
    struct mail *mails; /* all that ever were, by UID */
    size_t count, cap;
    char keywords[KEYWORDS_MAX][NAME_MAX_];
    size_t keyword_count;
};

struct row { /* what a client believes of one message */
    size_t mail;
    uint32_t flags;
    uint64_t modseq; /* 0: not known */
    bool uid_known, flags_known, recent;
};
struct kept { /* in a client's cache */
    uint32_t uid, flags;
};
struct cache {
    uint32_t uid_validity; /* 0: nothing is kept */
    uint64_t modseq;
    struct kept *items;
    size_t count, cap;
};

struct number_set;
enum style { STYLE_PLAIN, STYLE_CONDSTORE, STYLE_QRESYNC, STYLE_REV2, STYLE_COUNT };

enum permit { PERMIT_NO_EXPUNGE = 1, PERMIT_EARLIER = 2, PERMIT_SEARCH = 4, PERMIT_SELECT = 8 };

struct client {
    struct play *play;
    int id;
    enum style style;
    void *server; /* NULL: not connected */
    struct buf heard;
    size_t read; /* of heard */
    unsigned tag;
    bool closed, idle, enabled;
    bool aware, qresync, rev2;
    int box; /* NOBODY: none */
    bool read_only;
    struct row *rows;
    size_t count, cap;
    size_t seen;      /* mails in front of this one were announced, or will never be */
    uint32_t told;    /* keywords in the last FLAGS, as bits */
    uint64_t highest; /* RFC 7162 6 */
    struct cache caches[BOXES];
    /* of the running command */
    unsigned permits;
    uint64_t said_highest, said_modseq;
    uint32_t *found; /* by SEARCH */
    size_t found_count, found_cap;
    bool searched;
    uint64_t exists; /* by SELECT */
    uint32_t asked;  /* data items of FETCH */
    bool pauses;     /* others may do something while this command runs */
    struct cache *resync;
    const struct number_set *earlier; /* UIDs that VANISHED (EARLIER) may have; NULL: all */
    slice status;
};

struct play {
    uint64_t seed;
    struct rng rng;
    size_t step;
    bool crowded; /* more keywords than there is room for */
    struct arena arena;
    struct directory directory;
    struct account *account;
    struct imap_server_config config;
    struct pop3_server_config pop_config;
    struct letter letters[LETTERS];
    struct box boxes[BOXES];
    struct client clients[SESSIONS];
    void *pop; /* server session; NULL: none */
    struct buf pop_heard;
    size_t pop_marks[64], pop_count, pop_shown;
    size_t *pop_mails;
    size_t pop_mail_count, pop_mail_cap;
    bool within; /* a step within another */
    bool shows;  /* the transcript, on stdout, as it comes: the server may die */
    bool failed;
};

/* ---- play.c ---- */
/* false: something was wrong.  only: which steps are played; NULL: all.  shows: on stdout, and what
 * was wrong. */
bool model_play(uint64_t seed, size_t steps, const bool *only, bool shows);
void model_fail(struct play *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void model_log(struct play *p, const char *who, slice text);
uint64_t pick(struct play *p, uint64_t below);
bool chance(struct play *p, unsigned percent);

/* ---- truth.c ---- */
void truth_init(struct play *p);
void truth_free(struct play *p);
size_t truth_append(struct box *b, const struct letter *letter, uint32_t flags, int64_t date);
bool truth_flags(struct box *b, size_t mail, uint32_t flags);
void truth_remove(struct box *b, size_t mail);
uint32_t truth_keyword(struct box *b, slice name, bool add); /* 0: none, or no room */
uint32_t truth_flags_in(struct box *to, const struct box *from, uint32_t flags);
uint32_t truth_flags_at(const struct mail *m, uint64_t modseq);
size_t truth_alive(const struct box *b);
uint32_t truth_real_flags(const struct box *b, uint32_t flags); /* as mailbox.h numbers them */
void truth_keyword_name(size_t i, struct buf *out);
void buf_number(struct buf *b, uint64_t n);

/* ---- wire.c ---- */
void wire_open(struct client *c);
void wire_drop(struct client *c); /* the connection is lost */
/* `text` with CRLF where it ends; the client waits for "+" wherever \1 stands. */
void wire_say(struct client *c, slice text);
void wire_tell_changed(struct client *c);

/* ---- reader.c ---- */
/* The next whole response, its literals included, without the last CRLF. */
bool read_response(struct client *c, slice *r);
bool eat(slice *r, const char *word); /* without case */
bool eat_number(slice *r, uint64_t *n_r);
slice eat_atom(slice *r);              /* up to a space, bracket or parenthesis */
bool eat_string(slice *r, slice *s_r); /* quoted, literal or atom */
bool eat_flags(slice *r, struct box *b, uint32_t *flags_r, struct play *p);
bool eat_range(slice *r, uint64_t *from_r, uint64_t *to_r);

/* ---- talk.c ---- */
/* A command, without tag and CRLF, and \1 where the client waits; nothing is heard yet. */
void client_says(struct client *c, unsigned permits, slice command);
slice client_peek(struct client *c); /* the tagged response, without its tag: "OK done" */
/* Takes all that was said; the command is over. */
slice client_hears(struct client *c);
slice client_does(struct client *c, unsigned permits, slice command); /* both */
void client_news(struct client *c);       /* outside of a command: IDLE */
void client_hears_some(struct client *c); /* of a command that is not over */
/* A number set of a response code, and the codes themselves: "[COPYUID ". */
bool tagged_code(slice tagged, const char *code, slice *rest_r);

/* ---- belief.c ---- */
void belief_hear(struct client *c, slice untagged);
void belief_code(struct client *c, slice code); /* "UIDNEXT 5] ..." */
/* Nothing may be missing: after NOOP. */
void belief_agrees(struct client *c);
void belief_forget(struct client *c);                    /* no mailbox is selected any more */
void belief_keep(struct client *c);                      /* into the cache: the connection ends */
size_t belief_row(const struct client *c, uint64_t uid); /* count: none */
struct box *client_box(const struct client *c);
struct mail *row_mail(const struct client *c, size_t row);
struct mail *mail_of_uid(struct box *b, uint64_t uid); /* NULL: never was */

/* ---- sets.c ---- */
#define SET_PARTS 4
#define SET_STAR  UINT64_MAX
struct number_set {
    struct {
        uint64_t a, b;
    } parts[SET_PARTS];
    size_t count;
};
/* Of message numbers; of UIDs. */
struct number_set set_by_chance(struct client *c, bool uid);
void set_write(const struct number_set *s, struct buf *out);
bool set_has(const struct number_set *s, uint64_t n, uint64_t star);
bool set_has_row(const struct client *c, const struct number_set *s, size_t row, bool uid);
bool set_fits(const struct client *c, const struct number_set *s); /* of message numbers */
void write_uids(const struct kept *items, size_t count, struct buf *out);

/* ---- search.c, look.c, change.c, box.c, pop.c: steps ---- */
void step_search(struct client *c);
void step_fetch(struct client *c);
void step_store(struct client *c);
void step_copy(struct client *c);
void step_expunge(struct client *c);
/* What EXPUNGE takes away; set: only of these UIDs, NULL: all. */
void expunge_rows(struct client *c, const struct number_set *set);
void step_append(struct client *c);
void step_noop(struct client *c);
void step_select(struct client *c);
void step_leave(struct client *c); /* CLOSE, UNSELECT, LOGOUT, or the connection is lost */
void step_status(struct client *c);
void step_idle(struct client *c);
void step_idle_end(struct client *c);
void step_connect(struct client *c);
void step_pop(struct play *p);
void pop_free(struct play *p);
void step_outside(struct play *p);
void everybody_hears(struct play *p);
/* Somebody else does something while a command of this client is not over. */
void step_between(struct client *c);
uint32_t flags_by_chance(struct client *c, struct box *b, bool add, struct buf *out);

#endif
