/* problems.h - everything that is wrong with a file, in one go, each with its place.
 * A problem is noted with the JSON node it is about; lines and columns are found once, at the end,
 * in one walk over the text, so that a good file pays nothing for them. */
#ifndef MAILFLOW_WORLD_PROBLEMS_H
#define MAILFLOW_WORLD_PROBLEMS_H

#include "sim/base/arena.h"
#include "sim/base/buf.h"

#define PROBLEMS_MAX 100 /* more are counted, not kept */

struct json;
struct json_node;

enum problem_spot { SPOT_VALUE, SPOT_KEY };

struct problem {
    uint32_t line, column;                /* from 1; columns in code points; 0: not located yet */
    slice pointer;                        /* RFC 6901; empty: the whole file */
    slice text;                           /* one sentence without a final stop */
    const struct json_node *node, *other; /* until located; other: "(first at line N)" */
    enum problem_spot spot;
    slice variant; /* whose document it was found in; empty: the scenario's own */
};

struct problems {
    slice file; /* as shown: "first-mail.json" */
    struct problem *list;
    size_t count, more; /* kept, and left out */
    /* What is read now is the document of this variant: what it shares with the scenario is not
     * told twice, and elsewhere the variant is named.  Empty: the scenario itself. */
    slice variant;
    struct arena arena;
};

void problems_init(struct problems *p, slice file);
void problems_deinit(struct problems *p);
bool problems_any(const struct problems *p);
bool problems_full(const struct problems *p); /* one more would only be counted */
/* Formats only where there is still room for one. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void problem_add(struct problems *p, const struct json_node *node, enum problem_spot spot,
                 const char *format, ...);
/* The same, about the second of two: its text ends in the line of the first. */
#if defined(__GNUC__)
__attribute__((format(printf, 5, 6)))
#endif
void problem_add_second(struct problems *p, const struct json_node *node,
                        const struct json_node *first, enum problem_spot spot, const char *format,
                        ...);
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void problem_add_at(struct problems *p, uint32_t line, uint32_t column, const char *format, ...);

void problems_locate(struct problems *p, const struct json *j); /* while the tree still stands */
void problems_sort(struct problems *p);                         /* by place, then as found */
/* "file:line:col: /pointer: text", a line each, and the number of those left out. */
void problems_text(const struct problems *p, struct buf *out);

#endif
