/* names.c - the names behind the numbers of a record.
 * The DNS names stand here once more because exporters must not know the protocols. */
#include "sim/export/names.h"

#include "sim/base/mem.h"

#include <string.h>

#define ACTORS_MAX (1U << 24) /* a trace read from a file may say anything */

void names_init(struct names *n, const struct trace *t)
{
    *n = (struct names){ .trace = t };
    ip6_init(&n->six);
}

void names_deinit(struct names *n)
{
    mem_free(n->hosts);
    ip6_deinit(&n->six);
    *n = (struct names){ 0 };
}

/* Rows are told in their order; what a file says out of order gets no text. */
void names_learn_ip6(struct ip6_table *six, const struct trace *t, const struct trace_rec *rec)
{
    struct buf scratch = { 0 };
    slice octets = trace_payload(t, rec->c, &scratch);
    if (octets.len == IP6_OCTETS && rec->a == IP6_FIRST + (uint32_t)six->rows.count) {
        (void)ip6_add(six, (const uint8_t *)octets.ptr);
    }
    buf_deinit(&scratch);
}

void names_record(struct names *n, const struct trace_rec *rec)
{
    if (rec->kind == TRACE_ADDRESS && is_ip6(rec->a)) {
        names_learn_ip6(&n->six, n->trace, rec);
    }
    if (rec->kind != TRACE_HOST || rec->actor >= ACTORS_MAX) {
        return;
    }
    if (rec->actor >= n->cap) {
        size_t cap = n->cap > 0 ? n->cap : 16;
        while (cap <= rec->actor) {
            cap *= 2;
        }
        n->hosts = mem_resize(n->hosts, cap, sizeof *n->hosts);
        memset(n->hosts + n->cap, 0, (cap - n->cap) * sizeof *n->hosts);
        n->cap = cap;
    }
    n->hosts[rec->actor] = rec->a + 1;
}

slice names_host(const struct names *n, uint32_t actor)
{
    return actor < n->cap && n->hosts[actor] != 0 ? trace_name_of(n->trace, n->hosts[actor] - 1)
                                                  : (slice){ 0 };
}

void names_ip(const struct names *n, struct buf *out, uint32_t ip)
{
    fmt_ip(out, &n->six, ip);
}

static void add(struct buf *out, const char *name, const char *prefix, uint32_t number)
{
    buf_addz(out, name ? name : prefix);
    if (!name) {
        fmt_u64(out, number);
    }
}

void names_dns_type(struct buf *out, uint32_t type)
{
    static const struct {
        uint32_t type;
        const char *name;
    } rows[] = { { 1, "A" },   { 2, "NS" },   { 5, "CNAME" }, { 6, "SOA" },  { 12, "PTR" },
                 { 15, "MX" }, { 16, "TXT" }, { 28, "AAAA" }, { 255, "ANY" } };
    const char *name = NULL;
    for (size_t i = 0; i < COUNT(rows); i++) {
        name = rows[i].type == type ? rows[i].name : name;
    }
    add(out, name, "TYPE", type);
}

void names_dns_rcode(struct buf *out, uint32_t rcode)
{
    static const char *const rows[] = { "NOERROR",  "FORMERR", "SERVFAIL",
                                        "NXDOMAIN", "NOTIMP",  "REFUSED" };
    add(out, rcode < COUNT(rows) ? rows[rcode] : NULL, "RCODE", rcode);
}
