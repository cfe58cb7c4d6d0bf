/* smtp_ext.c - the SMTP extensions, one row each (RFC 5321 2.2).
 * Never knows a state: whether a parameter may stand here is its caller's.
 * Not done: the AUTH= parameter of MAIL (RFC 4954 5) is checked and forgotten. */
#include "sim/proto/smtp_ext.h"

struct extension {
    slice keyword;
    uint32_t bit;
    void (*offer)(const struct smtp_server_config *config, struct outq *out); /* behind keyword */
    void (*heard)(slice arguments, struct smtp_offer *offer);
    slice param;
    bool (*param_read)(slice value, struct smtp_mail *mail_r); /* false: bad value */
    void (*param_say)(const struct smtp_mail *mail, struct outq *out);
    size_t line_growth; /* of MAIL */
};

/* ---- SIZE, RFC 1870 ---- */

static void size_offer(const struct smtp_server_config *config, struct outq *out)
{
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

/* At most 20 digits (RFC 1870 3); what does not fit 64 bits is only too big, not wrong. */
static bool size_read(slice value, struct smtp_mail *mail_r)
{
    bool ok = value.len > 0 && value.len <= 20;
    for (size_t i = 0; ok && i < value.len; i++) {
        ok = ascii_is_digit(value.ptr[i]);
    }
    if (ok && !slice_to_u64(value, &mail_r->size)) {
        mail_r->size = UINT64_MAX;
    }
    return ok;
}

static void size_say(const struct smtp_mail *mail, struct outq *out)
{
    outq_static(out, SLICE(" SIZE="));
    outq_u64(out, mail->size);
}

/* ---- 8BITMIME, RFC 6152 ---- */

static bool body_read(slice value, struct smtp_mail *mail_r)
{
    mail_r->body_8bit = slice_eq_nocase(value, SLICE("8BITMIME"));
    return mail_r->body_8bit || slice_eq_nocase(value, SLICE("7BIT"));
}

static void body_say(const struct smtp_mail *mail, struct outq *out)
{
    if (mail->body_8bit) {
        outq_static(out, SLICE(" BODY=8BITMIME"));
    }
}

/* ---- AUTH, RFC 4954 ---- */

static void auth_offer(const struct smtp_server_config *config, struct outq *out)
{
    (void)config;
    outq_static(out, SLICE(" PLAIN"));
}

/* Only PLAIN is known here; a server without it offers nothing of use. */
static void auth_heard(slice arguments, struct smtp_offer *offer)
{
    slice mechanism;
    while ((mechanism = slice_word(&arguments)).len > 0) {
        if (slice_eq_nocase(mechanism, SLICE("PLAIN"))) {
            offer->extensions |= SMTP_AUTH;
        }
    }
}

static bool auth_read(slice value, struct smtp_mail *mail_r)
{
    (void)mail_r;
    return value.len > 0;
}

/* clang-format off */
static const struct extension extensions[] = {
    { .keyword = SLICE_INIT("PIPELINING"), .bit = SMTP_PIPELINING }, /* RFC 2920 */
    { .keyword = SLICE_INIT("SIZE"), .bit = SMTP_SIZE, .offer = size_offer, .heard = size_heard,
      .param = SLICE_INIT("SIZE"), .param_read = size_read, .param_say = size_say,
      .line_growth = 26 },
    { .keyword = SLICE_INIT("AUTH"), .bit = SMTP_AUTH, .offer = auth_offer, .heard = auth_heard,
      .param = SLICE_INIT("AUTH"), .param_read = auth_read, .line_growth = 500 },
    { .keyword = SLICE_INIT("ENHANCEDSTATUSCODES"), .bit = SMTP_ENHANCEDSTATUSCODES },
    { .keyword = SLICE_INIT("8BITMIME"), .bit = SMTP_8BITMIME,
      .param = SLICE_INIT("BODY"), .param_read = body_read, .param_say = body_say,
      .line_growth = 17 },
    { .keyword = SLICE_INIT("STARTTLS"), .bit = SMTP_STARTTLS }, /* RFC 3207 */
};
/* clang-format on */

void smtp_ext_offer(const struct smtp_server_config *config, uint32_t offers, struct outq *out)
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
            e->offer(config, out);
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

static const struct extension *extension_of_param(slice keyword, uint32_t on)
{
    for (size_t i = 0; i < COUNT(extensions); i++) {
        const struct extension *e = &extensions[i];
        if ((on & e->bit) && e->param_read && slice_eq_nocase(keyword, e->param)) {
            return e;
        }
    }
    return NULL;
}

enum smtp_params smtp_ext_params(slice rest, uint32_t on, struct smtp_mail *mail_r)
{
    uint32_t seen = 0;
    slice word;
    if (rest.len > 0 && rest.ptr[0] != ' ') {
        return PARAMS_BAD;
    }
    while ((word = slice_word(&rest)).len > 0) {
        slice value = word;
        slice keyword = slice_cut(&value, '=');
        const struct extension *e = extension_of_param(keyword, on);
        if (!e) {
            return PARAMS_UNKNOWN;
        }
        if ((seen & e->bit) || !e->param_read(value, mail_r)) {
            return PARAMS_BAD;
        }
        seen |= e->bit;
    }
    return PARAMS_OK;
}

size_t smtp_ext_mail_max(uint32_t on)
{
    size_t max = SMTP_LINE_MAX;
    for (size_t i = 0; i < COUNT(extensions); i++) {
        max += on & extensions[i].bit ? extensions[i].line_growth : 0;
    }
    return max;
}

void smtp_ext_say(uint32_t on, const struct smtp_mail *mail, struct outq *out)
{
    for (size_t i = 0; i < COUNT(extensions); i++) {
        if ((on & extensions[i].bit) && extensions[i].param_say) {
            extensions[i].param_say(mail, out);
        }
    }
}
