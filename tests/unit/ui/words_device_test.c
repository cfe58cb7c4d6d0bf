#include "ui/words.h"

#include <criterion/criterion.h>

/* Names of the trace, counted from 1: what the records below mean by their numbers. */
enum { INBOX = 1, TRAVEL, TRIPS, LOST, NEW, FIRST, FLAGS, LIVE, LETTER, DRAFT };
static const char *const names[] = { "bob@example.net/INBOX",
                                     "bob@example.net/Travel",
                                     "bob@example.net/Trips",
                                     "lost",
                                     "new",
                                     "first",
                                     "flags",
                                     "live",
                                     "1.alice@example.org",
                                     "draft" };

static const struct {
    struct trace_rec rec;
    const char *payload;
    const char *words;
} rows[] = {
    { { .kind = TRACE_FLAGGED, .a = LETTER, .b = 1, .c = INBOX },
      NULL,
      "phone marks the letter \"Hello\" in bob@example.net/INBOX as read." },
    { { .kind = TRACE_FLAGGED, .a = LETTER, .b = 1 | 2 | 16 | 32, .c = INBOX },
      NULL,
      "phone marks the letter \"Hello\" in bob@example.net/INBOX as read, answered, a draft, with "
      "keywords." },
    { { .kind = TRACE_FLAGGED, .a = LETTER, .c = INBOX },
      NULL,
      "phone takes all marks off the letter \"Hello\" in bob@example.net/INBOX." },
    { { .kind = TRACE_FOLDER, .a = TRAVEL, .b = 1 }, NULL, "phone has the folder Travel now." },
    { { .kind = TRACE_FOLDER, .a = TRIPS, .b = 1, .c = TRAVEL },
      NULL,
      "phone gives the folder Travel another name: Trips." },
    { { .kind = TRACE_FOLDER, .a = TRAVEL }, NULL, "phone has no folder Travel any more." },
    { { .kind = TRACE_LISTED, .a = LETTER, .b = 1, .c = INBOX },
      NULL,
      "phone shows the letter \"Hello\" in the list of INBOX, and has not fetched its text." },
    { { .kind = TRACE_FORGOT, .a = LETTER, .b = 1, .c = INBOX },
      NULL,
      "phone keeps only the line of the letter \"Hello\" in INBOX." },
    { { .kind = TRACE_DEVICE, .a = LOST },
      NULL,
      "phone is not there any more, and what was only on it is gone." },
    { { .kind = TRACE_DEVICE, .a = NEW },
      NULL,
      "phone is new: it knows the account, and has no letter yet." },
    { { .kind = TRACE_SYNC, .a = INBOX, .b = FIRST, .c = 3 },
      NULL,
      "phone shows INBOX now as the server has it: it asked for the first time, and was told of 3 "
      "letters." },
    { { .kind = TRACE_SYNC, .a = INBOX, .b = FLAGS },
      NULL,
      "phone shows INBOX now as the server has it: it asked for the marks of all, and was told of "
      "nothing." },
    { { .kind = TRACE_SYNC, .a = INBOX, .b = LIVE, .c = 1 },
      NULL,
      "phone shows INBOX now as the server has it: it was told at once of 1 letter." },
    { { .kind = TRACE_PENDING, .a = LETTER, .b = 1 },
      "mark as read",
      "phone will ask the server later to mark the letter \"Hello\" as read. 1 such thing waits." },
    { { .kind = TRACE_PENDING, .a = LETTER, .b = 2 },
      "move to Travel",
      "phone will ask the server later to move the letter \"Hello\" to Travel. 2 such things "
      "wait." },
    { { .kind = TRACE_PENDING, .b = 1 },
      "make the folder Travel",
      "phone will ask the server later to make the folder Travel. 1 such thing waits." },
    { { .kind = TRACE_SETTLED, .a = LETTER },
      "delete for good\n",
      "phone has asked the server to delete the letter \"Hello\" for good, and it did." },
    { { .kind = TRACE_SETTLED, .a = LETTER, .b = 1 },
      "put into Sent\nthe disk is full",
      "phone does not ask the server any more to put the letter \"Hello\" into Sent (the disk is "
      "full). 1 such thing waits." },
};

/* What happened before: a letter, written by order of `verb`. */
static void begin(struct trace *t, uint32_t verb)
{
    trace_init(t, TRACE_LEVEL_BYTES);
    for (size_t i = 0; i < COUNT(names); i++) {
        (void)trace_name(t, slice_of(names[i]));
    }
    (void)trace_put(t, (struct trace_rec){
                           .kind = TRACE_HOST, .actor = 1, .a = trace_name(t, SLICE("phone")) });
    (void)trace_put_text(t, (struct trace_rec){ .kind = TRACE_SCRIPT, .actor = 1, .a = verb },
                         SLICE("x"));
    t->cause = t->count;
    (void)trace_put_text(t, (struct trace_rec){ .kind = TRACE_COMPOSE, .actor = 1, .a = LETTER },
                         SLICE("alice@example.org\nbob@example.net\nHello"));
}

static void told(struct trace *t, const char *words)
{
    struct cast c;
    struct buf out = { 0 };
    cast_init(&c, t);
    cast_extend(&c);
    words_of(&c, t->count, &out);
    cr_expect_str_eq(buf_z(&out), words, "%s", buf_z(&out));
    cast_deinit(&c);
    trace_deinit(t);
    buf_deinit(&out);
}

Test(words_device, tells_what_a_device_does_to_its_own_copies)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        struct trace_rec rec = rows[i].rec;
        begin(&t, NEW);
        rec.actor = 1;
        if (rows[i].payload) {
            (void)trace_put_text(&t, rec, slice_of(rows[i].payload));
        } else {
            (void)trace_put(&t, rec);
        }
        told(&t, rows[i].words);
    }
}

Test(words_device, a_draft_is_not_ready_to_go)
{
    struct trace t;
    begin(&t, NEW);
    told(&t,
         "Ready to go on phone: the letter \"Hello\" from alice@example.org to bob@example.net.");
    begin(&t, DRAFT);
    told(&t, "Written on phone, and not sent: the letter \"Hello\" from alice@example.org to "
             "bob@example.net.");
}
