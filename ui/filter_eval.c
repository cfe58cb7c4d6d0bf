/* filter_eval.c - is an expression true of what was found?  See filter.h. */
#include "sim/base/fmt.h"
#include "ui/filter.h"

/* A text with its letters folded. */
static char folded(char c, uint8_t fold)
{
    return (char)(fold == FILTER_LOWER   ? ascii_lower(c)
                  : fold == FILTER_UPPER ? ascii_upper(c)
                                         : c);
}

static int text_cmp(slice have, slice want, uint8_t fold)
{
    for (size_t i = 0; i < have.len && i < want.len; i++) {
        unsigned char a = (unsigned char)folded(have.ptr[i], fold);
        unsigned char b = (unsigned char)want.ptr[i];
        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    return have.len < want.len ? -1 : have.len > want.len;
}

static bool text_contains(slice have, slice want, uint8_t fold)
{
    if (fold == FILTER_AS_IT_IS) {
        return slice_find(have, want) != SLICE_NONE;
    }
    for (size_t i = 0; i + want.len <= have.len; i++) {
        if (text_cmp(slice_sub(have, i, want.len), want, fold) == 0) {
            return true;
        }
    }
    return false;
}

static bool address_in(slice have, slice want, unsigned bits)
{
    if (have.len != want.len) {
        return false;
    }
    for (size_t i = 0; i < have.len && bits > 0; i++, bits -= bits < 8 ? bits : 8) {
        unsigned mask = bits < 8 ? 0xffU << (8 - bits) & 0xff : 0xff;
        if ((((unsigned char)have.ptr[i] ^ (unsigned char)want.ptr[i]) & mask) != 0) {
            return false;
        }
    }
    return true;
}

static bool related(enum filter_op op, int order)
{
    switch (op) {
    case FILTER_EQ:
    case FILTER_IN:
        return order == 0;
    case FILTER_NE:
        return order != 0;
    case FILTER_GT:
        return order > 0;
    case FILTER_LT:
        return order < 0;
    case FILTER_GE:
        return order >= 0;
    case FILTER_LE:
        return order <= 0;
    default:
        return false;
    }
}

static bool value_holds(const struct filter *f, const struct filter_node *n,
                        const struct filter_value *v, const struct hits *h, const struct hit *hit)
{
    slice want = slice_sub(buf_slice(&f->text), v->text, v->text_len);
    enum field_type type = field_type((enum field)n->field);
    enum filter_op op = (enum filter_op)n->op;
    if (op == FILTER_CONTAINS) {
        return text_contains(hit_text(h, hit), want, n->fold);
    }
    if (type == FIELD_T_TEXT) {
        return related(op, text_cmp(hit_text(h, hit), want, n->fold));
    }
    if (type == FIELD_T_IP) {
        return related(op, !address_in(hit_text(h, hit), want, v->prefix));
    }
    /* within the range is equal */
    return related(op, hit->number < v->number ? -1 : hit->number > v->to);
}

static bool hit_holds(const struct filter *f, const struct filter_node *n, const struct hits *h,
                      const struct hit *hit)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (value_holds(f, n, &f->values[n->first + i], h, hit)) {
            return true;
        }
    }
    return n->op == FILTER_EXISTS;
}

static bool test_holds(const struct filter *f, const struct filter_node *n,
                       const struct hits *const *parts, size_t count)
{
    bool all = n->op == FILTER_NE, any = false;
    for (size_t p = 0; p < count; p++) {
        for (size_t i = 0; i < parts[p]->count; i++) {
            const struct hit *hit = &parts[p]->rows[i];
            if (hit->field != n->field) {
                continue;
            }
            any = true;
            if (hit_holds(f, n, parts[p], hit) != all) {
                return !all; /* one is enough; and of `!=`, one that is equal */
            }
        }
    }
    return all && any;
}

static bool holds(const struct filter *f, uint32_t node, const struct hits *const *parts,
                  size_t count)
{
    const struct filter_node *n = &f->nodes[node];
    switch (n->op) {
    case FILTER_AND:
        return holds(f, n->left, parts, count) && holds(f, n->right, parts, count);
    case FILTER_OR:
        return holds(f, n->left, parts, count) || holds(f, n->right, parts, count);
    case FILTER_NOT:
        return !holds(f, n->left, parts, count);
    default:
        return test_holds(f, n, parts, count);
    }
}

bool filter_holds(const struct filter *f, const struct hits *const *parts, size_t count)
{
    return f->node_count > 0 && holds(f, f->root, parts, count);
}

/* ---- the other way */

static void add_quoted(slice text, struct buf *out)
{
    static const char from[] = "\n\r\t\"\\", to[] = "nrt\"\\";
    static const char digits[] = "0123456789abcdef";
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        size_t known = slice_find_byte((slice){ from, sizeof from - 1 }, text.ptr[i]);
        if (known != SLICE_NONE) {
            buf_byte(out, '\\');
            buf_byte(out, to[known]);
        } else if (c < ' ' || c == 0x7f) {
            buf_addz(out, "\\x");
            buf_byte(out, digits[c >> 4]);
            buf_byte(out, digits[c & 15]);
        } else {
            buf_byte(out, (char)c);
        }
    }
    buf_byte(out, '"');
}

static bool is_one_word(const char *word)
{
    return word && slice_find_byte(slice_of(word), ' ') == SLICE_NONE;
}

void filter_of_hit(const struct hits *h, const struct hit *hit, struct buf *out)
{
    enum field f = (enum field)hit->field;
    enum field_type type = field_type(f);
    size_t before = out->len;
    field_name(f, out);
    if (out->len == before || type == FIELD_T_NONE) {
        return;
    }
    buf_addz(out, " == ");
    if (type == FIELD_T_TEXT) {
        add_quoted(hit_text(h, hit), out);
    } else if (type == FIELD_T_NUM && !is_one_word(field_number_word(f, hit->number))) {
        fmt_u64(out, hit->number);
    } else {
        hit_value(h, hit, out);
    }
}
