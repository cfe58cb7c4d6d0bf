/* mail_config.h - what a scenario says of a host of the kinds mail, mta, mx and store. */
#ifndef MAILFLOW_ACTORS_MAIL_CONFIG_H
#define MAILFLOW_ACTORS_MAIL_CONFIG_H

#include "sim/actors/verbs.h"

/* A letter that is there from the start. */
struct mail_kept {
    slice whose, folder; /* "alice@example.org", "INBOX" */
    slice from, name;
    struct key_list to, cc; /* to empty: the account itself */
    struct letter_words words;
    sim_time age;
    int64_t messages; /* so many of them, each */
    sim_time apart;   /* so much older than the next */
    uint32_t flags;   /* enum mailbox_flag */
};
#define MAIL_KEPT_MAX 1000

struct mail_list {
    slice address, owner, description, archive, subject_prefix, footer;
    struct key_list members;
    uint32_t post; /* enum list_post of mail_list.c */
    bool reply_to_list, verp;
    int64_t bounces_max;
};
struct mail_absence {
    slice user, text, subject, from, name;
    int64_t days;
    struct key_list addresses;
};
struct mail_discard {
    slice name, sender, to, from, subject;
};
extern const struct key_shape mail_list_shape, mail_absence_shape, mail_discard_shape;
struct crowd;

struct mail_config {
    const struct crowd *crowd; /* whose hosts this is one of; NULL: somebody typed it */
    uint32_t crowd_domain;
    struct key_list domains;
    struct key_map accounts; /* user -> password */
    struct key_objects mail; /* struct mail_kept */
    struct key_list folders; /* mailboxes that each account has from the start, besides INBOX */
    uint32_t tls;            /* enum tls_policy, as a server */
    uint32_t certificate;    /* enum tls_fault */
    uint32_t send_tls;       /* enum tls_policy, as a client */
    uint32_t tls_versions;   /* enum tls_versions */
    uint32_t mta_sts;        /* enum sts_mode, of our domains */
    sim_time mta_sts_max_age;
    struct key_list mta_sts_mx; /* none: this host */
    bool honour_mta_sts;
    bool chunking, send_chunking, dsn, smtputf8, vrfy, expn, auth_needs_tls, starttls_fails;
    uint32_t auth_mechanisms; /* enum sasl_mechanism, bits */
    uint32_t imap_without;    /* enum imap_extension, bits */
    uint32_t bare_newlines;   /* enum smtp_bare */
    bool auth, pipelining, size, eight_bit, enhanced_codes, pop, imap;
    uint32_t pop_capabilities; /* words of the key, bits: mail_pop.c */
    bool pop_update_fails;
    sim_time pop_login_delay, pop_expire;
    uint64_t size_max;
    int64_t preference; /* of its MX record */
    slice next;         /* host that gets what is for our domains; empty: they are here */
    sim_time retry, retry_max, give_up, give_up_bounces, delay_notice;
    struct key_durations retry_schedule; /* none: retry and retry_max */
    /* what goes to one destination: mail_dest.c */
    int64_t connections, connections_per_destination, recipients_per_transaction;
    int64_t letters_per_connection, rate_per_destination; /* the last a minute; 0: any */
    sim_time reuse;
    slice smarthost, smarthost_user, smarthost_password; /* empty: letters go by MX */
    int64_t smarthost_port;
    slice fallback; /* empty: we go on trying ourselves */
    /* for whom it passes mail on: mail_relay.c */
    struct key_list relay_for, relay_domains;
    bool open_relay;
    int64_t hops_max;
    /* whom an address means: mail_alias.c */
    struct key_address_map aliases, forwards;
    bool keep, delivered_to, plus, plus_folders;
    slice recipient_delimiter, catch_all;
    bool srs, accept_unknown;
    struct key_objects lists;    /* struct mail_list: mail_list.c */
    struct key_objects vacation; /* struct mail_absence: mail_vacation.c */
    struct key_objects discard;  /* struct mail_discard: mail_policy.c */
    bool check_from, add_sender; /* of submission: mail_submit.c */
    /* how much there is room for: mail_quota.c */
    uint64_t quota, disk;
    struct key_map quotas; /* user -> size */
    /* who may come, and how often: mail_grey.c, mail_dnsbl.c, mail_limits.c */
    sim_time greylist, greylist_window, greylist_keep;
    int64_t greylist_network, greylist_trust;
    struct key_list dnsbl;
    uint32_t dnsbl_at; /* enum dnsbl_at */
    bool check_sender_domain, check_helo;
    int64_t max_connections, max_recipients, rate_letters, rate_recipients;
};

#endif
