/* host_about.c - what a host is, in plain words: for whom it works, its addresses, where it can be
 * called; and the list of all hosts.  Only what the trace tells: a port that nobody ever calls is
 * not in it. */
#include "ui/host_page.h"

#include "sim/base/ip6.h"
#include "sim/base/mem.h"
#include "ui/words.h"

#include <stdlib.h>

slice host_plain_kind(const struct cast *c, const struct cast_host *h)
{
    static const struct {
        slice kind, words;
    } kinds[] = {
        { SLICE_INIT("mail"), SLICE_INIT("mail server") },
        { SLICE_INIT("mta"), SLICE_INIT("passes mail on") },
        { SLICE_INIT("mx"), SLICE_INIT("takes mail in") },
        { SLICE_INIT("store"), SLICE_INIT("keeps mailboxes") },
        { SLICE_INIT("relay"), SLICE_INIT("passes mail on") },
        { SLICE_INIT("webmail"), SLICE_INIT("mail in a browser") },
        { SLICE_INIT("resolver"), SLICE_INIT("looks names up") },
        { SLICE_INIT("nameserver"), SLICE_INIT("knows names") },
        { SLICE_INIT("list"), SLICE_INIT("mailing list") },
        { SLICE_INIT("filter"), SLICE_INIT("looks for spam") },
        { SLICE_INIT("api"), SLICE_INIT("mail for programs") },
        { SLICE_INIT("app"), SLICE_INIT("a program") },
        { SLICE_INIT("mua"), SLICE_INIT("a mail program") },
        { SLICE_INIT("visitor"), SLICE_INIT("a real program") },
    };
    slice kind = trace_name_of(c->trace, h->kind);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (slice_eq(kind, kinds[i].kind)) {
            return kinds[i].words;
        }
    }
    return kind;
}

static void about_roles(struct host_page *p, const struct cast_host *h)
{
    static const struct {
        uint32_t role;
        const char *words;
    } rows[] = {
        { ROLE_MUA, "People write and read letters on it." },
        { ROLE_APP, "A program that sends letters." },
        { ROLE_WEB, "It is called by HTTP, and does by mail what it is asked for there." },
        { ROLE_MSA, "Takes letters from its own people, who must say who they are." },
        { ROLE_MTA, "Finds the way for a letter, and passes it on." },
        { ROLE_MX, "Takes letters for its own domain from anybody." },
        { ROLE_STORE, "Keeps mailboxes, and shows letters to their readers." },
        { ROLE_RESOLVER, "Looks names up for others, and remembers the answers." },
        { ROLE_NAMESERVER, "Knows the names of its zones, and answers for them." },
        { ROLE_CROWD, "One of a crowd: made by number, not written in the scenario." },
    };
    const char *label = "does";
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (h->roles & rows[i].role) {
            host_line(p, 0, INK_TEXT, label, slice_of(rows[i].words));
            label = "";
        }
    }
}

/* Addresses, people and links are told one by one, most of them before time starts. */
static void about_told(struct host_page *p, const struct host_view *v)
{
    const size_t most = 40;
    const struct trace *t = v->model->cast->trace;
    size_t people = 0;
    for (uint64_t n = 1; n <= v->model->now.at; n++) {
        const struct trace_rec *r = trace_at(t, n);
        if (r->actor != v->host && r->kind != TRACE_LINK) {
            continue;
        }
        if (r->kind == TRACE_ADDRESS) {
            slice six = trace_payload_chunk(t, r->c, 0);
            host_line_begin(p, n, INK_TEXT);
            buf_addz(&p->text, "address");
            host_line_label(p, 11);
            if (is_ip6(r->a) && six.len == IP6_OCTETS) {
                fmt_ip6(&p->text, (const uint8_t *)six.ptr);
            } else {
                fmt_ip4(&p->text, r->a);
            }
            host_line_end(p);
        } else if (r->kind == TRACE_PERSON && ++people <= most) {
            host_line(p, n, INK_TEXT, r->b == 1 ? "belongs to" : "mailbox of",
                      trace_name_of(t, r->a));
        } else if (r->kind == TRACE_LINK && (r->actor == v->host || r->a == v->host)) {
            slice other = cast_host_name(v->model->cast, r->actor == v->host ? r->a : r->actor);
            host_line_begin(p, n, INK_TEXT);
            buf_addz(&p->text, "line");
            host_line_label(p, 11);
            buf_addz(&p->text, "to ");
            buf_add(&p->text, other.len ? other : SLICE("the internet"));
            buf_addz(&p->text, ", ");
            fmt_duration(&p->text, r->until);
            buf_addz(&p->text, " long");
            host_line_end(p);
        }
    }
    host_more(p, people > most ? people - most : 0, "people");
}

struct door {
    uint32_t port, service, calls;
    bool dns;
};

/* Where it was called so far. */
static size_t doors_of(const struct host_view *v, struct door *doors, size_t max)
{
    const struct cast *cast = v->model->cast;
    size_t count = 0;
    for (uint32_t flow = 1; flow < cast->flow_count; flow++) {
        const struct cast_flow *f = cast_flow(cast, flow);
        if (!f || f->server != v->host || f->first > v->model->now.at) {
            continue;
        }
        const uint32_t domain = 53;
        uint32_t port = f->dns ? domain : f->port;
        size_t i = 0;
        while (i < count && doors[i].port != port) {
            i++;
        }
        if (i == max) {
            continue;
        }
        if (i == count) {
            doors[count++] = (struct door){ port, f->service, 0, f->dns };
        }
        doors[i].calls++;
    }
    return count;
}

static void about_doors(struct host_page *p, const struct host_view *v)
{
    struct door doors[16];
    size_t count = doors_of(v, doors, COUNT(doors));
    for (size_t i = 0; i < count; i++) {
        slice service = trace_name_of(v->model->cast->trace, doors[i].service);
        host_line_begin(p, 0, INK_TEXT);
        buf_addz(&p->text, i ? "" : "called at");
        host_line_label(p, 11);
        buf_addz(&p->text, "port ");
        fmt_u64(&p->text, doors[i].port);
        buf_addz(&p->text, " (");
        buf_add(&p->text, doors[i].dns ? SLICE("DNS") : service);
        buf_addz(&p->text, "), ");
        fmt_u64(&p->text, doors[i].calls);
        buf_addz(&p->text, doors[i].calls == 1 ? " time so far" : " times so far");
        host_line_end(p);
    }
}

static void add_count(struct buf *out, const char *what, uint32_t n)
{
    buf_addz(out, out->len ? ", " : "");
    buf_addz(out, what);
    buf_byte(out, ' ');
    fmt_u64(out, n);
}

static void count_letters(const struct host_view *v, uint32_t host, bool all, struct buf *out)
{
    const struct model_host *m = model_host(v->model, host);
    const struct {
        const char *what;
        uint32_t n, roles;
    } rows[] = {
        { "to send", m->drafts, ROLE_MUA | ROLE_APP },
        { "sent", m->sent, ROLE_MUA | ROLE_APP },
        { "inbox", m->inbox, ROLE_MUA },
        { "queue", m->queue, ROLE_MSA | ROLE_MTA | ROLE_MX },
        { "mailboxes", m->mailboxes, ROLE_STORE },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].n || (all && cast_host(v->model->cast, host)->roles & rows[i].roles)) {
            add_count(out, rows[i].what, rows[i].n);
        }
    }
}

void host_about(struct host_page *p, const struct host_view *v)
{
    const struct cast *cast = v->model->cast;
    const struct cast_host *h = cast_host(cast, v->host);
    struct buf b;
    if (!h) {
        return;
    }
    buf_init(&b);
    host_line(p, 0, INK_TEXT, "is", host_plain_kind(cast, h));
    about_roles(p, h);
    model_faults_say(v->model, v->host, 0, v->now, 60, &b);
    if (b.len) {
        const struct model_fault *f = model_fault_of(v->model, v->host, 0, v->now);
        host_line(p, f->record, INK_ERROR, "trouble", buf_slice(&b));
    }
    buf_clear(&b);
    count_letters(v, v->host, true, &b);
    if (b.len) {
        host_line(p, 0, INK_LETTER, "letters", buf_slice(&b));
    }
    about_told(p, v);
    about_doors(p, v);
    buf_deinit(&b);
}

/* ---- everybody */

struct busy {
    uint32_t host, busy;
};

static int by_busy(const void *left, const void *right)
{
    const struct busy *a = left, *b = right;
    if (a->busy != b->busy) {
        return a->busy > b->busy ? -1 : 1;
    }
    return a->host < b->host ? -1 : a->host > b->host ? 1 : 0;
}

static void all_row(struct host_page *p, const struct host_view *v, uint32_t host)
{
    const struct cast *cast = v->model->cast;
    struct buf counts;
    buf_init(&counts);
    count_letters(v, host, false, &counts);
    host_line_begin(p, host, host == v->host ? INK_FOCUS : INK_TEXT);
    buf_add(&p->text, cast_host_name(cast, host));
    host_line_label(p, 28);
    buf_add(&p->text, host_plain_kind(cast, cast_host(cast, host)));
    buf_addz(&p->text, counts.len ? ": " : "");
    buf_add(&p->text, buf_slice(&counts));
    host_line_end(p);
    buf_deinit(&counts);
}

void host_all(struct host_page *p, const struct host_view *v)
{
    const struct cast *cast = v->model->cast;
    struct busy *rows = mem_array(cast->host_count + 1, sizeof *rows);
    size_t count = 0;
    for (uint32_t host = 1; host < cast->host_count; host++) {
        if (cast->hosts[host].name) {
            rows[count++] = (struct busy){ host, cast->hosts[host].busy };
        }
    }
    qsort(rows, count, sizeof *rows, by_busy);
    for (size_t i = 0; i < count && i < HOST_ROWS_MAX; i++) {
        all_row(p, v, rows[i].host);
    }
    host_more(p, count > HOST_ROWS_MAX ? count - HOST_ROWS_MAX : 0, "hosts");
    mem_free(rows);
}
