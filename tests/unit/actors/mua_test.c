#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SEND_BOB SMALL_SEND("1s", "bob@example.net")

static const struct small_row outbox_rows[] = {
    { "written while offline: it waits, and goes out with the rest once the device is back",
      SMALL_HOSTS ",'script':[" SMALL_DO("0s", "alice-laptop", "offline") "," SEND_BOB ","
      SMALL_DO("1h", "alice-laptop", "online") "],'expect':["
      "{'at':'59min','connections':'any','count':0},"
      "{'at':'59min','dns':'mail.example.org','count':0},"
      "{'at':'61min','mailbox':'bob@example.net','messages':1},"
      "{'outcome':'delivered','count':1}]" },
    { "offline in mid-sending: sent again when back",
      SMALL_HOSTS ",'script':[" SEND_BOB "," SMALL_DO("1.19s", "alice-laptop", "offline") ","
      SMALL_DO("1h", "alice-laptop", "online") "],'expect':["
      "{'at':'59min','outcome':'relayed','count':0},"
      "{'connections':'submission','count':2},{'outcome':'delivered','count':1}]" },
    { "the server is down: the letter stays, and goes with the next thing that is done",
      SMALL_HOSTS ",'script':[" SMALL_DO("0s", "mail.example.org", "down") "," SEND_BOB ","
      SMALL_DO("10min", "mail.example.org", "up") "," SMALL_DO("20min", "alice-laptop", "fetch")
      "],'expect':["
      "{'at':'19min','outcome':'relayed','count':0},"
      "{'connections':'imap','to':'mail.example.org','count':1},"
      "{'outcome':'delivered','to':'bob@example.net','count':1}]" },
    { "wrong password: refused, kept, and mail cannot be fetched either",
      "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org','password':'x'},"
      SMALL_ORG "," SMALL_NET "},'script':[" SEND_BOB ","
      SMALL_DO("5s", "alice-laptop", "fetch") "],'expect':["
      "{'said':'535 5.7.8','service':'submission','by':'server','count':2},"
      "{'said':'MAIL FROM','count':0},{'outcome':'relayed','count':0},"
      "{'said':' NO ','service':'imap','by':'server','count':1},"
      "{'device':'alice-laptop','messages':0}]" },
    { "the server's name does not resolve: nobody is called",
      "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org'},"
      "'mailbox':{'kind':'mail','domain':'example.org','accounts':{'alice':'w'}}},'script':["
      SMALL_SEND("1s", "alice@example.org") "," SMALL_DO("2s", "alice-laptop", "fetch")
      "],'expect':["
      "{'dns':'mailbox','type':'A','host':'alice-laptop','answer':'NXDOMAIN','min':2},"
      "{'connections':'any','count':0},{'mailbox':'alice@example.org','messages':0}]" },
    { "what is refused for good goes nowhere, and does not stop what comes after it",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "nobody@example.org") ","
      SMALL_SEND("2s", "bob@example.net") "," SMALL_DO("3s", "alice-laptop", "fetch")
      "],'expect':["
      "{'refused':550,'to':'nobody@example.org','reply':'5.1.1','count':1},"
      "{'said':'RCPT TO:<nobody@example.org>','service':'submission','count':1},"
      "{'mailbox':'bob@example.net','messages':1},"
      "{'connections':'imap','from':'alice-laptop','count':1}]" },
    { "one of two is refused: the other gets it, once",
      SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['nobody@example.org','dave@example.org'],'subject':'S','text':'T'},"
      SMALL_DO("3s", "alice-laptop", "fetch") "],'expect':["
      "{'refused':550,'to':'nobody@example.org','count':1},"
      "{'mailbox':'dave@example.org','messages':1},"
      "{'connections':'submission','count':1}]" },
    { "larger than the server's SIZE: not even offered (RFC 1870 7), the next one goes",
      "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org',"
      "'accounts':{'alice':'w','dave':'d'},'size-max':'1024B'}},'script':["
      "{'at':'1s','host':'alice-laptop','do':'send','to':['dave@example.org'],'subject':'big',"
      "'text':'" "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n"
      "0123456789012345678901234567890123456789012345678901234567890123456789\\n'},"
      SMALL_SEND("5s", "dave@example.org") "],'expect':["
      "{'said':'MAIL FROM','service':'submission','by':'client','count':1},"
      "{'mailbox':'dave@example.org','messages':1},"
      "{'mailbox':'dave@example.org','subject':'S','messages':1}]" },
    { "a server that was never there for the outbox: fetching goes on without it",
      "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org',"
      "'server':'store.example.org'},'store.example.org':{'kind':'store','domain':'example.org',"
      "'accounts':{'alice':'w'}}},'script':[" SMALL_SEND("1s", "alice@example.org") ","
      SMALL_DO("2s", "alice-laptop", "fetch") "],'expect':["
      "{'connections':'submission','ended':'refused','count':2},"
      "{'connections':'imap','ended':'done','count':1}]" },
};

static const struct small_row two_at_once_rows[] = {
    { "named twice, written to once",
      SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net','bob@example.net'],'cc':['bob@example.net'],"
      "'bcc':['carol@example.net','bob@example.net']}],'expect':["
      "{'said':'RCPT TO','service':'submission','by':'client','count':2},"
      "{'mailbox':'bob@example.net','messages':1},"
      "{'mailbox':'carol@example.net','messages':1}]" },
    { "two letters at once go out one after the other",
      SMALL_HOSTS ",'script':[" SEND_BOB "," SMALL_SEND("1s", "carol@example.net") ","
      SMALL_DO("1s", "alice-laptop", "fetch") "],'expect':["
      "{'connections':'submission','count':2},{'connections':'imap','count':1},"
      "{'mailbox':'bob@example.net','messages':1},{'mailbox':'carol@example.net','messages':1}]" },
    { "no text, no subject, letters outside of ASCII, and lines that begin with a dot",
      SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net']},{'at':'2s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net'],'subject':'Gr\xc3\xbc\xc3\x9f" "e','text':'.\\n..\\n\xc3\xbc\\n'},"
      SMALL_DO("20s", "bob-pc", "fetch") "],'expect':["
      "{'mailbox':'bob@example.net','messages':2},{'device':'bob-pc','messages':2},"
      "{'said':'..','service':'smtp','by':'client','line':true,'count':1},"
      "{'said':'...','service':'smtp','by':'client','line':true,'count':1},"
      "{'said':'.','service':'imap','by':'server','line':true,'count':1},"
      "{'said':'BODY=8BITMIME','count':0},"
      "{'said':'=C3=BC','service':'imap','line':true,'count':1}]" },
};
/* clang-format on */

Test(mua, what_cannot_be_sent_waits_in_the_outbox)
{
    SMALL_WORLDS_HOLD(outbox_rows);
}

Test(mua, one_thing_after_the_other)
{
    SMALL_WORLDS_HOLD(two_at_once_rows);
}

/* A server takes 1000 recipients at once (452 for the rest): the others get theirs with the next
 * thing that is done, and nobody twice. */
Test(mua, more_recipients_than_a_server_takes)
{
    struct small_world w;
    struct buf body = { 0 };
    buf_addz(&body, SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop','do':'send','to':[");
    for (uint64_t i = 1; i <= 1002; i++) {
        buf_addz(&body, i > 1 ? ",'r" : "'r");
        fmt_u64(&body, i);
        buf_addz(&body, "@example.net'");
    }
    buf_addz(&body, "]}," SMALL_DO("1h", "alice-laptop", "fetch") "]");
    buf_byte(&body, '\0');
    cr_assert(small_world_new(&w, body.ptr));
    small_world_run(&w);
    cr_expect_eq(small_world_count(&w, TRACE_NOTE, "stays in the outbox"), 1);
    cr_expect_eq(small_world_count(&w, TRACE_ENVELOPE, "r1000@example.net\n"), 1);
    cr_expect_eq(small_world_count(&w, TRACE_ENVELOPE, "r1001@example.net\nr1002@example.net\n"),
                 1);
    cr_expect_eq(small_world_fates(&w, FATE_BOUNCED), 1002);
    small_world_free(&w);
    buf_deinit(&body);
}

/* Where a letter is refused, its writer reads why. */
Test(mua, refusals_are_told)
{
    struct small_world w;
    cr_assert(
        small_world_new(&w, SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "nobody@example.org") "]"));
    small_world_run(&w);
    cr_expect_eq(small_world_count(&w, TRACE_NOTE, "refuses nobody@example.org: 550 5.1.1"), 1);
    cr_expect_eq(small_world_count(&w, TRACE_NOTE, ""), 1);
    small_world_free(&w);
}
