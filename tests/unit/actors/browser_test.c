#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define HOSTS(more)                                                                                \
    "'hosts':{'b':{'kind':'browser','account':'alice@example.org',"                                \
    "'webmail':'webmail.example.org','tls':false}" more "," SMALL_ORG "}"
#define WEB ",'webmail.example.org':{'kind':'webmail','mail-host':'mail.example.org','http':true}"

static const struct small_row rows[] = {
    { "nothing of that name on the page",
      HOSTS(WEB) ",'script':[{'at':'1s','host':'b','do':'read','subject':'X'}],'expect':["
      "{'said':'GET /inbox','count':1},{'said':'GET /message','count':0}]" },
    { "the oldest that nobody has read",
      "'hosts':{'b':{'kind':'browser','account':'alice@example.org',"
      "'webmail':'webmail.example.org','tls':false}" WEB ",'mail.example.org':{'kind':'mail',"
      "'domain':'example.org','accounts':{'alice':'w'},'mail':["
      "{'for':'alice@example.org','from':'a@example.net','subject':'1','text':'x','flags':'seen'},"
      "{'for':'alice@example.org','from':'a@example.net','subject':'2','text':'x'},"
      "{'for':'alice@example.org','from':'a@example.net','subject':'3','text':'x'}]}},"
      "'script':[{'at':'1s','host':'b','do':'read'}],'expect':["
      "{'said':'GET /message?uid=2','count':1},{'said':'GET /message','count':1}]" },
    { "the webmail is down: said once, and the next thing is tried anew",
      HOSTS(WEB) ",'script':[" SMALL_DO("0s", "webmail.example.org", "down") ","
      SMALL_DO("1s", "b", "fetch") "," SMALL_DO("10min", "webmail.example.org", "up") ","
      SMALL_DO("20min", "b", "fetch") "],'expect':[{'said':'GET /inbox','count':1}]" },
    { "nobody answers on that port",
      "'hosts':{'b':{'kind':'browser','account':'alice@example.org',"
      "'webmail':'webmail.example.org','tls':false},'webmail.example.org':{'kind':'webmail',"
      "'mail-host':'mail.example.org'}," SMALL_ORG "},'script':[" SMALL_DO("1s", "b", "fetch") "],"
      "'expect':[{'connections':'http','ended':'refused','count':1}]" },
};
/* clang-format on */

Test(browser, knows_pages_by_their_links_and_forms)
{
    SMALL_WORLDS_HOLD(rows);
}
