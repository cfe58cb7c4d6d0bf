#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define BOB(rest) "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET ",'bob-pc':{'kind':'mua'," \
                  "'account':'bob@example.net'" rest "}}"
#define POP   ",'read':'pop'"
#define TWICE "'script':[" SMALL_SEND("1s", "bob@example.net") ","                                 \
    SMALL_DO("10s", "bob-pc", "fetch") "," SMALL_DO("20s", "bob-pc", "fetch")
#define READ(at) "{'at':'" at "','host':'bob-pc','do':'read'}"

static const struct small_row pop_rows[] = {
    { "fetched and deleted; the second time the mailbox is empty",
      BOB(POP) "," TWICE "],'expect':[{'device':'bob-pc','messages':1},"
      "{'said':'RETR','service':'pop3','by':'client','count':1},"
      "{'said':'DELE','service':'pop3','by':'client','count':1},"
      "{'mailbox':'bob@example.net','messages':0}]" },
    { "keep: the letter stays there, and UIDL keeps it from being taken twice",
      BOB(POP ",'keep':true") "," TWICE "],'expect':[{'device':'bob-pc','messages':1},"
      "{'said':'RETR','service':'pop3','by':'client','count':1},"
      "{'said':'DELE','service':'pop3','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "read: POP3 has no flags, so it is known here only",
      BOB(POP ",'keep':true") "," TWICE "," READ("30s") "],'expect':["
      "{'device':'bob-pc','messages':1,'unread':0},{'connections':'pop3','count':2},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':1}]" },
    { "wrong password: the mailbox stays shut",
      BOB(POP ",'password':'x'") "," TWICE "],'expect':[{'device':'bob-pc','messages':0},"
      "{'said':'-ERR','service':'pop3','by':'server','count':2},"
      "{'said':'RETR','count':0},{'mailbox':'bob@example.net','messages':1}]" },
    { "the line is cut with the mailbox open: locked for others until the server gives up",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET "," SMALL_BOB_POP ","
      "'bob-old':{'kind':'mua','account':'bob@example.net','read':'pop'}},'script':["
      SMALL_SEND("1s", "bob@example.net") "," SMALL_DO("10s", "bob-old", "fetch") ","
      SMALL_DO("10.26s", "bob-old", "cut") "," SMALL_DO("30s", "bob-pc", "fetch") ","
      SMALL_DO("609s", "bob-pc", "fetch") ","
      SMALL_DO("30min", "bob-pc", "fetch") "],'expect':["
      "{'at':'29min','said':'-ERR [IN-USE]','service':'pop3','by':'server','count':2},"
      "{'at':'29min','device':'bob-pc','messages':0},"
      "{'device':'bob-pc','messages':1},{'mailbox':'bob@example.net','messages':0}]" },
    { "no POP3 there: refused, and nothing is lost",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_BOB_POP ",'mail.example.net':"
      "{'kind':'mail','domain':'example.net','accounts':{'bob':'b'},'pop':false}}," TWICE
      "],'expect':[{'connections':'pop3','ended':'refused','count':2},"
      "{'mailbox':'bob@example.net','messages':1}]" },
};

#define DO(at, rest) "{'at':'" at "','host':'bob-pc'," rest "}"
static const struct small_row policy_rows[] = {
    { "two letters of one name: neither goes from the server before it is here",
      "'until':'20h','hosts':{'mail.example.net':{'kind':'mail','domain':'example.net',"
      "'accounts':{'bob':'b'},'pop-capabilities':['user','capa','top'],'mail':["
      "{'for':'bob@example.net','from':'c@example.com','subject':'S','text':'T'}]},"
      "'bob-tab':{'kind':'mua','account':'bob@example.net'},"
      "'bob-pc':{'kind':'mua','account':'bob@example.net','read':'pop','keep-for':'2h'}},"
      "'script':[" SMALL_DO("1s", "bob-tab", "sync") ","
      "{'at':'10s','host':'bob-tab','do':'copy','subject':'S','to':'INBOX'},"
      SMALL_DO("1min", "bob-pc", "fetch") "," SMALL_DO("3h", "bob-pc", "fetch") ","
      SMALL_DO("6h", "bob-pc", "fetch") "],'expect':["
      "{'at':'2h','mailbox':'bob@example.net','messages':2},"
      "{'device':'bob-pc','messages':2},{'mailbox':'bob@example.net','messages':0}]" },
    { "keep for a while: the first visit after that deletes, and the letter is still here",
      BOB(POP ",'keep-for':'2h'") "," TWICE "," SMALL_DO("1h", "bob-pc", "fetch") ","
      SMALL_DO("3h", "bob-pc", "fetch") "],'expect':["
      "{'at':'2h','mailbox':'bob@example.net','messages':1},"
      "{'at':'2h','said':'DELE','by':'client','count':0},"
      "{'said':'RETR','service':'pop3','by':'client','count':1},"
      "{'said':'DELE','service':'pop3','by':'client','count':1},"
      "{'mailbox':'bob@example.net','messages':0},{'device':'bob-pc','messages':1}]" },
    { "deleted there when it is deleted here, at the next visit",
      BOB(POP ",'delete-when-deleted':true") "," TWICE ","
      DO("30s", "'do':'delete','subject':'S'") "," SMALL_DO("40s", "bob-pc", "fetch")
      "],'expect':[{'at':'39s','mailbox':'bob@example.net','messages':1},"
      "{'at':'39s','device':'bob-pc','folder':'Trash','messages':1},"
      "{'said':'RETR','service':'pop3','by':'client','count':1},"
      "{'mailbox':'bob@example.net','messages':0},{'device':'bob-pc','messages':0}]" },
    { "deleted here and kept there: it does not come back",
      BOB(POP ",'keep':true") "," TWICE "," DO("30s", "'do':'delete','subject':'S'") ","
      DO("31s", "'do':'empty-trash'") "," SMALL_DO("40s", "bob-pc", "fetch")
      "],'expect':[{'said':'RETR','service':'pop3','by':'client','count':1},"
      "{'device':'bob-pc','folder':'Trash','messages':0},{'device':'bob-pc','messages':0},"
      "{'mailbox':'bob@example.net','messages':1}]" },
    { "folders and marks are here only, and so is what was sent",
      BOB(POP ",'keep':true,'sent':'server'") "," TWICE ","
      DO("30s", "'do':'flag','subject':'S'") ","
      DO("31s", "'do':'move','subject':'S','to':'Work'") ","
      DO("32s", "'do':'send','to':['alice@example.org'],'subject':'R','text':'T'")
      "],'expect':[{'device':'bob-pc','folder':'Work','messages':1,'flagged':1},"
      "{'device':'bob-pc','folder':'Sent','subject':'R','messages':1,'unread':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':1},"
      "{'mailbox':'bob@example.net','folder':'Sent','messages':0},"
      "{'connections':'pop3','count':2}]" },
    { "a new device: what was deleted there is gone for good",
      BOB(POP) "," TWICE "," DO("30s", "'do':'lose'") "," DO("40s", "'do':'replace'") ","
      SMALL_DO("50s", "bob-pc", "fetch") "],'expect':["
      "{'at':'29s','device':'bob-pc','messages':1},{'at':'31s','device':'bob-pc','messages':0},"
      "{'device':'bob-pc','messages':0},{'mailbox':'bob@example.net','messages':0}]" },
    { "a new device where copies were left: the letter is back, and unread again",
      BOB(POP ",'keep':true") "," TWICE "," READ("25s") "," DO("30s", "'do':'lose'") ","
      DO("40s", "'do':'replace'") "," SMALL_DO("50s", "bob-pc", "fetch") "],'expect':["
      "{'at':'29s','device':'bob-pc','messages':1,'unread':0},"
      "{'device':'bob-pc','messages':1,'unread':1}]" },
    { "polling, by a device that is bought later",
      BOB(POP ",'watch':'poll','every':'1min','from':'5min'")
      ",'until':'10min','script':[" SMALL_SEND("6min", "bob@example.net") "],'expect':["
      "{'at':'299s','connections':'pop3','count':0},"
      "{'at':'359s','connections':'pop3','count':1},{'device':'bob-pc','messages':1}]" },
};
/* clang-format on */

Test(mua_pop, policies)
{
    SMALL_WORLDS_HOLD(policy_rows);
}

Test(mua_pop, fetching_and_reading)
{
    SMALL_WORLDS_HOLD(pop_rows);
}
