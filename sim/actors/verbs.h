/* verbs.h - what hands and fate can do in a script, and the arguments of each. */
#ifndef MAILFLOW_ACTORS_VERBS_H
#define MAILFLOW_ACTORS_VERBS_H

#include "sim/base/fmt.h"
#include "sim/base/vocabulary.h"

enum verb {
    VERB_SEND,
    VERB_FETCH,
    VERB_READ,
    VERB_OFFLINE,
    VERB_ONLINE,
    VERB_DOWN,
    VERB_UP,
    VERB_CUT,
    VERB_MEND,
    VERB_SLOW,
    VERB_STRIP_STARTTLS,
    VERB_CRASH,
    VERB_RESTART,
    VERB_LOSSY,
    VERB_PARTITION,
    VERB_HEAL,
    VERB_REFUSE,
    VERB_DISK_FULL,
    VERB_SLOW_REPLIES,
    VERB_TEMP_FAIL,
    VERB_CLOCK,
    VERB_REPAIR,
    VERB_ZONE_SET,
    VERB_DNS_FAULT,
    VERB_CHAOS,
    VERB_CALM,
    VERB_NEWSLETTER,
    VERB_FLAG,
    VERB_UNREAD,
    VERB_MOVE,
    VERB_COPY,
    VERB_DELETE,
    VERB_EMPTY_TRASH,
    VERB_DRAFT,
    VERB_CREATE_FOLDER,
    VERB_RENAME_FOLDER,
    VERB_DELETE_FOLDER,
    VERB_SYNC,
    VERB_LOSE,
    VERB_REPLACE,
    VERB_NEW_UIDVALIDITY,
    VERB_COUNT
};

/* What a person writes. */
struct letter_words {
    slice subject, text, html;
    struct key_objects attachments; /* struct letter_attachment */
    struct key_file eml;            /* path given: the letter as it is, instead of all of these */
};
struct letter_attachment {
    slice name, text;
    struct key_file file; /* path given: instead of the text */
};
extern const struct key_shape letter_attachment_shape;
/* The rows of a struct letter_words that lies at `field` of a struct `type`. */
#define LETTER_WORD_ROWS(type, field)                                                              \
    { "subject", KEY_TEXT, offsetof(type, field.subject), "", 0, 0, NULL, "the Subject field" },   \
        { "text", KEY_TEXT, offsetof(type, field.text), "", 0, 0, NULL, "the body, plain text" },  \
        { "html",                                                                                  \
          KEY_TEXT,                                                                                \
          offsetof(type, field.html),                                                              \
          "",                                                                                      \
          0,                                                                                       \
          0,                                                                                       \
          NULL,                                                                                    \
          "the body as HTML, beside the text or alone (RFC 2046 5.1.4)" },                         \
        { "attachments",                                                                           \
          KEY_OBJECTS,                                                                             \
          offsetof(type, field.attachments),                                                       \
          "",                                                                                      \
          0,                                                                                       \
          ATTACHMENTS_MAX,                                                                         \
          &letter_attachment_shape,                                                                \
          "files that go with it" },                                                               \
    {                                                                                              \
        "eml", KEY_FILE, offsetof(type, field.eml), "", 0, 0, "subject text html attachments",     \
            "a file with the whole letter, header and all, taken as it is"                         \
    }
#define ATTACHMENTS_MAX 100

struct verb_send {
    struct key_list to, cc, bcc;
    uint32_t notify; /* enum smtp_notify */
    uint32_t ret;    /* enum smtp_ret */
    slice envid;     /* as a person says it */
    struct letter_words words;
};
struct verb_newsletter {
    struct key_list readers; /* addresses; or one text, "crowd": all of them */
    slice subject, text, html;
};
struct verb_read {
    slice subject; /* of the letter to open; empty: the oldest unread */
    slice folder;  /* where it is */
};

/* ---- what a person does with letters and folders (verbs_hands.c) */
struct verb_letter {
    slice subject, folder;
    bool all;
};
#define HAND_FLAGS "seen answered flagged" /* in the order of the bits of mailbox.h */
struct verb_flag {
    struct verb_letter which;
    uint32_t flag; /* an index into HAND_FLAGS */
    slice keyword;
    bool on;
};
struct verb_move {
    struct verb_letter which;
    slice to;
};
struct verb_draft {
    struct key_list to;
    struct letter_words words;
};
struct verb_folder {
    slice folder, to;
};
extern const struct key verb_letter_keys[], verb_flag_keys[], verb_move_keys[], verb_draft_keys[],
    verb_folder_keys[], verb_rename_keys[];
struct verb_slow {
    sim_time latency, jitter;
    uint64_t rate;
    uint32_t loss;
};

/* ---- what becomes of a server's mailboxes */
struct verb_new_uidvalidity {
    slice mailbox; /* "bob/INBOX", "bob", or empty: all */
};

/* ---- what fate does (verbs_fate.c) */
struct verb_lossy {
    uint32_t loss;
};
struct verb_partition {
    struct key_list hosts, from; /* from empty: everybody else */
};
enum refuse_how { REFUSE_RESET, REFUSE_SILENCE };
struct verb_refuse {
    uint32_t service;     /* enum refuse_service: an index into REFUSE_SERVICES */
    int64_t port;         /* 0: that of the service */
    uint32_t how;         /* enum refuse_how */
    struct key_list from; /* empty: whoever calls */
};
#define REFUSE_SERVICES "all smtp submission submissions pop3 pop3s imap imaps http https dns"
uint16_t verb_refuse_port(const struct verb_refuse *r); /* 0: all */
struct verb_slow_replies {
    sim_time delay;
};
enum fail_at { FAIL_MAIL, FAIL_RCPT, FAIL_DATA };
struct verb_temp_fail {
    uint32_t at; /* enum fail_at */
    int64_t code;
    slice text;
    struct key_list to; /* these recipients only; empty: all */
};
struct verb_clock {
    int64_t offset;
};
#define CLOCK_OFFSET_MAX ((int64_t)(3650 * SIM_DAY)) /* either way */
#define CHAOS_FAULTS                                                                               \
    "cut slow lossy partition crash restart refuse disk-full slow-replies temp-fail clock dns"
struct verb_chaos {
    sim_time between;
    uint32_t faults; /* bits, of CHAOS_FAULTS; 0: all */
    sim_time lasting;
    struct key_list hosts; /* empty: all */
};
/* ---- what becomes of names (verbs_dns.c) */
struct verb_zone {
    slice domain;
    struct key_list set; /* lines as dns_edit.h takes them */
};
#define DNS_FAULTS(X)                                                                              \
    X(SERVFAIL, "servfail", "answers SERVFAIL")                                                    \
    X(REFUSED, "refused", "answers REFUSED")                                                       \
    X(LAME, "lame", "knows nothing of its zones, and says nothing of use")                         \
    X(WRONG, "wrong", "answers with records that are wrong")                                       \
    X(SILENT, "silent", "answers nothing at all")                                                  \
    X(TRUNCATE, "truncate", "answers datagrams with \"ask by TCP\" and nothing else")              \
    X(SLOW, "slow", "takes its time for each answer")
enum dns_fault {
#define X(name, word, doc) DNS_FAULT_##name,
    DNS_FAULTS(X)
#undef X
        DNS_FAULT_COUNT
};
struct verb_dns_fault {
    uint32_t what; /* enum dns_fault */
    slice domain;  /* questions at or below it; empty: all */
    struct key_list records;
    sim_time delay;
};
const char *verb_dns_fault_text(const struct verb_dns_fault *f); /* "answers SERVFAIL" */
extern const struct key verb_zone_keys[], verb_dns_fault_keys[];
extern const struct key verb_clock_keys[], verb_chaos_keys[];
extern const struct key verb_lossy_keys[], verb_partition_keys[], verb_refuse_keys[],
    verb_slow_replies_keys[], verb_temp_fail_keys[];

/* Indexed by enum verb. */
extern const struct verb_kind verb_kinds[VERB_COUNT];
#define VERB_LIMITS 10
extern const struct verb_limit verb_limits[VERB_LIMITS];

#endif
