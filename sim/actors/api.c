/* api.c - an e-mail API: programs ask it by HTTP, it sends by SMTP (RFC 5598 would call it an
 * originator's MSA with another way in).
 * A mail host does the rest: the queue, the way to a domain, and what comes back. */
#include "sim/actors/api.h"

#include "sim/actors/table.h"
#include "sim/base/err.h"

#include <stddef.h>

#define KEY(member) offsetof(struct api_config, member)

static const struct key api_keys[] = {
    { "keys", KEY_TEXT_MAP, KEY(keys), NULL, 0, 0, NULL,
      "who may send: names of customers, and the key that the programs of each show" },
    { "senders", KEY_DOMAINS, KEY(senders), "", 0, 0, NULL,
      "the domains that may stand in From; without it any" },
    { "http", KEY_BOOL, KEY(http), "false", 0, 0, NULL,
      "answer on port 80 in the clear too, and not only on port 443 under TLS" },
    { "news-rate", KEY_INT, KEY(news_rate), "1000", 1, 1000000, NULL,
      "letters of a newsletter that go into the queue in a second" },
    KEY_ROW_END,
};

bool api_key_valid(slice key)
{
    size_t n = 0;
    while (n < key.len && (ascii_is_alpha(key.ptr[n]) || ascii_is_digit(key.ptr[n]) ||
                           slice_find_byte(SLICE("-._~+/"), key.ptr[n]) != SLICE_NONE)) {
        n++;
    }
    bool ok = n > 0;
    for (; n < key.len; n++) {
        ok = ok && key.ptr[n] == '=';
    }
    return ok;
}

/* An empty one would let in whoever shows none. */
static bool keys_valid(const struct api_host *a, struct err *err_r)
{
    const struct key_map *keys = &a->config->keys;
    for (size_t i = 0; i < keys->count; i++) {
        if (!api_key_valid(keys->items[i].value)) {
            return err_set(err_r,
                           "host \"%.*s\": keys: that of \"%.*s\" must have letters, digits and "
                           "-._~+/ only (RFC 6750 2.1)",
                           SLICE_ARG(a->mail.base.name), SLICE_ARG(keys->items[i].name));
        }
    }
    return true;
}

static struct api_host *api_host_of(struct actor *a)
{
    return (struct api_host *)(void *)a;
}

static bool api_start(struct actor *self, struct err *err_r)
{
    struct api_host *a = api_host_of(self);
    a->config = self->config;
    a->mail.hooks = &api_hooks;
    a->ids = rng_fork(&self->rng, SLICE("ids"));
    intern_init(&a->ids_given);
    intern_init(&a->retry_keys);
    intern_init(&a->unsubscribed);
    for (size_t i = 0; i < COUNT(a->seal); i++) {
        a->seal[i] = stage_random(self->stage, &a->ids);
    }
    a->http_in = (struct http_server_config){ .unix_start = actor_unix_start(self),
                                              .body_max = API_BODY_MAX,
                                              .timeout = SIM_MINUTE };
    if (!keys_valid(a, err_r) || !mail_ops.start(self, err_r)) {
        return false;
    }
    network_listen(self->stage->net, self->id, PORT_HTTPS);
    if (a->config->http) {
        network_listen(self->stage->net, self->id, PORT_HTTP);
    }
    return true;
}

static bool api_connect(struct actor *self, uint16_t port, struct pump_service *service_r)
{
    struct api_host *a = api_host_of(self);
    if (port != PORT_HTTPS && port != PORT_HTTP) {
        return mail_ops.on_connect(self, port, service_r);
    }
    *service_r = (struct pump_service){ .ops = &http_server_ops,
                                        .config = &a->http_in,
                                        .tls = port == PORT_HTTPS ? &a->mail.tls_first : NULL };
    return true;
}

/* The names of MTA-STS policies lead to another site on the same port. */
static bool is_policy(const struct api_host *a, const struct session_event *ev)
{
    const struct http_message *request = ev->detail;
    return a->mail.web_policy.len > 0 && slice_starts_nocase(request->host, SLICE("mta-sts."));
}

static void api_session(struct actor *self, struct pump *p, const struct session_event *ev)
{
    struct api_host *a = api_host_of(self);
    if (pump_ops(p) == &http_server_ops && !is_policy(a, ev)) {
        api_http_event(a, p, ev);
    } else {
        mail_ops.on_session(self, p, ev);
    }
}

static void api_deinit(struct actor *self)
{
    api_send_deinit(api_host_of(self));
    mail_ops.deinit(self);
}

static const struct tls_identity *api_identity(struct actor *self, const struct pump_tls *how)
{
    return mail_ops.identity(self, how);
}

static void api_session_end(struct actor *self, struct pump *p, enum trace_why why)
{
    mail_ops.on_session_end(self, p, why);
}

static void api_datagram(struct actor *self, const struct datagram *d)
{
    mail_ops.on_datagram(self, d);
}

static void api_wake(struct actor *self, uint64_t cookie)
{
    mail_ops.on_wake(self, cookie);
}

static void api_power(struct actor *self, bool on)
{
    struct api_host *a = api_host_of(self);
    mail_ops.power(self, on);
    for (size_t i = 0; on && i < a->message_count; i++) {
        if (a->messages[i]->news) {
            api_news_go_on(a, a->messages[i]);
        }
    }
}

static void api_clock_set(struct actor *self)
{
    mail_ops.clock_set(self);
    api_of(mail_host_of(self))->http_in.unix_start = actor_unix_start(self);
}

static void api_finish(struct actor *self)
{
    mail_ops.finish(self);
}

const struct actor_ops api_ops = {
    .kind = { "api", "sends for programs that ask by HTTP; takes back what bounces", 'A',
              ROLE_MTA | ROLE_MX | ROLE_WEB, sizeof(struct api_config), mail_keys, api_keys },
    .size = sizeof(struct api_host),
    .start = api_start,
    .on_connect = api_connect,
    .identity = api_identity,
    .on_session = api_session,
    .on_session_end = api_session_end,
    .on_datagram = api_datagram,
    .on_wake = api_wake,
    .power = api_power,
    .clock_set = api_clock_set,
    .finish = api_finish,
    .deinit = api_deinit,
};
