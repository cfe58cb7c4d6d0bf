#include "ui/segments.h"

#include <criterion/criterion.h>

#include "tests/lib/lesson_trace.h"

/* What tshark 4.0 shows of an exported capture: tcp.seq and tcp.ack at whose end it is taken.  A
 * reply has left when it had not heard of what is under way; so only the client's are compared. */
Test(segments, have_the_numbers_of_a_capture)
{
    static const struct {
        const char *said;
        uint32_t seq, ack, len;
    } rows[] = {
        { "EHLO mail.example.org\r\n", 1, 29, 23 },
        { "MAIL FROM:<alice@example.org> SIZE=491\r\n", 24, 160, 40 },
        { "RCPT TO:<bob@example.net>\r\n", 64, 181, 27 },
        { "QUIT\r\n", 591, 267, 6 },
    };
    struct trace t;
    struct cast c;
    struct segments s;
    struct err err = { "" };
    cr_assert(lesson_trace(&t, "scenarios/first-mail.json", &err), "%s", err.text);
    cast_init(&c, &t);
    cast_extend(&c);
    segments_init(&s, &c);
    segments_extend(&s);
    uint32_t relay = 0;
    for (uint64_t n = 1; n <= t.count; n++) {
        const struct trace_rec *r = trace_at(&t, n);
        relay = r->kind == TRACE_OPEN && (r->b & 0xffff) == 25 ? r->flow : relay;
        struct buf scratch = { 0 };
        for (size_t i = 0; relay && r->flow == relay && r->kind == TRACE_FLIGHT && i < COUNT(rows);
             i++) {
            buf_clear(&scratch);
            if (!slice_eq(trace_payload(&t, r->c, &scratch), slice_of(rows[i].said))) {
                continue;
            }
            const struct segment *one = segments_of(&s, n);
            cr_assert(one, "%s", rows[i].said);
            cr_expect(one->seq == rows[i].seq && one->ack == rows[i].ack && one->len == rows[i].len,
                      "%s: %u %u %u", rows[i].said, one->seq, one->ack, one->len);
            cr_expect_eq(one->flags, SEGMENT_PSH | SEGMENT_ACK);
        }
        buf_deinit(&scratch);
    }
    cr_expect_null(segments_of(&s, 1));
    segments_deinit(&s);
    cast_deinit(&c);
    trace_deinit(&t);
}
