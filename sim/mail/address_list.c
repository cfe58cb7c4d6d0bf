/* address_list.c - the address-list of a header field with its names and groups.
 * Never refuses: broken fields are common, and a reader wants to see them. */
#include "sim/mail/address_list.h"

#include <string.h>

/* What has been read since the last comma.  `words` keeps one blank between two words, `bare` none:
 * the first becomes a name, the second a local part or a domain. */
struct gathered {
    char *words, *bare, *comment;
    size_t words_len, bare_len, comment_len;
    bool gap; /* a blank came since the last word */
};

static void put_char(struct gathered *g, char c)
{
    if (g->gap && g->words_len > 0) {
        g->words[g->words_len++] = ' ';
    }
    g->gap = false;
    g->words[g->words_len++] = c;
    g->bare[g->bare_len++] = c;
}

/* "(a comment)", nested; the last one is kept, for "alice@example.org (Alice)". */
static void read_comment(struct address_reader *r, struct gathered *g)
{
    size_t depth = 0;
    size_t i = 0;
    g->comment_len = 0;
    for (; i < r->rest.len; i++) {
        char c = r->rest.ptr[i];
        bool plain = true;
        if (c == '\\' && i + 1 < r->rest.len) {
            c = r->rest.ptr[++i];
        } else if (c == '(') {
            plain = depth++ > 0;
        } else if (c == ')') {
            plain = --depth > 0;
        } else if (c == '\r' || c == '\n') {
            plain = false;
        }
        if (plain) {
            g->comment[g->comment_len++] = c;
        }
        if (depth == 0) {
            i++;
            break;
        }
    }
    r->rest = slice_from(r->rest, i);
    g->gap = true;
}

static void read_quoted(struct address_reader *r, struct gathered *g)
{
    size_t i = 1;
    for (; i < r->rest.len && r->rest.ptr[i] != '"'; i++) {
        if (r->rest.ptr[i] == '\\' && i + 1 < r->rest.len) {
            i++;
        }
        if (r->rest.ptr[i] != '\r' && r->rest.ptr[i] != '\n') {
            put_char(g, r->rest.ptr[i]);
        }
    }
    r->rest = slice_from(r->rest, i + 1);
}

static void read_literal(struct address_reader *r, struct gathered *g)
{
    size_t end = slice_find_byte(r->rest, ']');
    size_t n = end == SLICE_NONE ? r->rest.len : end + 1;
    for (size_t i = 0; i < n; i++) {
        put_char(g, r->rest.ptr[i]);
    }
    r->rest = slice_from(r->rest, n);
}

/* Reads until one of `stops`, which is left; '\0' at the end. */
static char gather(struct address_reader *r, struct gathered *g, const char *stops)
{
    *g = (struct gathered){ 0 };
    g->words = r->scratch; /* at most two characters for each read */
    g->bare = r->scratch + 2 * r->longest;
    g->comment = r->scratch + 3 * r->longest;
    while (r->rest.len > 0) {
        char c = r->rest.ptr[0];
        if (c == '(') {
            read_comment(r, g);
        } else if (c == '"') {
            read_quoted(r, g);
        } else if (c == '[') {
            read_literal(r, g);
        } else if (c != '\0' && strchr(stops, c)) {
            return c;
        } else {
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                g->gap = true;
            } else {
                put_char(g, c);
            }
            r->rest = slice_from(r->rest, 1);
        }
    }
    return '\0';
}

static slice words_of(const struct address_reader *r, const struct gathered *g)
{
    return arena_copy(r->arena, (slice){ g->words, g->words_len });
}

static slice bare_of(const struct address_reader *r, const struct gathered *g)
{
    return arena_copy(r->arena, (slice){ g->bare, g->bare_len });
}

static slice comment_of(const struct address_reader *r, const struct gathered *g)
{
    return arena_copy(r->arena, slice_trim((slice){ g->comment, g->comment_len }));
}

/* Behind "<": [route ":"] local "@" domain ">". */
static void read_angle(struct address_reader *r, struct address_entry *e)
{
    struct gathered g;
    if (r->rest.len > 0 && r->rest.ptr[0] == '@') {
        char stop = gather(r, &g, ":>");
        e->route = bare_of(r, &g);
        r->rest = stop == ':' ? slice_from(r->rest, 1) : r->rest;
    }
    char stop = gather(r, &g, "@>");
    e->local = bare_of(r, &g);
    if (stop == '@') {
        r->rest = slice_from(r->rest, 1);
        (void)gather(r, &g, ">");
        e->domain = bare_of(r, &g);
    }
    r->rest = slice_from(r->rest, 1);
    (void)gather(r, &g, ",;");
}

static void read_plain(struct address_reader *r, struct address_entry *e,
                       const struct gathered *front)
{
    struct gathered g;
    e->local = bare_of(r, front);
    e->name = comment_of(r, front);
    r->rest = slice_from(r->rest, 1);
    (void)gather(r, &g, ",;");
    e->domain = bare_of(r, &g);
    e->name = g.comment_len > 0 ? comment_of(r, &g) : e->name;
}

struct address_reader address_list_of(slice body, struct arena *lent)
{
    return (struct address_reader){ .rest = body,
                                    .arena = lent,
                                    .scratch = arena_alloc(lent, 4 * body.len + 1),
                                    .longest = body.len };
}

bool address_entry_next(struct address_reader *r, struct address_entry *e_r)
{
    while (r->rest.len > 0) {
        struct gathered g;
        *e_r = (struct address_entry){ .kind = ENTRY_MAILBOX };
        char stop = gather(r, &g, r->in_group ? ",;<@" : ",;<@:");
        if (stop == '<') {
            e_r->name = g.words_len > 0 ? words_of(r, &g) : comment_of(r, &g);
            r->rest = slice_from(r->rest, 1);
            read_angle(r, e_r);
            return true;
        }
        if (stop == '@') {
            read_plain(r, e_r, &g);
            return true;
        }
        if (stop == ':') {
            r->rest = slice_from(r->rest, 1);
            *e_r = (struct address_entry){ .kind = ENTRY_GROUP, .name = words_of(r, &g) };
            r->in_group = true;
            return true;
        }
        if (g.words_len > 0) { /* a name alone: shown as a local part without a domain */
            e_r->local = words_of(r, &g);
            return true;
        }
        r->rest = slice_from(r->rest, 1);
        if (stop == ';' && r->in_group) {
            r->in_group = false;
            e_r->kind = ENTRY_GROUP_END;
            return true;
        }
    }
    if (r->in_group) { /* its ";" is missing */
        r->in_group = false;
        *e_r = (struct address_entry){ .kind = ENTRY_GROUP_END };
        return true;
    }
    return false;
}
