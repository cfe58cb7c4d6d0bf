#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define SEND_BOB SMALL_SEND("1s", "bob@example.net")
#define ASKED(name, count)                                                                         \
    "{'dns':'" name "','host':'dns.isp.test','count':" count "}"

static const struct small_row rows[] = {
    { "an answer is kept for its time to live, and asked for again after it",
      SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") ","
      SMALL_DO("50min", "bob-pc", "fetch") "," SMALL_DO("2h", "bob-pc", "fetch") "],'expect':["
      "{'at':'1h','dns':'mail.example.net','host':'bob-pc','count':2},"
      "{'at':'1h','dns':'mail.example.net','host':'dns.isp.test','count':1},"
      ASKED("mail.example.net", "2") "]" },
    { "switched off it forgets: answers and questions",
      SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") ","
      SMALL_DO("1min", "dns.isp.test", "down") "," SMALL_DO("2min", "dns.isp.test", "up") ","
      SMALL_DO("3min", "bob-pc", "fetch") "],'expect':[" ASKED("mail.example.net", "2") ","
      "{'connections':'imap','count':2}]" },
    { "switched off in the middle of a question: it asks nobody any more",
      SMALL_HOSTS ",'script':[" SMALL_DO("0s", "ns.names.test", "down") "," SEND_BOB ","
      SMALL_DO("1.1s", "dns.isp.test", "down") "],'expect':[" ASKED("mail.example.org", "1") ","
      "{'dns':'mail.example.org','host':'alice-laptop','count':3},"
      "{'connections':'any','count':0}]" },
    { "a name that nobody has is remembered too (RFC 2308)",
      SMALL_HOSTS ",'script':[" SMALL_SEND("1s", "a@nowhere.invalid") ","
      SMALL_SEND("1min", "b@nowhere.invalid") "],'expect':[" ASKED("nowhere.invalid", "1") ","
      "{'outcome':'bounced','reason':'5.1.2','count':2}]" },
    { "the same question twice at once",
      SMALL_HOSTS ",'script':[" SMALL_DO("1s", "bob-pc", "fetch") "," SEND_BOB "],'expect':["
      "{'mailbox':'bob@example.net','messages':1},{'connections':'imap','count':1}]" },
};
/* clang-format on */

Test(resolver, remembers_and_forgets)
{
    SMALL_WORLDS_HOLD(rows);
}
