/* mail_web.c - what a mail host answers over HTTPS: the MTA-STS policy of its domains, under the
 * names mta-sts.DOMAIN (RFC 8461 3.3).
 * Never sends mail; who honours policies is in mail_sts.c. */
#include "sim/actors/mail_host.h"

#include "sim/base/err.h"

#define REQUEST_BODY 4096 /* nobody has reason to send one */

bool web_start(struct mail_host *m, struct err *err_r)
{
    const struct mail_config *c = m->config;
    struct stage *s = mail_stage(m);
    struct sts_policy policy = { .mode = (enum sts_mode)c->mta_sts,
                                 .max_age = (uint32_t)(c->mta_sts_max_age / SIM_SECOND) };
    const char *why;
    if (policy.mode == STS_NONE) {
        return true;
    }
    if (c->mta_sts_mx.count > STS_MX_MAX) {
        return err_set(err_r,
                       "host \"%.*s\": its MTA-STS policy names more than %d mail exchangers",
                       SLICE_ARG(m->base.name), STS_MX_MAX);
    }
    for (size_t i = 0; i < c->mta_sts_mx.count; i++) {
        policy.mx[policy.mx_count++] = c->mta_sts_mx.items[i];
    }
    if (policy.mx_count == 0) {
        policy.mx[policy.mx_count++] = m->base.name;
    }
    buf_clear(&m->text);
    sts_policy_write(&m->text, &policy);
    m->web_policy = arena_copy(s->arena, buf_slice(&m->text));
    if (!sts_policy_parse(m->web_policy, &policy, &why)) {
        return err_set(err_r, "host \"%.*s\": its MTA-STS policy would be no good: %s",
                       SLICE_ARG(m->base.name), why);
    }
    m->web_in = (struct http_server_config){ .unix_start = actor_unix_start(&m->base),
                                             .body_max = REQUEST_BODY,
                                             .timeout = SIM_MINUTE };
    m->web_names = arena_array(s->arena, c->domains.count, sizeof(slice));
    for (size_t d = 0; d < c->domains.count; d++) {
        buf_clear(&m->text);
        buf_addz(&m->text, "mta-sts.");
        buf_add(&m->text, c->domains.items[d]);
        m->web_names[m->web_name_count++] = arena_copy(s->arena, buf_slice(&m->text));
    }
    return true;
}

static bool is_ours(const struct mail_host *m, slice host)
{
    for (size_t i = 0; i < m->web_name_count; i++) {
        if (slice_eq_nocase(m->web_names[i], host)) {
            return true;
        }
    }
    return false;
}

void web_event(struct mail_host *m, struct pump *p, const struct session_event *ev)
{
    const struct http_message *request = ev->detail;
    struct http_reply policy = { .type = SLICE("text/plain"), .body = m->web_policy };
    struct http_reply allow = { .type = SLICE("text/plain"),
                                .body = SLICE("405: there is only something to read here\n"),
                                .fields = SLICE("Allow: GET, HEAD\r\n") };
    struct session_answer a = { .code = 200, .grant = &policy };
    if (!is_ours(m, request->host)) { /* RFC 9110 7.4 */
        a = (struct session_answer){ .code = 421, .text = SLICE("no such host is served here") };
    } else if (!slice_eq(request->path, SLICE(STS_POLICY_PATH))) {
        a = (struct session_answer){ .code = 404 };
    } else if (slice_eq(request->method, SLICE("POST"))) {
        a = (struct session_answer){ .code = 405, .grant = &allow };
    }
    pump_answer(p, a);
}
