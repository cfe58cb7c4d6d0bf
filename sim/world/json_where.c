/* json_where.c - the tree of a scenario, and where a value stands in its text.
 * cJSON keeps no offsets, so the tree and the text are walked side by side; only done when there
 * is something to complain about.  The text has passed json_scan, which makes the walk simple. */
#include "sim/world/json.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"

#include <assert.h>

struct walk {
    slice text;
    size_t at;
    struct buf pointer;
    json_visit_fn *visit;
    void *self;
};

static void blanks(struct walk *w)
{
    while (w->at < w->text.len && (unsigned char)w->text.ptr[w->at] <= ' ') {
        w->at++;
    }
}

static void string(struct walk *w)
{
    for (w->at++; w->text.ptr[w->at] != '"'; w->at++) {
        if (w->text.ptr[w->at] == '\\') {
            w->at++;
        }
    }
    w->at++;
}

static void scalar(struct walk *w)
{
    if (w->text.ptr[w->at] == '"') {
        string(w);
        return;
    }
    while (w->at < w->text.len &&
           slice_find_byte(SLICE(",]} \t\r\n"), w->text.ptr[w->at]) == SLICE_NONE) {
        w->at++;
    }
}

/* RFC 6901 3: ~ is written ~0, / is written ~1. */
static void add_token(struct buf *pointer, slice key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '~' || key.ptr[i] == '/') {
            buf_addz(pointer, key.ptr[i] == '~' ? "~0" : "~1");
        } else {
            buf_byte(pointer, key.ptr[i]);
        }
    }
}

static void walk_value(struct walk *w, const struct json_node *n, size_t key);

static void walk_children(struct walk *w, const struct json_node *n)
{
    bool object = json_type(n) == JSON_OBJECT;
    size_t length = w->pointer.len;
    uint64_t index = 0;
    w->at++; /* the bracket */
    for (const struct json_node *child = json_first(n); child; child = json_next(child)) {
        blanks(w);
        size_t key = w->at;
        buf_byte(&w->pointer, '/');
        if (object) {
            string(w);
            blanks(w);
            w->at++; /* the colon */
            blanks(w);
            add_token(&w->pointer, json_key(child));
        } else {
            fmt_u64(&w->pointer, index++);
        }
        walk_value(w, child, key);
        w->pointer.len = length;
        blanks(w);
        w->at += w->text.ptr[w->at] == ',';
    }
    blanks(w);
    w->at++;
}

static void walk_value(struct walk *w, const struct json_node *n, size_t key)
{
    assert(w->at < w->text.len);
    w->visit(w->self, n, key, w->at, buf_slice(&w->pointer));
    if (json_type(n) == JSON_OBJECT || json_type(n) == JSON_ARRAY) {
        walk_children(w, n);
    } else {
        scalar(w);
    }
}

void json_walk(const struct json *j, json_visit_fn *visit, void *self)
{
    struct walk w = { .text = { j->text, j->len }, .visit = visit, .self = self };
    buf_init(&w.pointer);
    blanks(&w);
    walk_value(&w, j->root, w.at);
    buf_deinit(&w.pointer);
}

void json_place(slice text, size_t offset, uint32_t *line_r, uint32_t *column_r)
{
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i < offset && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)text.ptr[i] & 0xc0) != 0x80; /* not a continuation */
        }
    }
    *line_r = line;
    *column_r = column;
}

/* ---- the text of a scenario ---- */

static void told_twice(void *problems, const struct json_node *again, const struct json_node *first)
{
    problem_add_second(problems, again, first, SPOT_KEY, "this key is here twice");
}

bool json_parse(struct json *j, slice text, size_t size_max, struct problems *problems)
{
    size_t at;
    struct err err;
    *j = (struct json){ 0 };
    if (text.len > size_max) {
        problem_add_at(problems, 1, 1, "the file has %zu bytes; at most %zu are read", text.len,
                       size_max);
        return false;
    }
    if (!json_read(j, text, &at, &err)) {
        uint32_t line, column;
        json_place(text, at, &line, &column);
        problem_add_at(problems, line, column, "%s", err.text);
        return false;
    }
    return json_keys_unique(j->root, told_twice, problems);
}
