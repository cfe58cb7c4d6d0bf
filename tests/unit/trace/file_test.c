#include "sim/trace/file.h"

#include "sim/trace/octets.h"
#include "tests/lib/wires.h"

#include <criterion/criterion.h>
#include <string.h>

/* A talk over a bad link: all kinds of the network, names, shared and static payloads. */
static void run_a_talk(struct wires *w, enum trace_level level)
{
    struct link_config c = { .latency = 10 * SIM_MS, .jitter = SIM_MS, .loss = 50000 };
    wires_init(w, 3, c, level);
    network_bind(w->net, w->b, 53);
    w->server.finish_on_end = true;
    wires_connect(w, WIRES_IP_B, 25);
    struct datagram d = { .from = w->a, .to_ip = WIRES_IP_B, .to_port = 53, .bytes = SLICE("?") };
    datagram_send(w->net, &d);
    party_say_much(&w->client, 50000);
    stream_finish(w->client.stream);
    wires_run(w, SIM_HOUR);
    (void)trace_name(&w->trace, SLICE("late name"));
    (void)trace_put_text(&w->trace, (struct trace_rec){ .at = SIM_HOUR, .kind = TRACE_NOTE },
                         SLICE("the end"));
    (void)trace_put_chunks(&w->trace, (struct trace_rec){ .at = SIM_HOUR, .kind = TRACE_NOTE },
                           NULL, 0, false);
    (void)trace_name(&w->trace, SLICE("latest name"));
}

static void expect_equal(const struct trace *a, const struct trace *b)
{
    cr_assert_eq(a->count, b->count);
    cr_assert_eq(a->payload_count, b->payload_count);
    cr_assert_eq(a->names.count, b->names.count);
    cr_expect_eq(a->digest, b->digest);
    cr_expect_eq(a->level, b->level);
    cr_expect_eq(memcmp(a->kinds, b->kinds, sizeof a->kinds), 0);
    for (uint64_t i = 1; i <= a->count; i++) {
        cr_assert_eq(memcmp(trace_at(a, i), trace_at(b, i), sizeof(struct trace_rec)), 0);
    }
    for (uint32_t i = 0; i < a->names.count; i++) {
        cr_assert(slice_eq(trace_name_of(a, i), trace_name_of(b, i)));
    }
    for (uint32_t i = 1; i <= a->payload_count; i++) {
        cr_assert_eq(trace_payload_chunks(a, i), trace_payload_chunks(b, i));
        for (size_t k = 0; k < trace_payload_chunks(a, i); k++) {
            cr_assert(slice_eq(trace_payload_chunk(a, i, k), trace_payload_chunk(b, i, k)));
        }
    }
}

Test(file, loaded_is_equal_to_saved_and_saves_the_same)
{
    for (int level = 0; level < TRACE_LEVEL_COUNT; level++) {
        struct wires w;
        struct trace loaded;
        struct err err = { "" };
        struct buf file, again;
        buf_init(&file);
        buf_init(&again);
        run_a_talk(&w, (enum trace_level)level);
        cr_assert(trace_save(&w.trace, &file));
        char *moved = malloc(file.len); /* exact, and gone before the trace is used */
        memcpy(moved, file.ptr, file.len);
        cr_assert(trace_load(&loaded, (slice){ moved, file.len }, &err), "%s", err.text);
        free(moved);
        expect_equal(&w.trace, &loaded);
        cr_assert(trace_save(&loaded, &again));
        cr_expect(slice_eq(buf_slice(&file), buf_slice(&again)));
        trace_deinit(&loaded);
        wires_deinit(&w);
        buf_deinit(&file);
        buf_deinit(&again);
    }
}

Test(file, equal_payloads_are_written_once)
{
    struct trace t;
    struct buf file;
    char body[5000];
    memset(body, 'x', sizeof body);
    trace_init(&t, TRACE_LEVEL_BYTES);
    buf_init(&file);
    for (int i = 0; i < 100; i++) {
        (void)trace_put_text(&t, (struct trace_rec){ .kind = TRACE_NOTE },
                             (slice){ body, sizeof body });
    }
    cr_assert(trace_save(&t, &file));
    cr_expect(file.len < 5000 + 100 * 60 + 200, "%zu", file.len);
    buf_clear(&file);
    t.keep = false;
    cr_expect(!trace_save(&t, &file) && file.len == 0, "nothing was kept");
    t.keep = true;
    buf_deinit(&file);
    trace_deinit(&t);
}

static bool loads(slice bytes, struct err *err)
{
    struct trace t;
    char *exact = malloc(bytes.len > 0 ? bytes.len : 1); /* so that reading past it is seen */
    memcpy(exact, bytes.ptr, bytes.len);
    bool ok = trace_load(&t, (slice){ exact, bytes.len }, err);
    free(exact);
    if (ok) {
        trace_deinit(&t);
    }
    return ok;
}

static void small_trace(struct buf *file)
{
    struct trace t;
    trace_init(&t, TRACE_LEVEL_LINES);
    uint32_t name = trace_name(&t, SLICE("a"));
    (void)trace_put(&t, (struct trace_rec){ .actor = 1, .kind = TRACE_HOST, .a = name });
    uint64_t note =
        trace_put_text(&t, (struct trace_rec){ .at = 5, .kind = TRACE_NOTE }, SLICE("hello"));
    (void)trace_put(&t,
                    (struct trace_rec){ .at = 7, .cause = note, .actor = 1, .kind = TRACE_END });
    cr_assert(trace_save(&t, file));
    trace_deinit(&t);
}

Test(file, every_cut_and_every_changed_octet_is_noticed)
{
    struct buf file;
    struct err err;
    buf_init(&file);
    small_trace(&file);
    cr_assert(loads(buf_slice(&file), &err));
    for (size_t len = 0; len < file.len; len++) {
        err.text[0] = '\0';
        cr_expect(!loads((slice){ file.ptr, len }, &err), "%zu octets", len);
        cr_expect(err.text[0] != '\0');
    }
    for (size_t i = 0; i < file.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            file.ptr[i] = (char)(file.ptr[i] ^ 1 << bit);
            cr_expect(!loads(buf_slice(&file), &err), "octet %zu bit %d", i, bit);
            file.ptr[i] = (char)(file.ptr[i] ^ 1 << bit);
        }
    }
    buf_byte(&file, 0);
    cr_expect(!loads(buf_slice(&file), &err), "one octet too many");
    buf_deinit(&file);
}

/* Where the numbers of the small trace stand, and what is said of a wrong one. */
enum {
    VERSION = 8,
    LEVEL = 12,
    SCHEMA = 16,
    NAMES = 32,
    PIECES = 40,
    PAYLOADS = 48,
    RECORDS = 56,
    COUNTS = 64,            /* three kinds, 12 octets each */
    NAME = 64 + 4 + 3 * 12, /* after, length, "a" */
    PIECE = NAME + 13,      /* length, "hello" */
    PAYLOAD = PIECE + 9,    /* count, piece */
    RECORD = PAYLOAD + 8,
};

Test(file, hostile_numbers_get_an_error_that_says_why)
{
    static const struct {
        size_t at;
        uint32_t value;
        const char *error;
    } rows[] = {
        { 0, 0, "not a mailflow trace" },
        { VERSION, 2, "another version" },
        { SCHEMA, 0, "kinds of records differ" },
        { LEVEL, 3, "level" },
        { NAMES, UINT32_MAX, "cut short" },
        { NAMES + 4, UINT32_MAX, "cut short" },
        { PIECES + 4, UINT32_MAX, "cut short" },
        { PAYLOADS + 4, UINT32_MAX, "cut short" },
        { RECORDS + 4, UINT32_MAX, "cut short" },
        { RECORDS, 2, "goes on after its end" },
        { COUNTS, UINT32_MAX, "do not exist" },
        { COUNTS + 4, TRACE_KIND_COUNT, "do not exist" },
        { COUNTS + 8, 7, "miscounts" },
        { NAME, 4, "out of order" },
        { NAME + 8, UINT32_MAX, "cut short" },
        { PIECE, UINT32_MAX, "cut short" },
        { PAYLOAD, UINT32_MAX, "cut short" },
        { PAYLOAD + 4, 2, "a piece that is not there" },
        { PAYLOAD + 4, 0, "a piece that is not there" },
        { RECORD + 16, 1, "record 1 of the trace: its cause" },
        { RECORD + 28, 2, "no such host" },
        { RECORD + 32, TRACE_KIND_COUNT, "its kind" },
        { RECORD + 32, 0, "its kind" },
        { RECORD + 32, TRACE_SEGMENT, "its kind" },
        { RECORD + 36, 2, "no such name" },
        { RECORD + 48, 8, "record 3 of the trace: it comes before" },
        { RECORD + 48 + 44, 2, "record 2 of the trace: no such payload" },
        { RECORD + 48 + 44, 0, "payloads that no record names" },
        { RECORD + 96, 8, "damaged" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf file, value;
        struct err err = { "" };
        buf_init(&file);
        buf_init(&value);
        small_trace(&file);
        put_u32(&value, rows[i].value);
        memcpy(file.ptr + rows[i].at, value.ptr, 4);
        cr_expect(!loads(buf_slice(&file), &err), "row %zu", i);
        cr_expect(strstr(err.text, rows[i].error) != NULL, "row %zu: %s", i, err.text);
        buf_deinit(&file);
        buf_deinit(&value);
    }
}
