/* list_fields_fuzz.c - any bytes as a letter to a mailing list: what the list sends it knows again,
 * and nothing but named fields is lost. */
#include "sim/mail/list_fields.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct list_fields l = { .local = SLICE("l"), .domain = SLICE("example.org") };
    slice text = { (const char *)data, size };
    if (size > 0 && data[0] % 2) {
        l.subject_prefix = SLICE("[l]");
        l.footer = SLICE("end");
        l.reply_to_list = true;
    }
    struct message *letter = message_from(text);
    struct buf scratch = { 0 };
    bool footer;
    struct message *sent = list_letter(&l, letter, &footer), *again;
    bool seen = list_has_seen(&l, message_header(sent, &scratch));
    assert(seen);
    size_t before = message_header_size(letter);
    assert(sent->size + before >= letter->size);
    again = list_letter(&l, sent, &footer);
    assert(again->size <= sent->size + (l.footer.len > 0 ? 16 : 0) || l.subject_prefix.len > 0);
    buf_deinit(&scratch);
    message_unref(&again);
    message_unref(&sent);
    message_unref(&letter);
    return 0;
}
