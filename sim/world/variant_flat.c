/* variant_flat.c - a variant as a scenario of its own: its document, written down.
 * Never judges it: who loads the text learns what is wrong. */
#include "sim/base/err.h"
#include "sim/base/fmt.h"
#include "sim/base/json_text.h"
#include "sim/world/json.h"
#include "sim/world/variant_add.h"
#include "sim/world/variants.h"

#define OPEN_DEPTH 2 /* down to here each member and entry has a line of its own */

static void new_line(size_t depth, struct buf *out)
{
    buf_byte(out, '\n');
    buf_fill(out, ' ', 2 * depth);
}

static bool write_node(const struct json_node *n, size_t depth, struct buf *out);

static bool write_children(const struct json_node *n, size_t depth, struct buf *out)
{
    bool object = json_type(n) == JSON_OBJECT, open = depth < OPEN_DEPTH && json_first(n);
    bool ok = true;
    buf_byte(out, object ? '{' : '[');
    for (const struct json_node *m = json_first(n); m && ok; m = json_next(m)) {
        buf_addz(out, m != json_first(n) ? "," : "");
        if (open) {
            new_line(depth + 1, out);
        } else {
            buf_byte(out, ' ');
        }
        if (object) {
            json_put_text(out, json_key(m));
            buf_addz(out, ": ");
        }
        ok = write_node(m, depth + 1, out);
    }
    if (open) {
        new_line(depth, out);
    } else {
        buf_addz(out, json_first(n) ? " " : "");
    }
    buf_byte(out, object ? '}' : ']');
    return ok;
}

/* false: a number with a fraction, which no scenario has. */
static bool write_node(const struct json_node *n, size_t depth, struct buf *out)
{
    int64_t whole = 0;
    switch (json_type(n)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return write_children(n, depth, out);
    case JSON_STRING:
        json_put_text(out, json_text(n));
        return true;
    case JSON_BOOL:
        buf_addz(out, json_bool(n) ? "true" : "false");
        return true;
    case JSON_NUMBER:
        if (!json_whole(n, &whole)) {
            return false;
        }
        fmt_i64(out, whole);
        return true;
    case JSON_NULL:
        break;
    }
    buf_addz(out, "null");
    return true;
}

bool variant_flat(slice text, slice variant, struct buf *out)
{
    struct json j;
    size_t at;
    struct err err;
    struct arena nodes;
    struct problems problems;
    if (!json_read(&j, text, &at, &err)) {
        return false;
    }
    arena_init(&nodes);
    problems_init(&problems, (slice){ 0 });
    const struct json_node *n = variant_node(j.root, variant);
    bool ok = n && write_node(variant_document(j.root, n, &nodes, &problems), 0, out) &&
              !problems_any(&problems);
    buf_byte(out, '\n');
    problems_deinit(&problems);
    arena_deinit(&nodes);
    json_free(&j);
    return ok;
}
