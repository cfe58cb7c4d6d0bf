#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define NET(rest) "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'builder'}" rest "}"
#define BOB(rest) "'bob-pc':{'kind':'mua','account':'bob@example.net','read':'pop'" rest "}"
#define WORLD(net, bob) "'until':'30d','hosts':{" SMALL_ALICE "," SMALL_ORG "," NET(net) "," BOB(bob) "},'script':["
#define MAIL  SMALL_SEND("1s", "bob@example.net") ","
#define FETCH(at) SMALL_DO(at, "bob-pc", "fetch")
#define CAN(words) ",'pop-capabilities':[" words "]"
#define SAYS(who, text, n) "{'said':'" text "','service':'pop3','by':'" who "','count':" #n "}"
#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789"
#define LONG_MAIL "{'at':'1s','host':'alice-laptop','do':'send','to':['bob@example.net'],'subject':'L'," \
    "'text':'" LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG "'},"

static const struct small_row rows[] = {
    { "APOP: the password is never said",
      WORLD(CAN("'user','apop','capa','uidl'"), "") MAIL FETCH("10s") "],'expect':["
      SAYS("client", "APOP bob ", 1) "," SAYS("client", "PASS", 0) ",{'device':'bob-pc','messages':1}]" },
    { "a wrong password by APOP shows as little",
      WORLD(CAN("'user','apop','capa','uidl'"), ",'password':'x'") MAIL FETCH("10s") "],'expect':["
      SAYS("client", "APOP bob ", 1) "," SAYS("client", "PASS", 0) "," SAYS("server", "-ERR", 1) ","
      "{'device':'bob-pc','messages':0}]" },
    { "the timestamp is another one each time, and what was heard once is worth nothing",
      WORLD(CAN("'user','apop','capa','uidl'"), "") FETCH("10s") "," FETCH("10s") "],'expect':["
      SAYS("server", "POP3 ready <", 2) "," SAYS("server", "+OK maildrop locked", 2) "]" },
    { "CRAM-MD5 before APOP, and SCRAM before both",
      WORLD(CAN("'user','apop','capa','uidl','sasl'") ",'auth-mechanisms':['plain','cram-md5']", "")
      FETCH("10s") "],'expect':[" SAYS("client", "AUTH CRAM-MD5", 1) "," SAYS("server", "+OK maildrop", 1) "]" },
    { "SCRAM-SHA-256",
      WORLD(",'auth-mechanisms':['plain','cram-md5','scram-sha-256']", "") FETCH("10s") "," FETCH("20s")
      "],'expect':[" SAYS("client", "AUTH SCRAM-SHA-256", 2) "," SAYS("server", "+OK maildrop", 2) "]" },
    { "a mechanism that is asked for",
      WORLD("", ",'auth-mechanism':'plain'") FETCH("10s") "],'expect':["
      SAYS("client", "AUTH PLAIN AGJvYgBidWlsZGVy", 1) "," SAYS("server", "+OK maildrop", 1) "]" },
    { "no CAPA, no UIDL, no TOP: a letter that is left there comes each time",
      WORLD(CAN("'user'"), ",'keep':true") MAIL FETCH("10s") "," FETCH("20s") "],'expect':["
      SAYS("client", "UIDL", 2) "," SAYS("client", "RETR", 2) ",{'device':'bob-pc','messages':2}]" },
    { "no UIDL: its Message-ID tells it from others",
      WORLD(CAN("'user','capa','top'"), ",'keep':true") MAIL FETCH("10s") "," FETCH("20s") "],'expect':["
      SAYS("client", "UIDL", 0) "," SAYS("client", "TOP 1 0", 2) "," SAYS("client", "RETR", 1) ","
      "{'device':'bob-pc','messages':1}]" },
    { "LOGIN-DELAY: too soon, and later not",
      WORLD(",'pop-login-delay':'10min'", ",'keep':true") FETCH("10s") "," FETCH("5min") "," FETCH("11min")
      "],'expect':[" SAYS("server", "LOGIN-DELAY 600", 3) "," SAYS("server", "-ERR [LOGIN-DELAY]", 1) ","
      SAYS("server", "+OK maildrop", 2) "]" },
    { "a device that looks too often is sent away, and comes again",
      "'until':'1h','hosts':{" SMALL_ALICE "," SMALL_ORG "," NET(",'pop-login-delay':'10min'") ","
      BOB(",'watch':'poll','every':'6min'") "},'script':[" SMALL_SEND("7min", "bob@example.net") "],'expect':["
      "{'said':'-ERR [LOGIN-DELAY]','service':'pop3','by':'server'},{'device':'bob-pc','messages':1},"
      "{'mailbox':'bob@example.net','messages':0}]" },
    { "a maildrop that another device has open: later it is free",
      "'until':'1h','hosts':{" SMALL_ALICE "," SMALL_ORG "," NET("") "," BOB(",'watch':'poll','every':'6min'") ","
      "'bob-old':{'kind':'mua','account':'bob@example.net','read':'pop','keep':true}},'script':["
      SMALL_SEND("1s", "bob@example.net") "," SMALL_DO("5min 59.9s", "bob-old", "fetch") ","
      SMALL_DO("6min 0.2s", "bob-old", "cut") "],'expect':["
      "{'said':'-ERR [IN-USE]','service':'pop3','by':'server'},{'device':'bob-pc','messages':1},"
      "{'mailbox':'bob@example.net','messages':0}]" },
    { "EXPIRE 0: what was fetched goes, whatever the device wanted",
      WORLD(CAN("'user','capa','uidl','expire'") ",'pop-expire':'0s'", ",'keep':true") MAIL FETCH("10s")
      "],'expect':[" SAYS("client", "DELE", 0) "," SAYS("server", "EXPIRE 0", 1) ","
      "{'device':'bob-pc','messages':1},{'mailbox':'bob@example.net','messages':0}]" },
    { "EXPIRE 7: a letter of that age goes when its owner comes, a younger one stays",
      WORLD(CAN("'user','capa','uidl','expire'") ",'pop-expire':'7d'", ",'keep':true") MAIL
      SMALL_SEND("5d", "bob@example.net") "," FETCH("6d") "," FETCH("8d") "],'expect':["
      "{'at':'7d','mailbox':'bob@example.net','messages':2},{'mailbox':'bob@example.net','messages':1},"
      "{'device':'bob-pc','messages':2}]" },
    { "EXPIRE 0 spares nobody his DELE",
      WORLD(CAN("'user','capa','uidl','expire'") ",'pop-expire':'0s'", "") MAIL FETCH("10s")
      "],'expect':[" SAYS("server", "EXPIRE 0", 1) "," SAYS("client", "DELE 1", 1) "]" },
    { "without the word nothing expires",
      WORLD(",'pop-expire':'7d'", ",'keep':true") MAIL FETCH("8d") "],'expect':["
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "QUIT could not delete: the letter is there again",
      WORLD(",'pop-update-fails':true", "") MAIL FETCH("10s") "],'expect':["
      SAYS("server", "-ERR [SYS/TEMP] some deleted messages", 1) ",{'mailbox':'bob@example.net','messages':1}]" },
    { "a long letter: its header, and the rest when it is read; then it may go",
      WORLD("", ",'size-limit':'1KiB'") LONG_MAIL FETCH("10s") ","
      "{'at':'30s','host':'bob-pc','do':'read'}],'expect':["
      "{'at':'29s','said':'RETR','service':'pop3','count':0},{'at':'29s','mailbox':'bob@example.net','messages':1},"
      SAYS("client", "TOP 1 0", 1) "," SAYS("client", "RETR 1", 1) ","
      "{'device':'bob-pc','messages':1,'unread':0},{'mailbox':'bob@example.net','messages':0}]" },
    { "a short one comes whole",
      WORLD("", ",'size-limit':'1KiB'") MAIL FETCH("10s") "],'expect':["
      SAYS("client", "TOP", 0) "," SAYS("client", "RETR 1", 1) "]" },
    { "pipelining: two letters are asked for before the first has come",
      WORLD("", ",'pop-pipelining':true") MAIL SMALL_SEND("2s", "bob@example.net") "," FETCH("10s") "],'expect':["
      SAYS("client", "RETR", 2) ",{'device':'bob-pc','messages':2},{'mailbox':'bob@example.net','messages':0}]" },
};
/* clang-format on */

/* RFC 1939 7: what was digested once is worth nothing the next time. */
static void stamps_differ(void)
{
    struct small_world w;
    struct buf text = { 0 };
    size_t greetings = 0;
    cr_assert(small_world_new(&w, WORLD(CAN("'user','apop'"), "")
                                      FETCH("10s") "," FETCH("10s") "," FETCH("20s") "]"));
    small_world_run(&w);
    for (uint64_t n = 1; n <= w.trace.count; n++) {
        const struct trace_rec *r = trace_at(&w.trace, n);
        slice said = r->kind == TRACE_SAID ? trace_payload(&w.trace, trace_payload_id(r), &text)
                                           : (slice){ 0 };
        size_t at = slice_find(said, SLICE("POP3 ready <"));
        if (at != SLICE_NONE) {
            greetings++;
            struct buf z = { 0 };
            buf_add(&z, slice_from(said, at));
            cr_expect_eq(small_world_said(&w, buf_z(&z)), 1, "%s", buf_z(&z));
            buf_deinit(&z);
        }
    }
    cr_expect_eq(greetings, 3);
    buf_deinit(&text);
    small_world_free(&w);
}

Test(mail_pop, what_keys_of_both_sides_mean)
{
    SMALL_WORLDS_HOLD(rows);
    stamps_differ();
}
