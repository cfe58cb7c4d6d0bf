/* imap_cmd_search.c - SEARCH and UID SEARCH (RFC 9051 6.4.4): what is asked to be returned, and
 * how it is told (RFC 4731), or kept for "$" (RFC 5182). */
#include "sim/proto/imap_search.h"
#include "sim/proto/imap_write.h"

#include "sim/base/mem.h"

enum search_return {
    SEARCH_MIN = 1,
    SEARCH_MAX = 2,
    SEARCH_ALL = 4,
    SEARCH_COUNT = 8,
    SEARCH_SAVE = 16
};

static const struct {
    slice name;
    enum search_return bit;
    uint32_t needs;
} returns[] = {
    { SLICE_INIT("MIN"), SEARCH_MIN, 0 },
    { SLICE_INIT("MAX"), SEARCH_MAX, 0 },
    { SLICE_INIT("ALL"), SEARCH_ALL, 0 },
    { SLICE_INIT("COUNT"), SEARCH_COUNT, 0 },
    { SLICE_INIT("SAVE"), SEARCH_SAVE, IMAP_SEARCHRES },
};

struct search_command {
    struct search q;
    uint32_t wanted; /* enum search_return */
    bool extended;   /* answered by ESEARCH */
};

/* ---- grammar ---- */

static bool parse_return(const struct imap_server *s, struct imap_lex *l, uint32_t *wanted)
{
    slice name;
    if (!lex_word(l, &name)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(returns); i++) {
        if (slice_eq_nocase(name, returns[i].name) && imap_offers(s, returns[i].needs)) {
            *wanted |= returns[i].bit;
            return true;
        }
    }
    return false;
}

/* "RETURN (MIN COUNT) ", where it is there; "()" is ALL. */
static bool parse_returns(const struct imap_server *s, struct imap_lex *l, struct search_command *c)
{
    struct imap_lex before = *l;
    slice word;
    if (!imap_offers(s, IMAP_ESEARCH) || !lex_word(l, &word) ||
        !slice_eq_nocase(word, SLICE("RETURN"))) {
        *l = before;
        return true;
    }
    c->extended = true;
    if (!lex_sp(l) || !lex_char(l, '(')) {
        return false;
    }
    if (!lex_is(l, ')')) {
        do {
            if (!parse_return(s, l, &c->wanted)) {
                return false;
            }
        } while (lex_sp(l));
    }
    return lex_char(l, ')') && lex_sp(l);
}

static void forget(struct imap_server *s)
{
    s->saved.count = 0;
}

static enum imap_result search_begin(struct imap_server *s, struct session_io io,
                                     struct imap_lex *l)
{
    struct search_command *c = arena_alloc(&s->arena, sizeof *c);
    if (!lex_sp(l) || !parse_returns(s, l, c)) {
        return IMAP_BAD;
    }
    c->wanted = c->wanted == 0 ? (uint32_t)SEARCH_ALL : c->wanted;
    /* RFC 9051 6.4.4: IMAP4rev2 has no other answer */
    c->extended = c->extended || (s->enabled & IMAP_REV2) != 0;
    enum search_parsed parsed = search_parse(s, io, l, false, &c->q);
    if (parsed == SEARCH_CHARSET && (c->wanted & SEARCH_SAVE)) { /* RFC 5182 2.1: NO forgets */
        forget(s);
    }
    s->work = c;
    return parsed == SEARCH_READ ? IMAP_MORE : parsed == SEARCH_CHARSET ? IMAP_NO : IMAP_BAD;
}

/* ---- the answer ---- */

/* RFC 5182 2.4: with MIN or MAX and without ALL and COUNT these alone are kept; RFC 7162 3.1.10 is
 * likewise about their mod-sequences. */
static bool only_ends(const struct search_command *c)
{
    return (c->wanted & (SEARCH_ALL | SEARCH_COUNT)) == 0 &&
           (c->wanted & (SEARCH_MIN | SEARCH_MAX)) != 0;
}

static bool counts(const struct search_command *c, size_t i)
{
    return !only_ends(c) || (i == 0 && (c->wanted & SEARCH_MIN)) ||
           (i + 1 == c->q.count && (c->wanted & SEARCH_MAX));
}

static void find_modseq(const struct imap_server *s, struct search_command *c)
{
    for (size_t i = 0; i < c->q.count && c->q.by_modseq; i++) {
        const struct mail_item *item = imap_view_item(&s->view, c->q.rows[i]);
        if (item && counts(c, i) && item->modseq > c->q.modseq) {
            c->q.modseq = item->modseq;
        }
    }
}

static void save(struct imap_server *s, const struct search_command *c)
{
    forget(s);
    for (size_t i = 0; i < c->q.count; i++) {
        if (counts(c, i)) {
            uint32_t uid = s->view.rows[c->q.rows[i]].uid;
            uid_runs_add(&s->saved, uid, uid);
        }
    }
}

static void say_plain(const struct imap_server *s, const struct search *q, struct outq *out)
{
    outq_textz(out, "* SEARCH");
    for (size_t i = 0; i < q->count; i++) {
        outq_textz(out, " ");
        outq_u64(out, search_number(s, q->rows[i]));
    }
    search_say_modseq(q, out);
    outq_textz(out, "\r\n");
}

static void say_all(struct imap_server *s, const struct search *q, struct outq *out)
{
    uint32_t *numbers = arena_array(&s->arena, q->count + 1, sizeof *numbers);
    struct buf set;
    buf_init(&set);
    for (size_t i = 0; i < q->count; i++) {
        numbers[i] = search_number(s, q->rows[i]);
    }
    imap_add_numbers(&set, numbers, q->count);
    outq_textz(out, " ALL ");
    outq_text(out, buf_slice(&set));
    buf_deinit(&set);
}

static void say_one(struct outq *out, const char *name, uint64_t number)
{
    outq_textz(out, name);
    outq_u64(out, number);
}

/* "* ESEARCH (TAG "a1") UID MIN 2 ALL 2,5:7 MODSEQ 9"; RFC 4731 3.1: nothing is said of what is not
 * there, but COUNT. */
static void say_extended(struct imap_server *s, const struct search_command *c, struct outq *out)
{
    const struct search *q = &c->q;
    outq_textz(out, "* ESEARCH (TAG ");
    imap_write_quoted(out, s->tag);
    outq_textz(out, s->uid ? ") UID" : ")");
    if (q->count > 0 && (c->wanted & SEARCH_MIN)) {
        say_one(out, " MIN ", search_number(s, q->rows[0]));
    }
    if (q->count > 0 && (c->wanted & SEARCH_MAX)) {
        say_one(out, " MAX ", search_number(s, q->rows[q->count - 1]));
    }
    if (c->wanted & SEARCH_COUNT) {
        say_one(out, " COUNT ", q->count);
    }
    if (q->count > 0 && (c->wanted & SEARCH_ALL)) {
        say_all(s, q, out);
    }
    if (q->modseq > 0) {
        say_one(out, " MODSEQ ", q->modseq);
    }
    outq_textz(out, "\r\n");
}

static enum imap_result search_run(struct imap_server *s, struct session_io io)
{
    struct search_command *c = s->work;
    if (!search_step(s, &c->q)) {
        return IMAP_MORE;
    }
    find_modseq(s, c);
    if (c->wanted & SEARCH_SAVE) {
        save(s, c);
    }
    if (!c->extended) {
        say_plain(s, &c->q, io.out);
    } else if (c->wanted != SEARCH_SAVE) {
        say_extended(s, c, io.out);
    }
    return IMAP_OK;
}

static const struct imap_command commands[] = {
    { .name = SLICE_INIT("SEARCH"),
      .legal = IMAP_SELECTED,
      .flags = IMAP_CMD_UID | IMAP_CMD_NO_EXPUNGE,
      .begin = search_begin,
      .run = search_run },
};
const struct imap_family imap_family_search = { commands, COUNT(commands) };
