/* letter_fuzz.c - a stranger's letter, cut in two: read as a header, sent back in a report; and a
 * person's text, composed.  Nothing in it may add a field or close a part of what we write. */
#include "sim/mail/compose.h"
#include "sim/mail/dsn.h"
#include "sim/mail/header.h"
#include "sim/mail/mime.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct message *in_two(slice s, size_t cut)
{
    struct message *m = message_new();
    slice halves[] = { slice_sub(s, 0, cut), slice_from(s, cut) };
    for (size_t i = 0; i < COUNT(halves); i++) {
        struct blob *b = blob_new(halves[i]);
        message_add(m, (struct chunk){ blob_slice(b), b });
        blob_unref(&b);
    }
    return m;
}

static void read_letter(struct message *m, slice text)
{
    struct message *whole = message_from(text);
    struct buf scratch;
    struct header_field f;
    buf_init(&scratch);
    assert(message_same(m, whole) && message_header_size(m) == message_header_size(whole));
    slice header = message_header(m, &scratch);
    slice rest = header;
    while (header_next(&rest, &f)) {
        assert(f.whole.ptr + f.whole.len == rest.ptr);
        assert(header_count(header, f.name) > 0);
    }
    slice id = header_message_id(header);
    assert(id.len <= header.len);
    assert(message_lines_end(m, header.len, 3) == message_lines_end(whole, header.len, 3));
    buf_deinit(&scratch);
    message_unref(&whole);
}

/* Our own header: each field once, no line too long, all of it fields. */
static void check_header(struct message *m, size_t fields)
{
    struct buf scratch;
    struct header_field f;
    buf_init(&scratch);
    slice rest = message_header(m, &scratch);
    assert(mime_fits_unencoded(rest));
    size_t count = 0;
    while (header_next(&rest, &f)) {
        assert(!slice_eq_nocase(f.name, SLICE("Bcc")));
        count++;
    }
    assert(count == fields && slice_eq(rest, SLICE("\r\n")));
    buf_deinit(&scratch);
}

static void report(struct message *m, slice text, bool whole, bool utf8)
{
    struct dsn_recipient r = { .address = text,
                               .status = dsn_status_of(text, true),
                               .remote_host = SLICE("mx"),
                               .reply = text,
                               .original = text };
    struct dsn d = { .reporting_host = SLICE("mta"),
                     .message_id = SLICE("1@mta"),
                     .to = SLICE("a@x"),
                     .recipients = &r,
                     .count = 1,
                     .whole = whole,
                     .utf8 = utf8 };
    struct message *report = dsn_failure(&d, m);
    struct message *again = dsn_failure(&d, m);
    assert(message_same(report, again));
    struct buf scratch;
    struct header_field f;
    buf_init(&scratch);
    size_t replies = header_count(message_header(report, &scratch), SLICE("In-Reply-To"));
    bool is_8bit =
        header_find(message_header(report, &scratch), SLICE("Content-Transfer-Encoding"), &f);
    assert(is_8bit == message_is_8bit(report));
    check_header(report, 8 + 2 * replies + is_8bit);
    buf_deinit(&scratch);
    message_unref(&report);
    message_unref(&again);
}

/* An address outside of ASCII stands in the header as it is (RFC 6532 3); whatever else is not ASCII
 * is encoded where 8 bits are not allowed. */
static void compose(slice text, slice to, bool allow)
{
    struct compose c = { .from = SLICE("a@x"),
                         .from_name = text,
                         .message_id = SLICE("1@x"),
                         .subject = text,
                         .text = text,
                         .to = &to,
                         .to_count = 1,
                         .allow_8bit = allow };
    struct message *m = compose_message(&c);
    struct buf all;
    buf_init(&all);
    check_header(m, 7 + (text.len > 0));
    message_copy(m, &all);
    slice body = slice_from(buf_slice(&all), message_header_size(m));
    assert(allow || mime_is_ascii(body));
    assert(allow || !mime_is_ascii(to) || !message_is_8bit(m));
    assert(mime_fits_unencoded(body));
    buf_deinit(&all);
    message_unref(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    slice text = { (const char *)data + 1, size - 1 };
    struct message *m = in_two(text, data[0]);
    read_letter(m, text);
    report(m, text, false, false);
    report(m, text, false, true);
    report(m, text, true, false);
    report(m, text, true, true);
    text = slice_sub(text, 0, 500);
    for (int allow = 0; allow < 2; allow++) {
        compose(text, text, allow != 0);
        compose(text, SLICE("b@x"), allow != 0);
    }
    message_unref(&m);
    return 0;
}
