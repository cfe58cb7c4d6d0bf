/* filter_lex.c - words and signs of an expression, and what is half typed.  See filter_parse.h. */
#include "ui/filter_parse.h"

static bool in_word(char c)
{
    return ascii_is_alpha(c) || ascii_is_digit(c) || c == '.' || c == '_' || c == '-' || c == ':' ||
           c == '/' || c == '@' || c == '+' || (unsigned char)c >= 0x80;
}

struct sign {
    const char *text;
    enum filter_token kind;
    enum filter_op op;
};
static const struct sign signs[] = {
    { "==", FILTER_T_RELATION, FILTER_EQ },
    { "!=", FILTER_T_RELATION, FILTER_NE },
    { ">=", FILTER_T_RELATION, FILTER_GE },
    { "<=", FILTER_T_RELATION, FILTER_LE },
    { "&&", FILTER_T_AND, 0 },
    { "||", FILTER_T_OR, 0 },
    { ">", FILTER_T_RELATION, FILTER_GT },
    { "<", FILTER_T_RELATION, FILTER_LT },
    { "!", FILTER_T_NOT, 0 },
    { "(", FILTER_T_OPEN, 0 },
    { ")", FILTER_T_CLOSE, 0 },
    { "{", FILTER_T_BRACE, 0 },
    { "}", FILTER_T_BRACE_END, 0 },
    { ",", FILTER_T_COMMA, 0 },
    { "~", FILTER_T_MATCHES, 0 },
};
static const struct sign words[] = {
    { "and", FILTER_T_AND, 0 },
    { "or", FILTER_T_OR, 0 },
    { "not", FILTER_T_NOT, 0 },
    { "eq", FILTER_T_RELATION, FILTER_EQ },
    { "ne", FILTER_T_RELATION, FILTER_NE },
    { "gt", FILTER_T_RELATION, FILTER_GT },
    { "lt", FILTER_T_RELATION, FILTER_LT },
    { "ge", FILTER_T_RELATION, FILTER_GE },
    { "le", FILTER_T_RELATION, FILTER_LE },
    { "contains", FILTER_T_RELATION, FILTER_CONTAINS },
    { "in", FILTER_T_RELATION, FILTER_IN },
    { "matches", FILTER_T_MATCHES, 0 },
};

static void quoted(struct filter_lexer *l)
{
    size_t i = l->at + 1;
    while (i < l->all.len && l->all.ptr[i] != '"') {
        i += l->all.ptr[i] == '\\' && i + 1 < l->all.len ? 2 : 1;
    }
    i = i < l->all.len ? i : l->all.len;
    bool closed = i < l->all.len;
    l->kind = closed ? FILTER_T_TEXT : FILTER_T_WRONG;
    l->text = slice_sub(l->all, l->at + 1, i - l->at - 1);
    l->to = closed ? i + 1 : i;
}

static void word(struct filter_lexer *l)
{
    l->to = l->at;
    while (l->to < l->all.len && in_word(l->all.ptr[l->to])) {
        l->to++;
    }
    l->text = slice_sub(l->all, l->at, l->to - l->at);
    l->kind = FILTER_T_WORD;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (slice_eq(l->text, slice_of(words[i].text))) {
            l->kind = words[i].kind;
            l->op = words[i].op;
        }
    }
}

void filter_lex(struct filter_lexer *l)
{
    l->at = l->to;
    while (l->at < l->all.len && (l->all.ptr[l->at] == ' ' || l->all.ptr[l->at] == '\t')) {
        l->at++;
    }
    l->to = l->at;
    l->text = (slice){ 0 };
    l->kind = FILTER_T_END;
    if (l->at == l->all.len) {
        return;
    }
    char c = l->all.ptr[l->at];
    if (c == '"') {
        quoted(l);
        return;
    }
    if (in_word(c)) {
        word(l);
        return;
    }
    l->kind = FILTER_T_WRONG;
    l->to = l->at + 1;
    for (size_t i = 0; i < COUNT(signs); i++) {
        if (slice_starts(slice_from(l->all, l->at), slice_of(signs[i].text))) {
            l->kind = signs[i].kind;
            l->op = signs[i].op;
            l->to = l->at + slice_of(signs[i].text).len;
            return;
        }
    }
}

void filter_unquote(const struct filter_lexer *l, struct buf *out)
{
    static const char from[] = "nrt", to[] = "\n\r\t";
    for (size_t i = 0; i < l->text.len; i++) {
        char c = l->text.ptr[i];
        if (l->kind != FILTER_T_TEXT || c != '\\' || i + 1 == l->text.len) {
            buf_byte(out, c);
            continue;
        }
        c = l->text.ptr[++i];
        size_t known = slice_find_byte((slice){ from, sizeof from - 1 }, c);
        int high = c == 'x' && i + 2 < l->text.len ? ascii_hex(l->text.ptr[i + 1]) : -1;
        int low = high >= 0 ? ascii_hex(l->text.ptr[i + 2]) : -1;
        if (low >= 0) {
            buf_byte(out, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_byte(out, (char)(known == SLICE_NONE ? c : to[known]));
        }
    }
}

/* ---- what a person types */

bool filter_is_expression(slice text, bool bare)
{
    struct filter_lexer l = { .all = text };
    bool front = false;
    filter_lex(&l);
    for (; l.kind == FILTER_T_OPEN || l.kind == FILTER_T_NOT; front = true) {
        filter_lex(&l);
    }
    if (l.kind != FILTER_T_WORD) {
        return false;
    }
    slice name = l.text;
    bool function = slice_eq(name, SLICE("lower")) || slice_eq(name, SLICE("upper"));
    bool known = field_find(name) != FIELD_NONE;
    bool dotted = slice_find_byte(name, '.') != SLICE_NONE;
    filter_lex(&l);
    switch (l.kind) {
    case FILTER_T_RELATION:
    case FILTER_T_MATCHES:
        return known || dotted;
    case FILTER_T_AND:
    case FILTER_T_OR:
    case FILTER_T_CLOSE:
        return known;
    case FILTER_T_OPEN:
        return function;
    case FILTER_T_END:
        return known && (dotted || front || bare);
    default:
        return false;
    }
}

size_t filter_word_typed(slice text)
{
    size_t n = 0;
    while (n < text.len && (ascii_is_alpha(text.ptr[text.len - n - 1]) ||
                            ascii_is_digit(text.ptr[text.len - n - 1]) ||
                            text.ptr[text.len - n - 1] == '.' || text.ptr[text.len - n - 1] == '_'))
        n++;
    return n;
}

enum field filter_completion(slice word, size_t n)
{
    struct buf name;
    enum field found = FIELD_NONE;
    buf_init(&name);
    for (size_t i = 1; i < FIELD_COUNT && !found; i++) {
        buf_clear(&name);
        field_name((enum field)i, &name);
        if (name.len && slice_starts(buf_slice(&name), word) && n-- == 0) {
            found = (enum field)i;
        }
    }
    buf_deinit(&name);
    return found;
}
