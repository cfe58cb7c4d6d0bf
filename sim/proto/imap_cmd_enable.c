/* imap_cmd_enable.c - ENABLE (RFC 5161; RFC 9051 6.3.1): what changes how the server speaks.
 * What is enabled stays so until the connection ends. */
#include "sim/proto/imap_resync.h"

/* In the order in which ENABLED says them. */
static const struct {
    slice name;
    uint32_t needs;
} rows[] = {
    { SLICE_INIT("CONDSTORE"), IMAP_CONDSTORE },
    { SLICE_INIT("QRESYNC"), IMAP_QRESYNC | IMAP_CONDSTORE },
    { SLICE_INIT("UTF8=ACCEPT"), IMAP_UTF8 },
    { SLICE_INIT("IMAP4rev2"), IMAP_REV2 },
};

/* RFC 5161 3.1: names that are unknown, or cannot be enabled, are no error. */
static uint32_t bits_of(const struct imap_server *s, slice name)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (slice_eq_nocase(name, rows[i].name) && imap_offers(s, rows[i].needs)) {
            return rows[i].needs;
        }
    }
    return 0;
}

static enum imap_result enable(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    uint32_t wanted = 0;
    bool any = false;
    while (lex_sp(l)) {
        slice name;
        if (!lex_atom(l, &name)) {
            return IMAP_BAD;
        }
        wanted |= bits_of(s, name);
        any = true;
    }
    if (!any || !lex_end(l)) {
        return IMAP_BAD;
    }
    outq_textz(io.out, "* ENABLED");
    for (size_t i = 0; i < COUNT(rows); i++) {
        if ((wanted & rows[i].needs) == rows[i].needs) {
            outq_textz(io.out, " ");
            outq_text(io.out, rows[i].name);
        }
    }
    outq_textz(io.out, "\r\n");
    s->enabled |= wanted;
    s->view.modern = (s->enabled & IMAP_REV2) != 0;
    s->view.uids = (s->enabled & IMAP_QRESYNC) != 0;
    if (wanted & IMAP_CONDSTORE) {
        imap_now_aware(s, io.out);
    }
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("ENABLE"), .legal = IMAP_IN, .needs = IMAP_ENABLE, .begin = enable },
};
const struct imap_family imap_family_enable = { commands, COUNT(commands) };
