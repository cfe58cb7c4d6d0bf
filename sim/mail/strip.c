/* strip.c - a letter without some of its header fields.
 * What stays is shared, not copied.  Never knows why a field goes. */
#include "sim/mail/strip.h"

struct message *message_without(struct message *letter, field_test *meant, struct buf *scratch)
{
    slice header = message_header(letter, scratch), rest = header;
    struct message *out = NULL;
    struct header_field f;
    size_t kept = 0;
    while (header_next(&rest, &f)) {
        if (meant(&f)) {
            size_t at = (size_t)(f.whole.ptr - header.ptr);
            out = out ? out : message_new();
            message_add_part(out, letter, kept, at - kept);
            kept = at + f.whole.len;
        }
    }
    if (!out) {
        return message_ref(letter);
    }
    message_add_part(out, letter, kept, letter->size - kept);
    (void)message_header_size(out);
    return out;
}
