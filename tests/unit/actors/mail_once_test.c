#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SEND(to) ",'script':[" SMALL_SEND("1s", to) "],'expect':["
#define BOX(address, count) "{'mailbox':'" address "','messages':" count "}"

/* Six who forward to each other, on one host; "more" also to somebody else. */
#define SIX(say, more)                                                                             \
    "'hosts':{" SMALL_ALICE ",'mail.example.org':{'kind':'mail','domain':'example.org'," say       \
    "'accounts':{'alice':'wonderland','a':'x','b':'x','c':'x','d':'x','e':'x','f':'x'},"           \
    "'aliases':{'a2':'A@example.org','all':['a@example.org','bob@example.net','c@example.org']},"  \
    "'forwards':{'a':['b@example.org','c@example.org','d@example.org','e@example.org',"            \
    "'f@example.org'],'b':['a@example.org','c@example.org','d@example.org','e@example.org',"       \
    "'f@example.org'],'c':['a@example.org','b@example.org','d@example.org','e@example.org',"       \
    "'f@example.org'],'d':['a2@example.org','b@example.org','c@example.org','e@example.org',"      \
    "'f@example.org'],'e':['a@example.org','b@example.org','c@example.org','d@example.org',"       \
    "'f@example.org'],'f':['a@example.org','b@example.org','c@example.org','d@example.org',"       \
    "'e@example.org'" more "]}},'mail.example.net':{'kind':'mail','domain':'example.net',"         \
    "'accounts':{'bob':'b','carol':'c'}}}"

static const struct small_row rows[] = {
    { "who keeps a copy of what he forwards to five others has one, however many forward it to him",
      SIX("'keep':true,", "") SEND("a@example.org")
      "{'outcome':'expanded','count':7}," BOX("a@example.org", "1") "," BOX("b@example.org", "1") ","
      BOX("d@example.org", "1") "," BOX("f@example.org", "1") ",{'outcome':'bounced','count':0}]" },
    { "where nobody does, the last of them says that it has come to nobody (RFC 5321 6.3)",
      SIX("", "") SEND("a@example.org")
      "{'outcome':'expanded','count':6},{'outcome':'bounced','reason':'5.4.6','count':1},"
      BOX("a@example.org", "0") "," BOX("alice@example.org", "1") "]" },
    { "without a field that says so, too",
      SIX("'delivered-to':false,", "") SEND("a@example.org")
      "{'outcome':'expanded','count':6},{'outcome':'bounced','reason':'5.4.6','count':1},"
      BOX("alice@example.org", "1") "]" },
    { "it has come to one: nobody is told of a loop",
      SIX("", ",'bob@example.net'") SEND("c@example.org")
      "{'outcome':'expanded','count':7},{'outcome':'bounced','count':0},"
      BOX("bob@example.net", "1") "]" },
    { "whom the sender named gets no second copy from who forwards to him, by another name either",
      SIX("", ",'bob@example.NET'")
      ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"
      "'to':['all@example.org','\\\"bob\\\"@example.net','a2@example.org'],'subject':'S',"
      "'text':'T'}],'expect':[{'outcome':'bounced','count':0}," BOX("bob@example.net", "1") "]" },
    { "two letters are two",
      SIX("'keep':true,", "")
      ",'script':[" SMALL_SEND("1s", "a@example.org") "," SMALL_SEND("1s", "a@example.org")
      "],'expect':[" BOX("a@example.org", "2") "," BOX("f@example.org", "2") "]" },
};
/* clang-format on */

Test(mail_once, a_letter_is_expanded_once_for_each)
{
    SMALL_WORLDS_HOLD(rows);
}
