/* pop3_capa.c - CAPA: what a POP3 server says of itself (RFC 2449 5, 6).
 * Never lists what does not work just now. */
#include "sim/proto/pop3_server.h"

static void say_mechanisms(const struct pop3_server *s, struct outq *out)
{
    uint32_t left = pop3_mechanisms(s);
    if (left == 0) {
        return;
    }
    outq_static(out, SLICE("SASL"));
    for (enum sasl_mechanism m; (m = sasl_strongest(left)) != 0; left &= ~(uint32_t)m) {
        outq_static(out, SLICE(" "));
        outq_static(out, sasl_name(m));
    }
    outq_static(out, SLICE("\r\n"));
}

static void say_number(struct outq *out, slice tag, uint64_t number)
{
    outq_static(out, tag);
    outq_u64(out, number);
    outq_static(out, SLICE("\r\n"));
}

static void say_policy(const struct pop3_server *s, struct outq *out)
{
    const struct pop3_server_config *c = s->config;
    if (pop3_offers(s, POP3_HAS_LOGIN_DELAY)) {
        say_number(out, SLICE("LOGIN-DELAY "), c->login_delay_s);
    }
    if (pop3_offers(s, POP3_HAS_EXPIRE) && c->expire_days == POP3_EXPIRE_NEVER) {
        outq_static(out, SLICE("EXPIRE NEVER\r\n"));
    } else if (pop3_offers(s, POP3_HAS_EXPIRE)) {
        say_number(out, SLICE("EXPIRE "), c->expire_days);
    }
    if (pop3_offers(s, POP3_HAS_IMPLEMENTATION)) {
        outq_static(out, SLICE("IMPLEMENTATION "));
        outq_text(out, c->implementation);
        outq_static(out, SLICE("\r\n"));
    }
}

/* USER and SASL are said in both states, though nobody can log in twice (RFC 2449 6.2, RFC 5034 3);
 * STLS is not, as it would have to work (RFC 2595 4). */
void pop3_on_capa(struct pop3_server *s, struct outq *out, slice argument)
{
    static const struct {
        enum pop3_offer offer;
        slice line;
    } last[] = { { POP3_HAS_PIPELINING, SLICE_INIT("PIPELINING\r\n") },
                 { POP3_HAS_RESP_CODES, SLICE_INIT("RESP-CODES\r\n") },
                 { POP3_HAS_AUTH_RESP_CODE, SLICE_INIT("AUTH-RESP-CODE\r\n") } };
    (void)argument;
    outq_static(out, SLICE("+OK capabilities follow\r\n"));
    if (pop3_offers(s, POP3_HAS_TOP)) {
        outq_static(out, SLICE("TOP\r\n"));
    }
    if (pop3_offers(s, POP3_HAS_UIDL)) {
        outq_static(out, SLICE("UIDL\r\n"));
    }
    if (pop3_offers(s, POP3_HAS_STLS) && !s->secured && s->state == S_AUTHORIZATION) {
        outq_static(out, SLICE("STLS\r\n"));
    }
    if (pop3_takes_user(s)) {
        outq_static(out, SLICE("USER\r\n"));
    }
    say_mechanisms(s, out);
    for (size_t i = 0; i < COUNT(last); i++) {
        if (pop3_offers(s, last[i].offer)) {
            outq_static(out, last[i].line);
        }
    }
    say_policy(s, out);
    outq_static(out, SLICE(".\r\n"));
}
