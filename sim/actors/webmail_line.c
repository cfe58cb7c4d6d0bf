/* webmail_line.c - webmail's connections to the mail host, each as the person who asks: by the
 * strongest mechanism that the host offers, as he himself would log in.
 * Never knows what is done on them. */
#include "sim/actors/webmail.h"

#include <string.h>

static struct imap_client_config reading(const struct webmail *w, struct web_session *s,
                                         slice nonce)
{
    return (struct imap_client_config){ .user = s->user,
                                        .password = s->password,
                                        .mechanisms = SASL_ALL,
                                        .nonce = nonce,
                                        .keys = &s->keys,
                                        .timeout = SIM_MINUTE,
                                        .tls = (enum tls_policy)w->config->mail_tls };
}

static struct smtp_client_config sending(const struct webmail *w, struct web_session *s,
                                         slice nonce)
{
    return (struct smtp_client_config){ .host = w->base.name,
                                        .extensions = SMTP_ALL,
                                        .user = s->user,
                                        .password = s->password,
                                        .mechanisms = SASL_ALL,
                                        .nonce = nonce,
                                        .keys = &s->keys,
                                        .timeout = 5 * SIM_MINUTE,
                                        .tls = (enum tls_policy)w->config->mail_tls };
}

/* Fresh for each connection (RFC 5802 5.1): one person's requests may run beside each other. */
static slice draw_nonce(struct webmail *w, struct web_line *line)
{
    struct buf b = { 0 };
    stage_secret(w->base.stage, &w->nonces, &b);
    memcpy(line->nonce, b.ptr, sizeof line->nonce);
    buf_deinit(&b);
    return (slice){ line->nonce, sizeof line->nonce };
}

struct pump *line_connect(struct webmail *w, struct web_job *j, bool submit)
{
    pool_id id;
    struct web_line *line = pool_new(&w->lines, &id);
    slice nonce = draw_nonce(w, line);
    line->job = j->id;
    line->session = j->session;
    line->imap = reading(w, j->session, nonce);
    line->smtp = sending(w, j->session, nonce);
    const struct pump_service service = {
        .ops = submit ? &smtp_client_ops : &imap_client_ops,
        .config = submit ? (const void *)&line->smtp : (const void *)&line->imap,
        .tls = w->config->mail_tls == TLS_POLICY_NONE ? NULL : &w->mail_tls,
    };
    return pump_connect(&w->base, j->ip, submit ? 587 : 143,
                        submit ? SLICE("submission") : SLICE("imap"), &service, id);
}

struct web_job *line_job(const struct webmail *w, const struct pump *p)
{
    const struct web_line *line = pool_get(&w->lines, pump_user(p));
    return line ? pool_get(&w->jobs, line->job) : NULL;
}

/* Nobody was let in, or has logged out meanwhile: SCRAM may have kept what it made since. */
void line_over(struct webmail *w, const struct pump *p)
{
    struct web_line *line = pool_get(&w->lines, pump_user(p));
    if (line->session->token.len == 0) {
        line->session->keys = (struct sasl_keys){ 0 };
    }
    pool_free(&w->lines, pump_user(p));
}
