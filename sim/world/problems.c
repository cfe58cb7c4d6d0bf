/* problems.c - what is wrong with a file, and where.
 * Never decides what is right; off the hot path, so it may format as it likes. */
#include "sim/world/problems.h"

#include "sim/base/fmt.h"
#include "sim/base/mem.h"
#include "sim/base/safe.h"
#include "sim/world/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void problems_init(struct problems *p, slice file)
{
    *p = (struct problems){ 0 };
    arena_init(&p->arena);
    p->file = arena_copy(&p->arena, file);
    p->list = mem_array(PROBLEMS_MAX, sizeof *p->list);
}

void problems_deinit(struct problems *p)
{
    mem_free(p->list);
    arena_deinit(&p->arena);
    *p = (struct problems){ 0 };
}

bool problems_any(const struct problems *p)
{
    return p->count > 0;
}

bool problems_full(const struct problems *p)
{
    return p->count == PROBLEMS_MAX;
}

/* The same has been said of the same place, or of what a variant laid itself over. */
static bool is_told(const struct problems *p, const struct json_node *node, slice text)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct json_node *place = p->list[i].node;
        if (place && (place == json_origin(node) || place == json_under(node)) &&
            slice_eq(p->list[i].text, text)) {
            return true;
        }
    }
    return false;
}

/* Adds a problem as it stands in `as`, with its text; where there are enough, only counts. */
static void add(struct problems *p, struct problem as, const char *format, va_list args)
{
    if (problems_full(p)) {
        p->more++;
        return;
    }
    char text[640];
    (void)vsnprintf(text, sizeof text, format, args);
    if (p->variant.len > 0 && is_told(p, as.node, slice_of(text))) {
        return;
    }
    as.node = json_origin(as.node);
    as.other = json_origin(as.other);
    as.variant = p->variant;
    as.text = arena_copy(&p->arena, slice_of(text));
    p->list[p->count++] = as;
}

void problem_add(struct problems *p, const struct json_node *node, enum problem_spot spot,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(p, (struct problem){ .node = node, .spot = spot }, format, args);
    va_end(args);
}

void problem_add_second(struct problems *p, const struct json_node *node,
                        const struct json_node *first, enum problem_spot spot, const char *format,
                        ...)
{
    va_list args;
    va_start(args, format);
    add(p, (struct problem){ .node = node, .other = first, .spot = spot }, format, args);
    va_end(args);
}

void problem_add_at(struct problems *p, uint32_t line, uint32_t column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(p, (struct problem){ .line = line, .column = column }, format, args);
    va_end(args);
}

/* ---- where */

struct cursor {
    size_t at;
    uint32_t line, column;
};
struct locate {
    struct problems *problems;
    slice text;
    struct cursor cursor; /* never behind the key of the value that is visited */
};

static struct cursor forward(slice text, struct cursor c, size_t offset)
{
    uint32_t line, column;
    json_place(slice_from(text, c.at), offset - c.at, &line, &column);
    return (struct cursor){
        .at = offset,
        .line = c.line + line - 1,
        .column = line > 1 ? column : c.column + column - 1,
    };
}

/* In the variant's own text it is plain whose it is. */
static bool is_own(slice variant, slice pointer)
{
    return slice_starts(pointer, SLICE("/variants/")) &&
           slice_starts(slice_from(pointer, 10), variant) &&
           (pointer.len == 10 + variant.len || pointer.ptr[10 + variant.len] == '/');
}

static void name_variant(struct problems *p, struct problem *problem)
{
    struct buf text;
    buf_init(&text);
    buf_add(&text, problem->text);
    buf_addz(&text, " (in the variant \"");
    buf_add(&text, problem->variant);
    buf_addz(&text, "\")");
    problem->text = arena_copy(&p->arena, buf_slice(&text));
    buf_deinit(&text);
}

static void found(struct locate *l, struct problem *p, size_t key, size_t value, slice pointer)
{
    struct cursor c = forward(l->text, l->cursor, p->spot == SPOT_KEY ? key : value);
    p->line = c.line;
    p->column = c.column;
    p->pointer = arena_copy(&l->problems->arena, pointer);
    p->node = NULL;
    if (p->variant.len > 0 && !is_own(p->variant, pointer)) {
        name_variant(l->problems, p);
    }
}

static void found_other(struct locate *l, struct problem *p)
{
    struct buf text;
    buf_init(&text);
    buf_add(&text, p->text);
    buf_addz(&text, " (first at line ");
    fmt_u64(&text, l->cursor.line);
    buf_byte(&text, ')');
    p->text = arena_copy(&l->problems->arena, buf_slice(&text));
    buf_deinit(&text);
    p->other = NULL;
}

static void look(void *self, const struct json_node *n, size_t key, size_t value, slice pointer)
{
    struct locate *l = self;
    for (size_t i = 0; i < l->problems->count; i++) {
        struct problem *p = &l->problems->list[i];
        if (p->node != n && p->other != n) {
            continue;
        }
        l->cursor = forward(l->text, l->cursor, key);
        if (p->other == n) {
            found_other(l, p);
        }
        if (p->node == n) {
            found(l, p, key, value, pointer);
        }
    }
}

void problems_locate(struct problems *p, const struct json *j)
{
    struct locate l = {
        .problems = p,
        .text = { j->text, j->len },
        .cursor = { .line = 1, .column = 1 },
    };
    if (j->root && problems_any(p)) {
        json_walk(j, look, &l);
    }
}

static int place_order(const void *a, const void *b)
{
    const struct problem *left = a, *right = b;
    if (left->line != right->line) {
        return left->line < right->line ? -1 : 1;
    }
    if (left->column != right->column) {
        return left->column < right->column ? -1 : 1;
    }
    return slice_cmp(left->text, right->text);
}

void problems_sort(struct problems *p)
{
    qsort(p->list, p->count, sizeof *p->list, place_order);
}

/* A file is hostile until proved otherwise: nothing of it drives a terminal or turns around what is
 * read there. */
static void add_visible(struct buf *out, slice s)
{
    safe_text(out, s, SAFE_KEEP_NOTHING);
}

void problems_text(const struct problems *p, struct buf *out)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct problem *problem = &p->list[i];
        add_visible(out, p->file);
        buf_byte(out, ':');
        fmt_u64(out, problem->line);
        buf_byte(out, ':');
        fmt_u64(out, problem->column);
        buf_addz(out, ": ");
        if (problem->pointer.len > 0) {
            add_visible(out, problem->pointer);
            buf_addz(out, ": ");
        }
        add_visible(out, problem->text);
        buf_byte(out, '\n');
    }
    if (p->more > 0) {
        add_visible(out, p->file);
        buf_addz(out, ": and ");
        fmt_u64(out, p->more);
        buf_addz(out, " more\n");
    }
}
