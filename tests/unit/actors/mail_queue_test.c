#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define NET_DOWN SMALL_DO("0s", "mail.example.net", "down")
#define SPLIT_ORG /* a server for sending, another for the mailboxes */                            \
    "'store.example.org':{'kind':'store','domain':'example.org','accounts':{'alice':'w'}},"        \
    "'mta.example.org':{'kind':'mta','domain':'example.org','accounts':{'alice':'w'},"             \
    "'give-up':'1h'},"                                                                             \
    "'alice-laptop':{'kind':'mua','account':'alice@example.org','server':'mta.example.org'}"

static const struct small_row delivery_rows[] = {
    { "one server: delivered, nothing leaves it",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "dave@example.org") "],'expect':["
      "{'outcome':'delivered','to':'dave@example.org','host':'mail.example.org','count':1},"
      "{'mailbox':'dave@example.org','subject':'S','messages':1},"
      "{'outcome':'relayed','count':0},{'connections':'smtp','count':0},"
      "{'dns':'example.org','type':'MX','count':0}]" },
    { "two servers: relayed by one, delivered at the other",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'outcome':'relayed','to':'bob@example.net','host':'mail.example.org','count':1},"
      "{'outcome':'delivered','to':'bob@example.net','host':'mail.example.net','count':1},"
      "{'mailbox':'bob@example.net','subject':'S','messages':1,'unseen':1}]" },
    { "a domain in another case is the same domain",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "bob@EXAMPLE.NET") "],'expect':["
      "{'mailbox':'bob@example.net','subject':'S','messages':1}]" },
    { "many recipients: one transaction a domain, each has its own end, blind copies stay blind",
      SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net','nobody@example.net','dave@example.org'],"
      "'cc':['carol@example.net'],'bcc':['alice@example.org'],'subject':'S','text':'T'},"
      SMALL_DO("5s", "bob-pc", "fetch") "],'expect':["
      "{'connections':'smtp','to':'mail.example.net','count':1},"
      "{'said':'MAIL FROM','service':'smtp','by':'client','count':1},"
      "{'said':'354','service':'smtp','by':'server','count':1},"
      "{'outcome':'relayed','count':2},"
      "{'outcome':'delivered','to':'bob@example.net','count':1},"
      "{'outcome':'delivered','to':'carol@example.net','count':1},"
      "{'outcome':'delivered','to':'dave@example.org','count':1},"
      "{'outcome':'bounced','to':'nobody@example.net','reason':'5.1.1','count':1},"
      "{'mailbox':'alice@example.org','messages':2,'say':'her blind copy and one report'},"
      "{'device':'bob-pc','messages':1},"
      "{'said':'Bcc','count':0},{'said':'for <','count':0}]" },
    { "nobody is accepted: no letter is sent, one report for all",
      SMALL_HOSTS ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['no1@example.net','no2@example.net'],'subject':'S','text':'T'}],'expect':["
      "{'outcome':'bounced','to':'no1@example.net','count':1},"
      "{'outcome':'bounced','to':'no2@example.net','count':1},"
      "{'outcome':'delivered','count':1},"
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "two domains on one host",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ","
      "'mail.example.net':{'kind':'mail','domain':['example.net','example.com'],"
      "'accounts':{'bob':'b'}}},'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['bob@example.net','bob@example.com'],'subject':'S','text':'T'}],'expect':["
      "{'mailbox':'bob@example.net','messages':1},{'mailbox':'bob@example.com','messages':1},"
      "{'outcome':'relayed','count':2}]" },
};

static const struct small_row waiting_rows[] = {
    { "a server that is down: deferred with back-off, delivered once it is up",
      SMALL_HOSTS ",'script':[" NET_DOWN "," SMALL_SEND("1s", "bob@example.net") ","
      SMALL_DO("1h", "mail.example.net", "up") "],'expect':["
      "{'at':'59min','deferred':'bob@example.net','host':'mail.example.org','min':3,'max':4},"
      "{'at':'59min','queue':'mail.example.org','messages':1},"
      "{'queue':'mail.example.org','messages':0},"
      "{'outcome':'delivered','to':'bob@example.net','count':1},"
      "{'outcome':'bounced','count':0}]" },
    { "nobody listens there: refused, deferred",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG ","
      "'mail.example.net':{'kind':'mua','account':'alice@example.org'},"
      "'mx.example.net':{'kind':'mx','domain':'example.net','next':'mail.example.net'}},"
      "'script':[" SMALL_SEND("1s", "bob@example.net") "],'until':'20min','expect':["
      "{'deferred':'bob@example.net','host':'mx.example.net','reason':'4.4.1','min':1},"
      "{'connections':'smtp','to':'mail.example.net','ended':'refused','min':2},"
      "{'outcome':'relayed','host':'mail.example.org','count':1},"
      "{'outcome':'queued','to':'bob@example.net','host':'mx.example.net','count':1}]" },
    { "too old: given up and reported to the writer",
      "'hosts':{" SMALL_ALICE "," SMALL_NET ",'mail.example.org':{'kind':'mail',"
      "'domain':'example.org','accounts':{'alice':'w'},'give-up':'1h'}},"
      "'script':[" NET_DOWN "," SMALL_SEND("1s", "bob@example.net") ","
      SMALL_DO("3h", "alice-laptop", "fetch") "],'expect':["
      "{'at':'50min','outcome':'bounced','count':0},"
      "{'outcome':'bounced','to':'bob@example.net','host':'mail.example.org','count':1},"
      "{'mailbox':'alice@example.org','messages':1},{'device':'alice-laptop','messages':1},"
      "{'said':'Status: 4.4.1','service':'imap','line':true,'count':1},"
      "{'said':'Action: failed','service':'imap','line':true,'count':1},"
      "{'said':'450 4.4.1 mail.example.net: The server does not answer','service':'imap'},"
      "{'said':'Diagnostic-Code','count':0},{'said':'Remote-MTA','count':0}]" },
    { "the queue is on disk: the sending server goes down and comes back",
      SMALL_HOSTS ",'script':[" NET_DOWN "," SMALL_SEND("1s", "bob@example.net") ","
      SMALL_DO("30s", "mail.example.org", "down") "," SMALL_DO("40s", "mail.example.net", "up") ","
      SMALL_DO("2h", "mail.example.org", "up") "],'expect':["
      "{'at':'119min','mailbox':'bob@example.net','messages':0},"
      "{'outcome':'relayed','host':'mail.example.org','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "switched off and on again and again",
      SMALL_HOSTS ",'script':[" NET_DOWN "," SMALL_SEND("1s", "bob@example.net") ","
      "{'at':'10s','host':'mail.example.org','do':'down','repeat':20,'every':'10s'},"
      "{'at':'15s','host':'mail.example.org','do':'up','repeat':20,'every':'10s'},"
      SMALL_DO("10min", "mail.example.net", "up") "],'expect':["
      "{'outcome':'relayed','host':'mail.example.org','count':1},"
      "{'outcome':'delivered','to':'bob@example.net','count':1},"
      "{'mailbox':'bob@example.net','messages':1}]" },
};

static const struct small_row report_rows[] = {
    { "the report has the null reverse-path and goes by SMTP to where the writer is",
      "'hosts':{" SPLIT_ORG "," SMALL_NET "},'script':[" SMALL_SEND("1s", "nobody@example.net")
      "],'expect':["
      "{'outcome':'bounced','to':'nobody@example.net','host':'mta.example.org','count':1},"
      "{'said':'MAIL FROM:<>','service':'smtp','by':'client','count':1},"
      "{'outcome':'delivered','to':'alice@example.org','host':'store.example.org','count':1},"
      "{'mailbox':'alice@example.org','messages':1}]" },
    { "a report that cannot be delivered is not reported again",
      "'hosts':{" SPLIT_ORG "," SMALL_NET "},'until':'8h','script':["
      SMALL_DO("0s", "store.example.org", "down") "," SMALL_SEND("1s", "nobody@example.net")
      "],'expect':["
      "{'outcome':'bounced','count':1},"
      "{'outcome':'failed','to':'alice@example.org','host':'mta.example.org','count':1},"
      "{'queue':'mta.example.org','messages':0},"
      "{'said':'MAIL FROM:<>','service':'smtp','by':'client','count':0}]" },
    { "still there after four hours: the writer is told, once, and of the failure after five days",
      SMALL_HOSTS ",'until':'7d','script':[" NET_DOWN "," SMALL_SEND("1s", "bob@example.net") ","
      SMALL_DO("6d", "alice-laptop", "fetch") "],'expect':["
      "{'at':'3h 59min','mailbox':'alice@example.org','messages':0},"
      "{'at':'4h 1min','mailbox':'alice@example.org','messages':1},"
      "{'at':'119h','mailbox':'alice@example.org','messages':1},"
      "{'mailbox':'alice@example.org','messages':2},"
      "{'outcome':'bounced','to':'bob@example.net','count':1},"
      "{'deferred':'bob@example.net','min':100,'max':115},"
      "{'said':'Action: delayed','service':'imap','line':true,'count':1},"
      "{'said':'Last-Attempt-Date: Mon, 7 Sep 2026 12:','service':'imap','count':1},"
      "{'said':'Will-Retry-Until: Sat, 12 Sep 2026 09:00:01 +0000','service':'imap','line':true,"
      "'count':1},"
      "{'said':'Action: failed','service':'imap','line':true,'count':1}]" },
    { "waits said one by one, and a writer who is not told of delays",
      "'hosts':{" SMALL_ALICE "," SMALL_NET ",'mail.example.org':{'kind':'mail',"
      "'domain':'example.org','accounts':{'alice':'w'},'delay-notice':'0s',"
      "'retry-schedule':['10min','1h']}},'until':'1d',"
      "'script':[" NET_DOWN "," SMALL_SEND("1s", "bob@example.net") "],'expect':["
      "{'at':'10min','deferred':'bob@example.net','count':1},"
      "{'at':'15min','deferred':'bob@example.net','count':2},"
      "{'at':'70min','deferred':'bob@example.net','count':2},"
      "{'at':'90min','deferred':'bob@example.net','count':3},"
      "{'at':'150min','deferred':'bob@example.net','count':4},"
      "{'mailbox':'alice@example.org','messages':0}]" },
    { "for the null reverse-path patience ends earlier, and nobody is told anything",
      "'hosts':{" "'store.example.org':{'kind':'store','domain':'example.org',"
      "'accounts':{'alice':'w'}},'mta.example.org':{'kind':'mta','domain':'example.org',"
      "'accounts':{'alice':'w'}},'alice-laptop':{'kind':'mua','account':'alice@example.org',"
      "'server':'mta.example.org'}," SMALL_NET "},'until':'4d','script':["
      SMALL_DO("0s", "store.example.org", "down") "," SMALL_SEND("1s", "nobody@example.net")
      "],'expect':["
      "{'at':'47h','queue':'mta.example.org','messages':1},"
      "{'outcome':'failed','to':'alice@example.org','host':'mta.example.org','count':1},"
      "{'at':'49h','queue':'mta.example.org','messages':0},"
      "{'counter':'letters','count':2}]" },
};
/* clang-format on */

Test(mail_queue, each_recipient_has_its_one_end)
{
    SMALL_WORLDS_HOLD(delivery_rows);
}

Test(mail_queue, what_cannot_go_now_waits_and_is_tried_again)
{
    SMALL_WORLDS_HOLD(waiting_rows);
}

Test(mail_queue, the_writer_is_told_once_and_a_report_never_is)
{
    SMALL_WORLDS_HOLD(report_rows);
}
