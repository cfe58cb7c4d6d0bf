/* imap_search.c - the grammar of search keys (RFC 9051 6.4.4), and the walk through the mailbox.
 * What a key means for a message is in imap_search_keys.c. */
#include "sim/proto/imap_search.h"

#include "sim/mail/date.h"
#include "sim/mail/fold.h"
#include "sim/mail/mime.h"
#include "sim/proto/imap_resync.h"

#define DEPTH_MAX 64   /* NOT, OR and parentheses within each other */
#define STEP_ROWS 1000 /* looked at in one step */

struct search_parse {
    struct imap_server *s;
    struct session_io io;
    struct imap_lex *l;
    struct search *q;
    size_t depth;
};

static struct search_node *parse_key(struct search_parse *p);

/* Keys with blanks between them: all must hold. */
static struct search_node *parse_keys(struct search_parse *p)
{
    struct search_node *first = parse_key(p);
    struct search_node *last = first;
    while (last && lex_sp(p->l)) {
        last->next = parse_key(p);
        last = last->next;
    }
    return last ? first : NULL;
}

static bool parse_date(struct imap_lex *l, int64_t *day_r)
{
    slice text;
    return lex_astring(l, &text) && date_imap_day(text, day_r);
}

/* imapflow and others put UTF-8 into quoted strings without asking; RFC 9051 lets them. */
static bool parse_text(struct search_parse *p, struct search_node *n)
{
    if (!lex_astring(p->l, &n->text)) {
        return false;
    }
    if (!mime_is_ascii(n->text)) {
        struct buf folded;
        buf_init(&folded);
        fold_text(n->text, &folded);
        n->folded = arena_copy(&p->s->arena, buf_slice(&folded));
        buf_deinit(&folded);
    }
    return true;
}

/* "MODSEQ 5", "MODSEQ "/flags/\\draft" all 5": flags have no mod-sequences of their own here. */
static bool parse_modseq(struct search_parse *p, struct search_node *n)
{
    slice word;
    struct imap_lex before = *p->l;
    if (lex_sp(p->l) && lex_is(p->l, '"')) {
        if (!lex_string(p->l, &word) || !lex_sp(p->l) || !lex_word(p->l, &word) ||
            !(slice_eq_nocase(word, SLICE("priv")) || slice_eq_nocase(word, SLICE("shared")) ||
              slice_eq_nocase(word, SLICE("all")))) {
            return false;
        }
    } else {
        *p->l = before;
    }
    p->q->by_modseq = true;
    return imap_modseq_arg(p->l, 0, &n->number);
}

static bool parse_argument(struct search_parse *p, struct search_node *n)
{
    struct imap_lex *l = p->l;
    if (n->key->argument == SEARCH_NO_ARGUMENT) {
        return true;
    }
    if (n->key->argument == SEARCH_MODSEQ) {
        return parse_modseq(p, n);
    }
    if (!lex_sp(l)) {
        return false;
    }
    switch (n->key->argument) {
    case SEARCH_STRING:
        return parse_text(p, n);
    case SEARCH_FIELD:
        return lex_astring(l, &n->name) && lex_sp(l) && parse_text(p, n);
    case SEARCH_KEYWORD:
        return lex_atom(l, &n->text);
    case SEARCH_DATE:
        return parse_date(l, &n->day);
    case SEARCH_NUMBER:
        return lex_number(l, &n->number);
    case SEARCH_SECONDS:
        return lex_number(l, &n->number) && n->number > 0 && n->number <= UINT32_MAX;
    case SEARCH_SET:
        return lex_set(l, &n->set) && imap_set_fits(p->s, &n->set, true);
    case SEARCH_KEY:
        n->left = parse_key(p);
        return n->left != NULL;
    case SEARCH_TWO_KEYS:
        n->left = parse_key(p);
        n->right = n->left && lex_sp(l) ? parse_key(p) : NULL;
        return n->right != NULL;
    case SEARCH_MODSEQ:
    case SEARCH_NO_ARGUMENT:
        break;
    }
    return false;
}

static struct search_node *parse_named(struct search_parse *p, struct search_node *n)
{
    slice name;
    if (!lex_word(p->l, &name)) {
        return NULL;
    }
    n->key = search_key_find(name);
    return n->key && imap_offers(p->s, n->key->needs) && parse_argument(p, n) ? n : NULL;
}

static bool at_set(const struct imap_lex *l)
{
    return lex_is(l, '*') || lex_is(l, '$') || (l->rest.len > 0 && ascii_is_digit(l->rest.ptr[0]));
}

static struct search_node *parse_key(struct search_parse *p)
{
    if (p->depth == DEPTH_MAX) {
        return NULL;
    }
    p->depth++;
    struct search_node *n = arena_alloc(&p->s->arena, sizeof *n);
    if (lex_char(p->l, '(')) {
        n->key = &search_key_all_of;
        n->left = parse_keys(p);
        n = n->left && lex_char(p->l, ')') ? n : NULL;
    } else if (at_set(p->l)) {
        n->key = &search_key_numbers;
        p->s->numbers = p->s->numbers || !lex_is(p->l, '$');
        /* A number beyond the end finds nothing: what a client asks for may just have gone. */
        bool ok = lex_set(p->l, &n->set);
        (void)(ok && imap_set_fits(p->s, &n->set, false));
        n = ok ? n : NULL;
    } else {
        n = parse_named(p, n);
    }
    p->depth--;
    return n;
}

/* RFC 9051 6.4.4 asks for US-ASCII and UTF-8; RFC 6855 3 has none named where UTF-8 is all. */
static enum search_parsed parse_charset(struct imap_server *s, struct imap_lex *l, bool bare)
{
    struct imap_lex before = *l;
    slice word;
    if (!bare && (!lex_word(l, &word) || !slice_eq_nocase(word, SLICE("CHARSET")))) {
        *l = before;
        return SEARCH_READ;
    }
    if ((!bare && (s->enabled & IMAP_UTF8)) || (!bare && !lex_sp(l)) || !lex_astring(l, &word) ||
        !lex_sp(l)) {
        return SEARCH_MALFORMED;
    }
    if (slice_eq_nocase(word, SLICE("UTF-8")) || slice_eq_nocase(word, SLICE("US-ASCII"))) {
        return SEARCH_READ;
    }
    (void)imap_refuse(s, SLICE("BADCHARSET (US-ASCII UTF-8)"), SLICE("Unknown charset"));
    return SEARCH_CHARSET;
}

enum search_parsed search_parse(struct imap_server *s, struct session_io io, struct imap_lex *l,
                                bool bare_charset, struct search *q)
{
    enum search_parsed parsed = parse_charset(s, l, bare_charset);
    if (parsed != SEARCH_READ) {
        return parsed;
    }
    struct search_parse p = { s, io, l, q, 0 };
    q->keys = parse_keys(&p);
    if (!q->keys || !lex_end(l)) {
        return SEARCH_MALFORMED;
    }
    q->rows = arena_array(&s->arena, s->view.count + 1, sizeof *q->rows);
    q->now = imap_unix_now(s, io);
    if (q->by_modseq) { /* RFC 7162 3.1: an enabling command */
        imap_now_aware(s, io.out);
    }
    return SEARCH_READ;
}

bool search_step(struct imap_server *s, struct search *q)
{
    struct search_at at = { .s = s, .now = q->now };
    size_t to = q->row + STEP_ROWS < s->view.count ? q->row + STEP_ROWS : s->view.count;
    for (; q->row < to; q->row++) {
        at.row = q->row;
        at.item = imap_view_item(&s->view, q->row);
        if (at.item && search_matches(&at, q->keys)) {
            q->rows[q->count++] = (uint32_t)q->row;
        }
        search_at_next(&at);
    }
    buf_deinit(&at.flat);
    buf_deinit(&at.head);
    return q->row == s->view.count;
}

uint32_t search_number(const struct imap_server *s, size_t row)
{
    return s->uid ? s->view.rows[row].uid : (uint32_t)row + 1;
}

void search_say_modseq(const struct search *q, struct outq *out)
{
    if (q->modseq > 0) {
        outq_textz(out, " (MODSEQ ");
        outq_u64(out, q->modseq);
        outq_textz(out, ")");
    }
}
