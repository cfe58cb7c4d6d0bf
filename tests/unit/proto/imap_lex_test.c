#include "sim/proto/imap_lex.h"

#include <criterion/criterion.h>

static struct arena arena;

static struct imap_lex lex_of(const char *text)
{
    return (struct imap_lex){ .rest = slice_of(text), .arena = &arena };
}

static void setup(void)
{
    arena_init(&arena);
}

static void teardown(void)
{
    arena_deinit(&arena);
}

TestSuite(imap_lex, .init = setup, .fini = teardown);

typedef bool take(struct imap_lex *l, slice *s_r);

static bool nstring(struct imap_lex *l, slice *s_r)
{
    bool nil;
    bool ok = lex_nstring(l, s_r, &nil);
    *s_r = ok && nil ? SLICE("(nil)") : *s_r;
    return ok;
}

Test(imap_lex, takes_one_token_and_leaves_the_rest)
{
    static const struct {
        take *take;
        const char *text, *token; /* NULL: it is none */
        const char *rest;
    } rows[] = {
        { lex_atom, "abc def", "abc", " def" },
        { lex_atom, "a]", "a", "]" },
        { lex_atom, "$a+b", "$a+b", "" },
        { lex_atom, "(a", NULL, NULL },
        { lex_atom, "\xc3\xa5", NULL, NULL },
        { lex_tag, "a1+ b", "a1", "+ b" },
        { lex_word, "BODY.PEEK[1]", "BODY.PEEK", "[1]" },
        { lex_astring, "a]b c", "a]b", " c" },
        { lex_astring, "\"a \\\"b\\\\\" c", "a \"b\\", " c" },
        { lex_astring, "\"\" x", "", " x" },
        { lex_astring, "\"a\\b\"", NULL, NULL },
        { lex_astring, "\"abc", NULL, NULL },
        { lex_astring, "\"abc\\", NULL, NULL },
        { lex_astring, "{3}\r\na\"b c", "a\"b", " c" },
        { lex_astring, "{3+}\r\nabc", "abc", "" },
        { lex_astring, "{4}\r\nabc", NULL, NULL },
        { lex_astring, "{3}abc", NULL, NULL },
        { lex_astring, "", NULL, NULL },
        { lex_string, "abc", NULL, NULL },
        { nstring, "NIL)", "(nil)", ")" },
        { nstring, "nil", "(nil)", "" },
        { nstring, "\"NIL\"", "NIL", "" },
        { nstring, "NILS", NULL, NULL },
        { lex_list_mailbox, "%*a b", "%*a", " b" },
        { lex_list_mailbox, "\"a b\"", "a b", "" },
        { lex_flag, "\\Seen)", "\\Seen", ")" },
        { lex_flag, "$Junk", "$Junk", "" },
        { lex_flag, "\\*)", "\\*", ")" },
        { lex_flag, "\\)", NULL, NULL },
        { lex_skip_value, "12 x", "12", " x" },
        { lex_skip_value, "BODY[HEADER.FIELDS (A B)]<0> x", "BODY[HEADER.FIELDS (A B)]<0>", " x" },
        { lex_skip_value, "BODY[HEADER", NULL, NULL },
        { lex_skip_value, "(a (b \"c)\" {2}\r\n)() d) x", "(a (b \"c)\" {2}\r\n)() d)", " x" },
        { lex_skip_value, "(a (b)", NULL, NULL },
        { lex_skip_value, "()()", "()", "()" },
        { lex_skip_value, ")", NULL, NULL },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct imap_lex l = lex_of(rows[i].text);
        slice token = { 0 };
        bool ok = rows[i].take(&l, &token);
        cr_expect_eq(ok, rows[i].token != NULL, "row %zu: %s", i, rows[i].text);
        if (ok && rows[i].token) {
            cr_expect(slice_eq(token, slice_of(rows[i].token)), "row %zu: %.*s", i,
                      SLICE_ARG(token));
            cr_expect(slice_eq(l.rest, slice_of(rows[i].rest)), "row %zu: %.*s left", i,
                      SLICE_ARG(l.rest));
        }
    }
}

Test(imap_lex, puts_long_literals_back_into_a_value)
{
    struct buf longer = { 0 };
    buf_fill(&longer, 'y', IMAP_INLINE_MAX + 1);
    struct message *m = message_from(buf_slice(&longer));
    struct message *literals[] = { m };
    struct imap_lex l = lex_of("(a {257}\r\n \"b\") c");
    l.literals = literals;
    l.literal_count = 1;
    slice value;
    cr_assert(lex_skip_value(&l, &value));
    cr_expect_eq(value.len, SLICE("(a {257}\r\n \"b\")").len + 257);
    cr_expect(slice_ends(value, SLICE("yyy \"b\")")));
    cr_expect(slice_eq(l.rest, SLICE(" c")));
    message_unref(&m);
    buf_deinit(&longer);
}

Test(imap_lex, gives_nothing_for_a_long_literal_that_did_not_come)
{
    struct imap_lex l = lex_of("{257}\r\n");
    struct message *m = NULL;
    cr_expect_not(lex_literal(&l, &m));
    cr_expect_null(m);
}

Test(imap_lex, bounds_how_deep_lists_nest)
{
    struct buf text = { 0 };
    buf_fill(&text, '(', 5000);
    buf_fill(&text, ')', 5000);
    struct imap_lex l = { .rest = buf_slice(&text), .arena = &arena };
    slice value;
    cr_expect_not(lex_skip_value(&l, &value));
    buf_deinit(&text);
}
