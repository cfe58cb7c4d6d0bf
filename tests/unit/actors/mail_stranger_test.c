#include "tests/lib/small_world.h"
#include "tests/lib/stranger.h"

#include <criterion/criterion.h>

#define HELLO "EHLO x.example\r\n"
#define MAIL  HELLO "MAIL FROM:<eve@example.com>\r\n"
#define RCPT  MAIL "RCPT TO:<bob@example.net>\r\n"

/* A stranger says all of it to mail.example.net, port 25. */
static void hear(struct small_world *w, const char *said, slice *got_r, struct stranger *x)
{
    cr_assert(small_world_new(w, SMALL_HOSTS));
    struct stage *s = world_stage(w->world);
    *x = (struct stranger){ .first = slice_of(said) };
    stranger_call(x, stage_find(s, SLICE("alice-laptop")),
                  network_ip_of(s->net, stage_find(s, SLICE("mail.example.net"))->id), 25);
    small_world_run(w);
    *got_r = buf_slice(&x->got);
}

static const struct trace_rec *only(const struct small_world *w, enum trace_kind kind, size_t many)
{
    const struct trace_rec *found = NULL;
    size_t count = 0;
    for (uint64_t n = 1; n <= w->trace.count; n++) {
        const struct trace_rec *r = trace_at(&w->trace, n);
        found = r->kind == (uint32_t)kind ? r : found;
        count += r->kind == (uint32_t)kind;
    }
    cr_expect_eq(count, many, "%zu, not %zu", count, many);
    return found;
}

static const struct {
    const char *why, *said;
    uint32_t code; /* 0: nothing is refused but a command */
    const char *recipient, *reply;
} refusals[] = {
    { "a letter with a bare LF", RCPT "DATA\r\nA\nB\r\n.\r\nQUIT\r\n", 554, "",
      "5.6.0 a bare CR or LF is in the text" },
    { "a letter in a chunk with one", RCPT "BDAT 4 LAST\r\nA\n\r\nQUIT\r\n", 554, "",
      "5.6.0 a bare CR or LF is in the text" },
    { "an envelope that says it is too big",
      HELLO "MAIL FROM:<eve@example.com> SIZE=99999999999\r\n", 552, "eve@example.com", "5.3.4" },
    { "a recipient who cannot be read", MAIL "rcpt to:<bob@@example.net>\r\nQUIT\r\n", 501,
      "bob@@example.net", "5." },
    { "a recipient in the wrong place", HELLO "RCPT TO:<bob@example.net>\r\nQUIT\r\n", 0, "", "" },
    { "DATA for nobody", MAIL "DATA\r\nQUIT\r\n", 0, "", "" },
    { "no command", HELLO "TURN\r\nVRFY\r\nQUIT\r\n", 0, "", "" },
    { "a bad AUTH", HELLO "AUTH PLAIN ====\r\nQUIT\r\n", 0, "", "" },
};

Test(mail_stranger, what_the_session_refuses_is_told)
{
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct small_world w;
        struct stranger x;
        slice got;
        hear(&w, refusals[i].said, &got, &x);
        const struct trace_rec *r = only(&w, TRACE_REFUSE, refusals[i].code > 0);
        if (r && refusals[i].code > 0) {
            slice text = trace_payload_chunk(&w.trace, r->c, 0);
            cr_expect_eq(r->a, refusals[i].code, "%s: %u", refusals[i].why, (unsigned)r->a);
            cr_expect(slice_eq(trace_name_of(&w.trace, r->b), slice_of(refusals[i].recipient)),
                      "%s: to whom?", refusals[i].why);
            cr_expect(slice_starts(text, slice_of(refusals[i].reply)), "%s: %.*s", refusals[i].why,
                      (int)text.len, text.ptr);
        }
        cr_expect(r || refusals[i].code == 0, "%s", refusals[i].why);
        stranger_deinit(&x);
        small_world_free(&w);
    }
}

#define LETTER(id) "DATA\r\nMessage-ID: <" id "@example.com>\r\nSubject: Cheap\r\n\r\nT\r\n.\r\n"

/* Once for each letter, by whoever hands it in; the envelope and the queue follow from it. */
Test(mail_stranger, a_letter_that_nobody_wrote_has_an_account)
{
    struct small_world w;
    struct stranger x;
    slice got;
    hear(&w,
         RCPT LETTER("1") "MAIL FROM:<eve@example.com>\r\nRCPT TO:<carol@example.net>\r\n" LETTER(
             "1") "QUIT\r\n",
         &got, &x);
    cr_expect_neq(slice_find(got, SLICE("queued as 000002")), SLICE_NONE);
    const struct trace_rec *r = only(&w, TRACE_COMPOSE, 1);
    const struct trace_rec *accept = only(&w, TRACE_ACCEPT, 2);
    cr_assert(r && accept);
    cr_expect(slice_eq(trace_payload_chunk(&w.trace, r->c, 0),
                       SLICE("eve@example.com\nbob@example.net\nCheap")));
    cr_expect(slice_eq(trace_name_of(&w.trace, r->a), SLICE("1@example.com")));
    cr_expect_eq(r->actor, stage_find(world_stage(w.world), SLICE("alice-laptop"))->id);
    cr_expect_eq(accept->a, r->a);
    stranger_deinit(&x);
    small_world_free(&w);
}
