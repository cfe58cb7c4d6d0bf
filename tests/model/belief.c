/* belief.c - what a client believes, built from the server's responses alone; each response is held
 * against the truth as it comes.
 * Never corrects a belief by the truth: of a message that was announced it takes from there only
 * which one it must be. */
#define _POSIX_C_SOURCE 200809L
#include "tests/model/model.h"

#include "sim/base/mem.h"

#include <time.h>

struct box *client_box(const struct client *c)
{
    return c->box == NOBODY ? NULL : &c->play->boxes[c->box];
}

struct mail *row_mail(const struct client *c, size_t row)
{
    return &client_box(c)->mails[c->rows[row].mail];
}

struct mail *mail_of_uid(struct box *b, uint64_t uid)
{
    return uid > 0 && uid <= b->count ? &b->mails[uid - 1] : NULL;
}

size_t belief_row(const struct client *c, uint64_t uid)
{
    size_t row = 0;
    while (row < c->count && row_mail(c, row)->uid != uid) {
        row++;
    }
    return row;
}

void belief_forget(struct client *c)
{
    c->box = NOBODY;
    c->count = c->seen = 0;
    c->told = 0;
    c->highest = 0;
}

static void remove_row(struct client *c, size_t row)
{
    memmove(c->rows + row, c->rows + row + 1, (c->count - row - 1) * sizeof *c->rows);
    c->count--;
}

/* ---- numbers ---- */

/* RFC 3501 7.3.1.  The first session that could change the mailbox and is told of a message has it
 * as \Recent (RFC 3501 2.3.2). */
static void hear_exists(struct client *c, uint64_t n)
{
    struct box *b = client_box(c);
    if (n < c->count) {
        model_fail(c->play, "%llu EXISTS, and the client knows of %zu", (unsigned long long)n,
                   c->count);
        return;
    }
    c->exists = n;
    while (c->count < n) {
        while (c->seen < b->count && !b->mails[c->seen].alive) {
            c->seen++;
        }
        if (c->seen == b->count) {
            model_fail(c->play, "%llu EXISTS, and there are %zu", (unsigned long long)n, c->count);
            return;
        }
        struct mail *m = &b->mails[c->seen];
        bool recent = m->recent == NOBODY;
        m->recent = recent && !c->read_only ? c->id : m->recent;
        c->rows = mem_grow(c->rows, c->count, &c->cap, sizeof *c->rows);
        c->rows[c->count++] = (struct row){ .mail = c->seen++, .recent = recent && !c->rev2 };
    }
}

static void hear_recent(struct client *c, uint64_t n)
{
    size_t recent = 0;
    for (size_t i = 0; i < c->count; i++) {
        recent += c->rows[i].recent;
    }
    if (c->rev2 || n != recent) {
        model_fail(c->play, "%llu RECENT, and there are %zu", (unsigned long long)n, recent);
    }
}

/* RFC 3501 7.4.1, RFC 9051 7.5.1, RFC 7162 3.2.10. */
static bool may_go(struct client *c, const char *what)
{
    if (c->permits & PERMIT_NO_EXPUNGE) {
        model_fail(c->play, "%s while numbers must stay", what);
    }
    return !c->play->failed;
}

static void hear_expunge(struct client *c, uint64_t n)
{
    if (!may_go(c, "EXPUNGE")) {
        return;
    }
    if (c->qresync) {
        model_fail(c->play, "EXPUNGE after ENABLE QRESYNC");
    } else if (n == 0 || n > c->count) {
        model_fail(c->play, "EXPUNGE of a number that is none");
    } else if (row_mail(c, (size_t)n - 1)->alive) {
        model_fail(c->play, "EXPUNGE of UID %u, which is there", row_mail(c, (size_t)n - 1)->uid);
    } else {
        remove_row(c, (size_t)n - 1);
    }
}

static void gone_earlier(struct client *c, uint64_t uid)
{
    struct cache *k = c->resync;
    if (c->earlier && !set_has(c->earlier, uid, UINT64_MAX)) {
        model_fail(c->play, "VANISHED (EARLIER) of a UID that was not asked for");
    }
    for (size_t i = 0; k && i < k->count; i++) {
        if (k->items[i].uid == uid) {
            memmove(k->items + i, k->items + i + 1, (k->count - i - 1) * sizeof *k->items);
            k->count--;
        }
    }
}

static void gone_now(struct client *c, uint64_t uid)
{
    size_t row = belief_row(c, uid);
    if (row == c->count) {
        model_fail(c->play, "VANISHED of UID %llu, which this session has not",
                   (unsigned long long)uid);
    } else {
        remove_row(c, row);
    }
}

static void hear_vanished(struct client *c, slice r)
{
    struct box *b = client_box(c);
    bool earlier = eat(&r, "(EARLIER) ");
    uint64_t from, to;
    if (!c->qresync || (earlier && !(c->permits & PERMIT_EARLIER)) ||
        (!earlier && !may_go(c, "VANISHED"))) {
        model_fail(c->play, "VANISHED that nobody may say here");
        return;
    }
    do {
        if (!eat_range(&r, &from, &to) || from == 0 || to >= b->uid_next) {
            model_fail(c->play, "VANISHED of UIDs that never were");
            return;
        }
        for (uint64_t uid = from; uid <= to; uid++) {
            struct mail *m = mail_of_uid(b, uid);
            m->got[c->id] |= earlier ? GOT_GONE : 0;
            if (m->alive) {
                model_fail(c->play, "VANISHED of UID %u, which is there", m->uid);
            } else if (earlier) {
                gone_earlier(c, uid);
            } else {
                gone_now(c, uid);
            }
        }
    } while (r.len > 0 && !c->play->failed);
}

/* ---- FETCH ---- */

static void expect_text(struct client *c, const char *what, slice said, slice is)
{
    if (!slice_eq(said, is)) {
        model_fail(c->play, "%s is said to be \"%.*s\", and is \"%.*s\"", what, SLICE_ARG(said),
                   SLICE_ARG(is));
    }
}

static void expect_number(struct client *c, const char *what, uint64_t said, uint64_t is)
{
    if (said != is) {
        model_fail(c->play, "%s is said to be %llu, and is %llu", what, (unsigned long long)said,
                   (unsigned long long)is);
    }
}

static void hear_flags_of(struct client *c, struct row *row, uint32_t flags)
{
    struct mail *m = &client_box(c)->mails[row->mail];
    uint32_t is = m->flags | (row->recent ? F_RECENT : 0);
    if (flags != is) {
        model_fail(c->play, "flags of UID %u are said to be %x, and are %x", m->uid, flags, is);
    }
    if (flags & ~(F_RECENT | (uint32_t)F_SYSTEM | c->told)) {
        model_fail(c->play, "a keyword before it was in FLAGS");
    }
    row->flags = flags & ~F_RECENT;
    row->flags_known = true;
}

static uint32_t hear_section(struct client *c, const struct mail *m, slice *r)
{
    size_t end = slice_find_byte(*r, ']');
    slice section = slice_sub(*r, 0, end);
    slice text;
    *r = slice_from(*r, end + 2);
    if (!eat_string(r, &text)) {
        model_fail(c->play, "no text of a section");
        return 0;
    }
    if (section.len == 0) {
        expect_text(c, "BODY[]", text, buf_slice(&m->letter->text));
        return GOT_BODY;
    }
    if (!slice_starts(text, SLICE("Subject: ")) || !slice_ends(text, SLICE("\r\n\r\n"))) {
        model_fail(c->play, "no subject");
        return 0;
    }
    expect_text(c, "subject", slice_sub(text, 9, text.len - 13), m->letter->subject);
    return GOT_SUBJECT;
}

static void expect_date(struct client *c, const struct mail *m, slice said)
{
    char text[40];
    bool zero = said.len > 0 && *said.ptr == '0'; /* date-day-fixed allows both */
    time_t at = (time_t)m->date;
    struct tm tm;
    (void)strftime(text, sizeof text, zero ? "%d-%b-%Y %H:%M:%S +0000" : "%e-%b-%Y %H:%M:%S +0000",
                   gmtime_r(&at, &tm));
    expect_text(c, "INTERNALDATE", said, slice_of(text));
}

/* One data item; 0: none that is known. */
static uint32_t hear_item(struct client *c, struct row *row, slice *r)
{
    struct mail *m = &client_box(c)->mails[row->mail];
    slice name = eat_atom(r);
    uint64_t n = 0;
    uint32_t flags;
    slice text;
    if (slice_eq(name, SLICE("BODY")) && eat(r, "[")) {
        return hear_section(c, m, r);
    }
    (void)eat(r, " ");
    if (slice_eq(name, SLICE("FLAGS")) && eat_flags(r, client_box(c), &flags, c->play)) {
        hear_flags_of(c, row, flags);
        return GOT_FLAGS;
    }
    if (slice_eq(name, SLICE("UID")) && eat_number(r, &n)) {
        expect_number(c, "UID", n, m->uid);
        row->uid_known = true;
        return GOT_UID;
    }
    if (slice_eq(name, SLICE("MODSEQ")) && eat(r, "(") && eat_number(r, &n) && eat(r, ")")) {
        expect_number(c, "MODSEQ", n, m->modseq);
        row->modseq = n;
        c->said_modseq = n > c->said_modseq ? n : c->said_modseq;
        return GOT_MODSEQ;
    }
    if (slice_eq(name, SLICE("RFC822.SIZE")) && eat_number(r, &n)) {
        expect_number(c, "RFC822.SIZE", n, m->letter->text.len);
        return GOT_SIZE;
    }
    if (slice_eq(name, SLICE("INTERNALDATE")) && eat_string(r, &text)) {
        expect_date(c, m, text);
        return GOT_DATE;
    }
    return 0;
}

static void into_cache(struct cache *k, uint32_t uid, uint32_t flags)
{
    size_t i = 0;
    while (i < k->count && k->items[i].uid < uid) {
        i++;
    }
    if (i == k->count || k->items[i].uid != uid) {
        k->items = mem_grow(k->items, k->count, &k->cap, sizeof *k->items);
        memmove(k->items + i + 1, k->items + i, (k->count - i) * sizeof *k->items);
        k->count++;
    }
    k->items[i] = (struct kept){ uid, flags };
}

static void hear_fetch(struct client *c, uint64_t n, slice r)
{
    uint32_t got = 0;
    if (n == 0 || n > c->count || !eat(&r, "(")) {
        model_fail(c->play, "FETCH of a number that is none");
        return;
    }
    struct row *row = &c->rows[n - 1];
    struct mail *m = row_mail(c, (size_t)n - 1);
    if (!m->alive) {
        model_fail(c->play, "FETCH of UID %u, which is gone", m->uid);
        return;
    }
    while (!eat(&r, ")") && !c->play->failed) {
        uint32_t item = hear_item(c, row, &r);
        if (item == 0 || (got & item)) {
            model_fail(c->play, "a data item that is unknown, or is there twice");
        }
        got |= item;
        (void)eat(&r, " ");
    }
    m->got[c->id] |= got | GOT_ANY;
    /* RFC 7162 3.2.4; 3.1: also where somebody else changed it. */
    if (c->qresync && !(got & GOT_UID) && c->asked == 0) {
        model_fail(c->play, "FETCH without UID after ENABLE QRESYNC");
    }
    if (c->aware && (got & GOT_FLAGS) && !(got & GOT_MODSEQ) && !(c->asked & GOT_FLAGS)) {
        model_fail(c->play, "new flags without MODSEQ");
    }
    if (c->resync && (got & (GOT_UID | GOT_FLAGS)) == (GOT_UID | GOT_FLAGS)) {
        into_cache(c->resync, m->uid, row->flags);
    }
}

/* ---- the others ---- */

static void hear_flags(struct client *c, slice r)
{
    uint32_t flags;
    uint32_t all = F_KEYWORD(client_box(c)->keyword_count) - 1;
    if (!eat_flags(&r, client_box(c), &flags, c->play) || flags != all) {
        model_fail(c->play, "FLAGS are said to be %x, and are %x", flags, all);
    }
    c->told = flags;
}

static void hear_permanent(struct client *c, slice r)
{
    uint32_t flags;
    bool room = client_box(c)->keyword_count < KEYWORDS_MAX && !c->read_only;
    bool star = slice_find(r, SLICE("\\*")) != SLICE_NONE;
    if (!eat_flags(&r, client_box(c), &flags, c->play) || flags != (c->read_only ? 0 : c->told) ||
        star != room) {
        model_fail(c->play, "PERMANENTFLAGS");
    }
}

static void hear_unseen(struct client *c, uint64_t n)
{
    size_t row = 0;
    while (row < c->count && (row_mail(c, row)->flags & F_SEEN)) {
        row++;
    }
    expect_number(c, "UNSEEN", n, row + 1);
}

/* RFC 3501 2.3.1.1: a UIDVALIDITY that nobody changed stays. */
void belief_code(struct client *c, slice r)
{
    struct box *b = client_box(c);
    uint64_t n = 0;
    if (!b) {
        return;
    }
    if (eat(&r, "HIGHESTMODSEQ ") && eat_number(&r, &n)) {
        if (n > b->modseq || n == 0) {
            model_fail(c->play, "HIGHESTMODSEQ %llu, and it is %llu", (unsigned long long)n,
                       (unsigned long long)b->modseq);
        }
        c->said_highest = n;
        if (c->permits & PERMIT_SELECT) {
            expect_number(c, "HIGHESTMODSEQ", n, b->modseq);
        }
    } else if (eat(&r, "UIDVALIDITY ") && eat_number(&r, &n)) {
        b->uid_validity = b->uid_validity ? b->uid_validity : (uint32_t)n;
        expect_number(c, "UIDVALIDITY", n, b->uid_validity);
    } else if (eat(&r, "UIDNEXT ") && eat_number(&r, &n)) {
        expect_number(c, "UIDNEXT", n, b->uid_next);
    } else if (eat(&r, "UNSEEN ") && eat_number(&r, &n)) {
        hear_unseen(c, n);
    } else if (eat(&r, "PERMANENTFLAGS ")) {
        hear_permanent(c, r);
    }
}

static void found(struct client *c, uint64_t n)
{
    c->found = mem_grow(c->found, c->found_count, &c->found_cap, sizeof *c->found);
    c->found[c->found_count++] = (uint32_t)n;
}

static void hear_search(struct client *c, slice r, bool extended)
{
    uint64_t from, to;
    if (!(c->permits & PERMIT_SEARCH) || c->searched) {
        model_fail(c->play, "SEARCH that nobody asked for");
    }
    c->searched = true;
    if (extended) { /* RFC 9051 7.3.4 */
        size_t all = slice_find(r, SLICE(" ALL "));
        r = all == SLICE_NONE ? (slice){ 0 } : slice_from(r, all + 5);
        while (r.len > 0 && eat_range(&r, &from, &to)) {
            for (uint64_t n = from; n <= to; n++) {
                found(c, n);
            }
        }
        return;
    }
    while (eat(&r, " ") && eat_number(&r, &from)) {
        found(c, from);
    }
    if (r.len > 0) {
        model_fail(c->play, "a SEARCH response that ends in \"%.*s\"", SLICE_ARG(r));
    }
}

static void hear_numbered(struct client *c, slice r)
{
    uint64_t n;
    if (!eat_number(&r, &n) || !eat(&r, " ") || c->box == NOBODY) {
        model_fail(c->play, "a number where there can be none");
    } else if (eat(&r, "EXISTS")) {
        hear_exists(c, n);
    } else if (eat(&r, "RECENT")) {
        hear_recent(c, n);
    } else if (eat(&r, "EXPUNGE")) {
        hear_expunge(c, n);
    } else if (eat(&r, "FETCH ")) {
        hear_fetch(c, n, r);
    } else {
        model_fail(c->play, "a response that is unknown");
    }
}

void belief_hear(struct client *c, slice r)
{
    if (r.len > 0 && ascii_is_digit(r.ptr[0])) {
        hear_numbered(c, r);
    } else if (eat(&r, "OK [")) {
        belief_code(c, r);
    } else if (eat(&r, "SEARCH")) {
        hear_search(c, r, false);
    } else if (eat(&r, "ESEARCH")) {
        hear_search(c, r, true);
    } else if (eat(&r, "STATUS ")) {
        c->status = r;
    } else if (c->box != NOBODY && eat(&r, "FLAGS ")) {
        hear_flags(c, r);
    } else if (c->box != NOBODY && eat(&r, "VANISHED ")) {
        hear_vanished(c, r);
    } else if (!eat(&r, "OK ") && !eat(&r, "CAPABILITY ") && !eat(&r, "ENABLED") &&
               !eat(&r, "BYE ") && !eat(&r, "LIST ")) {
        model_fail(c->play, "a response that is unknown");
    }
}

void belief_agrees(struct client *c)
{
    struct box *b = client_box(c);
    size_t row = 0;
    for (size_t i = 0; b && i < b->count && !c->play->failed; i++) {
        if (!b->mails[i].alive) {
            continue;
        }
        if (row == c->count || c->rows[row].mail != i) {
            model_fail(c->play, "number %zu is UID %u, and the client was not told", row + 1,
                       b->mails[i].uid);
            return;
        }
        if (c->rows[row].flags_known && c->rows[row].flags != b->mails[i].flags) {
            model_fail(c->play, "flags of UID %u are %x, and the client still believes %x",
                       b->mails[i].uid, b->mails[i].flags, c->rows[row].flags);
        }
        row++;
    }
    if (row != c->count) {
        model_fail(c->play, "the client believes in %zu messages, and there are %zu", c->count,
                   row);
    }
}

void belief_keep(struct client *c)
{
    if (c->box == NOBODY || !c->aware) {
        return;
    }
    struct cache *k = &c->caches[c->box];
    k->count = 0;
    k->modseq = c->highest;
    k->uid_validity = client_box(c)->uid_validity;
    for (size_t i = 0; i < c->count && c->rows[i].uid_known && c->rows[i].flags_known; i++) {
        into_cache(k, row_mail(c, i)->uid, c->rows[i].flags);
    }
}
