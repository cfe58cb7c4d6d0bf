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
                      IMAP_SPECIAL_USE = 64, /* RFC 6154: \Sent and so on, by the boxes' names */
                      IMAP_NAMESPACE = 128,  /* RFC 2342 */
                      IMAP_ALL = 255
};
struct imap_server_config {
    slice host;
    sim_time timeout;    /* autologout, at least 30 minutes (RFC 9051 5.4); 0: none */
    int64_t unix_start;  /* calendar time of io.at == 0, for INTERNALDATE of APPEND */
    size_t literal_max;  /* longest literal accepted in APPEND; 0: IMAP_LITERAL_MAX */
    uint32_t extensions; /* offered: enum imap_extension */
    struct arena *names; /* for the names of new mailboxes; NULL: CREATE is refused */
    bool starttls;       /* STARTTLS is offered before TLS */
    bool tls_required;   /* before TLS nobody logs in: LOGINDISABLED, NO [PRIVACYREQUIRED] */
    uint8_t errors_max;  /* so many BAD in a row: BYE, and the connection ends; our rule; 0: none */
};
#define IMAP_LITERAL_MAX ((size_t)32 * 1024 * 1024)

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
    IMAP_EV_IDLING /* tells: number: 1 IDLE began, 0 it ended; detail: struct mailbox * or NULL */
};
struct imap_login {
    slice user, password;
};
/* Others changed a mailbox: a session in IDLE looks at its own and reports; harmless elsewhere. */
enum imap_server_order { IMAP_ORDER_CHANGED = ORDER_OWN };
extern const struct session_ops imap_server_ops;

/* ---- client ----  Does one order at a time; the host strings them together. */
struct imap_client_config {
    slice user, password;
    sim_time timeout;
    enum tls_policy tls; /* of no meaning where TLS came first */
};
enum imap_client_event {
    /* tells: logged in, or the last order is done: tell() the next; text: its OK line without the
     * tag; number: the UID that APPEND made, 0: not told (RFC 4315) */
    IMAP_EV_READY = 32,
    IMAP_EV_EXISTS,   /* tells: number */
    IMAP_EV_VALIDITY, /* tells: number: UIDVALIDITY of the selected mailbox */
    /* tells: one FETCH response; detail: struct imap_item; message where a body came */
    IMAP_EV_ITEM,
    IMAP_EV_FOUND,   /* tells: one number of a SEARCH response */
    IMAP_EV_REFUSED, /* tells: the order got NO or BAD; text: the line; ready for the next */
    /* tells: LOGIN refused or disabled, BYE or connection lost; text: the line, or in parentheses
     * what is missing, or empty; it closes.  number 1: TLS failed, text says why */
    IMAP_EV_FAILED,
    /* tells; number: of a message that is gone; those behind it move down by one */
    IMAP_EV_REMOVED,
    IMAP_EV_WAITING /* tells: IDLE began; news come as events until IMAP_ORDER_DONE */
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
    IMAP_ORDER_SEARCH_UNSEEN, /* UID SEARCH UNSEEN */
    IMAP_ORDER_APPEND,        /* detail: struct imap_append */
    IMAP_ORDER_EXPUNGE,
    IMAP_ORDER_NOOP,
    IMAP_ORDER_IDLE,  /* RFC 2177; refused where the server does not offer it */
    IMAP_ORDER_DONE,  /* ends IDLE: the only order that is told while another runs */
    IMAP_ORDER_CREATE /* detail: slice *, the new mailbox */
};
struct imap_item {
    uint32_t number, uid, flags; /* uid 0: not told */
    uint64_t size;               /* RFC822.SIZE; 0: not asked */
    slice envelope; /* the parenthesised list, long literals in place; empty: not asked */
    bool has_flags;
};
/* Takes the next element off the inside of an ENVELOPE or of a list in it. */
slice imap_envelope_next(slice *rest);
struct imap_store {
    uint32_t uid, flags;
    int mode; /* +1 add, -1 remove, 0 replace */
};
struct imap_append {
    slice mailbox;
    uint32_t flags;
    struct message *message;
};
extern const struct session_ops imap_client_ops;

#endif
