/* search.c - SEARCH (RFC 9051 6.4.4) with keys by chance, and a naive matcher of each.
 * Never looks at how the server finds anything. */
#define _POSIX_C_SOURCE 200809L
#include "tests/model/model.h"

#include "sim/base/mem.h"

#include <stdio.h>
#include <time.h>

#define NODES_MAX 24
#define DAY       86400

enum key {
    K_ALL,
    K_FLAG,
    K_UNFLAG,
    K_RECENT,
    K_OLD,
    K_NEW,
    K_KEYWORD,
    K_UNKEYWORD,
    K_NUMBERS,
    K_UID,
    K_LARGER,
    K_SMALLER,
    K_SINCE,
    K_BEFORE,
    K_ON,
    K_SENTSINCE,
    K_SENTBEFORE,
    K_SENTON,
    K_SUBJECT,
    K_FROM,
    K_HEADER,
    K_BODY,
    K_TEXT,
    K_LEAVES, /* those above have no key below */
    K_NOT = K_LEAVES,
    K_OR,
    K_BOTH,
    K_COUNT
};

struct node {
    enum key key;
    uint32_t bits;
    uint64_t number;
    int64_t day;
    char text[24];
    struct number_set set;
    struct node *left, *right;
};
struct tree {
    struct client *c;
    struct node nodes[NODES_MAX];
    size_t count;
    bool numbers; /* it has message numbers */
    struct buf *out;
};

static void write_day(struct tree *t, struct node *n, const char *name)
{
    char text[32];
    int64_t days = (int64_t)pick(t->c->play, 6);
    n->day = START_DATE / DAY * DAY + (days - 1) * DAY;
    time_t at = (time_t)n->day;
    struct tm tm;
    (void)strftime(text, sizeof text, "%d-%b-%Y", gmtime_r(&at, &tm));
    buf_addz(t->out, name);
    buf_byte(t->out, ' ');
    buf_addz(t->out, *text == '0' ? text + 1 : text);
}

static void write_text(struct tree *t, struct node *n, const char *name)
{
    static const char *const parts[] = { "LANTERN", "quarry", "mead", "and 1",   "no 3",
                                         "bob",     "carol@", "zzz",  "example", "per" };
    (void)snprintf(n->text, sizeof n->text, "%s", parts[pick(t->c->play, COUNT(parts))]);
    buf_addz(t->out, name);
    if (chance(t->c->play, 20)) {
        buf_addz(t->out, " {");
        buf_number(t->out, strlen(n->text));
        buf_addz(t->out, "}\r\n\1");
        buf_addz(t->out, n->text);
        return;
    }
    buf_addz(t->out, " \"");
    buf_addz(t->out, n->text);
    buf_byte(t->out, '"');
}

static void write_keyword(struct tree *t, struct node *n, const char *name)
{
    struct buf word = { 0 };
    truth_keyword_name((size_t)pick(t->c->play, 8), &word);
    n->bits = truth_keyword(client_box(t->c), buf_slice(&word), false);
    buf_addz(t->out, name);
    buf_byte(t->out, ' ');
    buf_add(t->out, buf_slice(&word));
    buf_deinit(&word);
}

static void write_flag(struct tree *t, struct node *n)
{
    static const char *const names[] = { "ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN" };
    size_t i = (size_t)pick(t->c->play, F_SYSTEM_COUNT);
    n->bits = 1U << i;
    buf_addz(t->out, n->key == K_UNFLAG ? "UN" : "");
    buf_addz(t->out, names[i]);
}

static void write_leaf(struct tree *t, struct node *n)
{
    static const char *const names[K_LEAVES] = {
        [K_ALL] = "ALL",
        [K_RECENT] = "RECENT",
        [K_OLD] = "OLD",
        [K_NEW] = "NEW",
        [K_KEYWORD] = "KEYWORD",
        [K_UNKEYWORD] = "UNKEYWORD",
        [K_NUMBERS] = "",
        [K_UID] = "UID ",
        [K_LARGER] = "LARGER ",
        [K_SMALLER] = "SMALLER ",
        [K_SINCE] = "SINCE",
        [K_BEFORE] = "BEFORE",
        [K_ON] = "ON",
        [K_SENTSINCE] = "SENTSINCE",
        [K_SENTBEFORE] = "SENTBEFORE",
        [K_SENTON] = "SENTON",
        [K_SUBJECT] = "SUBJECT",
        [K_FROM] = "FROM",
        [K_HEADER] = "HEADER Message-ID",
        [K_BODY] = "BODY",
        [K_TEXT] = "TEXT",
    };
    const char *name = names[n->key];
    if (n->key == K_FLAG || n->key == K_UNFLAG) {
        write_flag(t, n);
    } else if (n->key == K_KEYWORD || n->key == K_UNKEYWORD) {
        write_keyword(t, n, name);
    } else if (n->key == K_NUMBERS || n->key == K_UID) {
        n->set = set_by_chance(t->c, n->key == K_UID);
        t->numbers = t->numbers || n->key == K_NUMBERS;
        buf_addz(t->out, name);
        set_write(&n->set, t->out);
    } else if (n->key == K_LARGER || n->key == K_SMALLER) {
        n->number = 150 + pick(t->c->play, 250);
        buf_addz(t->out, name);
        buf_number(t->out, n->number);
    } else if (n->key >= K_SINCE && n->key <= K_SENTON) {
        write_day(t, n, name);
    } else if (n->key >= K_SUBJECT) {
        write_text(t, n, name);
    } else {
        buf_addz(t->out, name);
    }
}

static struct node *make(struct tree *t, int depth)
{
    struct play *p = t->c->play;
    struct node *n = &t->nodes[t->count++];
    bool leaf = depth == 0 || t->count + 4 > NODES_MAX || chance(p, 50);
    *n = (struct node){ .key = (enum key)(leaf ? pick(p, K_LEAVES)
                                               : K_LEAVES + pick(p, K_COUNT - K_LEAVES)) };
    if (leaf) {
        write_leaf(t, n);
        return n;
    }
    buf_addz(t->out, n->key == K_NOT ? "NOT " : n->key == K_OR ? "OR " : "(");
    n->left = make(t, depth - 1);
    if (n->key != K_NOT) {
        buf_byte(t->out, ' ');
        n->right = make(t, depth - 1);
    }
    buf_addz(t->out, n->key == K_BOTH ? ")" : "");
    return n;
}

/* ---- does it match? ---- */

static bool has_text(slice in, const char *text)
{
    return slice_find_nocase(in, slice_of(text)) != SLICE_NONE;
}

static bool day_matches(enum key key, enum key since, int64_t at, int64_t day)
{
    int64_t from = at / DAY * DAY;
    return key == since       ? from >= day
           : key == since + 1 ? from < day
                              : from == day; /* SINCE BEFORE ON follow each other */
}

static bool text_matches(const struct node *n, const struct letter *l)
{
    slice all = buf_slice(&l->text);
    size_t id = slice_find(all, SLICE("Message-ID: ")) + 12;
    slice head = slice_sub(all, id, slice_find(slice_from(all, id), SLICE("\r\n")));
    return has_text(n->key == K_SUBJECT  ? l->subject
                    : n->key == K_FROM   ? l->from
                    : n->key == K_HEADER ? head
                    : n->key == K_BODY   ? l->body
                                         : all,
                    n->text);
}

static bool matches(const struct client *c, size_t row, const struct node *n)
{
    const struct mail *m = row_mail(c, row);
    bool recent = c->rows[row].recent;
    switch (n->key) {
    case K_ALL:
        return true;
    case K_FLAG:
    case K_KEYWORD:
        return (m->flags & n->bits) != 0;
    case K_UNFLAG:
    case K_UNKEYWORD:
        return (m->flags & n->bits) == 0;
    case K_RECENT:
        return recent;
    case K_OLD:
        return !recent;
    case K_NEW:
        return recent && (m->flags & F_SEEN) == 0;
    case K_NUMBERS:
    case K_UID:
        return set_has_row(c, &n->set, row, n->key == K_UID);
    case K_LARGER:
        return m->letter->text.len > n->number;
    case K_SMALLER:
        return m->letter->text.len < n->number;
    case K_SINCE:
    case K_BEFORE:
    case K_ON:
        return day_matches(n->key, K_SINCE, m->date, n->day);
    case K_SENTSINCE:
    case K_SENTBEFORE:
    case K_SENTON:
        return day_matches(n->key, K_SENTSINCE, m->letter->sent, n->day);
    case K_NOT:
        return !matches(c, row, n->left);
    case K_OR:
        return matches(c, row, n->left) || matches(c, row, n->right);
    case K_BOTH:
        return matches(c, row, n->left) && matches(c, row, n->right);
    default:
        return text_matches(n, m->letter);
    }
}

struct expected {
    uint32_t number, uid;
    bool matches, alive;
};

/* What is gone, though this session was not told, may be left out. */
static void compare(struct client *c, const struct expected *rows, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        bool is = at < c->found_count && c->found[at] == rows[i].number;
        at += is;
        if (rows[i].alive ? is != rows[i].matches : is && !rows[i].matches) {
            model_fail(c->play, "SEARCH %s UID %u", is ? "found" : "did not find", rows[i].uid);
        }
    }
    if (at < c->found_count || !c->searched) {
        model_fail(c->play, "SEARCH found what is not there, or twice, or not in order");
    }
}

void step_search(struct client *c)
{
    struct buf line = { 0 };
    struct tree t = { .c = c, .out = &line };
    bool uid = chance(c->play, 50);
    buf_addz(&line, uid ? "UID SEARCH " : "SEARCH ");
    buf_addz(&line, chance(c->play, 10) ? "CHARSET UTF-8 " : "");
    const struct node *n = make(&t, 3);
    struct expected *rows = mem_array(c->count + 1, sizeof *rows);
    size_t count = c->count;
    for (size_t i = 0; i < count; i++) { /* before it is heard: then the rows move */
        const struct mail *m = row_mail(c, i);
        rows[i] =
            (struct expected){ uid ? m->uid : (uint32_t)i + 1, m->uid, matches(c, i, n), m->alive };
    }
    unsigned permits = PERMIT_SEARCH | (uid && !t.numbers ? 0 : PERMIT_NO_EXPUNGE);
    slice tagged = client_does(c, permits, buf_slice(&line));
    if (!eat(&tagged, "OK")) {
        model_fail(c->play, "SEARCH was refused");
    }
    compare(c, rows, count);
    mem_free(rows);
    buf_deinit(&line);
}
