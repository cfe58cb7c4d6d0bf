/* imap_cmd_fetch.c - FETCH and UID FETCH (RFC 9051 6.4.5): one message a step, so that a slow
 * reader stops it between two responses. */
#include "sim/mail/date.h"
#include "sim/proto/imap_describe.h"
#include "sim/proto/imap_part.h"
#include "sim/proto/imap_resync.h"
#include "sim/proto/imap_section.h"
#include "sim/proto/imap_write.h"

#define ITEMS_MAX 64 /* data items of one command */

struct fetch_item;
struct fetch_at { /* the message being shown */
    struct imap_view *view;
    struct mail_item *mail;
    struct imap_row *row;
    slice header;
    struct arena *arena;
    struct outq *out;
};

typedef void fetch_write(const struct fetch_at *f, const struct fetch_item *i);
enum fetch_trait {
    SETS_SEEN = 1,
    HAS_SECTION = 2,
    MAY_HAVE_SECTION = 4,
    PART_ONLY = 8, /* a section of part numbers, decoded: BINARY */
    NO_PARTIAL = 16,
    MAY_BE_LAZY = 32
};

struct fetch_kind {
    slice name;
    fetch_write *write;
    uint32_t traits;
    enum imap_section_what what; /* of the RFC822 items, which are old names of sections */
    uint32_t needs;              /* enum imap_extension */
};

struct fetch_item {
    const struct fetch_kind *kind;
    struct imap_section section;
    bool sectioned;
};

struct fetch {
    struct imap_set set;
    struct fetch_item *items;
    size_t count;
    uint64_t changed_since; /* CHANGEDSINCE (RFC 7162 3.1.4.1); 0: none */
    bool vanished;          /* and what is gone (RFC 7162 3.2.6) */
    struct imap_set changed;
    struct imap_walk at;
    bool missing; /* a message was gone */
    bool unknown; /* an encoding could not be undone (RFC 3516 4.3) */
};

/* ---- the data items ---- */

static void write_flags(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    imap_view_write_flags(f->view, f->row->flags, f->out);
}

static void write_uid(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    outq_u64(f->out, f->row->uid);
}

static void write_modseq(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    outq_textz(f->out, "(");
    outq_u64(f->out, f->mail->modseq);
    outq_textz(f->out, ")");
    f->view->said = true;
}

static void write_date(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    struct buf text;
    buf_init(&text);
    date_imap(&text, f->mail->internal_date);
    imap_write_string(f->out, buf_slice(&text));
    buf_deinit(&text);
}

static void write_size(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    outq_u64(f->out, f->mail->message->size);
}

static void write_envelope(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    imap_write_envelope(f->header, f->arena, f->out);
}

static void write_structure(const struct fetch_at *f, uint32_t how)
{
    how |= f->view->modern ? (uint32_t)DESCRIBE_REV2 : 0u;
    imap_write_structure(f->mail->message, how, f->arena, f->out);
}

static void write_bodystructure(const struct fetch_at *f, const struct fetch_item *i)
{
    (void)i;
    write_structure(f, DESCRIBE_EXTENDED);
}

static void write_section(const struct fetch_at *f, const struct fetch_item *i)
{
    imap_section_write(&i->section, f->mail->message, f->arena, f->out);
}

static void write_body(const struct fetch_at *f, const struct fetch_item *i)
{
    if (i->sectioned) {
        write_section(f, i);
    } else {
        write_structure(f, 0);
    }
}

static void write_binary(const struct fetch_at *f, const struct fetch_item *i)
{
    imap_binary_write(&i->section, f->mail->message, f->out);
}

static void write_binary_size(const struct fetch_at *f, const struct fetch_item *i)
{
    struct buf octets;
    buf_init(&octets);
    (void)imap_part_octets(&i->section, f->mail->message, &octets);
    outq_u64(f->out, octets.len);
    buf_deinit(&octets);
}

static void write_preview(const struct fetch_at *f, const struct fetch_item *i)
{
    struct buf text;
    (void)i;
    buf_init(&text);
    imap_preview(f->mail->message, &text);
    imap_write_string(f->out, buf_slice(&text));
    buf_deinit(&text);
}

static const struct fetch_kind kinds[] = {
    { SLICE_INIT("FLAGS"), write_flags, 0, 0, 0 },
    { SLICE_INIT("UID"), write_uid, 0, 0, 0 },
    { SLICE_INIT("MODSEQ"), write_modseq, 0, 0, IMAP_CONDSTORE },
    { SLICE_INIT("INTERNALDATE"), write_date, 0, 0, 0 },
    { SLICE_INIT("RFC822.SIZE"), write_size, 0, 0, 0 },
    { SLICE_INIT("ENVELOPE"), write_envelope, 0, 0, 0 },
    { SLICE_INIT("BODYSTRUCTURE"), write_bodystructure, 0, 0, 0 },
    { SLICE_INIT("BODY"), write_body, MAY_HAVE_SECTION, 0, 0 },
    { SLICE_INIT("BODY.PEEK"), write_section, HAS_SECTION, 0, 0 },
    { SLICE_INIT("BINARY"), write_binary, SETS_SEEN | HAS_SECTION | PART_ONLY, 0, IMAP_BINARY },
    { SLICE_INIT("BINARY.PEEK"), write_binary, HAS_SECTION | PART_ONLY, 0, IMAP_BINARY },
    { SLICE_INIT("BINARY.SIZE"), write_binary_size, HAS_SECTION | PART_ONLY | NO_PARTIAL, 0,
      IMAP_BINARY },
    { SLICE_INIT("PREVIEW"), write_preview, MAY_BE_LAZY, 0, IMAP_PREVIEW },
    { SLICE_INIT("RFC822"), write_section, SETS_SEEN, SECTION_WHOLE, 0 },
    { SLICE_INIT("RFC822.HEADER"), write_section, 0, SECTION_HEADER, 0 },
    { SLICE_INIT("RFC822.TEXT"), write_section, SETS_SEEN, SECTION_TEXT, 0 },
};

/* RFC 9051 6.4.5; only alone, not in a list. */
static const struct {
    slice name;
    const char *items; /* as a list would have them */
} macros[] = {
    { SLICE_INIT("ALL"), "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE" },
    { SLICE_INIT("FAST"), "FLAGS INTERNALDATE RFC822.SIZE" },
    { SLICE_INIT("FULL"), "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY" },
};

/* ---- grammar ---- */

static const struct fetch_kind *find_kind(slice name)
{
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (slice_eq_nocase(name, kinds[i].name)) {
            return &kinds[i];
        }
    }
    return NULL;
}

static bool section_fits(const struct fetch_item *i)
{
    uint32_t traits = i->kind->traits;
    return (!(traits & PART_ONLY) || i->section.what == SECTION_WHOLE) &&
           (!(traits & NO_PARTIAL) || !i->section.partial);
}

/* RFC 8970 4.1: " (LAZY)"; nothing is lazy here, all is at hand. */
static bool skip_lazy(struct imap_lex *l)
{
    slice word;
    if (!slice_starts(l->rest, SLICE(" ("))) {
        return true;
    }
    struct imap_lex before = *l;
    l->rest = slice_from(l->rest, 2);
    if (lex_word(l, &word) && slice_eq_nocase(word, SLICE("LAZY"))) {
        return lex_char(l, ')');
    }
    *l = before; /* the modifiers of FETCH */
    return true;
}

static bool add_item(const struct imap_server *s, struct fetch *f, struct imap_lex *l, slice name)
{
    struct fetch_item item = { .kind = find_kind(name) };
    if (!item.kind || !imap_offers(s, item.kind->needs) || f->count == ITEMS_MAX) {
        return false;
    }
    item.section.what = item.kind->what;
    bool bracket = lex_is(l, '[');
    if ((item.kind->traits & HAS_SECTION) || ((item.kind->traits & MAY_HAVE_SECTION) && bracket)) {
        item.sectioned = true;
        if (!imap_section_parse(l, &item.section) || !section_fits(&item)) {
            return false;
        }
        item.section.global = s->view.modern;
    }
    if ((item.kind->traits & MAY_BE_LAZY) && !skip_lazy(l)) {
        return false;
    }
    f->items[f->count++] = item;
    return true;
}

static bool parse_list(const struct imap_server *s, struct fetch *f, struct imap_lex *l)
{
    slice name;
    do {
        if (!lex_word(l, &name) || !add_item(s, f, l, name)) {
            return false;
        }
    } while (lex_sp(l));
    return true;
}

static bool parse_items(const struct imap_server *s, struct fetch *f, struct imap_lex *l)
{
    slice name;
    if (lex_char(l, '(')) {
        return parse_list(s, f, l) && lex_char(l, ')');
    }
    if (!lex_word(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(macros); i++) {
        if (slice_eq_nocase(name, macros[i].name)) {
            struct imap_lex macro = *l;
            macro.rest = slice_of(macros[i].items);
            return parse_list(s, f, &macro);
        }
    }
    return add_item(s, f, l, name);
}

static bool any_kind(const struct fetch *f, fetch_write *write)
{
    bool any = false;
    for (size_t i = 0; i < f->count; i++) {
        any = any || f->items[i].kind->write == write;
    }
    return any;
}

/* In front of all others, where it is not asked for already. */
static bool add_implied(struct fetch *f, slice name)
{
    const struct fetch_kind *kind = find_kind(name);
    if (any_kind(f, kind->write) || f->count == ITEMS_MAX) {
        return any_kind(f, kind->write);
    }
    for (size_t i = f->count++; i > 0; i--) {
        f->items[i] = f->items[i - 1];
    }
    f->items[0] = (struct fetch_item){ .kind = kind };
    return true;
}

/* " (CHANGEDSINCE 5 VANISHED)", where it is there; in any order. */
static bool parse_modifiers(const struct imap_server *s, struct fetch *f, struct imap_lex *l)
{
    slice name;
    if (lex_end(l)) {
        return true;
    }
    if (!imap_offers(s, IMAP_CONDSTORE) || !lex_sp(l) || !lex_char(l, '(')) {
        return false;
    }
    do {
        if (!lex_word(l, &name)) {
            return false;
        }
        if (slice_eq_nocase(name, SLICE("CHANGEDSINCE"))) {
            if (!imap_modseq_arg(l, 1, &f->changed_since)) {
                return false;
            }
        } else if (slice_eq_nocase(name, SLICE("VANISHED")) && s->uid && s->view.uids) {
            f->vanished = true;
        } else {
            return false;
        }
    } while (lex_sp(l));
    return lex_char(l, ')') && lex_end(l) && f->changed_since > 0;
}

/* Goes through what was changed only, however large the set is. */
static void only_changed(struct imap_server *s, struct fetch *f, struct outq *out)
{
    const struct mailbox *box = s->view.box;
    const struct imap_set *uids = s->uid ? &f->set : NULL;
    struct uid_runs runs;
    if (f->vanished) {
        mailbox_vanished(box, f->changed_since, &runs);
        struct imap_set gone = imap_runs_in(s, &runs, uids);
        imap_say_earlier(&gone, out);
    }
    mailbox_changed(box, f->changed_since, &runs);
    f->changed = imap_runs_in(s, &runs, uids);
    f->at = (struct imap_walk){ .set = &f->changed, .uid = true };
}

static enum imap_result fetch_begin(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    struct fetch *f = arena_alloc(&s->arena, sizeof *f);
    f->items = arena_array(&s->arena, ITEMS_MAX, sizeof *f->items);
    if (!lex_sp(l) || !lex_set(l, &f->set) || !lex_sp(l) || !parse_items(s, f, l) ||
        !parse_modifiers(s, f, l) || (f->changed_since > 0 && !add_implied(f, SLICE("MODSEQ"))) ||
        (s->uid && !add_implied(f, SLICE("UID")))) { /* RFC 9051 6.4.9 */
        return IMAP_BAD;
    }
    if (!imap_set_fits(s, &f->set, s->uid)) {
        s->words = SLICE("No such message number");
        return IMAP_BAD;
    }
    if (any_kind(f, write_modseq)) {
        imap_now_aware(s, io.out);
    }
    f->at = (struct imap_walk){ .set = &f->set, .uid = s->uid };
    if (f->changed_since > 0) {
        only_changed(s, f, io.out);
    }
    s->work = f;
    return IMAP_MORE;
}

/* ---- one message ---- */

static bool sets_seen(const struct fetch_item *i)
{
    return (i->kind->traits & SETS_SEEN) != 0 ||
           (i->sectioned && (i->kind->traits & MAY_HAVE_SECTION) != 0);
}

/* true: \Seen was set by this, and must be told (RFC 9051 6.4.5, BODY[]). */
static bool mark_seen(struct imap_server *s, const struct fetch *f, size_t row)
{
    const struct mail_item *mail = imap_view_item(&s->view, row);
    bool seen = false;
    for (size_t i = 0; i < f->count; i++) {
        seen = seen || sets_seen(&f->items[i]);
    }
    if (!seen || s->view.read_only || (mail->flags & FLAG_SEEN) != 0) {
        return false;
    }
    imap_server_tell(s, IMAP_EV_FLAGS, mail->uid, s->view.box);
    (void)mailbox_flags(s->view.box, mail->uid, mail->flags | FLAG_SEEN);
    return true;
}

/* The answer names what it has, not how it was asked for: BODY.PEEK is BODY. */
static void show_item(const struct fetch_at *at, const struct fetch_item *i)
{
    slice name = i->kind->name;
    slice peek = SLICE(".PEEK");
    outq_text(at->out, slice_ends(name, peek) ? slice_sub(name, 0, name.len - peek.len) : name);
    if (i->sectioned) {
        imap_section_name(&i->section, at->out);
    }
    outq_textz(at->out, " ");
    i->kind->write(at, i);
}

/* What nobody asked for, where \Seen was set: FLAGS, and in RFC 7162 3.2.4 UID and MODSEQ. */
static void show_change(const struct fetch *f, const struct fetch_at *at)
{
    const struct fetch_item more[] = { { .kind = find_kind(SLICE("FLAGS")) },
                                       { .kind = find_kind(SLICE("UID")) },
                                       { .kind = find_kind(SLICE("MODSEQ")) } };
    for (size_t i = 0; i < (at->view->aware ? COUNT(more) : 1); i++) {
        if (!any_kind(f, more[i].kind->write)) {
            outq_textz(at->out, " ");
            show_item(at, &more[i]);
        }
    }
}

static void show(const struct fetch *f, const struct fetch_at *at, size_t number, bool seen)
{
    outq_textz(at->out, "* ");
    outq_u64(at->out, number);
    outq_textz(at->out, " FETCH (");
    for (size_t i = 0; i < f->count; i++) {
        outq_textz(at->out, i > 0 ? " " : "");
        show_item(at, &f->items[i]);
    }
    if (seen) {
        show_change(f, at);
    }
    outq_textz(at->out, ")\r\n");
}

static bool any_whole(const struct fetch *f, const struct message *m)
{
    bool any = false;
    for (size_t i = 0; i < f->count; i++) {
        const struct fetch_item *item = &f->items[i];
        bool size_only = item->kind->write == write_binary_size;
        bool octets = (item->sectioned && !size_only) || (item->kind->traits & SETS_SEEN) != 0;
        any = any || (octets && imap_section_is_whole(&item->section, m));
    }
    return any;
}

static bool can_show(const struct fetch *f, const struct message *m)
{
    bool can = true;
    for (size_t i = 0; i < f->count && can; i++) {
        if (f->items[i].kind->traits & PART_ONLY) {
            struct buf octets;
            buf_init(&octets);
            can = imap_part_octets(&f->items[i].section, m, &octets) != PART_UNKNOWN;
            buf_deinit(&octets);
        }
    }
    return can;
}

static void fetch_one(struct imap_server *s, struct fetch *f, size_t row, struct outq *out)
{
    if (!imap_view_item(&s->view, row)) {
        f->missing = true;
        return;
    }
    if (!can_show(f, imap_view_item(&s->view, row)->message)) {
        f->unknown = true;
        return;
    }
    struct buf scratch;
    struct arena arena; /* of this message only: there may be many */
    buf_init(&scratch);
    arena_init(&arena);
    struct imap_row *told = &s->view.rows[row];
    bool seen = mark_seen(s, f, row);
    struct mail_item *mail = imap_view_item(&s->view, row);
    if (seen || any_kind(f, write_flags)) {
        told->flags = mail->flags | (told->flags & IMAP_RECENT);
    }
    struct fetch_at at = { &s->view, mail, told, { 0 }, &arena, out };
    imap_view_say_keywords(&s->view, out);
    if (any_kind(f, write_envelope)) {
        at.header = message_header(mail->message, &scratch);
    }
    show(f, &at, row + 1, seen);
    if (any_whole(f, mail->message)) {
        imap_server_tell(s, IMAP_EV_FETCHED, told->uid, s->view.box);
    }
    arena_deinit(&arena);
    buf_deinit(&scratch);
}

static enum imap_result fetch_run(struct imap_server *s, struct session_io io)
{
    struct fetch *f = s->work;
    size_t row;
    while (imap_walk_next(s, &f->at, &row)) {
        bool asked = s->uid || f->changed_since == 0 || imap_set_has_row(s, &f->set, row, false);
        if (asked) {
            fetch_one(s, f, row, io.out);
            return IMAP_MORE;
        }
    }
    if (f->unknown) {
        return imap_refuse(s, SLICE("UNKNOWN-CTE"), SLICE("An encoding that is not known here"));
    }
    if (f->missing && !s->uid) {
        return imap_refuse(s, SLICE("EXPUNGEISSUED"), SLICE("Some of the messages are gone"));
    }
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("FETCH"),
      .legal = IMAP_SELECTED,
      .flags = IMAP_CMD_UID | IMAP_CMD_NO_EXPUNGE,
      .begin = fetch_begin,
      .run = fetch_run },
};
const struct imap_family imap_family_fetch = { commands, COUNT(commands) };
