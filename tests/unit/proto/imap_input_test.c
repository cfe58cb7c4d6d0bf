#include "sim/proto/imap_input.h"

#include "sim/base/fmt.h"

#include <criterion/criterion.h>

/* Feeds `bytes` in pieces of `cut` and writes down what comes out: units in brackets, long literals
 * behind them by size, "?" for a literal announced.  Literals over 1000 octets are refused. */
static void play(slice bytes, size_t cut, struct buf *log)
{
    struct imap_input in;
    imap_input_init(&in, 60, 400);
    for (size_t at = 0; at < bytes.len; at += cut) {
        struct blob *b = blob_new(slice_sub(bytes, at, cut));
        enum imap_input_result result;
        imap_input_feed(&in, (struct chunk){ blob_slice(b), b });
        while ((result = imap_input_next(&in)) != IMAP_INPUT_MORE) {
            switch (result) {
            case IMAP_INPUT_UNIT:
                buf_byte(log, '[');
                buf_add(log, in.unit);
                buf_byte(log, ']');
                for (size_t i = 0; i < in.literal_count; i++) {
                    fmt_u64(log, in.literals[i]->size);
                    buf_byte(log, ';');
                }
                break;
            case IMAP_INPUT_LITERAL:
                buf_addz(log, in.waits ? "?" : "+");
                if (in.announced > 1000) {
                    imap_input_refuse(&in);
                } else {
                    imap_input_accept(&in);
                }
                break;
            case IMAP_INPUT_TOO_LONG:
                buf_addz(log, "LONG");
                break;
            case IMAP_INPUT_BARE:
                buf_addz(log, "BARE");
                break;
            case IMAP_INPUT_MORE:
                break;
            }
        }
        blob_unref(&b);
    }
    imap_input_deinit(&in);
}

#define X50  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X100 X50 X50

Test(imap_input, finds_the_same_units_in_every_cut)
{
    static const struct {
        slice bytes;
        const char *log;
    } rows[] = {
        { SLICE_INIT("a b\r\nc\r\n"), "[a b][c]" },
        { SLICE_INIT("\r\n"), "[]" },
        { SLICE_INIT("a {3}\r\nxyz b\r\nc\r\n"), "?[a {3}\r\nxyz b][c]" },
        { SLICE_INIT("a {3+}\r\n\r\n\r b\r\n"), "+[a {3+}\r\n\r\n\r b]" },
        { SLICE_INIT("a {0}\r\n {0}\r\n\r\n"), "??[a {0}\r\n {0}\r\n]" },
        { SLICE_INIT("{3}x\r\n{x}\r\n{}\r\n{3 }\r\n"), "[{3}x][{x}][{}][{3 }]" },
        { SLICE_INIT("a {300}\r\n" X100 X100 X100 " b\r\nc\r\n"), "?[a {300}\r\n b]300;[c]" },
        { SLICE_INIT("a {257+}\r\n" X100 X100 X50 "1234567 {2}\r\n{} {257}\r\n" X100 X100 X50
                     "7654321\r\n"),
          "+??[a {257+}\r\n {2}\r\n{} {257}\r\n]257;257;" },
        { SLICE_INIT("a {1001}\r\nb\r\n"), "?[b]" },
        { SLICE_INIT("a {99999999999999999999}\r\nb\r\n"), "[a {99999999999999999999}][b]" },
        { SLICE_INIT(X100 "\r\nb\r\n"), "LONG[b]" },
        { SLICE_INIT("a\nb\r\nc\r\n"), "BARE[c]" },
        { SLICE_INIT("a {200+}\r\n" X100 X100 "{200+}\r\n" X100 X100 " b\r\nc\r\n"), "++LONG[c]" },
        { SLICE_INIT("a {3+}\r\nxyz\nb\r\nc\r\n"), "+BARE[c]" },
        { SLICE_INIT("unfinished"), "" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t cut = 1; cut <= rows[i].bytes.len; cut++) {
            struct buf log = { 0 };
            play(rows[i].bytes, cut, &log);
            cr_expect_str_eq(buf_z(&log), rows[i].log, "row %zu, cut %zu: %s", i, cut, buf_z(&log));
            buf_deinit(&log);
        }
    }
}

Test(imap_input, skips_what_a_refused_literal_brings)
{
    struct buf bytes = { 0 };
    buf_addz(&bytes, "a {1200+}\r\n");
    buf_fill(&bytes, '\n', 1200);
    buf_addz(&bytes, " {5+}\r\na\r\nb\r tail {4}\r\nnext\r\n");
    for (size_t cut = 1; cut <= bytes.len; cut += 7) {
        struct buf log = { 0 };
        play(buf_slice(&bytes), cut, &log);
        cr_expect_str_eq(buf_z(&log), "+[next]", "cut %zu: %s", cut, buf_z(&log));
        buf_deinit(&log);
    }
    buf_deinit(&bytes);
}

Test(imap_input, keeps_long_literals_by_reference)
{
    struct imap_input in;
    imap_input_init(&in, 60, 400);
    struct blob *b = blob_new(SLICE("a {300}\r\n" X100 X100 X100 "\r\n"));
    imap_input_feed(&in, (struct chunk){ blob_slice(b), b });
    cr_assert_eq(imap_input_next(&in), IMAP_INPUT_LITERAL);
    imap_input_accept(&in);
    cr_assert_eq(imap_input_next(&in), IMAP_INPUT_UNIT);
    cr_assert_eq(in.literal_count, 1);
    cr_expect_eq(in.literals[0]->parts[0].owner, b, "the octets were not copied");
    imap_input_deinit(&in);
    cr_expect_eq(b->refs, 1);
    blob_unref(&b);
}
