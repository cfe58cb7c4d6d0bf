/* imap_cmd_search.c - SEARCH and UID SEARCH (RFC 9051 6.4.4): the grammar of its keys.
 * What a key means for a message is in imap_search_keys.c. */
#include "sim/proto/imap_search.h"

#include "sim/mail/date.h"

#include <assert.h>

#define DEPTH_MAX 64 /* NOT, OR and parentheses within each other */

struct search_parse {
    struct imap_server *s;
    struct imap_lex *l;
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

static bool parse_argument(struct search_parse *p, struct search_node *n)
{
    struct imap_lex *l = p->l;
    if (n->key->argument == SEARCH_NO_ARGUMENT) {
        return true;
    }
    if (!lex_sp(l)) {
        return false;
    }
    switch (n->key->argument) {
    case SEARCH_STRING:
        return lex_astring(l, &n->text);
    case SEARCH_FIELD:
        return lex_astring(l, &n->name) && lex_sp(l) && lex_astring(l, &n->text);
    case SEARCH_KEYWORD:
        return lex_atom(l, &n->text);
    case SEARCH_DATE:
        return parse_date(l, &n->day);
    case SEARCH_NUMBER:
        return lex_number(l, &n->number);
    case SEARCH_SET:
        return lex_set(l, &n->set) && imap_set_fits(p->s, &n->set, true);
    case SEARCH_KEY:
        n->left = parse_key(p);
        return n->left != NULL;
    case SEARCH_TWO_KEYS:
        n->left = parse_key(p);
        n->right = n->left && lex_sp(l) ? parse_key(p) : NULL;
        return n->right != NULL;
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
    return n->key && parse_argument(p, n) ? n : NULL;
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
    } else if (lex_is(p->l, '*') || (p->l->rest.len > 0 && ascii_is_digit(p->l->rest.ptr[0]))) {
        n->key = &search_key_numbers;
        p->s->numbers = true;
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

/* "CHARSET UTF-8 " in front; RFC 9051 6.4.4 asks for US-ASCII and UTF-8.  false: another one. */
static bool parse_charset(struct imap_lex *l, bool *syntax_r)
{
    struct imap_lex before = *l;
    slice word;
    *syntax_r = true;
    if (!lex_word(l, &word) || !slice_eq_nocase(word, SLICE("CHARSET"))) {
        *l = before;
        return true;
    }
    if (!lex_sp(l) || !lex_astring(l, &word) || !lex_sp(l)) {
        *syntax_r = false;
        return true;
    }
    return slice_eq_nocase(word, SLICE("UTF-8")) || slice_eq_nocase(word, SLICE("US-ASCII"));
}

static enum imap_result search_begin(struct imap_server *s, struct session_io io,
                                     struct imap_lex *l)
{
    (void)io;
    bool syntax;
    if (!lex_sp(l)) {
        return IMAP_BAD;
    }
    bool charset = parse_charset(l, &syntax);
    struct search_parse p = { s, l, 0 };
    struct search_node *all = syntax && charset ? parse_keys(&p) : NULL;
    if (!charset) {
        return imap_refuse(s, SLICE("BADCHARSET (US-ASCII UTF-8)"), SLICE("Unknown charset"));
    }
    s->work = all;
    return all && lex_end(l) ? IMAP_MORE : IMAP_BAD;
}

/* The answer is one line, however long. */
static enum imap_result search_run(struct imap_server *s, struct session_io io)
{
    struct search_at at = { .s = s };
    outq_textz(io.out, "* SEARCH");
    for (size_t i = 0; i < s->view.count; i++) {
        at.row = i;
        at.item = imap_view_item(&s->view, i);
        if (at.item && search_matches(&at, s->work)) {
            outq_textz(io.out, " ");
            outq_u64(io.out, s->uid ? at.item->uid : i + 1);
        }
        search_at_next(&at);
    }
    outq_textz(io.out, "\r\n");
    buf_deinit(&at.flat);
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
