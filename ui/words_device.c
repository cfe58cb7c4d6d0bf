/* words_device.c - what a device does with its own copy of the mail, in plain words.
 * Never knows how it is said on the wire. */
#include "ui/words.h"

static void add_host(const struct cast *c, uint32_t actor, struct buf *out)
{
    slice name = cast_host_name(c, actor);
    buf_add(out, name.len ? name : SLICE("somebody"));
}

static void add_name(const struct cast *c, uint32_t name, struct buf *out)
{
    buf_add(out, trace_name_of(c->trace, name));
}

/* "bob@example.net/Work": only the folder, where it is clear whose. */
static void add_folder(const struct cast *c, uint32_t name, struct buf *out)
{
    slice folder = trace_name_of(c->trace, name);
    (void)slice_cut(&folder, '/');
    buf_add(out, folder);
}

static void add_letter(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    uint32_t letter;
    slice subject = { 0 };
    if (cast_letter_find(c, r->a, &letter)) {
        subject = cast_letter_line(c, letter, 2);
    }
    if (subject.len == 0) {
        buf_addz(out, "a letter");
        return;
    }
    buf_byte(out, '"');
    buf_add(out, subject);
    buf_byte(out, '"');
}

static void tell_folder(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    add_host(c, r->actor, out);
    if (r->b == 0) {
        buf_addz(out, " has no folder ");
        add_folder(c, r->a, out);
        buf_addz(out, " any more.");
        return;
    }
    buf_addz(out, r->c ? " calls the folder " : " has the folder ");
    add_folder(c, r->c ? r->c : r->a, out);
    if (r->c) {
        buf_addz(out, " ");
        add_folder(c, r->a, out);
    }
    buf_addz(out, " now.");
}

static void tell_letter(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    add_host(c, r->actor, out);
    buf_addz(out, r->kind == TRACE_LISTED ? " shows " : " keeps only the line of ");
    add_letter(c, r, out);
    buf_addz(out, r->kind == TRACE_LISTED ? " in the list of " : " in ");
    add_folder(c, r->c, out);
    buf_addz(out, r->kind == TRACE_LISTED ? ", and has not fetched its text." : ".");
}

static void tell_device(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    bool lost = slice_eq(trace_name_of(c->trace, r->a), SLICE("lost"));
    add_host(c, r->actor, out);
    buf_addz(out, lost ? " is destroyed, with all that was on it."
                       : " is new: it knows the account, and has nothing on it yet.");
}

static void tell_sync(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    add_host(c, r->actor, out);
    buf_addz(out, " and the server agree on ");
    add_folder(c, r->a, out);
    buf_addz(out, " (");
    add_name(c, r->b, out);
    buf_addz(out, ", told of ");
    fmt_u64(out, r->c);
    buf_addz(out, r->c == 1 ? " letter)." : " letters).");
}

/* The text of SETTLED: what was to be done, a newline, why it was not. */
static void tell_journal(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    struct buf scratch;
    buf_init(&scratch);
    slice why = trace_payload(c->trace, trace_payload_id(r), &scratch);
    slice what = slice_cut(&why, '\n');
    add_host(c, r->actor, out);
    buf_addz(out, r->kind == TRACE_PENDING ? " will tell its server later: "
                  : why.len > 0            ? " gives up: "
                                           : " has told its server: ");
    buf_add(out, what);
    if (r->a != 0) {
        buf_byte(out, ' ');
        add_letter(c, r, out);
    }
    if (why.len > 0) {
        buf_addz(out, " (");
        buf_add(out, why);
        buf_byte(out, ')');
    }
    buf_addz(out, ".");
    if (r->b > 0) {
        buf_byte(out, ' ');
        fmt_u64(out, r->b);
        buf_addz(out, r->b == 1 ? " thing waits." : " things wait.");
    }
    buf_deinit(&scratch);
}

void words_device(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    switch (r->kind) {
    case TRACE_FOLDER:
        tell_folder(c, r, out);
        break;
    case TRACE_LISTED:
    case TRACE_FORGOT:
        tell_letter(c, r, out);
        break;
    case TRACE_DEVICE:
        tell_device(c, r, out);
        break;
    case TRACE_SYNC:
        tell_sync(c, r, out);
        break;
    default:
        tell_journal(c, r, out);
        break;
    }
}
