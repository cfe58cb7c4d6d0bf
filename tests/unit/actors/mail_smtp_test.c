#include "tests/lib/open_world.h"
#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include "sim/proto/smtp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

/* clang-format off */
#define SEND_BOB SMALL_SEND("1s", "bob@example.net")
#define TO_BOB_AND_FETCH ",'script':[" SEND_BOB "," SMALL_DO("20s", "bob-pc", "fetch") "]"
#define LINE(text) "{'said':'" text "','service':'imap','by':'server','line':true,'count':1}"

/* HELO does not undo AUTH, and there is no SMTPA. */
Test(mail_smtp, helo_behind_auth_is_plain_smtp)
{
    struct open_world w;
    struct buf heard = { 0 };
    open_world_new(&w, SMALL_HOSTS, NULL);
    int fd = knock(open_world_port(&w, "mail.example.org", 587));
    knock_say(&w, fd, "EHLO a\r\nAUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\r\nHELO a\r\n"
                      "MAIL FROM:<alice@example.org>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
    cr_assert(knock_hear(&w, fd, "354", &heard), "%s", buf_z(&heard));
    knock_say(&w, fd, "From: alice@example.org\r\n\r\nT\r\n.\r\nQUIT\r\n");
    cr_expect(knock_hear_end(&w, fd));
    close(fd);
    fd = knock(open_world_port(&w, "mail.example.org", 110));
    knock_say(&w, fd, "USER alice\r\nPASS wonderland\r\nRETR 1\r\nQUIT\r\n");
    cr_expect(knock_hear(&w, fd, "with SMTP id", &heard), "%s", buf_z(&heard));
    close(fd);
    open_world_free(&w);
    buf_deinit(&heard);
}

static const struct small_row trace_field_rows[] = {
    { "one field on top by each hop, with ESMTPA where the client logged in (RFC 3848)",
      SMALL_HOSTS TO_BOB_AND_FETCH ",'expect':["
      LINE("Return-Path: <alice@example.org>") ","
      LINE("Received: from mail.example.org ([192.0.2.11])") ","
      LINE("\\tby mail.example.net with ESMTP id 000002") ","
      LINE("Received: from [192.0.2.10] ([192.0.2.10])") ","
      LINE("\\tby mail.example.org with ESMTPA id 000001") ","
      "{'said':'\\tfor <bob@example.net>;','service':'imap','line':true,'count':2},"
      LINE("Message-ID: <1.alice-laptop@example.org>") ","
      LINE("From: alice@example.org") "," LINE("To: bob@example.net") ","
      LINE("Date: Mon, 7 Sep 2026 09:00:01 +0000") ","
      "{'said':'Return-Path','service':'smtp','count':0,'say':'only the last hop writes it'},"
      "{'said':'Received','service':'submission','count':0}]" },
    { "with UTF8SMTP where SMTPUTF8 was said, A by AUTH (RFC 6531 4.3)",
      "'hosts':{'pc':{'kind':'mua','account':'ælice@example.org'},'mail.example.org':"
      "{'kind':'mail','domain':'example.org','accounts':{'ælice':'w'}}," SMALL_NET "," SMALL_BOB "},"
      "'script':[{'at':'1s','host':'pc','do':'send','to':'bob@example.net','subject':'S',"
      "'text':'T'}," SMALL_DO("20s", "bob-pc", "fetch") "],'expect':["
      LINE("\\tby mail.example.net with UTF8SMTP id 000002") ","
      LINE("\\tby mail.example.org with UTF8SMTPA id 000001") "]" },
    { "and S by TLS",
      "'hosts':{'pc':{'kind':'mua','account':'ælice@example.org','tls':'implicit'},'mail.example.org':"
      "{'kind':'mail','domain':'example.org','tls':'opportunistic','accounts':{'ælice':'w'}},"
      "'mail.example.net':{'kind':'mail','domain':'example.net','tls':'opportunistic','accounts':"
      "{'bob':'builder'}}," SMALL_BOB "},"
      "'script':[{'at':'1s','host':'pc','do':'send','to':'bob@example.net','subject':'S',"
      "'text':'T'}," SMALL_DO("20s", "bob-pc", "fetch") "],'expect':["
      LINE("\\tby mail.example.net with UTF8SMTPS id 000002") ","
      LINE("\\tby mail.example.org with UTF8SMTPSA id 000001") "]" },
    { "the date of the start counts",
      SMALL_HOSTS ",'start':'2030-02-28T23:59:59Z'" TO_BOB_AND_FETCH ",'expect':["
      LINE("Date: Fri, 1 Mar 2030 00:00:00 +0000") "]" },
};

static const struct small_row policy_rows[] = {
    { "sending as somebody else is refused at submission (RFC 6409 6.1)",
      "'hosts':{'bob-pc':{'kind':'mua','account':'bob@example.net','server':'mail.example.org'},"
      "'mail.example.org':{'kind':'mail','domain':'example.org','accounts':{'bob':'builder'}},"
      SMALL_NET "},'script':[{'at':'1s','host':'bob-pc','do':'send',"
      "'to':['carol@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'said':'235','service':'submission','by':'server','count':1},"
      "{'refused':550,'host':'mail.example.org','reply':'5.7.1','count':1},"
      "{'mailbox':'carol@example.net','messages':0}]" },
    { "no account there: 535, and without it no MAIL is taken",
      "'hosts':{'bob-pc':{'kind':'mua','account':'bob@example.net','server':'mail.example.org'},"
      SMALL_ORG "," SMALL_NET "},'script':[{'at':'1s','host':'bob-pc','do':'send',"
      "'to':['carol@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'said':'535','service':'submission','by':'server','count':1},"
      "{'outcome':'relayed','count':0}]" },
    { "a user of an MTA may not be a stranger to relay on port 25: only our domains there",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@mail.example.net") "],'expect':["
      "{'refused':550,'host':'mail.example.net','to':'bob@mail.example.net',"
      "'reply':'5.7.1 Relaying denied','count':1},"
      "{'outcome':'bounced','to':'bob@mail.example.net','reason':'5.7.1','count':1}]" },
    { "a host without AUTH trusts whoever submits, and says ESMTP without A",
      "'hosts':{" SMALL_ALICE "," SMALL_NET ",'mail.example.org':{'kind':'mail',"
      "'domain':'example.org','accounts':{'alice':'wonderland'},'auth':false}},"
      "'script':[" SEND_BOB "],'expect':["
      "{'said':'AUTH','service':'submission','count':0},"
      "{'said':'\\tby mail.example.org with ESMTP id','service':'smtp','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "AUTH is not offered to strangers on port 25",
      SMALL_HOSTS ",'script':[" SEND_BOB "],'expect':["
      "{'said':'AUTH PLAIN','service':'smtp','count':0},"
      "{'said':'250-AUTH PLAIN LOGIN','service':'submission','by':'server','line':true,'count':1}]" },
    { "a host that offers little: no SIZE, no PIPELINING, no codes, and it works",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ",'mail.example.net':{'kind':'mail',"
      "'domain':'example.net','accounts':{'bob':'b'},'pipelining':false,'size':false,"
      "'8bitmime':false,'enhanced-status-codes':false}},'script':[{'at':'1s',"
      "'host':'alice-laptop','do':'send','to':['bob@example.net','no@example.net'],"
      "'subject':'S','text':'T'}],'expect':["
      "{'said':'MAIL FROM:<alice@example.org>','service':'smtp','line':true,'count':1},"
      "{'said':'550 No such user here','service':'smtp','line':true,'count':1},"
      "{'outcome':'bounced','to':'no@example.net','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "8-bit text goes on as it came, bit by bit (RFC 6152 3)",
      "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org','8bit-text':true},"
      SMALL_BOB "," SMALL_ORG "," SMALL_NET "},'script':[{'at':'1s','host':'alice-laptop',"
      "'do':'send','to':'bob@example.net','text':'gr\xc3\xbc\xc3\x9f'},"
      SMALL_DO("20s", "bob-pc", "fetch") "],'expect':["
      "{'said':' BODY=8BITMIME','service':'smtp','by':'client','count':1},"
      "{'said':'gr\xc3\xbc\xc3\x9f','service':'smtp','by':'client','line':true,'count':1},"
      "{'said':'gr\xc3\xbc\xc3\x9f','service':'imap','by':'server','count':1}]" },
    { "mta, mx and store on hosts of their own",
      "'hosts':{'mta.example.org':{'kind':'mta','domain':'example.org',"
      "'accounts':{'alice':'w'}},'mx.example.org':{'kind':'mx','domain':'example.org',"
      "'next':'store.example.org'},'store.example.org':{'kind':'store','domain':'example.org',"
      "'accounts':{'alice':'w','dave':'d'}},'alice-laptop':{'kind':'mua',"
      "'account':'alice@example.org','server':'mta.example.org','password':'w'},"
      "'dave-pc':{'kind':'mua','account':'dave@example.org'}},'script':["
      SMALL_SEND("1s", "dave@example.org") "," SMALL_DO("20s", "dave-pc", "fetch") "],'expect':["
      "{'dns':'example.org','type':'MX','host':'mta.example.org','count':1},"
      "{'connections':'smtp','from':'mta.example.org','to':'mx.example.org','count':1},"
      "{'connections':'smtp','from':'mx.example.org','to':'store.example.org','count':1},"
      "{'outcome':'relayed','count':2},{'device':'dave-pc','messages':1},"
      "{'said':'Received: from ','service':'imap','by':'server','count':3},"
      "{'said':'\\tby store.example.org with ESMTP id','service':'imap','count':1}]" },
    { "two exchangers that hand to each other: the loop is seen by its Received fields",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ","
      "'a.example.net':{'kind':'mx','domain':'example.net','next':'b.example.net'},"
      "'b.example.net':{'kind':'mx','domain':'example.net','next':'a.example.net',"
      "'preference':20}},'script':[" SEND_BOB "],'expect':["
      "{'refused':554,'reply':'5.4.6','count':1},"
      "{'outcome':'bounced','to':'bob@example.net','reason':'5.4.6','count':1},"
      "{'outcome':'relayed','min':90,'max':110},{'mailbox':'alice@example.org','messages':1}]" },
};
/* clang-format on */

Test(mail_smtp, fields_that_tell_the_way)
{
    SMALL_WORLDS_HOLD(trace_field_rows);
}

Test(mail_smtp, who_may_send_what)
{
    SMALL_WORLDS_HOLD(policy_rows);
}

/* ---- a client of our own, for letters that no device would write ---- */

struct raw_row {
    const char *why;
    uint16_t port;
    const char *from, *to, *letter;
    const char *said; /* by anybody, in so many pieces: relayed and fetched are two */
    size_t times;
};

#define BARE "From: alice@example.org\r\nSubject: S\r\n\r\nT\r\n"

/* clang-format off */
static const struct raw_row raw_rows[] = {
    { "submission adds a Date (RFC 6409 8.2)", 587, "alice@example.org", "bob@example.net", BARE,
      "\r\nDate: Mon, 7 Sep 2026 09:00:0", 2 },
    { "and a Message-ID (8.3)", 587, "alice@example.org", "bob@example.net", BARE,
      "\r\nMessage-ID: <1.added@mail.example.org>\r\n", 2 },
    { "but none where there is one", 587, "alice@example.org", "bob@example.net",
      "Message-ID: <mine@example.org>\r\n" BARE, ".added@", 0 },
    { "a relay adds neither", 25, "x@example.com", "dave@example.org", BARE, ".added@", 0 },
    { "a relay takes mail for its own domains from anybody", 25, "x@example.com",
      "dave@example.org", BARE, "250 2.0.0 Ok: queued as 000001", 1 },
    { "and for no others", 25, "x@example.com", "bob@example.net", BARE,
      "550 5.7.1 Relaying denied", 1 },
    { "Postmaster is somebody everywhere (RFC 5321 4.5.1), without a domain too", 25,
      "x@example.com", "Postmaster", BARE, "250 2.0.0 Ok: queued as 000001", 1 },
    { "and with one", 25, "x@example.com", "postmaster@example.org", BARE,
      "250 2.0.0 Ok: queued as 000001", 1 },
    { "at the host's own name too", 25, "x@example.com", "postmaster@mail.example.org", BARE,
      "250 2.0.0 Ok: queued as 000001", 1 },
    { "but nobody else there", 25, "x@example.com", "alice@mail.example.org", BARE,
      "550 5.7.1 Relaying denied", 1 },
    { "nor he at another's", 25, "x@example.com", "postmaster@mail.example.net", BARE,
      "550 5.7.1 Relaying denied", 1 },
    { "the null path may be submitted", 587, "", "bob@example.net", BARE,
      "Return-Path: <>\r\n", 1 },
    { "a Return-Path that came with a letter is taken out at its end (RFC 5321 4.4)", 587,
      "alice@example.org", "bob@example.net",
      "X: 1\r\nReturn-Path: <old@example.com>\r\nreturn-path: <>\r\n" BARE,
      "\r\nX: 1\r\nFrom: alice@example.org\r\n", 1 },
    { "and not on its way", 587, "alice@example.org", "bob@example.net",
      "Return-Path: <old@example.com>\r\n" BARE, "Return-Path: <old@example.com>\r\n", 2 },
    { "quotes that need not be change nothing (RFC 5322 3.4.1)", 587, "\"alice\"@example.org",
      "bob@example.net", BARE, "250 2.0.0 Ok: queued as 000001", 1 },
    { "another's may not", 587, "dave@example.org", "bob@example.net", BARE,
      "550 5.7.1 This is not your address", 1 },
    { "a domain of one label is no whole name: submission refuses it (RFC 6409 4.2)", 587,
      "alice@example.org", "bob@net", BARE, "554 5.1.2 The domain is no whole name", 1 },
    { "in a sender too", 587, "alice@org", "bob@example.net", BARE,
      "554 5.1.8 The domain is no whole name", 1 },
    { "on port 25 it is a domain like others", 25, "x@com", "dave@example.org", BARE,
      "250 2.0.0 Ok: queued as 000001", 1 },
};
/* clang-format on */

/* clang-format off */
#define NOBODY_IN "'script':[" SMALL_SEND("1s", "nobody@example.net")
#define ANSWER(to) ",{'at':'2min','host':'bob-pc','do':'send','to':'" to "','subject':'Re','text':'T'}]"
static const struct small_row postmaster_rows[] = {
    { "who writes a report can be answered (RFC 3464 2, RFC 3461 9.3)",
      SMALL_HOSTS "," NOBODY_IN ANSWER("MAILER-DAEMON@mail.example.org") ",'expect':["
      "{'outcome':'bounced','to':'nobody@example.net','count':1},"
      "{'said':'RCPT TO:<MAILER-DAEMON@mail.example.org>','service':'smtp','line':true,'count':1},"
      "{'outcome':'delivered','to':'postmaster@example.org','count':1},"
      "{'mailbox':'alice@example.org','messages':2}]" },
    { "by its own users, too",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "mailer-daemon@mail.example.org") ","
      SMALL_SEND("2s", "MAILER-DAEMON@example.org") "],'expect':["
      "{'mailbox':'alice@example.org','messages':2}]" },
    { "an exchanger without mailboxes has one behind it",
      "'hosts':{" SMALL_BOB "," SMALL_NET ",'mx.example.org':{'kind':'mx','domain':'example.org',"
      "'next':'store.example.org'},'store.example.org':{'kind':'store','domain':'example.org',"
      "'accounts':{'alice':'w'}}},'script':[{'at':'1s','host':'bob-pc','do':'send',"
      "'to':'Postmaster@mx.example.org','subject':'S','text':'T'}],'expect':["
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "who is called on port 587 only writes under his domain",
      "'hosts':{" SMALL_BOB "," SMALL_NET ",'mta.example.org':{'kind':'mta','domain':'example.org',"
      "'accounts':{'alice':'w'}},'mx.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'w'}},'alice-laptop':{'kind':'mua','account':'alice@example.org',"
      "'server':'mta.example.org','password':'w'}}," NOBODY_IN ANSWER("MAILER-DAEMON@example.org")
      ",'expect':[{'said':'From: Mail Delivery System <MAILER-DAEMON@example.org>',"
      "'service':'smtp','line':true,'count':1},{'mailbox':'alice@example.org','messages':2}]" },
    { "a backup exchanger hands it on, though nobody relays by it otherwise",
      "'hosts':{" SMALL_BOB "," SMALL_NET "," SMALL_ORG ",'backup.example.com':{'kind':'mx',"
      "'domain':'example.org','preference':20,'relay-domains':['example.org']}},'script':["
      "{'at':'1s','host':'bob-pc','do':'send','to':'postmaster@backup.example.com',"
      "'subject':'S','text':'T'}],'expect':[{'mailbox':'alice@example.org','messages':1}]" },
};
/* clang-format on */

Test(mail_smtp, postmaster_is_somebody_at_each_host)
{
    SMALL_WORLDS_HOLD(postmaster_rows);
}

static void hold_raw(const struct raw_row *row)
{
    struct small_world w;
    cr_assert(
        small_world_new(&w, SMALL_HOSTS ",'script':[" SMALL_DO("1min", "bob-pc", "fetch") "]"));
    struct stage *s = world_stage(w.world);
    struct actor *client = stage_find(s, SLICE("alice-laptop"));
    struct actor *server = stage_find(s, SLICE("mail.example.org"));
    const struct smtp_client_config config = { .host = SLICE("raw.example.com"),
                                               .extensions = SMTP_ALL,
                                               .user = SLICE("alice"),
                                               .password = SLICE("wonderland") };
    slice to = slice_of(row->to);
    struct message *message = message_from(slice_of(row->letter));
    struct smtp_letter letter = {
        .from = slice_of(row->from), .to = &to, .to_count = 1, .message = message
    };
    const struct pump_service service = { .ops = &smtp_client_ops, .config = &config };
    struct pump *p = pump_connect(client, network_ip_of(s->net, server->id), row->port,
                                  SLICE("submission"), &service, 0);
    (void)world_run(w.world, SIM_SECOND);
    pump_tell(p, ORDER_LETTER, &letter);
    (void)world_run(w.world, 5 * SIM_SECOND);
    pump_tell(p, ORDER_QUIT, NULL);
    small_world_run(&w);
    size_t said = small_world_said(&w, row->said);
    cr_expect_eq(said, row->times, "%s: %zu", row->why, said);
    cr_expect(small_world_all_settled(&w), "%s", row->why);
    message_unref(&message);
    small_world_free(&w);
}

Test(mail_smtp, letters_that_no_device_would_write)
{
    for (size_t i = 0; i < COUNT(raw_rows); i++) {
        hold_raw(&raw_rows[i]);
    }
}

/* RFC 4616 2: who may act as somebody else is for the server to say; here nobody may. */
Test(mail_smtp, users_are_themselves)
{
    static const struct {
        const char *response, *reply;
    } rows[] = {
        { "AGFsaWNlAHdvbmRlcmxhbmQ=", "235 " },         /* as nobody in particular */
        { "YWxpY2UAYWxpY2UAd29uZGVybGFuZA==", "235 " }, /* alice as alice */
        { "ZGF2ZQBhbGljZQB3b25kZXJsYW5k", "535 5.7.8 You may only be yourself" }, /* as dave */
        { "AGFsaWNlAHdvbmRlcg==", "535 5.7.8 Authentication credentials invalid" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small_world w;
        char said[160];
        cr_assert(small_world_new(&w, SMALL_HOSTS));
        struct stage *s = world_stage(w.world);
        struct actor *server = stage_find(s, SLICE("mail.example.org"));
        (void)snprintf(said, sizeof said, "EHLO x.example\r\nAUTH PLAIN %s\r\nQUIT\r\n",
                       rows[i].response);
        struct stranger x = { .first = slice_of(said) };
        stranger_call(&x, stage_find(s, SLICE("alice-laptop")), network_ip_of(s->net, server->id),
                      587);
        small_world_run(&w);
        cr_expect(slice_find(buf_slice(&x.got), slice_of(rows[i].reply)) != SLICE_NONE,
                  "%s: no \"%s\"", rows[i].response, rows[i].reply);
        stranger_deinit(&x);
        small_world_free(&w);
    }
}
