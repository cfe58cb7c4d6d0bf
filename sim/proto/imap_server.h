/* imap_server.h - the inside of the IMAP server session, shared by imap_server.c and the command
 * families imap_cmd_*.c.  Nobody else includes it. */
#ifndef MAILFLOW_PROTO_IMAP_SERVER_H
#define MAILFLOW_PROTO_IMAP_SERVER_H

#include "sim/proto/imap.h"
#include "sim/proto/imap_lex.h"
#include "sim/proto/imap_view.h"

#define IMAP_LINE_MAX  8192 /* a command line, RFC 7162 4 */
#define IMAP_SMALL_MAX 4096 /* all literals of a command that is not APPEND */
#define IMAP_EVENT_MAX 4    /* one step of a command tells its host at most so much */

enum imap_state { /* RFC 9051 3; bits, for "legal in" */
                  IMAP_NOT_AUTH = 1,
                  IMAP_AUTH = 2,
                  IMAP_SELECTED = 4,
                  IMAP_GONE = 8,
                  IMAP_TLS = 16, /* STARTTLS was agreed to; the host puts TLS below */
                  IMAP_IN = IMAP_AUTH | IMAP_SELECTED,
                  IMAP_ANY = IMAP_NOT_AUTH | IMAP_IN
};

enum imap_result {
    IMAP_OK,   /* done; the tagged reply follows */
    IMAP_NO,   /* done: refused */
    IMAP_BAD,  /* done: malformed */
    IMAP_MORE, /* call `run` again as soon as there is room */
    IMAP_WAIT  /* an event was asked, or a line is awaited (`line`) */
};

struct imap_server;

enum imap_command_flag {
    IMAP_CMD_UID = 1,        /* "UID name" exists */
    IMAP_CMD_UID_ONLY = 2,   /* known here only behind UID */
    IMAP_CMD_NO_EXPUNGE = 4, /* no EXPUNGE response during it (RFC 9051 7.5.1) */
    IMAP_CMD_SECRET = 8,     /* where TLS is required none of its literals is taken before */
    IMAP_CMD_LETTER = 16     /* its literal is a letter, for the mailbox that is named first */
};

/* begin: reads the arguments and starts; run: goes on after IMAP_MORE; line: a line came while it
 * waited; answered: the host decided.  Only begin is always there. */
struct imap_command {
    slice name;
    uint32_t legal; /* enum imap_state */
    uint32_t needs; /* enum imap_extension; 0: base protocol */
    uint32_t flags; /* enum imap_command_flag */
    enum imap_result (*begin)(struct imap_server *s, struct session_io io, struct imap_lex *l);
    enum imap_result (*run)(struct imap_server *s, struct session_io io);
    enum imap_result (*line)(struct imap_server *s, struct session_io io, slice line);
    enum imap_result (*answered)(struct imap_server *s, struct session_io io,
                                 struct session_answer a);
};

struct imap_server {
    const struct imap_server_config *config;
    struct imap_input in;
    struct arena arena; /* of the running command */
    struct account *account;
    struct imap_view view;
    const struct imap_command *running;
    void *work;               /* of the running command, in the arena */
    struct sasl_server *sasl; /* while AUTHENTICATE runs */
    struct uid_runs saved;    /* what "$" stands for (RFC 5182) */
    slice tag;
    slice code, words; /* of the tagged reply; empty: no code, the ordinary words */
    struct session_event events[IMAP_EVENT_MAX];
    sim_time heard;
    uint32_t enabled; /* enum imap_extension: by ENABLE, or a CONDSTORE enabling command */
    uint32_t event_count, event_at;
    uint8_t state;
    uint8_t errors; /* BAD in a row */
    uint8_t wrong;  /* log-ins that were refused */
    bool uid;       /* the running command came as "UID name" */
    bool numbers;   /* and yet it has message numbers in it */
    bool asked;     /* an event waits for its answer */
    bool eof;
    bool secured;     /* TLS is below */
    bool upgrade_due; /* STEP_UPGRADE is the next step */
};

/* Thousands of idle sessions lie in memory: what a command needs is in the arena instead. */
_Static_assert(sizeof(struct imap_server) <= 768, "a session stays small");

/* One table a family; imap_table.c lists the tables. */
struct imap_family {
    const struct imap_command *commands;
    size_t count;
};
extern const struct imap_family
    imap_family_session; /* CAPABILITY NOOP LOGOUT STARTTLS IDLE ID NAMESPACE */
extern const struct imap_family imap_family_auth; /* LOGIN AUTHENTICATE */
extern const struct imap_family imap_family_quota;
extern const struct imap_family imap_family_enable;
extern const struct imap_family imap_family_select; /* SELECT EXAMINE UNSELECT */
extern const struct imap_family imap_family_list;   /* LIST LSUB */
extern const struct imap_family imap_family_status;
extern const struct imap_family imap_family_folder; /* CREATE DELETE RENAME SUBSCRIBE ... */
extern const struct imap_family imap_family_append;
extern const struct imap_family imap_family_fetch;
extern const struct imap_family imap_family_store; /* STORE EXPUNGE */
extern const struct imap_family imap_family_copy;  /* COPY MOVE */
extern const struct imap_family imap_family_search;
extern const struct imap_family imap_family_sort; /* SORT THREAD */

/* All messages of `from` into `to`, at once; imap_copy_run, the `run` of the command, then tells of
 * it and takes them out of `from` (RFC 9051 6.3.6, INBOX). */
void imap_move_box(struct imap_server *s, struct mailbox *from, struct mailbox *to, sim_time now);
enum imap_result imap_copy_run(struct imap_server *s, struct session_io io);

/* NULL: no such command, or of an extension that is not offered.  uid: it came as "UID name". */
const struct imap_command *imap_command_find(const struct imap_server *s, slice name, bool uid);
/* The one function that changes the state. */
void imap_server_enter(struct imap_server *s, enum imap_state state);
void imap_server_tell(struct imap_server *s, enum imap_server_event kind, uint64_t number,
                      const struct mailbox *box);
void imap_server_ask(struct imap_server *s, enum imap_server_event kind, const void *detail);
/* LOGINDISABLED is in force (RFC 9051 6.2.3); true: the reply is prepared. */
bool imap_too_open(struct imap_server *s);
bool imap_offers(const struct imap_server *s, uint32_t extension);
/* Those of config->mechanisms (sasl.h) that may be used now: what shows the password may have to
 * wait for TLS. */
uint32_t imap_mechanisms(const struct imap_server *s);
uint64_t imap_append_limit(const struct imap_server *s); /* RFC 7889 */
/* Have so many octets more no room in the account? (RFC 9208 5.4)  true: the reply is prepared. */
bool imap_over_quota(struct imap_server *s, uint64_t octets);
void imap_capabilities(const struct imap_server *s, struct outq *out); /* "IMAP4rev1 ..." */
/* Refused with these words, or a response code and these words. */
enum imap_result imap_refuse(struct imap_server *s, slice code, slice words);
enum imap_result imap_no_box(struct imap_server *s); /* NO [NONEXISTENT] */
/* Resolves a set of message numbers, or of UIDs, against the view.  false: it has a message number
 * that does not exist. */
bool imap_set_fits(struct imap_server *s, struct imap_set *set, bool uid);
/* Is row `i` of the view in a resolved set? */
bool imap_set_has_row(const struct imap_server *s, const struct imap_set *set, size_t i, bool uid);
/* Goes through the rows of the view that are in a resolved set: as many steps as there are. */
struct imap_walk {
    const struct imap_set *set;
    bool uid; /* it is one of UIDs */
    size_t range, row;
};
bool imap_walk_next(const struct imap_server *s, struct imap_walk *w, size_t *row_r);
/* "3:5,9" of rising numbers. */
void imap_add_numbers(struct buf *b, const uint32_t *numbers, size_t count);
/* A response code: these words and this number, for as long as the command runs. */
slice imap_code_number(struct imap_server *s, const char *words, uint64_t number);
int64_t imap_unix_now(const struct imap_server *s, struct session_io io);
struct imap_flags {
    uint32_t system; /* enum mailbox_flag */
    slice *keywords; /* in the arena */
    size_t count;
};
/* Parses "(\Seen Work)", or the same without parentheses where bare_ok.  System flags that nobody
 * can set are ignored. */
bool imap_flags_parse(struct imap_lex *l, bool bare_ok, struct imap_flags *flags_r);
/* As bits of this mailbox, which learns the keywords where `add`. */
uint32_t imap_flags_bits(const struct imap_flags *f, struct mailbox *box, bool add);

#endif
