/* mua_send_test.c - how a device proves who it is, and what it asks of the server. */
#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(device, server)                                                                      \
    "'hosts':{'alice-laptop':{'kind':'mua','account':'alice@example.org'" device "},"              \
    "'mail.example.org':{'kind':'mail','domain':'example.org',"                                    \
    "'accounts':{'alice':'wonderland','dave':'d'}" server "}}"
#define SEND_DAVE SMALL_SEND("1s", "dave@example.org")
#define SCRIPT(more) ",'script':[{'at':'1s','host':'alice-laptop','do':'send',"                    \
    "'to':'dave@example.org','subject':'S'" more "}],'expect':["
#define SAID(words, count)                                                                         \
    "{'said':'" words "','service':'submission','by':'client','count':" count "}"
#define ARRIVES "{'mailbox':'dave@example.org','messages':1}]"

static const struct small_row auth_rows[] = {
    { "the best that is offered",
      HOSTS("", ",'auth-mechanisms':['plain','login','cram-md5','scram-sha-256']") SCRIPT("")
      SAID("AUTH SCRAM-SHA-256 ", "1") "," SAID("AUTH ", "1") "," ARRIVES },
    { "two letters, two nonces: what was said once proves nothing the next time",
      HOSTS("", ",'auth-mechanisms':'scram-sha-256'") ",'script':[" SEND_DAVE ","
      SMALL_SEND("9s", "dave@example.org") "],'expect':[" SAID("AUTH SCRAM-SHA-256 ", "2")
      ",{'mailbox':'dave@example.org','messages':2}]" },
    { "the one that the person chose",
      HOSTS(",'auth-mechanism':'login'", ",'auth-mechanisms':['login','cram-md5']") SCRIPT("")
      SAID("AUTH LOGIN", "1") "," SAID("AUTH ", "1") "," ARRIVES },
    { "CRAM-MD5", HOSTS("", ",'auth-mechanisms':['plain','cram-md5']") SCRIPT("")
      SAID("AUTH CRAM-MD5", "1") "," SAID("AUTH PLAIN", "0") "," ARRIVES },
    { "a wrong password, and nothing of the letter",
      HOSTS(",'password':'wonder'", ",'auth-mechanisms':['plain','scram-sha-256']") SCRIPT("")
      SAID("AUTH ", "1") "," SAID("MAIL FROM", "0")
      ",{'said':'535 5.7.8','service':'submission','by':'server','count':1}]" },
    { "a chosen one that is not offered: the server wants another",
      HOSTS(",'auth-mechanism':'plain'", ",'auth-mechanisms':'cram-md5'") SCRIPT("")
      SAID("AUTH ", "0")
      ",{'said':'530 5.7.0','service':'submission','by':'server','count':1}]" },
};

static const struct small_row asks_rows[] = {
    { "reports, RFC 3461",
      HOSTS("", "") SCRIPT(",'notify':['success','failure'],'ret':'headers','envid':'QQ+1'")
      SAID("RET=HDRS ENVID=QQ+2B1", "1") ","
      SAID("RCPT TO:<dave@example.org> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;dave@example.org", "1")
      "," ARRIVES },
    { "no reports at all", HOSTS("", "") SCRIPT(",'notify':'never'") SAID("NOTIFY=NEVER", "1") ","
      SAID("RET=", "0") "," ARRIVES },
    { "nothing is said of it to a server without DSN",
      HOSTS("", ",'dsn':false") SCRIPT(",'notify':'success','ret':'full'") SAID("NOTIFY", "0") ","
      SAID("RET=", "0") "," ARRIVES },
    { "text as it is, where it may be so",
      HOSTS(",'8bit-text':true", "") SCRIPT(",'text':'gr\xc3\xbc\xc3\x9f'")
      SAID("BODY=8BITMIME", "1") "," SAID("gr\xc3\xbc\xc3\x9f", "1") "," ARRIVES },
    { "and in ASCII, where not",
      HOSTS(",'8bit-text':true", ",'8bitmime':false") SCRIPT(",'text':'gr\xc3\xbc\xc3\x9f'")
      SAID("BODY=8BITMIME", "0") "," SAID("gr=C3=BC=C3=9F", "1") "," ARRIVES },
};

#define TO(people, more) ",'script':[{'at':'1s','host':'alice-laptop','do':'send','to':" people     \
    ",'subject':'S'}" more "],'expect':["
#define ENDS(to, reason, count)                                                                    \
    "{'outcome':'failed','host':'alice-laptop','to':'" to "','reason':'" reason "','count':" count "}"
static const struct small_row ends_rows[] = {
    { "a recipient who is refused for good, and no other",
      HOSTS("", "") TO("['nobody@example.org','dave@example.org']", "")
      ENDS("nobody@example.org", "mail.example.org: 550 5.1.1", "1") ","
      "{'outcome':'failed','count':1}," ARRIVES },
    { "a letter that is refused for good, for all who were not refused before",
      HOSTS("", "") TO("['dave@example.org','alice@example.org','nobody@example.org']",
      ",{'at':'500ms','host':'mail.example.org','do':'temp-fail','code':554,'command':'data'}")
      ENDS("dave@example.org", "mail.example.org: 554 5.3.0", "1") ","
      ENDS("alice@example.org", "554", "1") "," ENDS("nobody@example.org", "550", "1")
      ",{'outcome':'failed','count':3}]" },
    { "who is put off has no end yet, and the one that he gets is his own",
      HOSTS("", "") TO("['dave@example.org','nobody@example.org']",
      ",{'at':'500ms','host':'mail.example.org','do':'temp-fail','command':'rcpt',"
      "'to':'dave@example.org','for':'5s'},"
      "{'at':'20s','host':'mail.example.org','do':'temp-fail','code':550,'command':'rcpt',"
      "'to':'dave@example.org','for':'50s'},"
      SMALL_DO("30s", "alice-laptop", "fetch"))
      "{'at':'15s','outcome':'failed','count':1}," ENDS("dave@example.org", "550", "1") "]" },
    { "a wrong password ends nothing: the letter waits for the right one",
      HOSTS(",'password':'wonder'", "") SCRIPT("") "{'outcome':'failed','count':0}]" },
};
/* clang-format on */

/* Each recipient that a server refuses for good has his one end at the device. */
Test(mua_send, what_is_refused_for_good_ends)
{
    SMALL_WORLDS_HOLD(ends_rows);
}

Test(mua_send, proves_its_password_by_the_best_way)
{
    SMALL_WORLDS_HOLD(auth_rows);
}

Test(mua_send, asks_only_what_the_server_knows)
{
    SMALL_WORLDS_HOLD(asks_rows);
}
