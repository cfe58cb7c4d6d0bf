/* small_vocabulary.h - a few kinds of hosts for tests of the loader, and the real verbs.
 * Never changes when a real kind gets a key, so that tests of the loader do not either. */
#ifndef MAILFLOW_TESTS_SMALL_VOCABULARY_H
#define MAILFLOW_TESTS_SMALL_VOCABULARY_H

#include "sim/actors/verbs.h"
#include "sim/trace/trace.h"

#include <stddef.h>

struct small_mua {
    slice account;
    uint32_t read;
    sim_time poll;
};
struct small_mail {
    slice domain;
    struct key_map accounts;
    uint64_t size_max;
    slice relay, next;
    uint32_t spam;
};

static const struct key small_mua_keys[] = {
    { "account", KEY_ADDRESS, offsetof(struct small_mua, account), NULL, 0, 0, NULL,
      "whose device it is" },
    { "read", KEY_CHOICE, offsetof(struct small_mua, read), "imap", 0, 0, "pop3 imap", "how" },
    { "poll", KEY_DURATION, offsetof(struct small_mua, poll), "", (int64_t)SIM_SECOND,
      (int64_t)SIM_DAY, NULL, "how often it looks" },
    KEY_ROW_END,
};
static const struct key small_mail_keys[] = {
    { "domain", KEY_DOMAIN, offsetof(struct small_mail, domain), NULL, 0, 0, NULL, "serves" },
    { "accounts", KEY_TEXT_MAP, offsetof(struct small_mail, accounts), "", 0, 0, NULL, "keeps" },
    { "size", KEY_SIZE, offsetof(struct small_mail, size_max), "10MB", 1, 100000000, NULL,
      "largest letter" },
    { "relay", KEY_HOST, offsetof(struct small_mail, relay), "", 0, 0, NULL, "sends all there" },
    { "next", KEY_HOST, offsetof(struct small_mail, next), "", 0, 0, NULL, "the mailboxes' host" },
    { "spam", KEY_PERCENT, offsetof(struct small_mail, spam), "0%", 0, 0, NULL, "thrown away" },
    KEY_ROW_END,
};
struct small_resolver {
    bool cache;
    sim_time timeout;
};
static const struct key small_resolver_keys[] = {
    { "cache", KEY_BOOL, offsetof(struct small_resolver, cache), "true", 0, 0, NULL, "remembers" },
    { "timeout", KEY_DURATION, offsetof(struct small_resolver, timeout), "5s", 0, 0, NULL,
      "waits" },
    KEY_ROW_END,
};

static const struct host_kind small_mua_kind = { "mua",    "a person's device",      'u',
                                                 ROLE_MUA, sizeof(struct small_mua), small_mua_keys,
                                                 NULL };
static const struct host_kind small_mail_kind = { "mail",
                                                  "a mail server, all in one",
                                                  'm',
                                                  ROLE_MSA | ROLE_MTA | ROLE_MX | ROLE_STORE,
                                                  sizeof(struct small_mail),
                                                  small_mail_keys,
                                                  NULL };
static const struct host_kind small_resolver_kind = { "resolver",
                                                      "asks for others",
                                                      'r',
                                                      ROLE_RESOLVER,
                                                      sizeof(struct small_resolver),
                                                      small_resolver_keys,
                                                      NULL };
static const struct host_kind *const small_kinds[] = { &small_mua_kind, &small_mail_kind,
                                                       &small_resolver_kind, NULL };

static const struct vocabulary small_vocabulary = { .host_kinds = small_kinds,
                                                    .verbs = verb_kinds,
                                                    .verb_count = VERB_COUNT };

/* The same, with a resolver where the file has none. */
static const struct implied_host small_implied[] = { { "dns.isp.test", "resolver" } };
static const struct vocabulary small_vocabulary_implied = { .host_kinds = small_kinds,
                                                            .verbs = verb_kinds,
                                                            .verb_count = VERB_COUNT,
                                                            .implied = small_implied,
                                                            .implied_count = 1 };

#endif
