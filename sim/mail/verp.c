/* verp.c - Variable Envelope Return Paths.
 * Never knows who sends, nor which of his local parts mean what. */
#include "sim/mail/verp.h"

#include "sim/mail/address.h"

static void add_domain(struct buf *out, slice domain)
{
    buf_byte(out, '@');
    buf_add(out, domain);
}

void verp_add(struct buf *out, char separator, slice recipient, slice domain)
{
    struct address to, made;
    size_t own = out->len;
    if (address_parse(recipient, &to)) {
        buf_byte(out, separator);
        buf_add(out, to.local);
        buf_byte(out, '=');
        buf_add(out, to.domain);
        add_domain(out, domain);
        if (address_parse(buf_slice(out), &made)) {
            return;
        }
        out->len = own;
    }
    add_domain(out, domain);
}

bool verp_means(slice written, slice recipient)
{
    struct address to;
    return address_parse(recipient, &to) && written.len == to.whole.len &&
           written.ptr[to.local.len] == '=' &&
           slice_eq_nocase(slice_sub(written, 0, to.local.len), to.local) &&
           slice_eq_nocase(slice_from(written, to.local.len + 1), to.domain);
}
