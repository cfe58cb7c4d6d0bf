/* filter.h - a small language that asks something of a record: `smtp.req.command == "RCPT"`.
 * The fields are those of field.h, most of them Wireshark's; what the language means follows
 * Wireshark 4 (docs/filter.md).  Parsed once, then looked at for every record.
 *
 *   expr    = and { ("or" | "||") and }          and = not { ("and" | "&&") not }
 *   not     = ("not" | "!") not | "(" expr ")" | test
 *   test    = field | field relation value | field "in" "{" values "}"
 *   field   = NAME | "lower" "(" NAME ")" | "upper" "(" NAME ")"
 *
 * A field alone asks whether there is one.  Of a field that is there several times one is enough
 * for a relation, but `!=` wants all of them to differ. */
#ifndef MAILFLOW_UI_FILTER_H
#define MAILFLOW_UI_FILTER_H

#include "ui/field.h"

#define FILTER_MAX 400 /* octets of an expression */

/* What is wrong, and where. */
struct filter_err {
    size_t at;
    char text[200]; /* empty: nothing */
};

enum filter_op {
    FILTER_AND,
    FILTER_OR,
    FILTER_NOT,
    FILTER_EXISTS,
    FILTER_EQ,
    FILTER_NE,
    FILTER_GT,
    FILTER_LT,
    FILTER_GE,
    FILTER_LE,
    FILTER_CONTAINS,
    FILTER_IN
};
enum filter_case { FILTER_AS_IT_IS, FILTER_LOWER, FILTER_UPPER };

struct filter_value {
    uint64_t number, to;   /* a range of numbers; a single one has both the same */
    size_t text, text_len; /* in filter.text: a text, or the octets of an address */
    uint8_t prefix;        /* of an address: the bits that count */
};
struct filter_node {
    uint8_t op, fold; /* enum filter_op, enum filter_case */
    uint16_t field;
    uint32_t left, right;  /* nodes; left alone: NOT */
    uint32_t first, count; /* values */
};
struct filter {
    struct filter_node *nodes;
    size_t node_count, node_cap;
    struct filter_value *values;
    size_t value_count, value_cap;
    struct buf text;
    uint32_t root;
    uint8_t wanted[FIELD_COUNT]; /* what must be gathered */
};

/* false: err_r says why, and f is empty.  It is to be freed in any case. */
bool filter_parse(struct filter *f, slice text, struct filter_err *err_r);
void filter_deinit(struct filter *f);
/* Is it so, by what was found in a record?  Parts that are lent: up to two, one after the other. */
bool filter_holds(const struct filter *f, const struct hits *const *parts, size_t count);

/* A person typed this where texts are searched too: is it an expression?  It is one if it begins
 * (behind `(`, `!`, `not`) with the name of a field, and a relation, `in`, `and`, `or` or `)`
 * follows; or nothing, where the name has a dot in it or something stood in front of it.  A name
 * with a dot and a relation behind it is one even where there is no such field, so that the mistake
 * can be told.  `bare`: any name of a field alone will do. */
bool filter_is_expression(slice text, bool bare);

/* The name that is being typed at the end of a text: how many octets of it.  And the fields that
 * begin with it: the n-th; FIELD_NONE: no more. */
size_t filter_word_typed(slice text);
enum field filter_completion(slice word, size_t n);

/* "dns.qry.type == MX": the test for what was found, as the language has it; nothing where the
 * field cannot be asked for. */
void filter_of_hit(const struct hits *h, const struct hit *hit, struct buf *out);

#endif
