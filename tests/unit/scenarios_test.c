/* The lessons: each holds what it promises, and would notice if its own point were missing. */
#include "tests/lib/small_world.h"

#include "ui/files.h"
#include "ui/recording.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>

#define EDITS_MAX 2

struct edit {
    const char *from, *to; /* all places; it must be there */
};

/* Lessons with a crowd are played with fewer people here, and expect as many fewer of everything;
 * tests/digests.sh plays them whole. */
static const struct smaller {
    const char *file;
    struct edit edits[14];
} smaller[] = {
    { "newsletter.json",
      { { "\"people\": 100000", "\"people\": 1000" },
        { "\"domains\": 2000", "\"domains\": 100" },
        { "\"min\": 95000", "\"min\": 950" },
        { "\"min\": 90000", "\"min\": 100" },
        { "\"min\": 40000", "\"min\": 10" },
        { "\"min\": 2500", "\"min\": 5" },
        { "\"min\": 1500", "\"min\": 10" },
        { "\"max\": 20000", "\"max\": 500" },
        { "\"people\": 10000 ", "\"people\": 300 " },
        { "\"min\": 9500", "\"min\": 250" },
        { "\"max\": 10000 ", "\"max\": 300 " },
        { "\"min\": 3000", "\"min\": 1" } } },
    { "qresync.json",
      { { "\"messages\": 10000,", "\"messages\": 100," },
        { "\"messages\": 10003", "\"messages\": 103" },
        { "\"letters\": 10003", "\"letters\": 103" },
        { "\"nth\": 10001", "\"nth\": 101" },
        { "\"min\": 300000", "\"min\": 5000" },
        { "\"min\": 40000", "\"min\": 1000" },
        { "\"min\": 2000000", "\"min\": 20000" } } },
};

static void change(struct buf *text, const char *file, const struct edit *edit)
{
    struct buf changed = { 0 };
    slice rest = buf_slice(text), from = slice_of(edit->from);
    size_t at = slice_find(rest, from);
    cr_assert_neq(at, SLICE_NONE, "%s has no %s", file, edit->from);
    for (; at != SLICE_NONE; at = slice_find(rest, from)) {
        buf_add(&changed, slice_sub(rest, 0, at));
        buf_addz(&changed, edit->to);
        rest = slice_from(rest, at + from.len);
    }
    buf_add(&changed, rest);
    buf_deinit(text);
    *text = changed;
}

/* The text of a lesson, with what a row changes in it. */
static void read_lesson(struct buf *out, const char *file, const struct edit *edits, size_t count)
{
    struct err err;
    char path[300];
    struct buf text = { 0 };
    (void)snprintf(path, sizeof path, "scenarios/%s", file);
    cr_assert(file_read(path, SCENARIO_SIZE_MAX, &text, &err), "%s", path);
    for (size_t i = 0; i < COUNT(smaller); i++) {
        const struct edit *e = smaller[i].edits;
        for (; slice_eq(slice_of(smaller[i].file), slice_of(file)) && e->from; e++) {
            change(&text, file, e);
        }
    }
    for (size_t i = 0; i < count && edits[i].from; i++) {
        change(&text, file, &edits[i]);
    }
    *out = text;
}

static void run_variant(struct small_world *w, const char *file, const char *variant,
                        const struct edit *edits, size_t count)
{
    struct buf text, said = { 0 };
    read_lesson(&text, file, edits, count);
    struct scenario_folder folder = scenario_folder("scenarios/schema.json");
    bool ok = small_world_read_variant(w, buf_slice(&text), slice_of(variant), &folder.source);
    problems_text(&w->problems, &said);
    cr_assert(ok, "%s: %.*s%s", file, SLICE_ARG(buf_slice(&said)), w->err.text);
    small_world_run(w);
    buf_deinit(&said);
    buf_deinit(&text);
}

static uint64_t digest(const char *file, const char *variant, const struct edit *edits,
                       size_t count)
{
    struct small_world w;
    run_variant(&w, file, variant, edits, count);
    uint64_t d = w.trace.digest;
    small_world_free(&w);
    return d;
}

/* ---- they hold */

static bool is_lesson(const char *name)
{
    slice rest = slice_of(name);
    return rest.len > 5 && slice_eq(slice_from(rest, rest.len - 5), SLICE(".json")) &&
           !slice_eq(rest, SLICE("schema.json"));
}

/* Every story entry speaks, once, and in the order of the file.  What happens no more in a what-if
 * is not told there either. */
static void check_story(const struct small_world *w, const char *file, bool what_if)
{
    uint32_t last = 0;
    size_t count = 0;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        if (r->kind == TRACE_STORY) {
            cr_expect(what_if || r->a > last, "%s: story entry %u is out of order", file, r->a);
            last = r->a;
            count++;
        }
    }
    cr_expect(what_if ? count > 0 : count == w->scenario.story_count,
              "%s: %zu of its story entries speak", file, count);
}

/* The digest of the first of them; tests/digests.sh compares those of all variants. */
static uint64_t holds(const char *file, const char *variant, bool what_if)
{
    struct small_world w;
    run_variant(&w, file, variant, NULL, 0);
    cr_expect_gt(w.verdict.expected, 0, "%s %s expects nothing", file, variant);
    cr_expect_eq(w.verdict.met, w.verdict.expected, "%s %s", file, variant);
    cr_expect(small_world_all_settled(&w), "%s %s", file, variant);
    check_story(&w, file, what_if);
    for (size_t i = 0; i < w.scenario.variant_count; i++) {
        (void)holds(file, w.scenario.variants[i].name.ptr, w.scenario.variants[i].ask.len > 0);
    }
    uint64_t d = w.trace.digest;
    small_world_free(&w);
    return d;
}

Test(scenarios, every_lesson_holds_and_is_the_same_each_time)
{
    DIR *dir = opendir("scenarios");
    size_t count = 0;
    cr_assert(dir != NULL);
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        if (is_lesson(d->d_name)) {
            count++;
            uint64_t once = holds(d->d_name, SCENARIO_BASE, false);
            cr_expect_eq(digest(d->d_name, SCENARIO_BASE, NULL, 0), once, "%s", d->d_name);
        }
    }
    (void)closedir(dir);
    cr_expect_geq(count, 10);
}

/* ---- they would notice */

struct row {
    const char *what, *why; /* a lesson; behind a space one of its variants */
    struct edit edits[EDITS_MAX];
    const char *fails; /* in the sentence of an expectation that must fail then */
};

/* clang-format off */
static const struct row rows[] = {
    { "first-mail.json", "commands in one go",
      { { "\"pipelining\": false", "\"pipelining\": true" } }, "PIPELINING is switched off" },
    { "first-mail.json", "a mistyped address",
      { { "\"to\": [\"bob@example.net\"]", "\"to\": [\"bbo@example.net\"]" } },
      "bob-phone has 1 message \"Hello\"" },
    { "first-mail.json", "POP3 instead of IMAP", { { "\"read\": \"imap\"", "\"read\": \"pop\"" } },
      "bob-phone opens a connection for imaps" },
    { "first-mail.json", "the phone never asks", { { "\"do\": \"fetch\"", "\"do\": \"offline\"" } },
      "three connections" },
    { "same-domain.json", "Bob lives in another domain",
      { { "bob@example.org", "bob@example.net" },
        { "\"bob\": \"builder\" }, \"tls\": \"opportunistic\", \"send-tls\": \"none\" }",
          "\"bob\": \"builder\" }, \"tls\": \"opportunistic\" }, \"mail.example.net\": { \"kind\": \"mail\","
          " \"domain\": \"example.net\", \"accounts\": { \"bob\": \"builder\" } }" } },
      "no SMTP connection leaves the server" },
    { "who-looks-up-mx.json", "a letter that stays at home",
      { { "\"to\": [\"bob@example.net\"]", "\"to\": [\"alice@example.org\"]" } },
      "the server asks for the MX" },
    { "who-looks-up-mx.json", "the laptop sends by Bob's server",
      { { "\"name\": \"Alice\"", "\"name\": \"Alice\", \"server\": \"mx.example.net\"" } },
      "alice-laptop asks for A of mail.example.org" },
    { "who-looks-up-mx.json", "another host takes the mail",
      { { "\"mx.example.net\":", "\"post.example.net\":" } }, "hears \"mx.example.net\"" },
    { "post-office-shut.json", "Bob's PC is on",
      { { "{ \"at\": \"0s\",  \"host\": \"bob-pc\", \"do\": \"offline\" },", "" } },
      "bob-pc has 0 messages" },
    { "post-office-shut.json", "Bob never switches it on",
      { { "\"do\": \"online\"", "\"do\": \"offline\"" } }, "bob-pc has 1 message" },
    { "unknown-user.json", "the address exists", { { "\"bob\": \"builder\"", "\"bob\": \"builder\", \"bbo\": \"b\"" } },
      "refuses bbo@example.net with 550" },
    { "unknown-user.json", "nobody reads the report", { { "\"do\": \"fetch\"", "\"do\": \"offline\"" } },
      "Return-Path: <>" },
    { "pop-once.json", "the cable is not cut",
      { { "\"do\": \"cut\"", "\"do\": \"mend\"" } }, "the cable was cut before QUIT" },
    { "pop-once.json", "the PC leaves its mail on the server",
      { { "\"read\": \"pop\"", "\"read\": \"pop\", \"keep\": true" } },
      "after QUIT the letter is gone" },
    { "imap-look.json", "the phone downloads all at once",
      { { "\"download\": \"headers\"", "\"download\": \"whole\"" } },
      "looking at the list does not fetch the letter" },
    { "imap-look.json", "Bob does not open it", { { "\"do\": \"read\", \"subject\": \"Photos\"", "\"do\": \"fetch\"" } },
      "\\Seen is set on the server" },
    { "starttls-stripping.json", "nobody sits on the line",
      { { "\"do\": \"strip-starttls\"", "\"do\": \"mend\"" } },
      "the eavesdropper reads Alice's price" },
    { "starttls-stripping.json", "Carol's server honours no policy",
      { { ", \"honour-mta-sts\": true", "" } }, "nobody on the way ever reads Carol's price" },
    { "starttls-stripping.json", "the policy is only a test",
      { { "\"mta-sts\": \"enforce\"", "\"mta-sts\": \"testing\"" } },
      "under attack Carol's server puts the letter off" },
    { "starttls-stripping.json", "Alice's server insists on TLS by itself",
      { { "\"alice\": \"wonderland\" }", "\"alice\": \"wonderland\" }, \"send-tls\": \"required\"" } },
      "Alice's server notices nothing" },
    { "starttls-stripping.json", "the attacker comes before the first letter, and stays",
      { { "\"at\": \"1min\"", "\"at\": \"0s\"" } }, "Alice's first letter goes under TLS" },
    { "starttls-stripping.json", "the attacker stays",
      { { "\"do\": \"mend\"", "\"do\": \"strip-starttls\"" } }, "bob@example.net has 1 message" },
    { "starttls-live.json", "the servers have no TLS, and the laptop does not insist",
      { { "\"tls\": \"opportunistic\"", "\"tls\": \"none\"" },
        { "\"tls\": \"required\"", "\"tls\": \"opportunistic\"" } },
      "no eavesdropper reads the password" },
    { "starttls-live.json", "a certificate that has expired",
      { { "\"builder\" }", "\"builder\" }, \"certificate\": \"expired\"" } },
      "with a good certificate" },
    { "starttls-live.json", "the servers do without among themselves",
      { { "\"wonderland\" }", "\"wonderland\" }, \"send-tls\": \"none\"" } },
      "no eavesdropper reads the letter" },
    { "starttls-live.json", "TLS from the first octet",
      { { "\"tls\": \"required\"", "\"tls\": \"implicit\"" } },
      "EHLO is said again" },
    { "mx-preference.json", "all have the same number",
      { { "\"preference\": 20", "\"preference\": 10" } },
      "while those with 10 answer, the one with 20 is never called" },
    { "mx-preference.json", "mx-a and mx-b stay open",
      { { "\"at\": \"2min\", \"host\"", "\"at\": \"20min\", \"host\"" } },
      "both with 10 are tried first" },
    { "mx-preference.json", "another seed", { { "\"seed\": 1", "\"seed\": 4" } },
      "the lot sends three to mx-a" },
    { "backup-mx.json", "no substitute in the DNS",
      { { "\"@ MX 10 mail\", \"@ MX 20 backup.isp.example.\"", "\"@ MX 10 mail\"" } },
      "in the queue of the substitute" },
    { "backup-mx.json", "it takes nothing for example.net",
      { { "\"relay-domains\": \"example.net\", ", "" } },
      "is relayed at mail.example.org because of \"backup.isp.example: 250\"" },
    { "backup-mx.json", "the power is on", { { "\"do\": \"down\"", "\"do\": \"restart\"" },
      { "\"for\": \"2h\"", "\"for\": \"1s\"" } }, "Bob's own server is tried first, in vain" },
    { "no-mx-means-a.json", "an MX record that names the server",
      { { "\"- @ MX\"", "\"@ MX 10 old\"" } }, "the address of the domain itself is asked for" },
    { "no-mx-means-a.json", "an ordinary MX record",
      { { "\"@ MX 0 .\"", "\"@ MX 10 @\"" } }, "because of \"556 5.1.10\"" },
    { "no-mx-means-a.json", "the shop has a null MX too",
      { { "\"shop.example\": [ \"@ A", "\"shop.example\": [ \"@ MX 0 .\", \"@ A" } },
      "the letter to the shop still waits" },
    { "direct-or-relayed.json", "Carol's server has no smarthost",
      { { ", \"smarthost\": \"relay.isp.example\"", "" }, { "{ \"smarthost\": null }", "{}" } },
      "Carol's server never calls Bob's" },
    { "direct-or-relayed.json", "the provider has one server less",
      { { ", \"smarthost\": \"out.isp.example\"", "" } },
      "two lines Received in one letter and four in the other" },
    { "direct-or-relayed.json", "the provider does not know Carol's server",
      { { "\"relay-for\": \"mail.example.com\", ", "" } }, "bob-phone has 2 messages" },
    { "bounce-vs-reject.json", "both refuse at once", { { ", \"accept-unknown\": true", "" } },
      "the other server refuses nobody while connected" },
    { "bounce-vs-reject.json", "both take everything",
      { { "\"alice\": \"wonderland\" }", "\"alice\": \"wonderland\" }, \"accept-unknown\": true" } },
      "the server that refuses at once never writes a report" },
    { "bounce-vs-reject.json", "the second forged sender exists",
      { { "\"dave\": \"drummer\"", "\"dave\": \"drummer\", \"ghost\": \"g\"" } },
      "ends, and nobody reports it" },
    { "dsn-request.json", "Bob's server does not know DSN",
      { { "\"bob\": \"builder\" }", "\"bob\": \"builder\" }, \"dsn\": false" } },
      "hands on what was asked" },
    { "dsn-request.json", "Carol's server knows DSN", { { ", \"dsn\": false", "" } },
      "to a server without DSN nothing of it is said" },
    { "dsn-request.json", "a report on failure is asked for",
      { { "\"notify\": \"never\"", "\"notify\": \"failure\"" } },
      "the failure is reported to nobody" },
    { "mail-loop.json", "one of the two forwards is gone",
      { { "\"forwards\": { \"bob\": \"bob@example.org\" }, ", "" }, { "{ \"forwards\": null }", "{}" } },
      "refuses something with 554" },
    { "mail-loop.json", "the servers note for whom they forwarded it",
      { { "\"delivered-to\": false, ", "" } }, "is forwarded at least 28 times" },
    { "mail-loop.json", "fewer hops", { { "\"hops-max\": 30", "\"hops-max\": 10" } },
      "is forwarded at least 28 times" },
    { "client-talks-to-mx.json", "Dave's laptop has a server", { { ", \"direct\": true", "" } },
      "Dave's program asks for the MX itself" },
    { "client-talks-to-mx.json", "another address is listed",
      { { "66.100.51.198", "67.100.51.198" } }, "198.51.100.66 is listed" },
    { "client-talks-to-mx.json", "the firewall stands elsewhere",
      { { "\"from\": \"dave-laptop\"", "\"from\": \"alice-laptop\"" } },
      "port 25 is closed to him" },
    { "greylisting.json", "no greylisting",
      { { ", \"greylist\": \"5min\"", "" }, { "{ \"greylist\": null }", "{}" } },
      "refuses something with 450" },
    { "greylisting.json", "the pool is in one network", { { "203.0.113.102", "192.0.2.102" } },
      "from another host of the pool is delayed again" },
    { "greylisting.json", "one machine does it all",
      { { ", \"fallback\": \"out-2.big.example\"", "" }, { "{ \"fallback\": null }", "{}" } },
      "from another host of the pool is delayed again" },
    { "full-mailbox.json", "there is room", { { "\"1600B\"", "\"16kB\"" } },
      "Carol's mailbox is full once" },
    { "full-mailbox.json", "Carol leaves her mail on the server",
      { { "\"read\": \"pop\"", "\"read\": \"pop\", \"keep\": true" } }, "once there is room" },
    { "full-mailbox.json", "the server gives up after a day",
      { { "\"give-up\": \"5d\"", "\"give-up\": \"1d\"" } }, "for almost five days nothing" },
    { "pipelining-rtt.json", "Alice's server uses PIPELINING",
      { { "\"pipelining\": false", "\"pipelining\": true" } }, "without PIPELINING: eight" },
    { "pipelining-rtt.json", "Dave's server does not use CHUNKING",
      { { ", \"send-chunking\": true", "" } }, "with CHUNKING too: three" },
    { "pipelining-rtt.json", "a short way", { { "\"300ms\"", "\"3ms\"" } },
      "for more than five seconds" },
    { "why-is-my-mail-late.json", "refused for good", { { "\"code\": 451, \"text\": \"4", "\"code\": 551, \"text\": \"5" } },
      "twenty tries in five days" },
    { "why-is-my-mail-late.json", "it is over after a day", { { "\"for\": \"6d\"", "\"for\": \"1d\"" } },
      "because of \"451 4.3.2\"" },
    { "why-is-my-mail-late.json", "the waits do not grow",
      { { "\"retry-max\": \"8h\"", "\"retry-max\": \"30min\"" } }, "the second one hour" },
    { "why-is-my-mail-late.json", "no notice of the delay",
      { { "\"delay-notice\": \"4h\"", "\"delay-notice\": \"0s\"" } }, "Action: delayed" },
    { "first-mail.json", "a laptop without TLS",
      { { "\"name\": \"Alice\", \"tls\": \"implicit\"", "\"name\": \"Alice\", \"tls\": \"none\"" } },
      "alice-laptop opens a connection for submissions" },
    { "envelope-vs-header.json", "the envelope names Carol as well",
      { { "\"to\": \"bob@example.net\", \"eml\"",
          "\"to\": [\"bob@example.net\", \"carol@example.net\"], \"eml\"" } },
      "Carol gets nothing" },
    { "envelope-vs-header.json", "the envelope names who stands in the letter",
      { { "\"to\": \"bob@example.net\", \"eml\"", "\"to\": \"carol@example.net\", \"eml\"" } },
      "lies in Bob's mailbox" },
    { "envelope-vs-header.json", "the letter names Bob too",
      { { "\"eml\": \"letters/to-carol.eml\"", "\"subject\": \"Cake\", \"text\": \"Bring one.\\n\"" } },
      "inside the second letter" },
    { "bcc.json", "an open copy to Dave", { { "\"bcc\": \"dave@example.net\", \"subject\"",
      "\"cc\": \"dave@example.net\", \"subject\"" }, { "\"cc\": \"carol@example.net\", ", "" } },
      "nothing in Bob's copy tells of Dave" },
    { "bcc.json", "Dave stands nowhere", { { "\"bcc\": \"dave@example.net\", \"subject\"", "\"subject\"" } },
      "the envelope names three" },
    { "received-trail.json", "all clocks are right", { { ", \"clock-offset\": \"-2h\"", "" } },
      "with a time of two hours before" },
    { "received-trail.json", "straight to the last server",
      { { ", \"smarthost\": \"relay.example.com\"", "" }, { "{ \"smarthost\": null }", "{}" } },
      "three in Bob's copy" },
    { "received-trail.json", "the last clock is wrong, too",
      { { "\"bob\": \"builder\" }", "\"bob\": \"builder\" }, \"clock-offset\": \"+5min\"" } },
      "the last server stands on top" },
    { "dns-journey.json", "a short TTL, as a careful administrator would set it",
      { { "\"@ 30m MX 10 old", "\"@ 5m MX 10 old" } }, "two letters go to the old server" },
    { "dns-journey.json", "the MX stays where it is",
      { { "\"@ 30m MX 10 new", "\"@ 30m MX 10 old" } }, "the third one goes to the new one" },
    { "dns-journey.json", "the third letter is early too",
      { { "\"40min\"", "\"28min\"" } }, "MX 10 new.example.net.\" for MX" },
    { "dot-on-a-line.json", "octets are counted, and no dot ends the letter",
      { { "\"send-tls\": \"none\"", "\"send-tls\": \"none\", \"send-chunking\": true" },
        { "\"chunking\": false", "\"chunking\": true" } },
      "server to server each of the two lines has one dot more" },
    { "dot-on-a-line.json", "a space before the dots",
      { { "\\n.\\nTwo of them:\\n..\\n", "\\n .\\nTwo of them:\\n ..\\n" } },
      "the phone gets the lines as Alice wrote them" },
    { "dot-on-a-line.json", "Bob reads by POP3, which has the same trick",
      { { "\"read\": \"imap\"", "\"read\": \"pop\"" } }, "the phone gets the lines as Alice wrote them" },
    { "webmail.json", "Alice uses a mail program",
      { { "\"kind\": \"browser\", \"account\": \"alice@example.org\", \"webmail\": \"webmail.example.org\"",
          "\"kind\": \"mua\", \"account\": \"alice@example.org\"" },
        { "\"alice-browser\": { \"tls\": false }", "\"alice-browser\": {}" } },
      "the browser never speaks SMTP" },
    { "webmail.json", "a page that everybody can read",
      { { "\"webmail\": \"webmail.example.org\"", "\"webmail\": \"webmail.example.org\", \"tls\": false" },
        { "\"mail-tls\": \"none\"", "\"mail-tls\": \"none\", \"http\": true" } },
      "twice, by HTTPS" },
    { "webmail.json", "she opens no letter", { { "\"read\", \"subject\": \"Tea\"",
      "\"read\", \"subject\": \"Coffee\"" } }, "0 of them unread" },
    { "attachment-grows.json", "a server that takes more", { { "\"4kB\"", "\"8kB\"" } },
      "only the small letter reaches Bob" },
    { "attachment-grows.json", "a server that does not say how much it takes",
      { { "\"size-max\": \"4kB\"", "\"size-max\": \"4kB\", \"size\": false" } },
      "the letter is given up before it is sent" },
    { "attachment-grows.json", "the words of the file as text of the letter",
      { { "{ \"file\": \"letters/hi.txt\" }", "{ \"name\": \"hi.eml\", \"file\": \"letters/hi.txt\" }" } },
      "3 octets are 4 characters" },
    { "alias-forward-list.json", "the club forwards without SRS", { { ", \"srs\": true", "" } },
      "the club's server never sends in Alice's name" },
    { "alias-forward-list.json", "the school forwards with it",
      { { "\"builder\" }, \"forwards\"", "\"builder\" }, \"srs\": true, \"forwards\"" } },
      "the plain forward keeps Alice" },
    { "alias-forward-list.json", "Dave is still there",
      { { "\"builder\" }, \"tls\"", "\"builder\", \"dave\": \"d\" }, \"tls\"" } },
      "the report about Dave goes to the owner" },
    { "mojibake.json", "the right charset twice",
      { { "cafe-iso-8859-1.eml", "cafe-utf-8.eml" }, { "\"Dinner\"", "\"Lunch\"" } },
      "and the second one as mojibake" },
    { "mojibake.json", "Alice's program writes ASCII only",
      { { ", \"8bit-text\": true", "" } }, "three times the same octets are sent" },
    { "mojibake.json", "a server that takes ASCII addresses only",
      { { "\"size\": false", "\"size\": false, \"smtputf8\": false" } },
      "says the line \"RCPT TO:<zoë@example.net>\"" },
    { "transactional.json", "the shop shows a key that is not its own",
      { { "\"keys\": { \"shop\": \"key-of-the-shop\" }", "\"keys\": { \"shop\": \"another\" }" } },
      "the API accepts both" },
    { "transactional.json", "the shop asks without TLS, and its mail goes without",
      { { "\"key\": \"key-of-the-shop\" }", "\"key\": \"key-of-the-shop\", \"tls\": false }" },
        { "\"kind\": \"api\"", "\"kind\": \"api\", \"http\": true, \"send-tls\": \"none\"" } },
      "nobody on the way reads the code" },
    { "transactional.json", "there is a bbo", { { "\"bob\": \"builder\"", "\"bob\": \"builder\", \"bbo\": \"b\"" } },
      "refuses bbo@example.net with 550" },
    { "submission-auth.json", "AUTH in the clear everywhere",
      { { "\"auth-needs-tls\": true, ", "" } }, "without AUTH: 530" },
    { "submission-auth.json", "From may be anybody", { { "\"check-from\": true, ", "" } },
      "sending as somebody else is refused" },
    { "submission-auth.json", "a mechanism that does not show the password",
      { { "\"bob\": \"builder\" }", "\"bob\": \"builder\" }, \"auth-mechanisms\": \"cram-md5\"" },
        { "\"tls\": \"none\", \"auth-mechanism\": \"plain\"", "\"tls\": \"none\"" } },
      "who listens reads Bob's password" },
    { "newsletter.json", "nobody is gone", { { "\"unknown\": \"2%\"", "\"unknown\": \"0%\"" } },
      "readers who are gone come back" },
    { "newsletter.json", "no server is busy", { { "\"busy\": \"10%\"", "\"busy\": \"0%\"" } },
      "busy servers ask for another try" },
    { "newsletter.json", "a connection for each letter",
      { { "\"connections-per-destination\": 10", "\"letters-per-connection\": 1" } },
      "many letters share a connection" },
    { "newsletter.json", "as many connections as letters",
      { { "\"connections-per-destination\": 10", "\"connections-per-destination\": 1000, \"connections\": 1000" } },
      "a letter stands in line" },
    { "newsletter.json", "a letter of the shop, and no newsletter",
      { { "\"newsletter\", \"readers\": \"crowd\"", "\"send\", \"to\": \"bob@bounces.sender.example\"" } },
      "each letter tells the way out" },
    { "smtp-smuggling.json", "Dave's server is strict", { { "\"bare-newlines\": \"keep\", ", "" } },
      "Dave's server has passed on one letter" },
    { "smtp-smuggling.json", "Bob's server is strict", { { "\"bare-newlines\": \"end\", ", "" } },
      "Bob has two letters" },
    { "smtp-smuggling.json", "both take a bare LF for text",
      { { "\"bare-newlines\": \"end\"", "\"bare-newlines\": \"keep\"" } },
      "Bob has two letters" },
    { "open-relay.json", "the door is closed", { { "\"open-relay\": true, ", "" } },
      "the open relay passes on a stranger's letter to strangers" },
    { "open-relay.json", "nobody reports it", { { "\"at\": \"10min\"", "\"at\": \"4h\"" } },
      "later Alice's honest letter is refused" },
    { "open-relay.json", "Bob's server asks no list", { { ", \"dnsbl\": \"bl.example\"", "" } },
      "at first the relay is on no list" },
    { "qresync.json", "a server without QRESYNC",
      { { "[ \"imap4rev2\"", "[ \"qresync\", \"imap4rev2\"" } }, "VANISHED (EARLIER)" },
    { "qresync.json", "a phone without it",
      { { "\"resync\": \"qresync\"", "\"resync\": \"condstore\"" } }, "nobody asks which letters are left" },
    { "qresync.json full-rescan", "CONDSTORE can be used",
      { { "\"resync\": \"flags\"", "\"resync\": \"condstore\"" } }, "the phone is told of all letters" },
    { "qresync.json condstore", "the server writes ranges of UIDs",
      { { "[ \"imap4rev2\", \"esearch\", ", "[ " } }, "the phone asks which letters are left" },
    { "qresync.json new-uidvalidity", "the index that is lost is Alice's",
      { { "bob/INBOX", "alice/INBOX" } }, "as if it were new" },
    { "pop-vs-imap-two-devices.json", "the phone fetches and deletes by POP3",
      { { "{ \"kind\": \"mua\",  \"account\": \"bob@example.net\", \"name\": \"Bob\", \"tls\": \"implicit\" },\n"
          "    \"bob-laptop\"",
          "{ \"kind\": \"mua\", \"account\": \"bob@example.net\", \"read\": \"pop\" },\n    \"bob-laptop\"" } },
      "the phone has both letters" },
    { "pop-vs-imap-two-devices.json", "Bob does not open the letter",
      { { "\"read\", \"subject\": \"Two\"", "\"unread\", \"subject\": \"Two\"" } },
      "knows that one was read on the laptop" },
    { "pop-vs-imap-two-devices.json pop", "the devices leave letters on the server",
      { { "\"read\": \"pop\" }", "\"read\": \"pop\", \"keep\": true }" } }, "nothing is left on the server" },
    { "pop-vs-imap-two-devices.json pop-keep", "by IMAP the server knows",
      { { "\"read\": \"pop\", \"keep\": true", "\"read\": \"imap\"" } },
      "the phone does not learn what was read on the laptop" },
    { "pop-leave-on-server.json", "the PC deletes what it has fetched", { { ", \"keep-for\": \"14d\"", "" } },
      "and stays on the server" },
    { "pop-leave-on-server.json", "the PC keeps letters there for ever",
      { { "\"keep-for\": \"14d\"", "\"keep\": true" } }, "only the second letter is on the server" },
    { "pop-leave-on-server.json", "a server without unique names",
      { { "\"bob\": \"builder\" }", "\"bob\": \"builder\" }, \"pop-capabilities\": [\"user\", \"capa\"]" } },
      "the first letter is fetched once" },
    { "sent-items.json", "the devices keep their own copies",
      { { "\"sent\": \"server\"", "\"sent\": \"local\"" } }, "each sent letter is put on the server" },
    { "sent-items.json", "no copies at all", { { ", \"sent\": \"server\"", "" } },
      "the laptop shows what was sent from the phone" },
    { "sent-items.json pop", "IMAP", { { "\"read\": \"pop\", \"sent\": \"local\"", "\"read\": \"imap\"" } },
      "the server keeps no copy" },
    { "lost-phone.json", "the phone leaves letters on the server",
      { { "\"read\": \"pop\" }", "\"read\": \"pop\", \"keep\": true }" } }, "gone for good" },
    { "lost-phone.json", "the phone is not lost", { { "\"do\": \"lose\"", "\"do\": \"offline\"" } },
      "the phone is lost" },
    { "lost-phone.json pop-keep", "it deletes what it has fetched",
      { { "\"keep\": true", "\"keep\": false" } }, "all letters are back" },
    { "lost-phone.json pop-keep", "IMAP keeps what was read", { { "\"read\": \"pop\"", "\"read\": \"imap\"" } },
      "none of them is marked as read" },
    { "lost-phone.json imap", "the folder is on the phone only, by POP3",
      { { "\"read\": \"imap\"", "\"read\": \"pop\", \"keep\": true" } }, "the folder is back" },
    { "lost-phone.json imap", "Bob never opens a letter", { { "\"do\": \"read\"", "\"do\": \"unread\"" } },
      "what was read is shown as read" },
    { "imap-offline-cache.json", "a phone that keeps nothing",
      { { "\"mode\": \"cache\", \"resync\"", "\"mode\": \"online\", \"resync\"" } },
      "in the tunnel Bob can read the letter" },
    { "imap-offline-cache.json", "the network is there in the tunnel",
      { { "\"do\": \"offline\"", "\"do\": \"fetch\"" } }, "does not know that one was read" },
    { "imap-offline-cache.json", "the tunnel does not end", { { "\"do\": \"online\"", "\"do\": \"fetch\"" } },
      "at the end nothing waits" },
    { "send-and-receive.json", "a clock presses the button",
      { { "\"watch\": \"button\"", "\"watch\": \"poll\"" } }, "two letters wait for the button" },
    { "send-and-receive.json", "Bob presses it earlier",
      { { "\"at\": \"9min\",  \"host\"", "\"at\": \"3min\",  \"host\"" } }, "and not on the PC" },
    { "send-and-receive.json", "the server tells", { { "\"read\": \"pop\", \"keep\": true, \"watch\": \"button\"",
      "\"read\": \"imap\", \"watch\": \"idle\"" } }, "and not on the PC" },
    { "imap-idle.json", "Carol's phone asks by the clock, too",
      { { "\"watch\": \"idle\"", "\"watch\": \"poll\"" } }, "Carol's phone calls once" },
    { "imap-idle.json", "Bob's phone asks every minute", { { "\"5min\"", "\"1min\"" } },
      "Bob's phone calls twelve times" },
    { "imap-idle.json", "Bob's phone lets the server tell",
      { { "\"watch\": \"poll\"", "\"watch\": \"idle\"" } }, "more than 9,000 octets" },
};
/* clang-format on */

Test(scenarios, one_changed_thing_makes_a_lesson_fail)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        char file[80], variant[40] = SCENARIO_BASE;
        cr_assert_geq(sscanf(rows[i].what, "%79s %39s", file, variant), 1);
        run_variant(&w, file, variant, rows[i].edits, EDITS_MAX);
        cr_expect_lt(w.verdict.met, w.verdict.expected, "%s: %s", rows[i].what, rows[i].why);
        cr_expect(small_world_failed(&w, rows[i].fails), "%s: %s", rows[i].what, rows[i].why);
        small_world_free(&w);
    }
}

Test(scenarios, the_smallest_change_gives_another_digest)
{
    static const struct {
        const char *file;
        struct edit edit;
    } changes[] = {
        { "first-mail.json", { "Hi Bob!", "Hi Rob!" } },
        { "first-mail.json", { "\"12ms\"", "\"12000001ns\"" } },
        { "first-mail.json", { "\"Hello\"", "\"Hallo\"" } },
        { "first-mail.json", { "wonderland", "wonderlamd" } },
        { "imap-look.json", { "on Friday", "on Fridaz" } },
        { "imap-look.json", { "\"40ms\"", "\"40000001ns\"" } },
        { "pop-once.json", { "first letter", "firzt letter" } },
        { "post-office-shut.json", { "is it not", "is it npt" } },
        { "same-domain.json", { "by the door", "by the dooR" } },
        { "starttls-live.json", { "flower pot", "flower pod" } },
        { "unknown-user.json", { "Hi Bob!", "Hi bob!" } },
        { "who-looks-up-mx.json", { "DNS questions", "DNS questionz" } },
        { "starttls-stripping.json", { "My price is 80", "My price is 81" } },
    };
    for (size_t i = 0; i < COUNT(changes); i++) {
        cr_expect_neq(digest(changes[i].file, SCENARIO_BASE, NULL, 0),
                      digest(changes[i].file, SCENARIO_BASE, &changes[i].edit, 1), "%s: %s",
                      changes[i].file, changes[i].edit.to);
    }
}
