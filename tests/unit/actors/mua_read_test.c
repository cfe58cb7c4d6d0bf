#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define BOB(rest) "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET ",'bob-pc':{'kind':'mua'," \
                  "'account':'bob@example.net'" rest "}}"
#define POP   ",'read':'pop'"
#define TWICE "'script':[" SMALL_SEND("1s", "bob@example.net") ","                                 \
    SMALL_DO("10s", "bob-pc", "fetch") "," SMALL_DO("20s", "bob-pc", "fetch")
#define READ(at) "{'at':'" at "','host':'bob-pc','do':'read'}"

static const struct small_row imap_rows[] = {
    { "fetch twice: the second time there is nothing new",
      BOB("") "," TWICE "],'expect':[{'device':'bob-pc','messages':1},"
      "{'said':'BODY.PEEK','service':'imap','by':'client','count':1},"
      "{'said':'UID FETCH 2:*','service':'imap','by':'client','count':1},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':1}]" },
    { "the second letter is fetched without the first",
      BOB("") "," TWICE "," SMALL_SEND("30s", "bob@example.net") ","
      SMALL_DO("40s", "bob-pc", "fetch") "],'expect':[{'device':'bob-pc','messages':2},"
      "{'said':'BODY.PEEK','service':'imap','by':'client','count':2}]" },
    { "headers first, the body when it is read, and that sets the flag on the server",
      BOB(",'download':'headers'") "," TWICE "," READ("30s") "],'expect':["
      "{'at':'29s','said':'BODY','service':'imap','by':'client','count':0},"
      "{'at':'29s','mailbox':'bob@example.net','messages':1,'unseen':1},"
      "{'said':'BODY[]','service':'imap','by':'client','count':1},"
      "{'said':'STORE','service':'imap','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':0},"
      "{'device':'bob-pc','messages':1,'unread':0}]" },
    { "reading what is here already only sets the flag, there and here",
      BOB("") "," TWICE "," READ("30s") "],'expect':["
      "{'at':'29s','mailbox':'bob@example.net','unseen':1},"
      "{'said':'STORE','service':'imap','by':'client','count':1},"
      "{'said':'BODY[]','service':'imap','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':0},"
      "{'device':'bob-pc','messages':1,'unread':0}]" },
    { "read before anything was fetched: nothing to read, nobody is called",
      BOB("") ",'script':[" SMALL_SEND("1s", "bob@example.net") "," READ("30s") "],'expect':["
      "{'connections':'imap','count':0},{'mailbox':'bob@example.net','unseen':1}]" },
    { "a second device sees what the first has read",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET "," SMALL_BOB ","
      "'bob-phone':{'kind':'mua','account':'bob@example.net'}}," TWICE "," READ("30s") ","
      SMALL_DO("40s", "bob-phone", "fetch") "],'expect':["
      "{'device':'bob-pc','messages':1,'unread':0},"
      "{'device':'bob-phone','messages':1}]" },
};

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
      SMALL_DO("30min", "bob-pc", "fetch") "],'expect':["
      "{'at':'29min','said':'-ERR [IN-USE]','service':'pop3','by':'server','count':1},"
      "{'at':'29min','device':'bob-pc','messages':0},"
      "{'device':'bob-pc','messages':1},{'mailbox':'bob@example.net','messages':0}]" },
    { "no POP3 there: refused, and nothing is lost",
      "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_BOB_POP ",'mail.example.net':"
      "{'kind':'mail','domain':'example.net','accounts':{'bob':'b'},'pop':false}}," TWICE
      "],'expect':[{'connections':'pop3','ended':'refused','count':2},"
      "{'mailbox':'bob@example.net','messages':1}]" },
};
/* clang-format on */

Test(mua_read, by_imap)
{
    SMALL_WORLDS_HOLD(imap_rows);
}

Test(mua_read, by_pop3)
{
    SMALL_WORLDS_HOLD(pop_rows);
}
