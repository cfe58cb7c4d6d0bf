/* smtp_ext.c - the SMTP extensions, one row each (RFC 5321 2.2).
 * Never knows a state, nor what the parameters mean that they bring (smtp_params.c). */
#include "sim/proto/smtp_ext.h"

#include "sim/proto/sasl.h"

struct extension {
    slice keyword;
    uint32_t bit;
    /* behind the keyword */
    void (*offer)(const struct smtp_server_config *config, uint32_t mechanisms, struct outq *out);
    void (*heard)(slice arguments, struct smtp_offer *offer);
    uint16_t mail, rcpt, verify; /* octets by which the lines of MAIL, of RCPT, of VRFY and EXPN may
                                    be longer */
};

/* ---- SIZE, RFC 1870 ---- */

static void size_offer(const struct smtp_server_config *config, uint32_t mechanisms,
                       struct outq *out)
{
    (void)mechanisms;
    if (config->size_max > 0) {
        outq_static(out, SLICE(" "));
        outq_u64(out, config->size_max);
    }
}

static void size_heard(slice arguments, struct smtp_offer *offer)
{
    if (!slice_to_u64(slice_word(&arguments), &offer->size_max)) {
        offer->size_max = 0;
    }
}

/* ---- AUTH, RFC 4954 ---- */

static void auth_offer(const struct smtp_server_config *config, uint32_t mechanisms,
                       struct outq *out)
{
    (void)config;
    while (mechanisms != 0) {
        enum sasl_mechanism next = sasl_strongest(mechanisms);
        outq_static(out, SLICE(" "));
        outq_static(out, sasl_name(next));
        mechanisms &= ~(uint32_t)next;
    }
}

/* A server that offers only what nobody here knows offers nothing of use. */
static void auth_heard(slice arguments, struct smtp_offer *offer)
{
    slice mechanism;
    while ((mechanism = slice_word(&arguments)).len > 0) {
        offer->mechanisms |= sasl_by_name(mechanism);
    }
    offer->extensions |= offer->mechanisms ? SMTP_AUTH : 0u;
}

/* DSN: what its parameters take at their longest (RFC 3461 4.2, 4.4), which names no number. */
/* clang-format off */
static const struct extension extensions[] = {
    { SLICE_INIT("PIPELINING"), SMTP_PIPELINING, NULL, NULL, 0, 0, 0 }, /* RFC 2920 */
    { SLICE_INIT("SIZE"), SMTP_SIZE, size_offer, size_heard, 26, 0, 0 },
    { SLICE_INIT("AUTH"), SMTP_AUTH, auth_offer, auth_heard, 500, 0, 0 },
    { SLICE_INIT("ENHANCEDSTATUSCODES"), SMTP_ENHANCEDSTATUSCODES, NULL, NULL, 0, 0, 0 },
    { SLICE_INIT("8BITMIME"), SMTP_8BITMIME, NULL, NULL, 17, 0, 0 }, /* RFC 6152 2 */
    { SLICE_INIT("CHUNKING"), SMTP_CHUNKING, NULL, NULL, 0, 0, 0 }, /* RFC 3030 */
    { SLICE_INIT("DSN"), SMTP_DSN, NULL, NULL, 116, 536, 0 },
    { SLICE_INIT("SMTPUTF8"), SMTP_SMTPUTF8, NULL, NULL, 10, 0, 10 }, /* RFC 6531 3.1 */
    { SLICE_INIT("EXPN"), SMTP_EXPN, NULL, NULL, 0, 0, 0 }, /* RFC 5321 3.5.2 */
    { SLICE_INIT("STARTTLS"), SMTP_STARTTLS, NULL, NULL, 0, 0, 0 }, /* RFC 3207 */
};
/* clang-format on */

void smtp_ext_offer(const struct smtp_server_config *config, uint32_t offers, uint32_t mechanisms,
                    struct outq *out)
{
    uint32_t left = offers;
    for (size_t i = 0; i < COUNT(extensions); i++) {
        const struct extension *e = &extensions[i];
        if (!(left & e->bit)) {
            continue;
        }
        left &= ~e->bit;
        outq_static(out, left ? SLICE("250-") : SLICE("250 "));
        outq_static(out, e->keyword);
        if (e->offer) {
            e->offer(config, mechanisms, out);
        }
        outq_static(out, SLICE("\r\n"));
    }
}

void smtp_ext_heard(slice line, struct smtp_offer *offer)
{
    size_t n = 0; /* "AUTH=PLAIN" is how servers older than RFC 2554 wrote it */
    while (n < line.len && line.ptr[n] != ' ' && line.ptr[n] != '\t' && line.ptr[n] != '=') {
        n++;
    }
    slice keyword = slice_sub(line, 0, n);
    for (size_t i = 0; i < COUNT(extensions); i++) {
        const struct extension *e = &extensions[i];
        if (!slice_eq_nocase(keyword, e->keyword)) {
            continue;
        }
        if (e->bit != SMTP_AUTH) {
            offer->extensions |= e->bit;
        }
        if (e->heard) {
            e->heard(slice_from(line, n + 1), offer);
        }
    }
}

size_t smtp_ext_growth(uint32_t on, uint16_t event)
{
    size_t more = 0;
    for (size_t i = 0; i < COUNT(extensions); i++) {
        const struct extension *e = &extensions[i];
        if (on & e->bit) {
            more += event == SMTP_EV_MAIL                            ? e->mail
                    : event == SMTP_EV_RCPT                          ? e->rcpt
                    : event == SMTP_EV_VRFY || event == SMTP_EV_EXPN ? e->verify
                                                                     : 0u;
        }
    }
    return more;
}

size_t smtp_ext_line_max(uint32_t on)
{
    size_t mail = smtp_ext_growth(on, SMTP_EV_MAIL);
    size_t rcpt = smtp_ext_growth(on, SMTP_EV_RCPT);
    return SMTP_LINE_MAX + (mail > rcpt ? mail : rcpt);
}
