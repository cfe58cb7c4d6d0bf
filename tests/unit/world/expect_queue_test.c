#include "tests/lib/small_world.h"

#include <criterion/criterion.h>

/* clang-format off */
#define WAITS                                                                                      \
    SMALL_HOSTS ",'until':'5h','script':[" SMALL_DO("0s", "mail.example.net", "down") ","          \
    "{'at':'1s','host':'alice-laptop','do':'send','to':['bob@example.net','carol@example.net'],"   \
    "'subject':'One','text':'T'}," SMALL_SEND("30min", "bob@example.net") "],'expect':["

static const struct small_row true_rows[] = {
    { "what waits, and for how many", WAITS
      "{'at':'20min','queue':'mail.example.org','messages':1,'recipients':2},"
      "{'at':'40min','queue':'mail.example.org','messages':2,'recipients':3},"
      "{'at':'40min','queue':'mail.example.org','recipients':2,'subject':'One'},"
      "{'queue':'mail.example.org'},{'queue':'mail.example.net','messages':0}]" },
    { "about how much waits", WAITS
      "{'at':'20min','queue':'mail.example.org','min':1},"
      "{'at':'40min','queue':'mail.example.org','min':1,'max':2},"
      "{'at':'40min','queue':'mail.example.org','min':2,'max':9,'recipients':3},"
      "{'queue':'mail.example.net','min':0},{'queue':'mail.example.net','max':0}]" },
    { "what was tried, and what was told", WAITS
      "{'attempt':'example.net','host':'mail.example.org','subject':'One','min':5},"
      "{'attempt':'any','host':'mail.example.net','count':0},"
      "{'held':'any','count':0},"
      "{'report':'delayed','host':'mail.example.org','subject':'One','count':1},"
      "{'at':'4h','report':'any','count':0},{'report':'failed','count':0}]" },
};

/* Each must fail, and its sentence says what was expected. */
static const struct {
    const char *expect, *sentence;
} false_rows[] = {
    { "{'queue':'mail.example.org','messages':3}", "3 letters wait in the queue" },
    { "{'queue':'mail.example.org','min':3}", "at least 3 letters wait in the queue" },
    { "{'queue':'mail.example.org','max':1}", "at most 1 letter waits in the queue" },
    { "{'queue':'mail.example.org','min':1,'max':1}",
      "at least 1 letter waits, and at most 1 letter waits in the queue" },
    { "{'queue':'mail.example.net','min':1}", "at least 1 letter waits" },
    { "{'queue':'mail.example.org','recipients':2}", "for 2 recipients," },
    { "{'queue':'mail.example.net'}", "a letter waits in the queue of mail.example.net" },
    { "{'queue':'mail.example.org','messages':2,'subject':'One'}", "\"One\"" },
    { "{'attempt':'example.org'}", "a server tries example.org" },
    { "{'attempt':'example.net','host':'mail.example.net'}", "mail.example.net tries" },
    { "{'held':'example.net'}", "stand in line for example.net" },
    { "{'report':'failed'}", "reports failed" },
    { "{'report':'delayed','subject':'Two'}", "of \"Two\"" },
};
/* clang-format on */

Test(expect_queue, what_is_so_is_said_to_be_so)
{
    SMALL_WORLDS_HOLD(true_rows);
}

Test(expect_queue, what_is_not_so_is_not)
{
    for (size_t i = 0; i < COUNT(false_rows); i++) {
        struct small_world w;
        struct buf body = { 0 };
        buf_addz(&body, WAITS);
        buf_addz(&body, false_rows[i].expect);
        buf_byte(&body, ']');
        cr_assert(small_world_new(&w, buf_z(&body)), "row %zu", i);
        small_world_run(&w);
        cr_expect(small_world_failed(&w, false_rows[i].sentence), "row %zu", i);
        small_world_free(&w);
        buf_deinit(&body);
    }
}
