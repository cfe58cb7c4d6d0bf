/* directory.c - the accounts of a host.
 * Never knows a protocol; who asks has already taken the address out of its brackets. */
#include "sim/mail/directory.h"

#include "sim/base/idna.h"
#include "sim/base/mem.h"
#include "sim/mail/address.h"

#include <assert.h>

/* Long enough for every address that SMTP can carry. */
#define FOLDED_MAX (ADDRESS_LOCAL_MAX + 1 + ADDRESS_DOMAIN_MAX)

struct folded {
    char bytes[FOLDED_MAX];
    size_t len;
};

/* local@domain in lower case, quotes undone, a domain outside of ASCII in A-labels; false: too long
 * to be anybody's. */
static bool fold(slice local, slice domain, struct folded *f_r)
{
    f_r->len = 0;
    for (int c = address_local_byte(&local); c >= 0; c = address_local_byte(&local)) {
        if (f_r->len == ADDRESS_LOCAL_MAX) {
            return false;
        }
        f_r->bytes[f_r->len++] = ascii_lower((char)c);
    }
    if (domain.len > ADDRESS_DOMAIN_MAX) {
        return false;
    }
    f_r->bytes[f_r->len++] = '@';
    size_t front = f_r->len;
    unsigned char wide = 0;
    for (size_t i = 0; i < domain.len; i++) {
        wide |= (unsigned char)domain.ptr[i];
        f_r->bytes[f_r->len++] = ascii_lower(domain.ptr[i]);
    }
    struct idna plain;
    if ((wide & 0x80) != 0 && idna_ascii(domain, &plain)) {
        memcpy(f_r->bytes + front, plain.text, plain.len);
        f_r->len = front + plain.len;
    }
    return true;
}

static slice folded_slice(const struct folded *f)
{
    return (slice){ f->bytes, f->len };
}

static bool is_account(const struct account *a, slice wanted)
{
    struct folded f;
    return fold(a->user, a->domain, &f) && slice_eq(folded_slice(&f), wanted);
}

/* The place of this name, or the empty place where it belongs. */
static size_t table_place(const struct directory *d, slice name)
{
    size_t at = (size_t)slice_hash(name, 0) & (d->table_size - 1);
    while (d->table[at] != 0 && !is_account(d->accounts[d->table[at] - 1], name)) {
        at = (at + 1) & (d->table_size - 1);
    }
    return at;
}

static void table_grow(struct directory *d)
{
    mem_free(d->table);
    d->table_size = d->table_size > 0 ? d->table_size * 2 : 16;
    d->table = mem_array(d->table_size, sizeof *d->table);
    for (size_t i = 0; i < d->count; i++) {
        struct folded f;
        bool short_enough = fold(d->accounts[i]->user, d->accounts[i]->domain, &f);
        assert(short_enough);
        d->table[table_place(d, folded_slice(&f))] = (uint32_t)i + 1;
    }
}

void directory_init(struct directory *d, struct arena *lent, slice domain)
{
    *d = (struct directory){ .arena = lent, .domain = arena_copy(lent, domain) };
}

void directory_deinit(struct directory *d)
{
    for (size_t i = 0; i < d->count; i++) {
        account_deinit(d->accounts[i]);
    }
    mem_free(d->accounts);
    mem_free(d->table);
    *d = (struct directory){ 0 };
}

struct account *directory_add(struct directory *d, slice user, slice domain, slice password)
{
    struct folded f;
    bool short_enough = fold(user, domain, &f);
    assert(short_enough);
    if ((d->count + 1) * 2 > d->table_size) {
        table_grow(d);
    }
    size_t place = table_place(d, folded_slice(&f));
    if (d->table[place] != 0) {
        return d->accounts[d->table[place] - 1];
    }
    struct account *a = arena_alloc(d->arena, sizeof *a);
    a->user = arena_copy(d->arena, user);
    a->domain = arena_copy(d->arena, domain);
    a->password = arena_copy(d->arena, password);
    d->accounts = mem_grow(d->accounts, d->count, &d->cap, sizeof(struct account *));
    d->accounts[d->count++] = a;
    d->table[place] = (uint32_t)d->count;
    account_init(a, d->arena);
    return a;
}

void directory_open_to(struct directory *d, const struct crowd *crowd, uint32_t crowd_domain)
{
    d->crowd = crowd;
    d->crowd_domain = crowd_domain;
    d->grows = d;
}

/* Nobody can log in whose password nobody was told. */
static struct account *one_of_the_crowd(const struct directory *d, slice address)
{
    slice local = slice_cut(&address, '@');
    bool somebody = slice_eq(local, SLICE("postmaster")) || /* RFC 5321 4.5.1 */
                    crowd_find(d->crowd, d->crowd_domain, local) != CROWD_NOBODY;
    bool here = somebody && slice_eq_nocase(address, d->domain);
    return here ? directory_add(d->grows, local, d->domain, SLICE("")) : NULL;
}

struct account *directory_find(const struct directory *d, slice local, slice domain)
{
    struct folded f;
    if ((d->table_size == 0 && !d->crowd) || !fold(local, domain, &f)) {
        return NULL;
    }
    size_t place = d->table_size > 0 ? table_place(d, folded_slice(&f)) : 0;
    if (d->crowd && (d->table_size == 0 || d->table[place] == 0)) {
        return one_of_the_crowd(d, folded_slice(&f));
    }
    return d->table[place] != 0 ? d->accounts[d->table[place] - 1] : NULL;
}

bool directory_serves(const struct directory *d, slice domain)
{
    if (domain_same(d->domain, domain)) {
        return true;
    }
    for (size_t i = 0; i < d->count; i++) {
        if (domain_same(d->accounts[i]->domain, domain)) {
            return true;
        }
    }
    return false;
}

struct account *directory_user(const struct directory *d, slice login)
{
    slice domain = d->domain;
    for (size_t i = login.len; i-- > 0;) {
        if (login.ptr[i] == '@') {
            domain = slice_from(login, i + 1);
            login = slice_sub(login, 0, i);
            break;
        }
    }
    return directory_find(d, login, domain);
}

struct account *directory_login(const struct directory *d, slice login, slice password)
{
    struct account *a = directory_user(d, login);
    bool open = a && (a->password.len > 0 || !d->crowd);
    return open && slice_eq(a->password, password) ? a : NULL;
}
