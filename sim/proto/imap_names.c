/* imap_names.c - mailbox names between the wire and the account.
 * Never looks whether there is such a mailbox. */
#include "sim/proto/imap_names.h"

#include "sim/mail/utf7.h"
#include "sim/proto/imap_write.h"

static bool in_utf8(const struct imap_server *s)
{
    return (s->enabled & (IMAP_REV2 | IMAP_UTF8)) != 0;
}

/* RFC 3501 5.1: names are ASCII until something else is switched on. */
static bool is_itself(slice wire)
{
    for (size_t i = 0; i < wire.len; i++) {
        if (wire.ptr[i] == '&' || (unsigned char)wire.ptr[i] > 126) {
            return false;
        }
    }
    return true;
}

slice imap_mailbox_meaning(struct imap_server *s, slice wire)
{
    if (in_utf8(s) || is_itself(wire)) {
        return wire;
    }
    struct buf meaning;
    buf_init(&meaning);
    slice name =
        utf7_decode(wire, &meaning) ? arena_copy(&s->arena, buf_slice(&meaning)) : (slice){ 0 };
    buf_deinit(&meaning);
    return name;
}

bool imap_mailbox(struct imap_server *s, struct imap_lex *l, slice *name_r)
{
    slice wire;
    if (!lex_astring(l, &wire)) {
        return false;
    }
    *name_r = imap_mailbox_meaning(s, wire);
    return true;
}

bool imap_one_mailbox(struct imap_server *s, struct imap_lex *l, slice *name_r)
{
    return lex_sp(l) && imap_mailbox(s, l, name_r) && lex_end(l);
}

void imap_write_mailbox(const struct imap_server *s, slice name, struct outq *out)
{
    struct buf wire;
    buf_init(&wire);
    bool encoded = !in_utf8(s) && utf7_encode(name, &wire);
    imap_write_astring(out, encoded ? buf_slice(&wire) : name);
    buf_deinit(&wire);
}
