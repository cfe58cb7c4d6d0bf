/* filter_parse.c - an expression becomes nodes.  See filter.h.  Never looks at a record. */
#include "ui/filter_parse.h"

#include "sim/base/fmt.h"
#include "sim/base/ip6.h"
#include "sim/base/mem.h"
#include "sim/base/nearest.h"

#include <stdarg.h>
#include <stdio.h>

#define DEPTH_MAX 50 /* of parentheses and nots */

struct parser {
    struct filter *f;
    struct filter_lexer in;
    struct filter_err *err;
    unsigned depth;
    bool failed;
};

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static uint32_t
fail(struct parser *p, size_t at, const char *format, ...)
{
    if (!p->failed) {
        va_list args;
        p->failed = true;
        p->err->at = at;
        va_start(args, format);
        (void)vsnprintf(p->err->text, sizeof p->err->text, format, args);
        va_end(args);
    }
    return 0;
}

static uint32_t node_add(struct parser *p, struct filter_node n)
{
    struct filter *f = p->f;
    f->nodes = mem_grow(f->nodes, f->node_count, &f->node_cap, sizeof *f->nodes);
    f->nodes[f->node_count] = n;
    return (uint32_t)f->node_count++;
}

static bool take(struct parser *p, enum filter_token kind)
{
    bool there = p->in.kind == kind;
    if (there) {
        filter_lex(&p->in);
    }
    return there;
}

/* ---- fields */

/* The same first and last part: what lies between is easily mixed up. */
static bool same_ends(slice a, slice b)
{
    size_t first = slice_find_byte(a, '.'), last = a.len;
    while (last > 0 && a.ptr[last - 1] != '.') {
        last--;
    }
    return first != SLICE_NONE && slice_starts(b, slice_sub(a, 0, first + 1)) &&
           b.len > a.len - last && slice_ends(b, slice_from(a, last - 1));
}

static uint32_t unknown_field(struct parser *p, slice name)
{
    struct nearest n = nearest_to(name);
    char guess[100];
    for (size_t i = 1; i < FIELD_PARTS; i++) {
        slice row = slice_of(field_row_name((enum field)i));
        nearest_try(&n, row);
        if (same_ends(name, row)) { /* smtp.rsp.code */
            n.best = row;
            n.distance = 0;
        }
    }
    return fail(p, p->in.at, "there is no field %.*s%s", (int)(name.len < 60 ? name.len : 60),
                name.ptr, nearest_text(&n, guess, sizeof guess));
}

/* The field that a test is about; FIELD_NONE: it failed. */
static enum field field(struct parser *p, enum filter_case *fold_r)
{
    slice name = p->in.text;
    *fold_r = FILTER_AS_IT_IS;
    if (p->in.kind != FILTER_T_WORD) {
        fail(p, p->in.at,
             p->in.kind == FILTER_T_END ? "something is missing here"
                                        : "the name of a field is wanted here");
        return FIELD_NONE;
    }
    bool lower = slice_eq(name, SLICE("lower")), upper = slice_eq(name, SLICE("upper"));
    if (lower || upper) {
        enum filter_case inner;
        filter_lex(&p->in);
        if (!take(p, FILTER_T_OPEN)) {
            fail(p, p->in.at, "( is wanted behind lower and upper");
            return FIELD_NONE;
        }
        size_t at = p->in.at;
        enum field f = field(p, &inner);
        if (f && (inner != FILTER_AS_IT_IS || field_type(f) != FIELD_T_TEXT)) {
            fail(p, at, "lower and upper take a field that is a text");
        } else if (f && !take(p, FILTER_T_CLOSE)) {
            fail(p, p->in.at, ") is missing");
        }
        *fold_r = lower ? FILTER_LOWER : FILTER_UPPER;
        return p->failed ? FIELD_NONE : f;
    }
    enum field f = field_find(name);
    if (!f) {
        unknown_field(p, name);
        return FIELD_NONE;
    }
    p->f->wanted[f] = 1;
    filter_lex(&p->in);
    return f;
}

/* ---- values */

static bool seconds(slice text, uint64_t *ns_r)
{
    slice fraction = text, whole = slice_cut(&fraction, '.');
    uint64_t s = 0, part = 0;
    if (parse_duration(text, ns_r)) {
        return true;
    }
    if (!slice_to_u64(whole, &s) || s > UINT64_MAX / SIM_SECOND - 1 || fraction.len > 9) {
        return false;
    }
    if (fraction.len && !slice_to_u64(fraction, &part)) {
        return false;
    }
    for (size_t i = fraction.len; i < 9; i++) {
        part *= 10;
    }
    *ns_r = s * SIM_SECOND + part;
    return true;
}

static bool hex(slice text, uint64_t *n_r)
{
    uint64_t n = 0;
    if (text.len < 3 || text.len > 18 || text.ptr[0] != '0' || ascii_lower(text.ptr[1]) != 'x') {
        return false;
    }
    for (size_t i = 2; i < text.len; i++) {
        if (ascii_hex(text.ptr[i]) < 0) {
            return false;
        }
        n = n << 4 | (uint64_t)ascii_hex(text.ptr[i]);
    }
    *n_r = n;
    return true;
}

static bool one_number(enum field f, slice text, uint64_t *n_r)
{
    if (field_type(f) == FIELD_T_TIME) {
        return seconds(text, n_r);
    }
    if (field_type(f) == FIELD_T_BOOL) {
        bool yes = slice_eq_nocase(text, SLICE("true")) || slice_eq(text, SLICE("1"));
        *n_r = yes;
        return yes || slice_eq_nocase(text, SLICE("false")) || slice_eq(text, SLICE("0"));
    }
    return slice_to_u64(text, n_r) || hex(text, n_r) || field_word(f, text, n_r);
}

/* "25" or, in braces, "25..110". */
static bool numbers(enum field f, slice text, bool in, struct filter_value *v)
{
    size_t dots = in ? slice_find(text, SLICE("..")) : SLICE_NONE;
    if (dots == SLICE_NONE) {
        bool ok = one_number(f, text, &v->number);
        v->to = v->number;
        return ok;
    }
    return one_number(f, slice_sub(text, 0, dots), &v->number) &&
           one_number(f, slice_from(text, dots + 2), &v->to) && v->number <= v->to;
}

static bool address(struct filter *f, slice text, struct filter_value *v)
{
    slice bits = text, host = slice_cut(&bits, '/');
    uint8_t octets[IP6_OCTETS];
    uint32_t ip4, prefix = 0;
    bool four = parse_ip4(host, &ip4);
    if (!four && !parse_ip6(host, octets)) {
        return false;
    }
    for (size_t i = 0; four && i < 4; i++) {
        octets[i] = (uint8_t)(ip4 >> (24 - 8 * i));
    }
    uint32_t most = four ? 32 : 128;
    if (host.len < text.len && (!slice_to_u32(bits, &prefix) || prefix > most)) {
        return false;
    }
    v->prefix = (uint8_t)(host.len < text.len ? prefix : most);
    v->text = f->text.len;
    v->text_len = most / 8;
    buf_add(&f->text, (slice){ (const char *)octets, v->text_len });
    return true;
}

static const char *wanted_for(enum field f)
{
    static const char *const words[] = {
        [FIELD_T_NONE] = "nothing",
        [FIELD_T_TEXT] = "a text in quotes",
        [FIELD_T_NUM] = "a number",
        [FIELD_T_BOOL] = "true or false",
        [FIELD_T_IP] = "an address, or a network as 192.0.2.0/24",
        [FIELD_T_TIME] = "a time: 1.5 (seconds), 200ms, 4h",
    };
    uint64_t any;
    bool named = field_word(f, SLICE("MX"), &any) || field_word(f, SLICE("NXDOMAIN"), &any);
    return named ? "a number or a word as MX or NXDOMAIN" : words[field_type(f)];
}

static bool value(struct parser *p, enum field f, enum filter_op op)
{
    struct filter_value v = { 0 };
    enum field_type type = field_type(f);
    bool text = type == FIELD_T_TEXT || op == FILTER_CONTAINS;
    bool given = p->in.kind == FILTER_T_TEXT || p->in.kind == FILTER_T_WORD;
    if (given && text) {
        v.text = p->f->text.len;
        filter_unquote(&p->in, &p->f->text);
        v.text_len = p->f->text.len - v.text;
    } else if (!given || p->in.kind == FILTER_T_TEXT ||
               !(type == FIELD_T_IP ? address(p->f, p->in.text, &v)
                                    : numbers(f, p->in.text, op == FILTER_IN, &v))) {
        fail(p, p->in.at, "%s is wanted here", wanted_for(f));
        return false;
    }
    struct filter *x = p->f;
    x->values = mem_grow(x->values, x->value_count, &x->value_cap, sizeof *x->values);
    x->values[x->value_count++] = v;
    filter_lex(&p->in);
    return true;
}

/* ---- tests */

static bool fits(struct parser *p, enum field f, enum filter_op op, size_t at)
{
    enum field_type type = field_type(f);
    if (type == FIELD_T_NONE) {
        fail(p, at, "%s is there or not, it has no value", field_label(f));
    } else if (op == FILTER_CONTAINS && type != FIELD_T_TEXT) {
        fail(p, at, "contains takes a field that is a text");
    } else if ((type == FIELD_T_BOOL || type == FIELD_T_IP) && op >= FILTER_GT && op <= FILTER_LE) {
        fail(p, at, "this field is compared by == and != only");
    }
    return !p->failed;
}

static uint32_t in_braces(struct parser *p, struct filter_node n)
{
    if (!take(p, FILTER_T_BRACE)) {
        return fail(p, p->in.at, "{ is wanted behind in, as in {25, 587}");
    }
    do {
        if (!value(p, (enum field)n.field, FILTER_IN)) {
            return 0;
        }
        n.count++;
    } while (take(p, FILTER_T_COMMA));
    return take(p, FILTER_T_BRACE_END) ? node_add(p, n)
                                       : fail(p, p->in.at, ", or } is wanted here");
}

static uint32_t test(struct parser *p)
{
    struct filter_node n = { .op = FILTER_EXISTS };
    enum filter_case fold;
    enum field f = field(p, &fold);
    if (!f) {
        return 0;
    }
    n.field = (uint16_t)f;
    n.fold = (uint8_t)fold;
    n.first = (uint32_t)p->f->value_count;
    if (p->in.kind == FILTER_T_MATCHES) {
        return fail(p, p->in.at, "there is no matches here: use contains, ==, or lower(...)");
    }
    if (p->in.kind != FILTER_T_RELATION) {
        return node_add(p, n);
    }
    n.op = (uint8_t)p->in.op;
    if (!fits(p, f, p->in.op, p->in.at)) {
        return 0;
    }
    filter_lex(&p->in);
    if (n.op == FILTER_IN) {
        return in_braces(p, n);
    }
    n.count = 1;
    return value(p, f, (enum filter_op)n.op) ? node_add(p, n) : 0;
}

/* ---- and, or, not */

static uint32_t either(struct parser *p);

static uint32_t negated(struct parser *p)
{
    if (p->in.kind != FILTER_T_NOT && p->in.kind != FILTER_T_OPEN) {
        return test(p);
    }
    if (++p->depth > DEPTH_MAX) {
        return fail(p, p->in.at, "this is too deep");
    }
    uint32_t inner;
    if (take(p, FILTER_T_NOT)) {
        inner = negated(p);
        inner =
            p->failed ? 0 : node_add(p, (struct filter_node){ .op = FILTER_NOT, .left = inner });
    } else {
        (void)take(p, FILTER_T_OPEN);
        inner = either(p);
        if (!p->failed && !take(p, FILTER_T_CLOSE)) {
            fail(p, p->in.at, ") is missing");
        }
    }
    p->depth--;
    return inner;
}

static uint32_t joined(struct parser *p, enum filter_token word, enum filter_op op,
                       uint32_t (*part)(struct parser *p))
{
    uint32_t left = part(p);
    while (!p->failed && take(p, word)) {
        uint32_t right = part(p);
        left = p->failed ? 0
                         : node_add(p, (struct filter_node){
                                           .op = (uint8_t)op, .left = left, .right = right });
    }
    return left;
}

static uint32_t both(struct parser *p)
{
    return joined(p, FILTER_T_AND, FILTER_AND, negated);
}

static uint32_t either(struct parser *p)
{
    return joined(p, FILTER_T_OR, FILTER_OR, both);
}

bool filter_parse(struct filter *f, slice text, struct filter_err *err_r)
{
    struct parser p = { .f = f, .in = { .all = text }, .err = err_r };
    *f = (struct filter){ 0 };
    *err_r = (struct filter_err){ 0 };
    buf_init(&f->text);
    filter_lex(&p.in);
    if (text.len > FILTER_MAX) {
        fail(&p, FILTER_MAX, "this is longer than %d characters", FILTER_MAX);
    } else {
        f->root = either(&p);
    }
    if (!p.failed && p.in.kind != FILTER_T_END) {
        bool relation = p.in.kind == FILTER_T_RELATION;
        fail(&p, p.in.at,
             relation ? "one relation is enough for a test"
                      : "and, or, or a relation (==, contains, in) is wanted here");
    }
    if (p.failed) {
        filter_deinit(f);
    }
    return !p.failed;
}

void filter_deinit(struct filter *f)
{
    mem_free(f->nodes);
    mem_free(f->values);
    buf_deinit(&f->text);
    *f = (struct filter){ 0 };
}
