/* doors.c - which port of this machine is which port of which simulated host.
 * Never knows what comes in. */
#include "sim/gateway/internal.h"

#include "sim/base/mem.h"

#include <assert.h>
#include <string.h>

#define DNS_PORT 53

#define FULL_SMTP "421 4.3.2 Too many connections, try again later\r\n"     /* RFC 5321 3.8 */
#define FULL_POP3 "-ERR [SYS/TEMP] Too many connections, try again\r\n"     /* RFC 3206 4 */
#define FULL_IMAP "* BYE [UNAVAILABLE] Too many connections, try again\r\n" /* RFC 9051 7.1 */
#define BYE_SMTP  "421 4.3.2 The service is being shut down\r\n"
#define BYE_IMAP  "* BYE The service is being shut down\r\n"

static const struct service services[] = {
    { 25, "smtp", "smtp", false, FULL_SMTP, BYE_SMTP },
    { DNS_PORT, "domain", "dns", false, NULL, NULL },
    { 80, "http", "http", false, NULL, NULL },
    { 110, "pop3", "pop3", false, FULL_POP3, NULL },
    { 143, "imap", "imap", false, FULL_IMAP, BYE_IMAP },
    { 443, "https", "http", true, NULL, NULL },
    { 465, "submissions", "smtp", true, NULL, NULL },
    { 587, "submission", "smtp", false, FULL_SMTP, BYE_SMTP },
    { 993, "imaps", "imap", true, NULL, NULL },
    { 995, "pop3s", "pop3", true, NULL, NULL },
};

const struct service *service_of(uint16_t port)
{
    for (size_t i = 0; i < COUNT(services); i++) {
        if (services[i].port == port) {
            return &services[i];
        }
    }
    return NULL;
}

/* ---- the table */

bool service_is_open(const struct gateway *g, host_id host, uint16_t port)
{
    const uint16_t *ports;
    size_t count = network_listening(g->net, host, &ports);
    for (size_t i = 0; i < count; i++) {
        if (ports[i] == port) {
            return true;
        }
    }
    return false;
}

static bool serves(const struct gateway *g, host_id host, uint16_t port, bool datagrams)
{
    return datagrams ? port == DNS_PORT && network_is_bound(g->net, host, port)
                     : service_is_open(g, host, port);
}

static bool port_is_given(const struct gateway *g, uint32_t real_port)
{
    for (size_t i = 0; i < g->row_count; i++) {
        if (g->rows[i].real_port == real_port) {
            return true;
        }
    }
    return false;
}

/* The lowest base at which none of the host's ports is somebody else's. */
static uint32_t base_for(const struct gateway *g, host_id host)
{
    uint32_t base = g->config.port_base;
    for (size_t i = 0; i < COUNT(services); i++) {
        uint16_t port = services[i].port;
        bool wanted = serves(g, host, port, false) || serves(g, host, port, true);
        if (wanted && port_is_given(g, base + port)) {
            base += GATEWAY_BASE_STEP;
            i = (size_t)-1; /* from the first service again */
        }
    }
    return base;
}

static bool add_row(struct gateway *g, host_id host, const struct service *s, bool datagrams,
                    uint32_t base, struct err *err_r)
{
    uint32_t real = g->config.port_base == 0 ? 0 : base + s->port;
    if (real > UINT16_MAX) {
        slice name = network_name_of(g->net, host);
        return err_set(err_r, "port %u of %.*s would be port %u here, and there are only 65535",
                       s->port, SLICE_ARG(name), real);
    }
    g->rows = mem_grow(g->rows, g->row_count, &g->row_cap, sizeof *g->rows);
    g->rows[g->row_count++] = (struct gateway_door){ .host = host,
                                                     .port = s->port,
                                                     .real_port = (uint16_t)real,
                                                     .datagrams = datagrams,
                                                     .service = s->name };
    return true;
}

static bool add_host(struct gateway *g, host_id host, struct err *err_r)
{
    uint32_t base = base_for(g, host);
    bool ok = true;
    for (size_t i = 0; ok && i < COUNT(services); i++) {
        for (int datagrams = 1; ok && datagrams >= 0; datagrams--) {
            if (serves(g, host, services[i].port, datagrams)) {
                ok = add_row(g, host, &services[i], datagrams, base, err_r);
            }
        }
    }
    return ok;
}

static uint32_t roles_of(const struct gateway *g, host_id host)
{
    const struct stage *s = g->world.stage;
    const struct actor *a = host <= s->count ? s->actors[host - 1] : NULL;
    return a ? a->ops->kind.roles : 0;
}

/* In the order of the scenario; but whoever asks 1053 wants the resolver. */
static bool make_rows(struct gateway *g, struct err *err_r)
{
    bool ok = true;
    for (int nameservers = 0; nameservers < 2; nameservers++) {
        for (host_id h = 1; ok && h <= network_hosts(g->net); h++) {
            bool later = (roles_of(g, h) & ROLE_NAMESERVER) != 0;
            if (later == nameservers && !network_host_is_outside(g->net, h)) {
                ok = add_host(g, h, err_r);
            }
        }
    }
    return ok;
}

/* ---- sockets */

static void on_connection(uv_stream_t *listener, int status)
{
    if (status == 0) {
        visit_begin(listener->data, listener);
    }
}

static int listen_at(struct door *d, int family, const struct sockaddr *address)
{
    struct gateway *g = d->gateway;
    uv_tcp_t *tcp = &d->at[family].tcp;
    (void)uv_tcp_init(&g->loop, tcp);
    tcp->data = d;
    d->is_open[family] = true;
    int status = uv_tcp_bind(tcp, address, family ? UV_TCP_IPV6ONLY : 0);
    return status == 0 ? uv_listen((uv_stream_t *)tcp, BACKLOG, on_connection) : status;
}

static int address_of(int family, uint16_t port, struct sockaddr_storage *out)
{
    return family == 0 ? uv_ip4_addr("127.0.0.1", port, (struct sockaddr_in *)(void *)out)
                       : uv_ip6_addr("::1", port, (struct sockaddr_in6 *)(void *)out);
}

static uint16_t port_of(const struct door *d, bool datagrams)
{
    struct sockaddr_in in = { 0 };
    int size = sizeof in;
    int status = datagrams ? uv_udp_getsockname(&d->at[0].udp, (struct sockaddr *)&in, &size)
                           : uv_tcp_getsockname(&d->at[0].tcp, (struct sockaddr *)&in, &size);
    assert(status == 0);
    const unsigned char *octets = (const void *)&in.sin_port;
    return (uint16_t)(octets[0] << 8 | octets[1]);
}

static void on_gone(uv_handle_t *handle)
{
    (void)handle;
}

/* A machine without IPv6 has no ::1, and that is fine. */
static bool may_miss(int family, int status)
{
    return family == 1 && (status == UV_EADDRNOTAVAIL || status == UV_EAFNOSUPPORT);
}

static bool door_open(struct door *d, struct err *err_r)
{
    struct gateway_door *row = &d->gateway->rows[d->index];
    for (int family = 0; family < 2; family++) {
        struct sockaddr_storage address;
        int status = address_of(family, row->real_port, &address);
        if (status == 0) {
            status = (row->datagrams ? callers_listen : listen_at)(d, family,
                                                                   (struct sockaddr *)&address);
        }
        bool chosen = d->gateway->config.port_base == 0 && status == UV_EADDRINUSE;
        if (may_miss(family, status) || (family == 1 && chosen)) {
            uv_close(&d->at[family].handle, on_gone);
            d->is_open[family] = false;
        } else if (status != 0) {
            slice name = network_name_of(d->gateway->net, row->host);
            return err_set(err_r, "port %u, for %s of %.*s: %s; --port-base chooses others",
                           row->real_port, row->service, SLICE_ARG(name), uv_strerror(status));
        }
        if (family == 0) {
            row->real_port = port_of(d, row->datagrams);
        }
    }
    return true;
}

bool doors_open(struct gateway *g, struct err *err_r)
{
    if (!make_rows(g, err_r)) {
        return false;
    }
    for (size_t i = 0; i < g->row_count; i++) {
        struct door *d = mem_alloc(sizeof *d);
        *d = (struct door){ .gateway = g, .service = service_of(g->rows[i].port), .index = i };
        g->doors = mem_grow(g->doors, g->door_count, &g->door_cap, sizeof *g->doors);
        g->doors[g->door_count++] = d;
        bool ok = door_open(d, err_r);
        if (!ok) {
            return false;
        }
    }
    return true;
}

void doors_close(struct gateway *g)
{
    for (size_t i = 0; i < g->door_count; i++) {
        for (int family = 0; family < 2; family++) {
            if (g->doors[i]->is_open[family]) {
                g->doors[i]->is_open[family] = false;
                uv_close(&g->doors[i]->at[family].handle, on_gone);
            }
        }
    }
}
