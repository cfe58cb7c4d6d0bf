/* nameserver.c - an authoritative DNS server (RFC 1034 4.3.1): answers from its zones, asks
 * nobody.  By datagram, and by TCP where a client wants that (RFC 7766 5). */
#include "sim/actors/nameserver.h"

#include "sim/actors/table.h"
#include "sim/proto/dns_stream.h"

#include <assert.h>
#include <stddef.h>

struct nameserver {
    struct actor base;
    struct dns_zones zones;
    struct dns_writer writer;
    bool ready;
};

static const struct key nameserver_keys[] = {
    { HOST_KEY_SERVES, KEY_TEXTS, offsetof(struct nameserver_config, serves), "", 0, 0, NULL,
      "the zones it has, such as \"example.net\"; the first host of the file that has one is its "
      "primary server, others are named beside it; without this, all that no other has" },
    KEY_ROW_END,
};

static void prepare(struct nameserver *n)
{
    if (!n->ready) {
        dns_zones_init(&n->zones);
        n->ready = true;
    }
}

bool nameserver_add_zone(struct actor *nameserver, const struct dns_zone *zone)
{
    assert(nameserver->ops == &nameserver_ops);
    struct nameserver *n = (struct nameserver *)(void *)nameserver;
    prepare(n);
    return dns_zones_add(&n->zones, zone);
}

static bool nameserver_start(struct actor *self, struct err *err_r)
{
    (void)err_r;
    prepare((struct nameserver *)(void *)self);
    network_bind(self->stage->net, self->id, DNS_PORT);
    network_listen(self->stage->net, self->id, DNS_PORT);
    return true;
}

static void nameserver_datagram(struct actor *self, const struct datagram *d)
{
    struct nameserver *n = (struct nameserver *)(void *)self;
    if (!dns_authority_answer(&n->zones, d->bytes, DNS_UDP_MAX, &n->writer)) {
        return;
    }
    datagram_send(self->stage->net, &(struct datagram){ .from = self->id,
                                                        .to = d->from,
                                                        .from_ip = d->to_ip,
                                                        .to_ip = d->from_ip,
                                                        .from_port = DNS_PORT,
                                                        .to_port = d->from_port,
                                                        .flow = d->flow,
                                                        .bytes = dns_write_end(&n->writer) });
}

static bool nameserver_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    (void)self;
    *service_r = (struct pump_service){ .ops = &dns_stream_server };
    return port == DNS_PORT;
}

static void nameserver_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct nameserver *n = (struct nameserver *)(void *)self;
    struct session_answer a = { 0 };
    if (dns_authority_answer(&n->zones, ev->text, DNS_TCP_MAX, &n->writer)) {
        a.text = dns_write_end(&n->writer);
    }
    pump_answer(p, a);
}

static void nameserver_deinit(struct actor *self)
{
    struct nameserver *n = (struct nameserver *)(void *)self;
    dns_writer_deinit(&n->writer);
    if (n->ready) {
        dns_zones_deinit(&n->zones);
    }
}

const struct actor_ops nameserver_ops = {
    .kind = { "nameserver", "an authoritative DNS server for the zones of this world", 'N',
              ROLE_NAMESERVER, sizeof(struct nameserver_config), nameserver_keys },
    .size = sizeof(struct nameserver),
    .start = nameserver_start,
    .on_connect = nameserver_connect,
    .on_session = nameserver_session,
    .on_datagram = nameserver_datagram,
    .deinit = nameserver_deinit,
};
