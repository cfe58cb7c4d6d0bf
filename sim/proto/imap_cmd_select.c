/* imap_cmd_select.c - SELECT EXAMINE UNSELECT (RFC 9051 6.3.2, 6.3.3, 6.4.2; RFC 7162 3.1.8,
 * 3.2.5).
 * A resynchronisation is told message by message, so that a slow reader stops it. */
#include "sim/base/mem.h"
#include "sim/proto/imap_names.h"
#include "sim/proto/imap_resync.h"

struct resync {
    uint32_t uid_validity; /* 0: not asked for */
    uint64_t modseq;
    bool has_known;
    struct imap_set known;
    struct imap_set numbers, uids; /* message sequence match data; as written */
    struct imap_set changed;
    struct imap_walk at;
};

/* ---- parameters ---- */

/* Numbers of a set, "*" not being one; false: it is there, or the set does not ascend. */
static bool ascends(const struct imap_set *set, uint64_t *count_r)
{
    uint32_t last = 0;
    *count_r = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct imap_range r = set->ranges[i];
        if (r.from <= last || r.to < r.from) {
            return false;
        }
        last = r.to;
        *count_r += (uint64_t)r.to - r.from + 1;
    }
    return true;
}

static bool no_star(const struct imap_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->ranges[i].from == IMAP_STAR || set->ranges[i].to == IMAP_STAR) {
            return false;
        }
    }
    return true;
}

static bool parse_match(struct imap_lex *l, struct resync *r)
{
    uint64_t a = 0;
    uint64_t b = 0;
    return lex_char(l, '(') && lex_set(l, &r->numbers) && lex_sp(l) && lex_set(l, &r->uids) &&
           lex_char(l, ')') && ascends(&r->numbers, &a) && ascends(&r->uids, &b) && a == b;
}

/* "(67890007 20050715194045000 41,43:211 (1,2 41,43))" */
static bool parse_qresync(struct imap_lex *l, struct resync *r)
{
    uint64_t validity;
    if (!lex_sp(l) || !lex_char(l, '(') || !lex_number(l, &validity) || validity == 0 ||
        validity > UINT32_MAX || !imap_modseq_arg(l, 1, &r->modseq)) {
        return false;
    }
    r->uid_validity = (uint32_t)validity;
    bool more = lex_sp(l);
    if (more && !lex_is(l, '(')) {
        r->has_known = true;
        if (!lex_set(l, &r->known) || !no_star(&r->known)) {
            return false;
        }
        imap_set_resolve(&r->known, UINT32_MAX);
        more = lex_sp(l);
    }
    return (!more || parse_match(l, r)) && lex_char(l, ')');
}

static bool parse_parameters(struct imap_server *s, struct imap_lex *l, struct resync *r,
                             bool *aware_r)
{
    slice name;
    do {
        if (!lex_word(l, &name)) {
            return false;
        }
        if (slice_eq_nocase(name, SLICE("CONDSTORE")) && imap_offers(s, IMAP_CONDSTORE)) {
            *aware_r = true;
        } else if (!slice_eq_nocase(name, SLICE("QRESYNC")) || !s->view.uids ||
                   !parse_qresync(l, r)) {
            return false;
        }
    } while (lex_sp(l));
    return lex_char(l, ')') && lex_end(l);
}

/* ---- what is said of a mailbox ---- */

static void say_code(struct outq *out, const char *code, uint64_t number, const char *words)
{
    outq_textz(out, "* OK [");
    outq_textz(out, code);
    outq_u64(out, number);
    outq_textz(out, words);
}

static void say_unseen(const struct imap_view *v, struct outq *out)
{
    for (size_t i = 0; i < v->count && v->box->unseen > 0; i++) {
        if ((v->rows[i].flags & FLAG_SEEN) == 0) {
            say_code(out, "UNSEEN ", i + 1, "] First unseen\r\n");
            return;
        }
    }
}

/* RFC 9051 6.3.2: with its attributes, as LIST says them. */
static void say_listed(const struct imap_server *s, struct outq *out)
{
    const struct mailbox *box = s->view.box;
    bool under = account_has_under(s->account, box);
    outq_textz(out, under ? "* LIST (\\HasChildren" : "* LIST (\\HasNoChildren");
    outq_textz(out, box->use == MAILBOX_NO_USE ? "" : " ");
    outq_text(out, box->use == MAILBOX_NO_USE ? SLICE("") : mailbox_use_names[box->use]);
    outq_textz(out, account_subscribed(s->account, box->name) ? " \\Subscribed" : "");
    outq_textz(out, ") \"/\" ");
    imap_write_mailbox(s, box->name, out);
    outq_textz(out, "\r\n");
}

static void say_selected(struct imap_server *s, struct outq *out)
{
    struct imap_view *v = &s->view;
    imap_view_say_flags(v, out);
    outq_textz(out, "* ");
    outq_u64(out, v->count);
    outq_textz(out, " EXISTS\r\n");
    if (v->modern) {
        say_listed(s, out);
    } else {
        outq_textz(out, "* ");
        outq_u64(out, v->recent);
        outq_textz(out, " RECENT\r\n");
        say_unseen(v, out);
    }
    say_code(out, "UIDVALIDITY ", v->box->uid_validity, "] UIDs valid\r\n");
    say_code(out, "UIDNEXT ", v->box->uid_next, "] Predicted next UID\r\n");
    if (imap_offers(s, IMAP_CONDSTORE)) {
        say_code(out, "HIGHESTMODSEQ ", v->box->modseq, "] Highest\r\n");
    }
}

/* RFC 7162 3.2.5.2: up to the last pair that is true, the client knows what is gone. */
static uint32_t known_up_to(const struct imap_view *v, const struct resync *r)
{
    uint32_t known = 0;
    size_t k = 0;
    uint32_t uid = r->uids.count > 0 ? r->uids.ranges[0].from : 0;
    for (size_t i = 0; i < r->numbers.count; i++) {
        for (uint32_t n = r->numbers.ranges[i].from; n <= r->numbers.ranges[i].to; n++) {
            if (n > v->count) {
                return known;
            }
            known = v->rows[n - 1].uid == uid ? uid : known;
            if (uid == r->uids.ranges[k].to && ++k < r->uids.count) {
                uid = r->uids.ranges[k].from;
            } else {
                uid++;
            }
        }
    }
    return known;
}

/* What lies at or below `uid` is left out. */
static void only_above(struct imap_set *set, uint32_t uid)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct imap_range r = set->ranges[i];
        if (r.to > uid) {
            r.from = r.from > uid ? r.from : uid + 1;
            set->ranges[kept++] = r;
        }
    }
    set->count = kept;
}

static void begin_resync(struct imap_server *s, struct resync *r, struct outq *out)
{
    const struct mailbox *box = s->view.box;
    const struct imap_set *known = r->has_known ? &r->known : NULL;
    struct uid_runs runs;
    mailbox_vanished(box, r->modseq, &runs);
    struct imap_set gone = imap_runs_in(s, &runs, known);
    only_above(&gone, known_up_to(&s->view, r));
    imap_say_earlier(&gone, out);
    mailbox_changed(box, r->modseq, &runs);
    r->changed = imap_runs_in(s, &runs, known);
}

static enum imap_result resync_run(struct imap_server *s, struct session_io io)
{
    struct resync *r = s->work;
    size_t row;
    if (imap_walk_next(s, &r->at, &row)) {
        imap_view_say_row(&s->view, row, true, true, io.out);
        return IMAP_MORE;
    }
    s->code = s->view.read_only ? SLICE("READ-ONLY") : SLICE("READ-WRITE");
    s->words = s->view.read_only ? SLICE("Examined") : SLICE("Selected");
    return IMAP_OK;
}

/* ---- SELECT, EXAMINE, and leaving again ---- */

/* RFC 9051 7.1, CLOSED: what follows is about another mailbox. */
static void leave_old(struct imap_server *s, struct outq *out)
{
    if (s->view.box && (imap_offers(s, IMAP_CONDSTORE) || s->view.modern)) {
        outq_textz(out, "* OK [CLOSED] The old mailbox is closed\r\n");
    }
    imap_server_enter(s, IMAP_AUTH); /* a failing SELECT leaves nothing selected, RFC 9051 6.3.2 */
}

static enum imap_result open_box(struct imap_server *s, struct session_io io, struct imap_lex *l,
                                 bool read_only)
{
    struct resync *r = arena_alloc(&s->arena, sizeof *r);
    bool aware = false;
    slice name;
    if (!lex_sp(l) || !imap_mailbox(s, l, &name) ||
        (!lex_end(l) && (!lex_sp(l) || !lex_char(l, '(') || !parse_parameters(s, l, r, &aware)))) {
        return IMAP_BAD;
    }
    leave_old(s, io.out);
    if (aware) {
        imap_now_aware(s, io.out);
    }
    struct mailbox *box = account_box(s->account, name);
    if (!box) {
        return imap_no_box(s);
    }
    imap_view_open(&s->view, box, read_only);
    imap_server_enter(s, IMAP_SELECTED);
    say_selected(s, io.out);
    imap_server_tell(s, IMAP_EV_SELECTED, !read_only, box);
    s->events[s->event_count - 1].text = box->name;
    s->work = r;
    r->at = (struct imap_walk){ .set = &r->changed, .uid = true };
    if (r->uid_validity == box->uid_validity) {
        begin_resync(s, r, io.out);
    }
    return resync_run(s, io);
}

static enum imap_result select_box(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    return open_box(s, io, l, false);
}

static enum imap_result examine(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    return open_box(s, io, l, true);
}

static enum imap_result unselect(struct imap_server *s, struct session_io io, struct imap_lex *l)
{
    (void)io;
    if (!lex_end(l)) {
        return IMAP_BAD;
    }
    imap_server_enter(s, IMAP_AUTH);
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("SELECT"), .legal = IMAP_IN, .begin = select_box, .run = resync_run },
    { .name = SLICE_INIT("EXAMINE"), .legal = IMAP_IN, .begin = examine, .run = resync_run },
    { .name = SLICE_INIT("UNSELECT"),
      .legal = IMAP_SELECTED,
      .needs = IMAP_UNSELECT,
      .begin = unselect },
};
const struct imap_family imap_family_select = { commands, COUNT(commands) };
