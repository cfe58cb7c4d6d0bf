/* imap.h - IMAP sessions, client and server (RFC 9051, spoken as IMAP4rev1 RFC 3501 too).
 * The server answers from the granted account itself and tells its host only what concerns
 * others. */
#ifndef MAILFLOW_PROTO_IMAP_H
#define MAILFLOW_PROTO_IMAP_H

#include "sim/mail/directory.h"
#include "sim/proto/session.h"

/* ---- server ---- */
enum imap_extension {                        /* bits; only what works is ever listed */
                      IMAP_LITERAL_PLUS = 1, /* RFC 7888 */
                      IMAP_SASL_IR = 2,      /* RFC 4959 */
                      IMAP_UIDPLUS = 4,      /* RFC 4315 */
                      IMAP_UNSELECT = 8,     /* RFC 3691 */
                      IMAP_IDLE = 16,        /* RFC 2177 */
                      IMAP_MOVE = 32,        /* RFC 6851 */
                      IMAP_SPECIAL_USE = 64, /* RFC 6154 */
                      IMAP_NAMESPACE = 128,  /* RFC 2342 */
                      IMAP_REV2 = 1 << 8,    /* IMAP4rev2, RFC 9051; IMAP4rev1 is always there */
                      IMAP_LITERAL_MINUS = 1 << 9,  /* RFC 7888 5; said where LITERAL+ is not */
                      IMAP_ID = 1 << 10,            /* RFC 2971 */
                      IMAP_ENABLE = 1 << 11,        /* RFC 5161 */
                      IMAP_ESEARCH = 1 << 12,       /* RFC 4731 */
                      IMAP_SEARCHRES = 1 << 13,     /* RFC 5182 */
                      IMAP_LIST_EXTENDED = 1 << 14, /* RFC 5258 */
                      IMAP_LIST_STATUS = 1 << 15,   /* RFC 5819 */
                      IMAP_CHILDREN = 1 << 16,      /* RFC 3348 */
                      IMAP_STATUS_SIZE = 1 << 17,   /* RFC 8438 */
                      IMAP_CONDSTORE = 1 << 18,     /* RFC 7162 3.1 */
                      IMAP_QRESYNC = 1 << 19,       /* RFC 7162 3.2; needs CONDSTORE and ENABLE */
                      IMAP_BINARY = 1 << 20,        /* RFC 3516 */
                      IMAP_APPENDLIMIT = 1 << 21,   /* RFC 7889 */
                      IMAP_QUOTA = 1 << 22,         /* RFC 9208 */
                      IMAP_SORT = 1 << 23,          /* RFC 5256 3 */
                      IMAP_THREAD = 1 << 24,        /* RFC 5256: ORDEREDSUBJECT and REFERENCES */
                      IMAP_WITHIN = 1 << 25,        /* RFC 5032 */
                      IMAP_PREVIEW = 1 << 26,       /* RFC 8970 */
                      IMAP_UTF8 = 1 << 27,          /* UTF8=ACCEPT, RFC 6855 */
                      IMAP_CREATE_USE = 1 << 28,    /* CREATE-SPECIAL-USE, RFC 6154 3 */
                      IMAP_ALL = 255 | IMAP_ENABLE | IMAP_CONDSTORE | IMAP_QRESYNC | IMAP_UTF8 |
                                 IMAP_CREATE_USE | IMAP_LITERAL_MINUS | IMAP_ID |
                                 IMAP_LIST_EXTENDED | IMAP_LIST_STATUS | IMAP_CHILDREN |
                                 IMAP_STATUS_SIZE | IMAP_APPENDLIMIT | IMAP_QUOTA | IMAP_ESEARCH |
                                 IMAP_SEARCHRES | IMAP_SORT | IMAP_THREAD | IMAP_WITHIN |
                                 IMAP_BINARY | IMAP_PREVIEW | IMAP_REV2
};
struct imap_server_config {
    slice host;
    sim_time timeout;    /* autologout, at least 30 minutes (RFC 9051 5.4); 0: none */
    int64_t unix_start;  /* calendar time of io.at == 0, for INTERNALDATE of APPEND */
    size_t literal_max;  /* longest literal accepted in APPEND; 0: IMAP_LITERAL_MAX */
    uint32_t extensions; /* offered: enum imap_extension */
    uint32_t mechanisms; /* of AUTHENTICATE, enum sasl_mechanism (sasl.h), bits; 0: PLAIN */
    struct arena *names; /* for the names of new mailboxes; NULL: CREATE is refused */
    bool auth_needs_tls; /* before TLS: LOGINDISABLED, and no mechanism that shows the password */
    bool starttls;       /* STARTTLS is offered before TLS */
    bool tls_required;   /* before TLS nobody logs in: LOGINDISABLED, NO [PRIVACYREQUIRED] */
    uint8_t errors_max;  /* so many BAD in a row: BYE, and the connection ends; our rule; 0: none */
    uint8_t logins_max;  /* so many log-ins with a wrong password: the same (RFC 3501 11.2) */
};
#define IMAP_LITERAL_MAX ((size_t)32 * 1024 * 1024)
/* Without those that may not be offered without something that is not wanted. */
uint32_t imap_extensions_fit(uint32_t wanted);

enum imap_server_event {
    /* asks; detail: struct imap_login; grant: struct account *; none: NO [AUTHENTICATIONFAILED] */
    IMAP_EV_LOGIN,
    /* tells; text: mailbox name; number: 1 read-write, 0 EXAMINE; detail: struct mailbox * */
    IMAP_EV_SELECTED,
    IMAP_EV_FLAGS, /* tells: number: UID whose flags changed; detail: struct mailbox * */
    /* tells: number: UID; detail: struct mailbox *; message (the host may set item->letter); by
     * APPEND, COPY or MOVE */
    IMAP_EV_APPENDED,
    IMAP_EV_EXPUNGED, /* tells, before it is gone: number: UID; detail: struct mailbox * */
    IMAP_EV_FETCHED,  /* tells: a whole body was sent; number: UID; detail: struct mailbox * */
    IMAP_EV_LOGOUT,   /* tells; number: 1 after LOGOUT, 0 after a lost connection */
    IMAP_EV_SYNTAX,   /* tells: a command got BAD; text: what stood there, without its literals */
    IMAP_EV_IDLING,  /* tells: number: 1 IDLE began, 0 it ended; detail: struct mailbox * or NULL */
    IMAP_EV_CREATED, /* tells: detail: struct mailbox *; its letters come as IMAP_EV_APPENDED */
    IMAP_EV_DELETED, /* tells, when it is gone with its letters: detail: struct mailbox * */
    /* tells: detail: struct mailbox *, under its new name; text: the old one.  Those under it have
     * moved along and are not told */
    IMAP_EV_RENAMED,
    /* asks, within AUTHENTICATE: what is known of the user `text`; grant: struct sasl_secret *, and
     * code 0 where there is such a user */
    IMAP_EV_SECRET
};
struct imap_login {
    slice user, password; /* password empty where it was not said */
    slice mechanism;      /* "SCRAM-SHA-256"; "LOGIN" also of the command */
    bool proved;          /* he has shown that he knows the password */
    bool refused;         /* his proof was wrong: nobody is to be granted, only to be told */
};
/* Others changed a mailbox: a session in IDLE looks at its own and reports; harmless elsewhere. */
enum imap_server_order { IMAP_ORDER_CHANGED = ORDER_OWN };
extern const struct session_ops imap_server_ops;

/* ---- client ----  Does one order at a time; the host strings them together. */
struct imap_client_config {
    slice user, password;
    sim_time timeout;
    enum tls_policy tls; /* of no meaning where TLS came first */
    /* AUTHENTICATE: the strongest that both know is used, LOGIN where there is none; 0: LOGIN */
    uint32_t mechanisms;    /* enum sasl_mechanism (sasl.h), bits */
    slice nonce;            /* for SCRAM, as of struct smtp_client_config */
    struct sasl_keys *keys; /* where SCRAM keeps what it made of the password; NULL */
};
/* Names of mailboxes are UTF-8 in all events and orders.  Messages are told by UID wherever the
 * server has said which number has which. */
enum imap_client_event {
    /* tells: logged in, or the last order is done: tell() the next; text: its OK line without the
     * tag; number: the UID that APPEND made, 0: not told (RFC 4315) */
    IMAP_EV_READY = 32,
    IMAP_EV_EXISTS,   /* tells: number */
    IMAP_EV_VALIDITY, /* tells: number: UIDVALIDITY of the selected mailbox */
    /* tells: one FETCH response; detail: struct imap_item; message where a body came */
    IMAP_EV_ITEM,
    IMAP_EV_REFUSED, /* tells: the order got NO or BAD; text: the line; ready for the next */
    /* tells: LOGIN refused or disabled, BYE or connection lost; text: the line, or in parentheses
     * what is missing, or empty; it closes.  number 1: TLS failed, text says why */
    IMAP_EV_FAILED,
    /* tells; number: of a message that is gone; those behind it move down by one; detail:
     * uint32_t *, its UID, 0: not known */
    IMAP_EV_REMOVED,
    IMAP_EV_WAITING,  /* tells: IDLE began; news come as events until IMAP_ORDER_DONE */
    IMAP_EV_OFFERS,   /* tells, before the first READY: number: enum imap_extension of the server,
                         with what IMAP4rev2 implies where it is spoken */
    IMAP_EV_NEXT,     /* tells: number: UIDNEXT of the selected mailbox */
    IMAP_EV_MODSEQ,   /* tells: number: its HIGHESTMODSEQ; 0: NOMODSEQ (RFC 7162 3.1.2) */
    IMAP_EV_SET,      /* tells, once an order as a rule: text: a set of UIDs, "" is none; number:
                         MODSEQ of it, or 0 */
    IMAP_EV_VANISHED, /* tells: text: UIDs that are gone; number: 1 EARLIER (RFC 7162 3.2.10) */
    IMAP_EV_COPIED,   /* tells: detail: struct imap_copied (RFC 4315 3); in front of READY, and for
                         MOVE in front of the removals (RFC 6851 4.3) */
    IMAP_EV_MODIFIED, /* tells: text: UIDs that UNCHANGEDSINCE left as they were (RFC 7162 3.1.3) */
    IMAP_EV_FOLDER,   /* tells: detail: struct imap_folder; IMAP_ORDER_LIST tells each mailbox once
                         by its LIST, and once more, with all, when its STATUS has come.  IMAP4rev2
                         tells the mailbox that is opened, too */
    IMAP_EV_ENABLED,  /* tells: text: what ENABLE switched on */
    IMAP_EV_ALERT     /* tells, in front of what it came with: text: what the user has to be shown
                         (RFC 3501 7.1); number 1: said in the clear, by whoever was on the way
                         (RFC 9051 7.1) */
};
enum imap_client_order {
    IMAP_ORDER_SELECT = ORDER_OWN, /* detail: slice *, the mailbox */
    IMAP_ORDER_EXAMINE,            /* detail: slice * */
    /* UID FETCH from:* (UID FLAGS RFC822.SIZE ENVELOPE); detail: uint32_t *from; the last message,
     * which comes though its UID is lower, is not shown */
    IMAP_ORDER_LIST_NEW,
    IMAP_ORDER_BODY,          /* UID FETCH uid (UID FLAGS BODY[]) sets \Seen; detail: uint32_t * */
    IMAP_ORDER_PEEK,          /* the same with BODY.PEEK[] */
    IMAP_ORDER_STORE,         /* detail: struct imap_store */
    IMAP_ORDER_SEARCH_UNSEEN, /* UID SEARCH UNSEEN: IMAP_EV_SET */
    IMAP_ORDER_APPEND,        /* detail: struct imap_append */
    IMAP_ORDER_EXPUNGE,
    IMAP_ORDER_NOOP,
    IMAP_ORDER_IDLE,      /* RFC 2177; refused where the server does not offer it */
    IMAP_ORDER_DONE,      /* ends IDLE: the only order that is told while another runs */
    IMAP_ORDER_CREATE,    /* detail: slice *, the new mailbox */
    IMAP_ORDER_OPEN,      /* detail: struct imap_open: SELECT with what is known already */
    IMAP_ORDER_FETCH,     /* detail: struct imap_fetch: UID FETCH */
    IMAP_ORDER_CHANGE,    /* detail: struct imap_change: UID STORE */
    IMAP_ORDER_COPY,      /* detail: struct imap_copy: UID COPY */
    IMAP_ORDER_MOVE,      /* the same by UID MOVE; refused early where it is not offered */
    IMAP_ORDER_UIDS,      /* UID SEARCH ALL, by ESEARCH where offered: IMAP_EV_SET */
    IMAP_ORDER_SEARCH,    /* detail: slice *, search keys as they stand: IMAP_EV_SET */
    IMAP_ORDER_REMOVE,    /* detail: slice *, UIDs: UID EXPUNGE; refused early without UIDPLUS */
    IMAP_ORDER_LIST,      /* every mailbox, its use and status in one where offered, else by STATUS
                             for each but the selected one (RFC 9051 6.3.11): IMAP_EV_FOLDER */
    IMAP_ORDER_STATUS,    /* detail: slice *, a mailbox: IMAP_EV_FOLDER */
    IMAP_ORDER_DELETE,    /* detail: slice *, a mailbox */
    IMAP_ORDER_RENAME,    /* detail: slice[2], from and to */
    IMAP_ORDER_SUBSCRIBE, /* detail: slice * */
    IMAP_ORDER_ENABLE,    /* detail: slice *, "CONDSTORE QRESYNC" */
    IMAP_ORDER_UNSELECT   /* by CLOSE's other half, RFC 3691; refused early without it */
};

/* What is left empty or 0 is not said, nor what the server does not offer (CHANGEDSINCE, VANISHED,
 * UNCHANGEDSINCE, QRESYNC's parameters, MODSEQ, PREVIEW).  Sets are not empty, and so short that a
 * command has about 8000 octets (RFC 7162 4). */
struct imap_open {
    slice mailbox;
    bool read_only, condstore; /* condstore: "(CONDSTORE)", RFC 7162 3.1.8 */
    /* QRESYNC's parameters (RFC 7162 3.2.5); uid_validity 0: none */
    uint32_t uid_validity;
    uint64_t modseq;
    slice known; /* UIDs; may be empty.  Only of these is told what changed and what is gone: a
                    message that came since is not among them */
};
enum imap_want { /* bits */
                 IMAP_WANT_FLAGS = 1,
                 IMAP_WANT_SIZE = 2,
                 IMAP_WANT_ENVELOPE = 4,
                 IMAP_WANT_DATE = 8,       /* INTERNALDATE */
                 IMAP_WANT_STRUCTURE = 16, /* BODYSTRUCTURE */
                 IMAP_WANT_HEADER = 32,    /* BODY.PEEK[HEADER] */
                 IMAP_WANT_BODY = 64,      /* BODY[], which sets \\Seen */
                 IMAP_WANT_PEEK = 128,     /* BODY.PEEK[] */
                 IMAP_WANT_MODSEQ = 256,
                 IMAP_WANT_PREVIEW = 512
};
struct imap_fetch {
    slice set;              /* UIDs, "1:*" */
    uint32_t want;          /* enum imap_want; UID always */
    uint64_t changed_since; /* CHANGEDSINCE (RFC 7162 3.1.4.1); 0: none */
    bool vanished;          /* VANISHED beside it (RFC 7162 3.2.6) */
};
struct imap_change {
    slice set;
    uint32_t flags;
    slice keywords;           /* apart by blanks */
    int mode;                 /* as of struct imap_store */
    uint64_t unchanged_since; /* RFC 7162 3.1.3; 0: none */
    bool silent;
};
struct imap_copy {
    slice set, mailbox;
};
struct imap_copied {
    uint32_t uid_validity;
    slice from, to; /* sets of the same length; from is empty after APPEND */
};
enum imap_attribute { /* bits: what LIST says of a mailbox (RFC 9051 7.3.1, RFC 6154 2) */
                      IMAP_BOX_NOSELECT = 1,
                      IMAP_BOX_NONEXISTENT = 2,
                      IMAP_BOX_NOINFERIORS = 4,
                      IMAP_BOX_HAS_CHILDREN = 8,
                      IMAP_BOX_HAS_NO_CHILDREN = 16,
                      IMAP_BOX_SUBSCRIBED = 32,
                      IMAP_BOX_SENT = 64,
                      IMAP_BOX_DRAFTS = 128,
                      IMAP_BOX_TRASH = 256,
                      IMAP_BOX_JUNK = 512,
                      IMAP_BOX_ARCHIVE = 1024,
                      IMAP_BOX_ALL = 2048,
                      IMAP_BOX_FLAGGED = 4096
};
struct imap_folder {
    slice name;
    char separator;      /* 0: none */
    uint32_t attributes; /* enum imap_attribute; as LIST said */
    bool has_status;     /* the rest is filled as far as it was told */
    uint32_t messages, unseen, uid_next, uid_validity;
    uint64_t modseq, size;
};
struct imap_item {
    uint32_t number, uid, flags; /* uid 0: not told */
    slice keywords;              /* of its flags, apart by blanks */
    uint64_t modseq;             /* 0: not told */
    int64_t date;                /* INTERNALDATE in Unix seconds; 0: not asked */
    slice preview;               /* RFC 8970 */
    bool header_only;            /* `message` of the event is the header alone; a BODY[] beside
                                    it is what is shown */
    uint64_t size;               /* RFC822.SIZE; 0: not asked */
    slice envelope; /* the parenthesised list, long literals in place; empty: not asked */
    bool has_flags;
};
/* Takes the next element off the inside of an ENVELOPE or of a list in it: what a string says, NIL
 * as the empty one (RFC 3501 7.4.2), a list as it stands.  Borrowed, or in the arena. */
slice imap_envelope_next(slice *rest, struct arena *arena);
struct imap_store {
    uint32_t uid, flags;
    int mode; /* +1 add, -1 remove, 0 replace */
};
struct imap_append {
    slice mailbox;
    uint32_t flags;
    struct message *message;
    slice keywords; /* apart by blanks */
    int64_t date;   /* INTERNALDATE in Unix seconds; 0: the server's */
};
extern const struct session_ops imap_client_ops;

#endif
