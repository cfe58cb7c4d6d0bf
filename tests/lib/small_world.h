/* small_world.h - a world from a scenario text in the test, run to its end.
 * The text writes ' for ", so that it can stand in C; "title" is given by this file. */
#ifndef MAILFLOW_TESTS_SMALL_WORLD_H
#define MAILFLOW_TESTS_SMALL_WORLD_H

#include "sim/world/world.h"

struct small_world {
    struct scenario scenario;
    struct problems problems;
    struct trace trace;
    struct world *world;
    struct world_verdict verdict;
    struct err err; /* why world_new said no */
};

/* Two servers, a device for each of their people: enough for most rows. */
#define SMALL_ALICE   "'alice-laptop':{'kind':'mua','account':'alice@example.org'}"
#define SMALL_BOB     "'bob-pc':{'kind':'mua','account':'bob@example.net'}"
#define SMALL_BOB_POP "'bob-pc':{'kind':'mua','account':'bob@example.net','read':'pop'}"
#define SMALL_ORG                                                                                  \
    "'mail.example.org':{'kind':'mail','domain':'example.org',"                                    \
    "'accounts':{'alice':'wonderland','dave':'d'}}"
#define SMALL_NET                                                                                  \
    "'mail.example.net':{'kind':'mail','domain':'example.net',"                                    \
    "'accounts':{'bob':'builder','carol':'c'}}"
#define SMALL_HOSTS "'hosts':{" SMALL_ALICE "," SMALL_BOB "," SMALL_ORG "," SMALL_NET "}"
#define SMALL_SEND(at, to)                                                                         \
    "{'at':'" at "','host':'alice-laptop','do':'send','to':['" to "'],'subject':'S','text':'T'}"
#define SMALL_DO(at, host, verb) "{'at':'" at "','host':'" host "','do':'" verb "'}"

/* body: everything behind the title.  false: problems or err say what is wrong; small_world_free
 * all the same. */
bool small_world_new(struct small_world *w, const char *body);
/* The same from a whole, ordinary text; files: that it may name, NULL: none. */
bool small_world_read(struct small_world *w, slice text, const struct file_source *files);
bool small_world_read_variant(struct small_world *w, slice text, slice variant,
                              const struct file_source *files);
/* The same, open to strangers: see world_options. */
bool small_world_open(struct small_world *w, const char *body);
void small_world_run(struct small_world *w);
void small_world_free(struct small_world *w);
/* All three for each row; every expectation that failed is reported to Criterion with the row's
 * reason.  Each row must expect something. */
struct small_row {
    const char *why, *body;
};
void small_worlds_hold(const struct small_row *rows, size_t count);
#define SMALL_WORLDS_HOLD(rows) small_worlds_hold((rows), sizeof(rows) / sizeof *(rows))

/* An expectation whose sentence has this in it was looked at and did not come true. */
bool small_world_failed(const struct small_world *w, const char *contains);
/* How many records there are of this kind with this text in their payload ("" fits all). */
size_t small_world_count(const struct small_world *w, enum trace_kind kind, const char *contains);
size_t small_world_said(const struct small_world *w, const char *contains); /* SAID records */
size_t small_world_fates(const struct small_world *w, enum trace_fate fate);
/* Each accepted copy has, for each recipient, exactly one outcome. */
bool small_world_all_settled(const struct small_world *w);

#endif
