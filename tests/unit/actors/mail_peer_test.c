#include "tests/lib/small_world.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define BODY_MAX 3000

/* clang-format off */
static const char body[] =
    "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org','tls':'none'},"
    "'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'},"
    "'give-up':'1h',%s},"
    "'mail.example.net':{'kind':'mail','domain':'example.net','accounts':{'bob':'b'},%s}},"
    "'links':[{'between':['mail.example.org','mail.example.net'],'attack':'%s'}],'until':'1d',"
    "'script':[" SMALL_SEND("1s", "bob@example.net") "]";

#define STRIP "strip-starttls"
static const struct row {
    const char *why, *sender, *receiver, *attack;
    size_t relayed;
    size_t secured; /* both ends together */
    enum trace_kind kind;
    const char *text; /* in a record of that kind */
} rows[] = {
    { "no TLS there", "'auth':true", "'tls':'none'", "none", 1, 0, TRACE_OUTCOME, "" },
    { "used where it is offered", "'auth':true", "'tls':'opportunistic'", "none", 1, 2,
      TRACE_OUTCOME, "" },
    { "not asked for", "'send-tls':'none'", "'tls':'opportunistic'", "none", 1, 0, TRACE_OUTCOME,
      "" },
    { "any certificate", "'auth':true", "'tls':'opportunistic','certificate':'self-signed'", "none",
      1, 2, TRACE_NOTE, "Nobody knows whether this is mail.example.net" },
    { "required, any certificate", "'send-tls':'required'",
      "'tls':'opportunistic','certificate':'expired'", "none", 1, 2, TRACE_NOTE,
      "(certificate has expired)" },
    { "required, and not offered", "'send-tls':'required'", "'tls':'none'", "none", 0, 0,
      TRACE_DEFER, "454 4.7.4 mail.example.net: TLS is required, and is not offered" },
    { "and given up", "'send-tls':'required'", "'tls':'none'", "none", 0, 0, TRACE_OUTCOME,
      "TLS is required, and is not offered" },
    { "stripped, and nobody notices", "'auth':true", "'tls':'opportunistic'", STRIP, 1, 0,
      TRACE_TAMPER, "XXXXXXXX" },
    { "stripped, and required", "'send-tls':'required'", "'tls':'opportunistic'", STRIP, 0, 0,
      TRACE_DEFER, "454 4.7.4 mail.example.net: TLS is required, and is not offered" },
};
/* clang-format on */

Test(mail_peer, letters_go_as_far_as_the_policy_lets_them)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[BODY_MAX];
        struct small_world w;
        (void)snprintf(text, sizeof text, body, rows[i].sender, rows[i].receiver, rows[i].attack);
        cr_assert(small_world_new(&w, text), "%s", rows[i].why);
        small_world_run(&w);
        cr_expect_eq(small_world_fates(&w, FATE_RELAYED), rows[i].relayed, "%s", rows[i].why);
        cr_expect_eq(small_world_fates(&w, FATE_BOUNCED), 1 - rows[i].relayed, "%s", rows[i].why);
        cr_expect_eq(w.trace.kinds[TRACE_SECURED], rows[i].secured, "%s", rows[i].why);
        cr_expect_gt(small_world_count(&w, rows[i].kind, rows[i].text), 0, "%s", rows[i].why);
        cr_expect(small_world_all_settled(&w), "%s", rows[i].why);
        small_world_free(&w);
    }
}

/* Somebody on the way who knows TLS badly, or only wants to do harm: what he puts over a flight of
 * the server that begins so, how often. */
struct vandal {
    const char *flight;
    size_t at;
    const char *over;
    size_t times; /* so often */
    size_t spare; /* not these first ones */
};

static bool spoil(void *user, uint32_t flow, bool from_client, uint16_t port, slice in,
                  struct buf *out)
{
    struct vandal *v = user;
    (void)flow, (void)port;
    slice over = slice_of(v->over);
    buf_add(out, in);
    if (from_client || v->times == 0 || !slice_starts(in, slice_of(v->flight)) ||
        in.len < v->at + over.len) {
        return false;
    }
    if (v->spare > 0) {
        v->spare--;
        return false;
    }
    v->times--;
    memcpy(out->ptr + v->at, over.ptr, over.len);
    return true;
}

/* TLS fails: at once in the clear, or later, or not at all. */
Test(mail_peer, broken_tls_is_no_reason_to_wait_but_where_it_is)
{
#define HANDSHAKE "\x16\x03\x03"
#define SEALED    "\x17\x03\x03"
#define ALWAYS    1000
    static const struct {
        const char *why, *sender;
        struct vandal vandal;
        size_t relayed, clear;
        const char *defer; /* NULL: it does not wait */
    } tries[] = {
        { "a handshake with a message that there is not",
          "'send-tls':'opportunistic'",
          { HANDSHAKE, 5, "c", ALWAYS, 0 },
          1,
          1,
          NULL },
        { "the same, and TLS is required",
          "'send-tls':'required'",
          { HANDSHAKE, 5, "c", ALWAYS, 0 },
          0,
          0,
          "454 4.7.5 mail.example.net: TLS fails: " },
        { "STARTTLS is refused, and TLS required: no bounce before its time",
          "'send-tls':'required'",
          { "220 2.0.0 Ready", 0, "502 5.5.1", 1, 0 },
          1,
          0,
          "454 4.7.4 mail.example.net: TLS is required, and is refused: 502 5.5.1 Ready" },
        { "for now, and TLS is required",
          "'send-tls':'required'",
          { "220 2.0.0 Ready", 0, "454 4.7.0", 1, 0 },
          1,
          0,
          "454 4.7.4 mail.example.net: TLS is required, and is refused: 454 4.7.0 Ready" },
        { "in the middle of the dialogue: the next try is under TLS again",
          "'send-tls':'opportunistic'",
          { SEALED, 9, "?!", 1, 1 },
          1,
          0,
          "450 4.4.2 mail.example.net: The connection was lost" },
    };
    for (size_t i = 0; i < COUNT(tries); i++) {
        char text[BODY_MAX];
        struct small_world w;
        struct vandal vandal = tries[i].vandal;
        const struct link_tap tap = { spoil, NULL, &vandal };
        uint32_t link;
        (void)snprintf(text, sizeof text, body, tries[i].sender, "'tls':'opportunistic'", "none");
        cr_assert(small_world_new(&w, text));
        struct stage *s = world_stage(w.world);
        cr_assert(network_link_find(s->net, stage_find(s, SLICE("mail.example.org"))->id,
                                    stage_find(s, SLICE("mail.example.net"))->id, &link));
        network_tap(s->net, link, &tap);
        small_world_run(&w);
        cr_expect_lt(vandal.times, tries[i].vandal.times, "%s", tries[i].why);
        cr_expect_eq(small_world_fates(&w, FATE_RELAYED), tries[i].relayed, "%s", tries[i].why);
        cr_expect_eq(small_world_count(&w, TRACE_NOTE, "the letter goes in the clear"),
                     tries[i].clear, "%s", tries[i].why);
        cr_expect_eq(w.trace.kinds[TRACE_DEFER] > 0, tries[i].defer != NULL, "%s", tries[i].why);
        if (tries[i].defer) {
            cr_expect_gt(small_world_count(&w, TRACE_DEFER, tries[i].defer), 0, "%s", tries[i].why);
        }
        cr_expect(small_world_all_settled(&w), "%s", tries[i].why);
        small_world_free(&w);
    }
}

/* What a lesson says of it: story entries that wait for TLS, expectations about who could read. */
Test(mail_peer, lessons_can_tell_of_tls)
{
#define LISTEN(text, count)                                                                        \
    "{'readable':'" text "','between':['mail.example.org','mail.example.net'],'count':" count "}"
    static const struct {
        const char *attack, *expect;
        size_t stories;
    } lessons[] = {
        { "none",
          LISTEN("RCPT TO", "0") "," LISTEN("STARTTLS",
                                            "2") ",{'secured':'smtp','certificate':'good',"
                                                 "'version':'TLSv1.3','count':1}",
          2 },
        { STRIP, LISTEN("RCPT TO:<bob@", "1") ",{'secured':'any','count':0}", 1 },
    };
    for (size_t i = 0; i < COUNT(lessons); i++) {
        char text[BODY_MAX];
        struct small_world w;
        int n = snprintf(text, sizeof text, body, "'auth':true", "'tls':'opportunistic'",
                         lessons[i].attack);
        (void)snprintf(text + n, sizeof text - (size_t)n,
                       ",'expect':[%s],'story':["
                       "{'say':'a','on':{'kind':'upgrade','host':'mail.example.org'}},"
                       "{'say':'b','on':{'kind':'secured','contains':'TLSv1.3','service':'smtp'}},"
                       "{'say':'c','on':{'kind':'tamper','to':'mail.example.org'}}]",
                       lessons[i].expect);
        cr_assert(small_world_new(&w, text), "%s", lessons[i].attack);
        small_world_run(&w);
        cr_expect_eq(w.verdict.met, w.verdict.expected, "%s", lessons[i].attack);
        cr_expect_gt(w.verdict.expected, 1, "%s", lessons[i].attack);
        cr_expect_eq(w.trace.kinds[TRACE_STORY], lessons[i].stories, "%s", lessons[i].attack);
        small_world_free(&w);
    }
}
