/* nameserver.c - an authoritative DNS server (RFC 1034 4.3.1): answers from its zones, asks
 * nobody.  By datagram, and by TCP where a client wants that (RFC 7766 5).  Fate may have it answer
 * otherwise, late, or not at all. */
#include "sim/actors/nameserver.h"

#include "sim/actors/table.h"
#include "sim/base/mem.h"
#include "sim/proto/dns_edit.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <stddef.h>

struct nameserver {
    struct actor base;
    struct dns_zones zones;
    struct dns_writer writer;
    bool ready;
    const struct verb_dns_fault *fault; /* NULL: all is well */
    struct dns_zones wrong; /* what it says instead of the truth; the one zone is its own */
    struct dns_zone lie;
    struct pool late; /* struct late */
};

/* An answer that is ready and not sent yet. */
struct late {
    pool_id pump; /* by TCP; 0: by datagram */
    struct datagram way;
    struct blob *answer;
};

static const struct key nameserver_keys[] = {
    { HOST_KEY_SERVES, KEY_TEXTS, offsetof(struct nameserver_config, serves), "", 0, 0, NULL,
      "the zones it has, such as \"example.net\"; the first host of the file that has one is its "
      "primary server, others are named beside it; without this, all that no other has" },
    KEY_ROW_END,
};

static struct nameserver *nameserver_of(struct actor *a)
{
    assert(a->ops == &nameserver_ops);
    return (struct nameserver *)(void *)a;
}

static void prepare(struct nameserver *n)
{
    if (!n->ready) {
        dns_zones_init(&n->zones);
        pool_init(&n->late, sizeof(struct late));
        n->ready = true;
    }
}

bool nameserver_add_zone(struct actor *nameserver, const struct dns_zone *zone)
{
    struct nameserver *n = nameserver_of(nameserver);
    prepare(n);
    return dns_zones_add(&n->zones, zone);
}

void nameserver_set_zone(struct actor *nameserver, const struct dns_zone *zone)
{
    struct nameserver *n = nameserver_of(nameserver);
    prepare(n);
    dns_zones_set(&n->zones, zone);
}

/* ---- what fate does ---- */

static void forget_lie(struct nameserver *n)
{
    if (n->wrong.count > 0) {
        dns_zones_deinit(&n->wrong);
        dns_zone_deinit(&n->lie);
    }
}

/* The zone as it is, but for some records. */
static void make_up_lie(struct nameserver *n, const struct verb_dns_fault *f)
{
    struct dns_edit edit;
    struct dns_name origin;
    struct err why;
    bool ok = dns_name_read(&origin, f->domain);
    assert(ok);
    const struct dns_zone *truth = dns_zones_find(&n->zones, dns_name_slice(&origin));
    if (!truth || truth->origin.len != origin.len) {
        return; /* it has no such zone to be wrong about */
    }
    dns_zone_copy(&n->lie, truth);
    dns_edit_init(&edit, dns_name_slice(&origin), truth->default_ttl);
    for (size_t i = 0; i < f->records.count; i++) {
        ok = dns_edit_line(&edit, f->records.items[i], n->base.stage->arena, &why);
        assert(ok); /* the loader has tried it */
    }
    dns_edit_apply(&edit, &n->lie, false, NULL);
    dns_edit_deinit(&edit);
    dns_zones_init(&n->wrong);
    (void)dns_zones_add(&n->wrong, &n->lie);
}

void nameserver_set_fault(struct actor *nameserver, const struct verb_dns_fault *fault)
{
    struct nameserver *n = nameserver_of(nameserver);
    forget_lie(n);
    n->fault = fault;
    if (fault && fault->what == DNS_FAULT_WRONG) {
        make_up_lie(n, fault);
    }
}

/* The fault that this question meets; NULL: none. */
static const struct verb_dns_fault *fault_for(const struct nameserver *n, const struct dns_query *q)
{
    struct dns_name domain;
    if (q->refusal != DNS_NOERROR || !dns_name_read(&domain, n->fault->domain)) {
        return NULL;
    }
    return dns_name_under(dns_name_slice(&q->question.name), dns_name_slice(&domain)) ? n->fault
                                                                                      : NULL;
}

/* Says nothing of use: neither authority nor a way on (RFC 1912 2.8). */
static void say_nothing(struct nameserver *n, const struct dns_query *q, bool truncated)
{
    dns_query_begin(q, (struct dns_header){ .authoritative = truncated, .truncated = truncated },
                    &n->writer);
    dns_query_end(q, &n->writer);
}

/* As fate wills; false: no answer.  *delay_r: how late. */
static bool answer_badly(struct nameserver *n, slice packet, size_t limit, sim_time *delay_r)
{
    struct dns_query q;
    if (!dns_query_read(&q, packet, limit)) {
        return false;
    }
    const struct verb_dns_fault *f = fault_for(n, &q);
    if (!f) {
        return dns_authority_answer(&n->zones, packet, limit, &n->writer);
    }
    switch ((enum dns_fault)f->what) {
    case DNS_FAULT_SERVFAIL:
        dns_query_refuse(&q, DNS_SERVFAIL, &n->writer);
        return true;
    case DNS_FAULT_REFUSED:
        dns_query_refuse(&q, DNS_REFUSED, &n->writer);
        return true;
    case DNS_FAULT_LAME:
        say_nothing(n, &q, false);
        return true;
    case DNS_FAULT_WRONG:
        return dns_authority_answer(n->wrong.count > 0 ? &n->wrong : &n->zones, packet, limit,
                                    &n->writer);
    case DNS_FAULT_SILENT:
        return false;
    case DNS_FAULT_TRUNCATE:
        if (limit < DNS_TCP_MAX) {
            say_nothing(n, &q, true);
            return true;
        }
        break;
    case DNS_FAULT_SLOW:
        *delay_r = f->delay;
        break;
    case DNS_FAULT_COUNT:
        break;
    }
    return dns_authority_answer(&n->zones, packet, limit, &n->writer);
}

static bool answer(struct nameserver *n, slice packet, size_t limit, sim_time *delay_r)
{
    *delay_r = 0;
    return n->fault ? answer_badly(n, packet, limit, delay_r)
                    : dns_authority_answer(&n->zones, packet, limit, &n->writer);
}

static void keep_back(struct nameserver *n, sim_time delay, struct late what)
{
    pool_id id;
    struct late *late = pool_new(&n->late, &id);
    *late = what;
    late->answer = blob_new(dns_write_end(&n->writer));
    actor_wake(&n->base, delay, id);
}

static void nameserver_wake(struct actor *self, uint64_t id)
{
    struct nameserver *n = nameserver_of(self);
    struct late *late = pool_get(&n->late, id);
    if (!late) {
        return; /* the host was off in between */
    }
    struct pump *p = pump_by_id(self->stage, late->pump);
    struct session_answer a = { .text = blob_slice(late->answer) };
    if (p) {
        pump_answer(p, a);
    } else if (late->pump == 0) {
        late->way.bytes = a.text;
        datagram_send(self->stage->net, &late->way);
    }
    blob_unref(&late->answer);
    pool_free(&n->late, id);
}

static void forget_late(struct nameserver *n)
{
    uint32_t at = 0;
    pool_id id;
    struct late *late;
    while ((late = pool_each(&n->late, &at, &id))) {
        blob_unref(&late->answer);
        pool_free(&n->late, id);
    }
}

/* ---- its clients ---- */

static bool nameserver_start(struct actor *self, struct err *err_r)
{
    (void)err_r;
    prepare(nameserver_of(self));
    network_bind(self->stage->net, self->id, DNS_PORT);
    network_listen(self->stage->net, self->id, DNS_PORT);
    return true;
}

static void nameserver_datagram(struct actor *self, const struct datagram *d)
{
    struct nameserver *n = nameserver_of(self);
    sim_time delay;
    if (!answer(n, d->bytes, DNS_UDP_MAX, &delay)) {
        return;
    }
    struct datagram way = { .from = self->id,
                            .to = d->from,
                            .from_ip = d->to_ip,
                            .to_ip = d->from_ip,
                            .from_port = DNS_PORT,
                            .to_port = d->from_port,
                            .flow = d->flow };
    if (delay > 0) {
        keep_back(n, delay, (struct late){ .way = way });
        return;
    }
    way.bytes = dns_write_end(&n->writer);
    datagram_send(self->stage->net, &way);
}

static bool nameserver_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    const struct verb_dns_fault *f = nameserver_of(self)->fault;
    bool silent = f && f->what == DNS_FAULT_SILENT && f->domain.len == 0;
    *service_r = (struct pump_service){ .ops = &dns_stream_server };
    return port == DNS_PORT && !silent;
}

static void nameserver_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct nameserver *n = nameserver_of(self);
    struct session_answer a = { 0 };
    sim_time delay;
    if (answer(n, ev->text, DNS_TCP_MAX, &delay)) {
        a.text = dns_write_end(&n->writer);
    }
    if (delay > 0) {
        keep_back(n, delay, (struct late){ .pump = pump_id(p) });
    } else {
        pump_answer(p, a);
    }
}

static void nameserver_power(struct actor *self, bool on)
{
    if (!on) {
        forget_late(nameserver_of(self));
    }
}

static void nameserver_deinit(struct actor *self)
{
    struct nameserver *n = nameserver_of(self);
    dns_writer_deinit(&n->writer);
    forget_lie(n);
    if (n->ready) {
        forget_late(n);
        pool_deinit(&n->late);
        dns_zones_deinit(&n->zones);
    }
}

const struct actor_ops nameserver_ops = {
    .kind = { "nameserver", "an authoritative DNS server for the zones of this world", 'N',
              ROLE_NAMESERVER, sizeof(struct nameserver_config), nameserver_keys, NULL },
    .size = sizeof(struct nameserver),
    .start = nameserver_start,
    .on_connect = nameserver_connect,
    .on_session = nameserver_session,
    .on_datagram = nameserver_datagram,
    .on_wake = nameserver_wake,
    .power = nameserver_power,
    .deinit = nameserver_deinit,
};
