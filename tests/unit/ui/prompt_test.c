#include "ui/prompt.h"

#include <criterion/criterion.h>

static void type(struct prompt *p, const char *text)
{
    for (; *text; text++) {
        prompt_key(p, (uint32_t)(unsigned char)*text);
    }
}

static void expect(const struct prompt *p, const char *text, size_t cursor)
{
    cr_expect_str_eq(p->text, text);
    cr_expect_eq(p->len, strlen(text));
    cr_expect_eq(p->cursor, cursor, "%s: %zu", text, p->cursor);
}

Test(prompt, edits_where_the_cursor_is_and_never_in_a_character)
{
    struct prompt p = { 0 };
    prompt_open(&p, PROMPT_FIND, SLICE(""));
    type(&p, "ab");
    prompt_key(&p, 0xE4);
    prompt_key(&p, TKEY_LEFT);
    expect(&p, "ab\xC3\xA4", 2);
    prompt_key(&p, TKEY_RIGHT);
    prompt_key(&p, TKEY_BACKSPACE);
    expect(&p, "ab", 2);
    prompt_key(&p, TKEY_HOME);
    prompt_key(&p, TKEY_BACKSPACE);
    type(&p, "x");
    expect(&p, "xab", 1);
    prompt_key(&p, TKEY_END);
    expect(&p, "xab", 3);
    for (int i = 0; i < 2 * FILTER_MAX; i++) {
        prompt_key(&p, 0x20AC);
    }
    cr_expect(p.len <= FILTER_MAX && (p.len - 3) % 3 == 0);
    cr_expect_eq(prompt_key(&p, TKEY_ESCAPE), PROMPT_LEFT);
    cr_expect_eq(p.what, PROMPT_CLOSED);
    prompt_deinit(&p);
}

Test(prompt, remembers_what_was_taken)
{
    struct prompt p = { 0 };
    static const char *const taken[] = { "one", "two", "", "three", "one" };
    for (size_t i = 0; i < COUNT(taken); i++) {
        prompt_open(&p, i % 2 ? PROMPT_FIND : PROMPT_FILTER, SLICE(""));
        type(&p, taken[i]);
        cr_expect_eq(prompt_key(&p, TKEY_ENTER), PROMPT_TAKEN);
        prompt_close(&p);
    }
    prompt_open(&p, PROMPT_FIND, SLICE(""));
    type(&p, "new");
    static const char *const back[] = { "one", "three", "two", "two" };
    for (size_t i = 0; i < COUNT(back); i++) {
        prompt_key(&p, TKEY_UP);
        expect(&p, back[i], strlen(back[i]));
    }
    for (int i = 0; i < 4; i++) {
        prompt_key(&p, TKEY_DOWN);
    }
    expect(&p, "new", 3);
    for (int i = 0; i < 3 * PROMPT_HISTORY; i++) { /* the oldest are forgotten */
        prompt_open(&p, PROMPT_FIND, SLICE(""));
        prompt_key(&p, (uint32_t)('0' + i % 70));
        prompt_close(&p);
    }
    prompt_deinit(&p);
}

Test(prompt, completes_names_of_fields)
{
    static const struct {
        const char *typed, *completed;
    } rows[] = {
        { "smtp.req.c", "smtp.req.command" },
        { "smtp.response.code > 1 and dns.qr", "smtp.response.code > 1 and dns.qry." },
        { "dns.qry.t", "dns.qry.type" },
        { "zzz", "zzz" },
        { "", "" },
        { "not out", "not outcome" },
        { "outcome.f", "outcome.fate" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct prompt p = { 0 };
        prompt_open(&p, PROMPT_FIND, SLICE(""));
        type(&p, rows[i].typed);
        prompt_key(&p, TKEY_TAB);
        expect(&p, rows[i].completed, strlen(rows[i].completed));
        prompt_deinit(&p);
    }
}
