/* sets.c - sets of message numbers and of UIDs (RFC 9051 9, sequence-set): made by chance, written,
 * and understood.  Never asks who needs them. */
#include "tests/model/model.h"

static uint64_t number_by_chance(struct client *c, bool uid)
{
    struct play *p = c->play;
    if (chance(p, 10)) {
        return SET_STAR;
    }
    if (c->count == 0 || (uid && chance(p, 10))) {
        return 1 + pick(p, client_box(c)->uid_next + 2);
    }
    size_t row = (size_t)pick(p, c->count);
    if (uid) {
        return row_mail(c, row)->uid;
    }
    return chance(p, 1) ? c->count + 1 + pick(p, 3) : row + 1;
}

struct number_set set_by_chance(struct client *c, bool uid)
{
    struct number_set s = { .count = chance(c->play, 60) ? 1 : 1 + (size_t)pick(c->play, 3) };
    for (size_t i = 0; i < s.count; i++) {
        s.parts[i].a = chance(c->play, 20) ? 1 : number_by_chance(c, uid);
        s.parts[i].b = chance(c->play, 50) ? number_by_chance(c, uid) : s.parts[i].a;
    }
    if (chance(c->play, 10)) {
        s.parts[0].a = 1;
        s.parts[0].b = SET_STAR;
    }
    return s;
}

static void write_one(uint64_t n, struct buf *out)
{
    if (n == SET_STAR) {
        buf_byte(out, '*');
    } else {
        buf_number(out, n);
    }
}

void set_write(const struct number_set *s, struct buf *out)
{
    for (size_t i = 0; i < s->count; i++) {
        buf_addz(out, i > 0 ? "," : "");
        write_one(s->parts[i].a, out);
        if (s->parts[i].a != s->parts[i].b) {
            buf_byte(out, ':');
            write_one(s->parts[i].b, out);
        }
    }
}

/* The two of a range stand in any order, and "*" is the largest number in use. */
bool set_has(const struct number_set *s, uint64_t n, uint64_t star)
{
    for (size_t i = 0; i < s->count; i++) {
        uint64_t a = s->parts[i].a == SET_STAR ? star : s->parts[i].a;
        uint64_t b = s->parts[i].b == SET_STAR ? star : s->parts[i].b;
        if (n >= (a < b ? a : b) && n <= (a < b ? b : a)) {
            return true;
        }
    }
    return false;
}

bool set_has_row(const struct client *c, const struct number_set *s, size_t row, bool uid)
{
    if (!uid) {
        return set_has(s, row + 1, c->count);
    }
    return set_has(s, row_mail(c, row)->uid, row_mail(c, c->count - 1)->uid);
}

/* "3:*" is one behind the end, too, where there are two: that has the last one, whatever it is. */
bool set_fits(const struct client *c, const struct number_set *s)
{
    for (size_t i = 0; i < s->count; i++) {
        bool star = s->parts[i].a == SET_STAR || s->parts[i].b == SET_STAR;
        uint64_t top = s->parts[i].a > s->parts[i].b ? s->parts[i].a : s->parts[i].b;
        if (star ? c->count == 0 : top > c->count) {
            return false;
        }
    }
    return true;
}

void write_uids(const struct kept *items, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count;) {
        size_t last = i;
        while (last + 1 < count && items[last + 1].uid == items[last].uid + 1) {
            last++;
        }
        buf_addz(out, i > 0 ? "," : "");
        buf_number(out, items[i].uid);
        if (last > i) {
            buf_byte(out, ':');
            buf_number(out, items[last].uid);
        }
        i = last + 1;
    }
}
