#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define BOB(rest) "'hosts':{" SMALL_ALICE "," SMALL_ORG "," SMALL_NET ",'bob-pc':{'kind':'mua'," \
                  "'account':'bob@example.net'" rest "}}"
#define TWICE "'script':[" SMALL_SEND("1s", "bob@example.net") ","                                 \
    SMALL_DO("10s", "bob-pc", "fetch") "," SMALL_DO("20s", "bob-pc", "fetch")
#define READ(at) "{'at':'" at "','host':'bob-pc','do':'read'}"

static const struct small_row imap_rows[] = {
    { "fetch twice: the second time there is nothing new",
      BOB("") "," TWICE "],'expect':[{'device':'bob-pc','messages':1},"
      "{'said':'BODY.PEEK','service':'imap','by':'client','count':1},"
      "{'said':'UID FETCH 2:*','service':'imap','by':'client','count':0},"
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
      "{'said':'UID STORE','service':'imap','by':'client','count':0},"
      "{'mailbox':'bob@example.net','messages':1,'unseen':0},"
      "{'device':'bob-pc','messages':1,'unread':0}]" },
    { "reading what is here already only sets the flag, there and here",
      BOB("") "," TWICE "," READ("30s") "],'expect':["
      "{'at':'29s','mailbox':'bob@example.net','unseen':1},"
      "{'said':'UID STORE','service':'imap','by':'client','count':1},"
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

/* clang-format on */

Test(mua_imap, fetching_and_reading)
{
    SMALL_WORLDS_HOLD(imap_rows);
}
