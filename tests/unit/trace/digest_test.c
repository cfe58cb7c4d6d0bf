#include "sim/trace/digest.h"

#include <criterion/criterion.h>

/* The same short run, with one thing different. */
enum difference {
    NOTHING,
    A_NANOSECOND,
    UNTIL,
    CAUSE,
    ACTOR,
    FLOW,
    FIELD,
    A_BYTE,
    A_NAME,
    CHUNKS,
    NOT_KEPT,
    DIFFERENCES
};

static uint64_t digest_with(enum difference d)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_BYTES);
    t.keep = d != NOT_KEPT;
    uint32_t name = trace_name(&t, d == A_NAME ? SLICE("bop") : SLICE("bob"));
    (void)trace_put(&t, (struct trace_rec){ .at = d == A_NANOSECOND ? 1000001 : 1000000,
                                            .until = d == UNTIL,
                                            .cause = d == CAUSE,
                                            .actor = d == ACTOR,
                                            .flow = d == FLOW,
                                            .kind = TRACE_HOST,
                                            .a = name,
                                            .c = d == FIELD });
    struct chunk bytes[] = { { d == A_BYTE ? SLICE("body\r.") : SLICE("body\r\n"), NULL },
                             { d == CHUNKS ? SLICE("") : SLICE("more"), NULL } };
    (void)trace_put_chunks(&t, (struct trace_rec){ .kind = TRACE_FLIGHT }, bytes, 2, true);
    uint64_t digest = t.digest;
    trace_deinit(&t);
    return digest;
}

Test(digest, tells_one_byte_and_one_nanosecond)
{
    uint64_t digests[DIFFERENCES];
    for (int d = 0; d < DIFFERENCES; d++) {
        digests[d] = digest_with((enum difference)d);
        cr_expect_eq(digest_with((enum difference)d), digests[d], "%d again", d);
    }
    cr_expect_eq(digests[NOT_KEPT], digests[NOTHING], "what is kept does not matter");
    for (int a = 0; a < NOT_KEPT; a++) {
        for (int b = a + 1; b < NOT_KEPT; b++) {
            cr_expect_neq(digests[a], digests[b], "%d and %d", a, b);
        }
    }
}

Test(digest, text_names_its_level)
{
    struct trace t;
    struct buf b;
    enum trace_level level;
    trace_init(&t, TRACE_LEVEL_LINES);
    buf_init(&b);
    trace_digest_text(&t, &b);
    cr_expect_str_eq(buf_z(&b), "lines:0000000000000000");
    cr_expect(trace_level_parse(SLICE("bytes"), &level) && level == TRACE_LEVEL_BYTES);
    cr_expect(!trace_level_parse(SLICE("byte"), &level));
    buf_deinit(&b);
    trace_deinit(&t);
}

/* What another version of the TLS library would say otherwise is in digest_wire alone. */
Test(digest, leaves_out_what_tls_puts_on_the_wire)
{
    static const struct {
        const char *why;
        bool upgrade;
        uint32_t flow, kind; /* of the record that differs */
        bool digest, wire;   /* differ by it */
    } rows[] = {
        { "a flight in the clear", false, 1, TRACE_FLIGHT, true, true },
        { "a flight under TLS", true, 1, TRACE_FLIGHT, false, true },
        { "a flight of another flow", true, 130, TRACE_FLIGHT, true, true },
        { "a segment under TLS", true, 1, TRACE_SEGMENT, false, true },
        { "a loss under TLS", true, 1, TRACE_LOST, false, true },
        { "a secret", true, 1, TRACE_SECRET, false, true },
        { "what is said under TLS", true, 1, TRACE_SAID, true, true },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t[2];
        for (size_t k = 0; k < COUNT(t); k++) {
            trace_init(&t[k], TRACE_LEVEL_BYTES);
            if (rows[i].upgrade) {
                (void)trace_put(&t[k], (struct trace_rec){ .flow = 1, .kind = TRACE_UPGRADE });
            }
            struct trace_rec r = { .flow = rows[i].flow, .kind = rows[i].kind };
            if (r.kind == TRACE_SEGMENT || r.kind == TRACE_LOST) {
                r.b = 10 + (uint32_t)k;
                (void)trace_put(&t[k], r);
            } else {
                (void)trace_put_text(&t[k], r, k == 0 ? SLICE("one") : SLICE("two"));
            }
            (void)trace_put(&t[k], (struct trace_rec){ .kind = TRACE_END });
        }
        cr_expect_eq(t[0].digest != t[1].digest, rows[i].digest, "%s", rows[i].why);
        cr_expect_eq(trace_digest_wire(&t[0]) != trace_digest_wire(&t[1]), rows[i].wire, "%s",
                     rows[i].why);
        cr_expect_eq(trace_flow_sealed(&t[0], 1), rows[i].upgrade);
        cr_expect_not(trace_flow_sealed(&t[0], 4000000000u));
        trace_deinit(&t[0]);
        trace_deinit(&t[1]);
    }
}

/* One asks for a connection; TLS takes `flights`, each brought about by the one before; the last
 * brings about a letter. */
static void say_under_tls(struct trace *t, int flights, int secrets, uint64_t asker, slice letter)
{
    trace_init(t, TRACE_LEVEL_BYTES);
    (void)trace_put(t, (struct trace_rec){ .kind = TRACE_HOST });
    (void)trace_put(t, (struct trace_rec){ .kind = TRACE_HOST });
    struct trace_rec upgrade = { .flow = 1, .cause = asker, .kind = TRACE_UPGRADE };
    uint64_t cause = trace_put(t, upgrade);
    for (int i = 0; i < flights; i++) {
        struct trace_rec flight = { .flow = 1, .cause = cause, .kind = TRACE_FLIGHT };
        cause = trace_put_text(t, flight, SLICE("octets"));
    }
    for (int i = 0; i < secrets; i++) {
        (void)trace_put_text(t, (struct trace_rec){ .flow = 1, .kind = TRACE_SECRET }, SLICE("s"));
    }
    struct trace_rec said = { .flow = 1, .cause = cause, .kind = TRACE_SAID };
    cause = trace_put_text(t, said, letter);
    (void)trace_put(t, (struct trace_rec){ .cause = cause, .kind = TRACE_END });
}

Test(digest, does_not_count_what_tls_puts_on_the_wire)
{
    static const struct {
        int flights, secrets;
        uint64_t asker;
        const char *letter;
        bool same, wire_same; /* as the first row */
    } rows[] = {
        { 2, 1, 1, "Hello", true, true },   { 3, 1, 1, "Hello", true, false },
        { 2, 5, 1, "Hello", true, false },  { 1, 0, 1, "Hello", true, false },
        { 2, 1, 2, "Hello", false, false }, { 2, 1, 1, "Howdy", false, false },
    };
    uint64_t digest = 0, wire = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct trace t;
        say_under_tls(&t, rows[i].flights, rows[i].secrets, rows[i].asker,
                      slice_of(rows[i].letter));
        digest = i == 0 ? t.digest : digest;
        wire = i == 0 ? trace_digest_wire(&t) : wire;
        cr_expect_eq(t.digest == digest, rows[i].same, "row %zu", i);
        cr_expect_eq(trace_digest_wire(&t) == wire, rows[i].wire_same, "row %zu", i);
        trace_deinit(&t);
    }
}

/* One end speaks in clear while the other has begun with TLS already. */
Test(digest, a_payload_that_is_shared_is_not_left_out)
{
    uint64_t digests[2];
    for (int shared = 0; shared < 2; shared++) {
        struct trace t;
        trace_init(&t, TRACE_LEVEL_BYTES);
        (void)trace_put(&t, (struct trace_rec){ .flow = 1, .kind = TRACE_UPGRADE });
        (void)trace_put_text(&t, (struct trace_rec){ .flow = 1, .kind = TRACE_SAID }, SLICE("a"));
        struct trace_rec flight = { .flow = 1, .kind = TRACE_FLIGHT };
        if (shared) {
            flight.c = 1;
            (void)trace_put(&t, flight);
        } else {
            (void)trace_put_text(&t, flight, SLICE("a"));
        }
        (void)trace_put_text(&t, (struct trace_rec){ .flow = 1, .kind = TRACE_SAID }, SLICE("b"));
        digests[shared] = t.digest;
        trace_deinit(&t);
    }
    cr_expect_eq(digests[0], digests[1]);
}
