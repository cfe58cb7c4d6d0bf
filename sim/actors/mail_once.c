/* mail_once.c - each recipient gets a letter once, by however many ways it comes to him on this
 * host, and each alias, forward and list is expanded once.  Without that, users who forward to each
 * other would get one copy for every order in which they can be written down.
 *
 * What one letter has become here is shared by the entry that came and all copies that were made of
 * it, and is forgotten with the last of them.  A copy that a list makes is another letter: who is a
 * member gets it, though he has got the one that was posted.
 *
 * Nobody is left out unless the letter comes to somebody: as long as none of its recipients was at
 * an end of the way, one at least still stands for others and is not yet expanded.  Where the last
 * of these stands only for such who have been expanded, it fails, and the writer hears of it
 * (RFC 5321 6.3: loops are found, and 4.5.5: what cannot be delivered is told).
 * Never knows of other hosts: beyond this one Delivered-To and Received tell. */
#include "sim/actors/mail_policy.h"

#include "sim/base/book.h"
#include "sim/base/fmt.h"
#include "sim/base/mem.h"

#include <assert.h>

struct once {
    uint32_t refs;
    size_t waiting; /* recipients that were not yet looked at */
    bool arrived;   /* one did not stand for others */
    struct book known;
    struct buf key;
};

struct once *once_ref(struct once *o)
{
    if (o) {
        o->refs++;
    }
    return o;
}

void once_unref(struct once **o)
{
    if (*o && --(*o)->refs == 0) {
        book_deinit(&(*o)->known);
        buf_deinit(&(*o)->key);
        mem_free(*o);
    }
    *o = NULL;
}

/* A letter for an account of ours that is not forwarded is the same letter, whether or not it might
 * be. */
static enum rcpt_finality finality(const struct mail_host *m, const struct address *to,
                                   enum rcpt_finality final)
{
    if (final != RCPT_ANY && mail_is_local(m, to->domain)) {
        struct resolved any = alias_resolve(m, to, RCPT_ANY), r = alias_resolve(m, to, final);
        return any.meaning == r.meaning && any.targets == r.targets ? RCPT_ANY : final;
    }
    return final;
}

/* "0 12 bob@example.net": local parts of ours are read without case (RFC 5321 2.4). */
static slice key_of(const struct mail_host *m, struct once *o, uint32_t list, slice name,
                    enum rcpt_finality final)
{
    struct address to;
    struct buf *key = &o->key;
    buf_clear(key);
    if (!address_parse(name, &to)) {
        buf_add(key, name);
        return buf_slice(key);
    }
    bool ours = mail_is_local(m, to.domain);
    fmt_u64(key, finality(m, &to, final));
    buf_byte(key, ' ');
    fmt_u64(key, list);
    buf_byte(key, ' ');
    for (int c = address_local_byte(&to.local); c >= 0; c = address_local_byte(&to.local)) {
        buf_byte(key, (char)(ours ? ascii_lower((char)c) : c));
    }
    buf_byte(key, '@');
    size_t domain = key->len;
    domain_add_plain(key, to.domain);
    for (size_t i = domain; i < key->len; i++) {
        key->ptr[i] = ascii_lower(key->ptr[i]);
    }
    return buf_slice(key);
}

static bool note(struct once *o, slice key)
{
    size_t before = o->known.count;
    (void)book_record(&o->known, key);
    return o->known.count > before;
}

/* Whom the writer himself has named needs no other copy. */
static void note_all(const struct mail_host *m, struct entry *e)
{
    for (size_t i = 0; i < e->rcpt_count; i++) {
        (void)note(e->once, key_of(m, e->once, e->list, entry_rcpt(e, i),
                                   (enum rcpt_finality)e->rcpts[i].final));
    }
    e->once_knows = true;
}

void once_begins(const struct mail_host *m, struct entry *e, size_t i)
{
    if (!e->once) {
        e->once = mem_alloc(sizeof *e->once);
        e->once->refs = 1;
        book_init(&e->once->known, 1);
        for (size_t k = 0; k < e->rcpt_count; k++) {
            bool new = e->rcpts[k].state == RCPT_NEW;
            e->once->waiting += new &&k != i;
            e->once->arrived = e->once->arrived || (!new &&k != i);
        }
    }
    if (!e->once_knows) {
        note_all(m, e);
    }
}

bool once_new(const struct mail_host *m, const struct entry *e, slice name,
              enum rcpt_finality final)
{
    return note(e->once, key_of(m, e->once, e->list, name, final));
}

bool once_list_new(const struct mail_host *m, struct entry *e, size_t i, uint32_t list)
{
    once_begins(m, e, i);
    buf_clear(&e->once->key);
    buf_addz(&e->once->key, "list ");
    fmt_u64(&e->once->key, list);
    return note(e->once, buf_slice(&e->once->key));
}

void once_copied(struct entry *copy)
{
    if (copy->once) {
        copy->once->waiting += copy->rcpt_count;
    }
}

void once_looked_at(struct entry *e, size_t i)
{
    if (e->once && e->rcpts[i].state == RCPT_NEW) {
        assert(e->once->waiting > 0);
        e->once->waiting--;
    }
}

void once_arrived(struct entry *e)
{
    if (e->once) {
        e->once->arrived = true;
    }
}

bool once_comes_to_somebody(const struct entry *e)
{
    return e->once->arrived || e->once->waiting > 0;
}
