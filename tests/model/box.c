/* box.c - LOGIN and ENABLE, SELECT and EXAMINE with the two ways of resynchronisation (RFC 7162
 * 3.1, 3.2.5), leaving a mailbox, STATUS and IDLE. */
#include "tests/model/model.h"

#include "sim/base/mem.h"

void step_connect(struct client *c)
{
    wire_open(c);
    belief_forget(c);
    c->style = (enum style)pick(c->play, STYLE_COUNT);
    slice tagged = client_does(c, 0, SLICE("LOGIN alice secret"));
    if (!eat(&tagged, "OK")) {
        model_fail(c->play, "LOGIN was refused");
    }
    if (c->style == STYLE_QRESYNC || c->style == STYLE_REV2) {
        bool rev2 = c->style == STYLE_REV2;
        (void)client_does(c, 0, rev2 ? SLICE("ENABLE IMAP4rev2") : SLICE("ENABLE QRESYNC"));
        c->rev2 = rev2;
        c->qresync = c->aware = !rev2;
    }
}

/* ---- resynchronisation ---- */

/* Numbers and UIDs of some that it has: RFC 7162 3.2.5.2. */
static void write_match(struct client *c, const struct cache *k, struct buf *out)
{
    struct kept numbers[8], uids[8];
    size_t count = 0;
    for (size_t i = (size_t)pick(c->play, 3); i < k->count && count < COUNT(uids);
         i += 1 + (size_t)pick(c->play, 1 + k->count / 4)) {
        numbers[count] = (struct kept){ (uint32_t)i + 1, 0 };
        uids[count++] = k->items[i];
    }
    if (count > 0) {
        buf_addz(out, " (");
        write_uids(numbers, count, out);
        buf_byte(out, ' ');
        write_uids(uids, count, out);
        buf_byte(out, ')');
    }
}

struct resync {
    bool asked, exact;   /* known UIDs are said one by one */
    bool known;          /* they are said at all */
    uint64_t since, top; /* top: the highest UID that it has */
    uint64_t validity;
};

static void write_qresync(struct client *c, struct resync *r, struct buf *out)
{
    struct cache *k = c->resync;
    struct play *p = c->play;
    r->top = k->count > 0 ? k->items[k->count - 1].uid : 0;
    r->known = k->count > 0 && chance(p, 70);
    r->exact = r->known && chance(p, 50);
    r->since = chance(p, 70) ? k->modseq : 1 + pick(p, k->modseq);
    r->validity = chance(p, 4) ? k->uid_validity + 1 : k->uid_validity;
    r->asked = r->validity == k->uid_validity;
    buf_addz(out, " (QRESYNC (");
    buf_number(out, r->validity);
    buf_byte(out, ' ');
    buf_number(out, r->since);
    if (r->known) {
        buf_addz(out, r->exact ? " " : " 1:");
        if (r->exact) {
            write_uids(k->items, k->count, out);
        } else {
            buf_number(out, r->top);
        }
        if (chance(p, 50)) {
            write_match(c, k, out);
        }
    }
    buf_addz(out, "))");
}

static bool cached(const struct cache *k, uint32_t uid)
{
    for (size_t i = 0; i < k->count; i++) {
        if (k->items[i].uid == uid) {
            return true;
        }
    }
    return false;
}

/* Who must be shown: what was changed since, of those that it knows. */
static void check_shown(struct client *c, const struct resync *r, const bool *was_known)
{
    struct box *b = client_box(c);
    for (size_t i = 0; i < b->count; i++) {
        const struct mail *m = &b->mails[i];
        bool in = !r->known || (r->exact ? was_known[i] : m->uid <= r->top);
        bool due = r->asked && m->alive && in && m->modseq > r->since;
        bool shown = (m->got[c->id] & GOT_ANY) != 0;
        if (due != shown) {
            model_fail(c->play, "UID %u was %s since, and is %s", m->uid,
                       due ? "changed" : "not changed", shown ? "shown" : "not shown");
        }
        if (!m->alive && (m->got[c->id] & GOT_GONE) && (!in || !r->asked)) {
            model_fail(c->play, "UID %u vanished, and was not asked for", m->uid);
        }
    }
}

/* The cache is the mailbox now, up to the highest UID that it had; so the numbers are known. */
static void check_cache(struct client *c, struct cache *k, uint64_t top)
{
    struct box *b = client_box(c);
    size_t at = 0;
    while (k->count > 0 && k->items[k->count - 1].uid > top) {
        k->count--;
    }
    for (size_t i = 0; i < b->count && b->mails[i].uid <= top && !c->play->failed; i++) {
        const struct mail *m = &b->mails[i];
        if (!m->alive) {
            continue;
        }
        if (at == k->count || k->items[at].uid != m->uid) {
            model_fail(c->play, "the cache has lost UID %u", m->uid);
        } else if (k->items[at].flags != m->flags) {
            model_fail(c->play, "the cache has %x for the flags %x of UID %u", k->items[at].flags,
                       m->flags, m->uid);
        } else if (at < c->count && c->rows[at].mail == i) {
            c->rows[at].uid_known = c->rows[at].flags_known = true;
            c->rows[at].flags = m->flags;
        }
        at++;
    }
    if (at < k->count) {
        model_fail(c->play, "the cache has UID %u, which is gone", k->items[at].uid);
    }
}

/* Without QRESYNC: what was changed, and then which are left (RFC 7162 3.1, RFC 4549 3). */
static void resync_by_condstore(struct client *c, struct cache *k)
{
    struct buf line = { 0 };
    uint64_t top = k->items[k->count - 1].uid;
    uint64_t highest = c->highest;
    buf_addz(&line, "UID FETCH 1:");
    buf_number(&line, top);
    buf_addz(&line, " (FLAGS) (CHANGEDSINCE ");
    buf_number(&line, k->modseq);
    buf_byte(&line, ')');
    c->asked = GOT_FLAGS;
    (void)client_does(c, 0, buf_slice(&line));
    c->asked = 0;
    c->highest = c->highest > highest ? c->highest : highest;
    buf_clear(&line);
    buf_addz(&line, "UID SEARCH UID 1:");
    buf_number(&line, top);
    (void)client_does(c, PERMIT_SEARCH, buf_slice(&line));
    size_t at = 0;
    size_t kept = 0;
    for (size_t i = 0; i < k->count; i++) {
        while (at < c->found_count && c->found[at] < k->items[i].uid) {
            at++;
        }
        if (at < c->found_count && c->found[at] == k->items[i].uid) {
            k->items[kept++] = k->items[i];
        }
    }
    k->count = kept;
    check_cache(c, k, top);
    buf_deinit(&line);
}

/* ---- SELECT ---- */

static void check_selected(struct client *c, slice tagged, bool read_only)
{
    slice r;
    size_t alive = truth_alive(client_box(c));
    if (!eat(&tagged, "OK") || c->exists != alive || c->count != alive) {
        model_fail(c->play, "SELECT says %llu messages, and there are %zu",
                   (unsigned long long)c->exists, alive);
    }
    if (!tagged_code(tagged, read_only ? "READ-ONLY" : "READ-WRITE", &r) &&
        slice_find(tagged, read_only ? SLICE("[READ-ONLY]") : SLICE("[READ-WRITE]")) ==
            SLICE_NONE) {
        model_fail(c->play, "it is not said whether it can be written");
    }
}

static void client_select(struct client *c, int box, bool read_only)
{
    struct buf line = { 0 };
    struct resync r = { 0 };
    struct box *b = &c->play->boxes[box];
    struct cache *k = &c->caches[box];
    belief_keep(c);
    belief_forget(c);
    bool has = k->uid_validity != 0 && k->count > 0;
    bool quick = has && c->qresync && chance(c->play, 85);
    bool *was_known = mem_array(b->count + 1, sizeof *was_known);
    for (size_t i = 0; i < b->count; i++) {
        was_known[i] = cached(k, b->mails[i].uid);
    }
    buf_addz(&line, read_only ? "EXAMINE " : "SELECT ");
    buf_add(&line, b->name);
    c->resync = quick ? k : NULL;
    if (quick) {
        write_qresync(c, &r, &line);
    } else if (c->style == STYLE_CONDSTORE && chance(c->play, 70)) {
        buf_addz(&line, " (CONDSTORE)");
        c->aware = true;
    }
    c->box = box;
    c->read_only = read_only;
    c->exists = UINT64_MAX;
    slice tagged = client_does(c, PERMIT_SELECT | PERMIT_NO_EXPUNGE | (quick ? PERMIT_EARLIER : 0),
                               buf_slice(&line));
    check_selected(c, tagged, read_only);
    if (quick) {
        check_shown(c, &r, was_known);
    }
    if (quick && r.asked) {
        check_cache(c, k, r.top);
    } else if (has && !c->qresync && c->aware) {
        c->resync = k;
        resync_by_condstore(c, k);
    }
    c->resync = NULL;
    mem_free(was_known);
    buf_deinit(&line);
}

void step_select(struct client *c)
{
    if (chance(c->play, 3)) { /* a SELECT that fails leaves nothing selected (RFC 9051 6.3.2) */
        belief_keep(c);
        belief_forget(c);
        slice tagged = client_does(c, 0, SLICE("SELECT Nowhere"));
        if (!eat(&tagged, "NO")) {
            model_fail(c->play, "a mailbox that is not there was selected");
        }
        return;
    }
    client_select(c, chance(c->play, 75) ? 0 : 1, chance(c->play, 12));
}

/* ---- and leaving it ---- */

void step_leave(struct client *c)
{
    struct play *p = c->play;
    unsigned how = (unsigned)pick(p, 10);
    if (how < 6 && c->box != NOBODY) {
        bool closes = how < 3;
        belief_keep(c);
        if (closes) {
            expunge_rows(c, NULL);
        }
        belief_forget(c);
        slice tagged = client_does(c, 0, closes ? SLICE("CLOSE") : SLICE("UNSELECT"));
        if (!eat(&tagged, "OK")) {
            model_fail(p, "a mailbox cannot be left");
        }
        return;
    }
    belief_keep(c);
    belief_forget(c);
    if (how == 6) {
        (void)client_does(c, 0, SLICE("LOGOUT"));
    }
    model_log(p, "-", SLICE("the connection ends"));
    wire_drop(c);
}

/* ---- STATUS ---- */

static void check_status(struct client *c, const struct box *b, slice r)
{
    size_t alive = truth_alive(b), unseen = 0;
    for (size_t i = 0; i < b->count; i++) {
        unseen += b->mails[i].alive && (b->mails[i].flags & F_SEEN) == 0;
    }
    slice name;
    uint64_t n = 0;
    if (!eat_string(&r, &name) || !slice_eq(name, b->name) || !eat(&r, " (")) {
        model_fail(c->play, "STATUS of another mailbox");
    }
    while (r.len > 0 && !eat(&r, ")") && !c->play->failed) {
        slice what = eat_atom(&r);
        bool ok = eat(&r, " ") && eat_number(&r, &n);
        uint64_t is = slice_eq(what, SLICE("MESSAGES"))        ? alive
                      : slice_eq(what, SLICE("UNSEEN"))        ? unseen
                      : slice_eq(what, SLICE("UIDNEXT"))       ? b->uid_next
                      : slice_eq(what, SLICE("HIGHESTMODSEQ")) ? b->modseq
                      : b->uid_validity                        ? b->uid_validity
                                                               : n;
        if (!ok || n != is) {
            model_fail(c->play, "STATUS: %.*s is %llu, not %llu", SLICE_ARG(what),
                       (unsigned long long)is, (unsigned long long)n);
        }
        (void)eat(&r, " ");
    }
}

void step_status(struct client *c)
{
    struct buf line = { 0 };
    const struct box *b = &c->play->boxes[pick(c->play, BOXES)];
    bool modseq = c->aware && chance(c->play, 50);
    buf_addz(&line, "STATUS ");
    buf_add(&line, b->name);
    buf_addz(&line, " (MESSAGES UIDNEXT UIDVALIDITY UNSEEN");
    buf_addz(&line, modseq ? " HIGHESTMODSEQ)" : ")");
    slice tagged = client_does(c, 0, buf_slice(&line));
    if (!eat(&tagged, "OK")) {
        model_fail(c->play, "STATUS was refused");
    }
    check_status(c, b, c->status);
    buf_deinit(&line);
}

/* ---- IDLE (RFC 2177) ---- */

void step_idle(struct client *c)
{
    client_says(c, 0, SLICE("IDLE"));
    c->idle = true;
    slice r;
    if (!read_response(c, &r) || !eat(&r, "+ ")) {
        model_fail(c->play, "IDLE was refused");
        return;
    }
    client_news(c);
    belief_agrees(c);
}

void step_idle_end(struct client *c)
{
    c->idle = false;
    wire_say(c, SLICE("DONE\r\n"));
    slice tagged = client_hears(c);
    if (!eat(&tagged, "OK")) {
        model_fail(c->play, "DONE was refused");
    }
    belief_agrees(c);
}
