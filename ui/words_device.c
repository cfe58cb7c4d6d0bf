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
    buf_addz(out, "the letter \"");
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
    if (r->c) {
        buf_addz(out, " gives the folder ");
        add_folder(c, r->c, out);
        buf_addz(out, " another name: ");
        add_folder(c, r->a, out);
        buf_byte(out, '.');
        return;
    }
    buf_addz(out, " has the folder ");
    add_folder(c, r->a, out);
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
    buf_addz(out, lost ? " is not there any more, and what was only on it is gone."
                       : " is new: it knows the account, and has no letter yet.");
}

static void add_letters(uint32_t count, struct buf *out)
{
    if (count == 0) {
        buf_addz(out, "nothing");
        return;
    }
    fmt_u64(out, count);
    buf_addz(out, count == 1 ? " letter" : " letters");
}

static void tell_sync(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    static const struct {
        slice how;
        const char *words;
    } ways[] = {
        { SLICE_INIT("first"), "it asked for the first time, and was told of " },
        { SLICE_INIT("flags"), "it asked for the marks of all, and was told of " },
        { SLICE_INIT("condstore"), "it asked what has changed (CONDSTORE), and was told of " },
        { SLICE_INIT("qresync"), "it asked what has changed and gone (QRESYNC), and was told of " },
        { SLICE_INIT("live"), "it was told at once of " },
    };
    add_host(c, r->actor, out);
    buf_addz(out, " shows ");
    add_folder(c, r->a, out);
    buf_addz(out, " now as the server has it: ");
    for (size_t i = 0; i < COUNT(ways); i++) {
        if (slice_eq(ways[i].how, trace_name_of(c->trace, r->b))) {
            buf_addz(out, ways[i].words);
        }
    }
    add_letters(r->c, out);
    buf_byte(out, '.');
}

/* "mark as read" and a letter: mark "Hello" as read. */
static void add_deed(const struct cast *c, const struct trace_rec *r, slice deed, struct buf *out)
{
    static const slice befores[] = { SLICE_INIT(" as "), SLICE_INIT(" to "), SLICE_INIT(" into "),
                                     SLICE_INIT(" for good") };
    size_t at = deed.len;
    for (size_t i = 0; i < COUNT(befores); i++) {
        size_t found = slice_find(deed, befores[i]);
        at = found < at ? found : at;
    }
    if (r->a == 0) {
        buf_add(out, deed);
        return;
    }
    buf_add(out, slice_sub(deed, 0, at));
    buf_byte(out, ' ');
    add_letter(c, r, out);
    buf_add(out, slice_from(deed, at));
}

/* The text of SETTLED: what was to be done, a newline, why it was not. */
static void tell_journal(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    struct buf scratch;
    buf_init(&scratch);
    slice why = trace_payload(c->trace, trace_payload_id(r), &scratch);
    slice what = slice_cut(&why, '\n');
    add_host(c, r->actor, out);
    buf_addz(out, r->kind == TRACE_PENDING ? " will ask the server later to "
                  : why.len > 0            ? " does not ask the server any more to "
                                           : " has asked the server to ");
    add_deed(c, r, what, out);
    if (r->kind == TRACE_SETTLED && why.len == 0) {
        buf_addz(out, ", and it did");
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
        buf_addz(out, r->b == 1 ? " such thing waits." : " such things wait.");
    }
    buf_deinit(&scratch);
}

/* The bits of mailbox.h; further ones are keywords. */
static void tell_marks(const struct cast *c, const struct trace_rec *r, struct buf *out)
{
    static const char *const marks[] = { "read", "answered", "flagged", "deleted", "a draft" };
    size_t told = 0;
    add_host(c, r->actor, out);
    buf_addz(out, r->b == 0 ? " takes all marks off " : " marks ");
    add_letter(c, r, out);
    buf_addz(out, " in ");
    add_name(c, r->c, out);
    for (size_t i = 0; i < COUNT(marks); i++) {
        if (r->b >> i & 1) {
            buf_addz(out, told++ ? ", " : " as ");
            buf_addz(out, marks[i]);
        }
    }
    if (r->b >> COUNT(marks)) {
        buf_addz(out, told ? ", with keywords" : " with keywords");
    }
    buf_byte(out, '.');
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
    case TRACE_FLAGGED:
        tell_marks(c, r, out);
        break;
    case TRACE_SYNC:
        tell_sync(c, r, out);
        break;
    default:
        tell_journal(c, r, out);
        break;
    }
}
