/* smtp_params.c - what may stand behind the path of MAIL and of RCPT, one row each.
 * Never knows a state, nor what a host makes of it.
 * Not done: the AUTH= parameter of MAIL (RFC 4954 5) that is heard is checked and forgotten. */
#include "sim/mail/address.h"
#include "sim/mail/dsn.h"
#include "sim/mail/mime.h"
#include "sim/proto/smtp_ext.h"

#define ENVID_MAX 100 /* RFC 3461 4.4 */
#define ORCPT_MAX 500 /* 4.2 */

/* What a row reads into and says from: a MAIL or a RCPT. */
union envelope {
    struct smtp_mail *mail;
    struct smtp_rcpt *rcpt;
};
struct parameter {
    slice keyword;
    uint16_t event; /* of the command that it belongs to */
    uint16_t bit;   /* of the extension that brings it */
    bool (*read)(slice value, uint32_t on, union envelope e); /* false: bad value */
    void (*say)(const union envelope e, struct outq *out);    /* nothing where it is not meant */
};

/* ---- SIZE, RFC 1870 ---- */

/* At most 20 digits (RFC 1870 3); what does not fit 64 bits is only too big, not wrong. */
static bool size_read(slice value, uint32_t on, union envelope e)
{
    (void)on;
    bool ok = value.len > 0 && value.len <= 20;
    for (size_t i = 0; ok && i < value.len; i++) {
        ok = ascii_is_digit(value.ptr[i]);
    }
    if (ok && !slice_to_u64(value, &e.mail->size)) {
        e.mail->size = UINT64_MAX;
    }
    return ok;
}

static void size_say(const union envelope e, struct outq *out)
{
    outq_static(out, SLICE(" SIZE="));
    outq_u64(out, e.mail->size);
}

/* ---- words ---- */

/* The place of a word in a list, behind which there is an empty one; its length: not there. */
static size_t word_of(const slice *words, slice word)
{
    size_t i = 0;
    while (words[i].len > 0 && !slice_eq_nocase(words[i], word)) {
        i++;
    }
    return i;
}

/* ---- 8BITMIME, RFC 6152 ---- */

static bool body_read(slice value, uint32_t on, union envelope e)
{
    (void)on;
    e.mail->body_8bit = slice_eq_nocase(value, SLICE("8BITMIME"));
    return e.mail->body_8bit || slice_eq_nocase(value, SLICE("7BIT"));
}

static void body_say(const union envelope e, struct outq *out)
{
    if (e.mail->body_8bit) {
        outq_static(out, SLICE(" BODY=8BITMIME"));
    }
}

/* ---- SMTPUTF8, RFC 6531 3.4: a keyword without a value ---- */

static bool utf8_read(slice value, uint32_t on, union envelope e)
{
    (void)on;
    e.mail->utf8 = true;
    return !value.ptr;
}

static void utf8_say(const union envelope e, struct outq *out)
{
    if (e.mail->utf8) {
        outq_static(out, SLICE(" SMTPUTF8"));
    }
}

/* ---- xtext, RFC 3461 4 ---- */

static int hex_digit(char c)
{
    return ascii_is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* What it stands for must be printable ASCII where it is shown in a report (4.2, 4.4). */
static bool is_xtext(slice s, bool printable)
{
    for (size_t i = 0; i < s.len; i++) {
        int c = (unsigned char)s.ptr[i];
        if (c < 33 || c > 126 || c == '=') {
            return false;
        }
        if (c == '+') {
            int high = i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
            int low = i + 2 < s.len ? hex_digit(s.ptr[i + 2]) : -1;
            c = high * 16 + low;
            if (high < 0 || low < 0 || (printable && c != '\t' && (c < 32 || c > 126))) {
                return false;
            }
            i += 2;
        }
    }
    return true;
}

/* ---- AUTH, RFC 4954 5 ---- */

/* A mailbox, or "<>" (8). */
static bool auth_read(slice value, uint32_t on, union envelope e)
{
    struct buf text = { 0 };
    struct address a;
    (void)on;
    (void)e;
    if (slice_eq(value, SLICE("<>"))) {
        return true;
    }
    dsn_from_xtext(value, &text);
    bool ok = is_xtext(value, false) &&
              (slice_eq(buf_slice(&text), SLICE("<>")) || address_parse(buf_slice(&text), &a));
    buf_deinit(&text);
    return ok;
}

static void auth_say(const union envelope e, struct outq *out)
{
    if (e.mail->unknown) {
        outq_static(out, SLICE(" AUTH=<>"));
    }
}

/* ---- DSN, RFC 3461 4 ---- */

static const slice ret_words[] = { [SMTP_RET_ANY] = SLICE_INIT("-"),
                                   [SMTP_RET_FULL] = SLICE_INIT("FULL"),
                                   [SMTP_RET_HDRS] = SLICE_INIT("HDRS"),
                                   { 0 } };

static bool ret_read(slice value, uint32_t on, union envelope e)
{
    (void)on;
    e.mail->ret = (uint8_t)word_of(ret_words, value);
    return e.mail->ret == SMTP_RET_FULL || e.mail->ret == SMTP_RET_HDRS;
}

static void ret_say(const union envelope e, struct outq *out)
{
    if (e.mail->ret != SMTP_RET_ANY) {
        outq_static(out, SLICE(" RET="));
        outq_static(out, ret_words[e.mail->ret]);
    }
}

static bool envid_read(slice value, uint32_t on, union envelope e)
{
    (void)on;
    e.mail->envid = value;
    return value.len > 0 && value.len <= ENVID_MAX && is_xtext(value, true);
}

static void envid_say(const union envelope e, struct outq *out)
{
    if (e.mail->envid.len > 0) {
        outq_static(out, SLICE(" ENVID="));
        outq_text(out, e.mail->envid);
    }
}

/* In the order of the bits of enum smtp_notify. */
static const slice notify_words[] = {
    SLICE_INIT("NEVER"), SLICE_INIT("SUCCESS"), SLICE_INIT("FAILURE"), SLICE_INIT("DELAY"), { 0 }
};

/* RFC 822 2.7 lets elements of a list be empty; a word that is there twice says nothing new. */
static bool notify_read(slice value, uint32_t on, union envelope e)
{
    (void)on;
    while (value.len > 0) {
        slice word = slice_cut(&value, ',');
        size_t i = word_of(notify_words, word);
        if (notify_words[i].len > 0) {
            e.rcpt->notify |= (uint8_t)(1u << i);
        } else if (word.len > 0) {
            return false;
        }
    }
    bool never = (e.rcpt->notify & SMTP_NOTIFY_NEVER) != 0;
    return e.rcpt->notify != 0 && (!never || e.rcpt->notify == SMTP_NOTIFY_NEVER);
}

static void notify_say(const union envelope e, struct outq *out)
{
    bool first = true;
    for (size_t i = 0; notify_words[i].len > 0; i++) {
        if (e.rcpt->notify & (1u << i)) {
            outq_static(out, first ? SLICE(" NOTIFY=") : SLICE(","));
            outq_static(out, notify_words[i]);
            first = false;
        }
    }
}

/* addr-type ";" xtext.  Of the type "utf-8" the address may stand there as it is where SMTPUTF8 is
 * in force (RFC 6533 3). */
static bool orcpt_read(slice value, uint32_t on, union envelope e)
{
    slice address = value;
    slice type = slice_cut(&address, ';');
    bool utf8 = slice_eq_nocase(type, SLICE("utf-8")) && (on & SMTP_SMTPUTF8);
    e.rcpt->orcpt = value;
    if (value.len > ORCPT_MAX || !address_is_atom(type) || address.len == 0) {
        return false;
    }
    if (!utf8) {
        return is_xtext(address, true);
    }
    for (size_t i = 0; i < address.len; i++) {
        unsigned char c = (unsigned char)address.ptr[i];
        if (c < 33 || c == 127 || c == '+' || c == '=') {
            return false;
        }
    }
    return mime_is_utf8(address);
}

static void orcpt_say(const union envelope e, struct outq *out)
{
    if (e.rcpt->orcpt.len > 0) {
        outq_static(out, SLICE(" ORCPT="));
        outq_text(out, e.rcpt->orcpt);
    }
}

/* clang-format off */
static const struct parameter parameters[] = {
    { SLICE_INIT("SIZE"), SMTP_EV_MAIL, SMTP_SIZE, size_read, size_say },
    { SLICE_INIT("BODY"), SMTP_EV_MAIL, SMTP_8BITMIME, body_read, body_say },
    { SLICE_INIT("SMTPUTF8"), SMTP_EV_MAIL, SMTP_SMTPUTF8, utf8_read, utf8_say },
    { SLICE_INIT("AUTH"), SMTP_EV_MAIL, SMTP_AUTH, auth_read, auth_say },
    { SLICE_INIT("RET"), SMTP_EV_MAIL, SMTP_DSN, ret_read, ret_say },
    { SLICE_INIT("ENVID"), SMTP_EV_MAIL, SMTP_DSN, envid_read, envid_say },
    { SLICE_INIT("NOTIFY"), SMTP_EV_RCPT, SMTP_DSN, notify_read, notify_say },
    { SLICE_INIT("ORCPT"), SMTP_EV_RCPT, SMTP_DSN, orcpt_read, orcpt_say },
};
/* clang-format on */

/* COUNT(parameters): there is none of that name. */
static size_t find(uint16_t event, slice keyword, uint32_t on)
{
    size_t i = 0;
    while (i < COUNT(parameters) && !(parameters[i].event == event && (on & parameters[i].bit) &&
                                      slice_eq_nocase(keyword, parameters[i].keyword))) {
        i++;
    }
    return i;
}

static enum smtp_params read_all(slice rest, uint16_t event, uint32_t on, union envelope e)
{
    uint32_t seen = 0;
    slice word;
    if (rest.len > 0 && rest.ptr[0] != ' ') {
        return PARAMS_BAD;
    }
    while ((word = slice_word(&rest)).len > 0) {
        slice value = word;
        slice keyword = slice_cut(&value, '=');
        size_t i = find(event, keyword, on);
        if (i == COUNT(parameters)) {
            return PARAMS_UNKNOWN;
        }
        if ((seen & (1u << i)) || !parameters[i].read(value, on, e)) {
            return PARAMS_BAD;
        }
        seen |= 1u << i;
    }
    return PARAMS_OK;
}

enum smtp_params smtp_ext_params(slice rest, uint32_t on, struct smtp_mail *mail_r)
{
    return read_all(rest, SMTP_EV_MAIL, on, (union envelope){ .mail = mail_r });
}

enum smtp_params smtp_ext_rcpt_params(slice rest, uint32_t on, struct smtp_rcpt *rcpt_r)
{
    return read_all(rest, SMTP_EV_RCPT, on, (union envelope){ .rcpt = rcpt_r });
}

static void say_all(uint16_t event, uint32_t on, const union envelope e, struct outq *out)
{
    for (size_t i = 0; i < COUNT(parameters); i++) {
        const struct parameter *p = &parameters[i];
        if (p->event == event && (on & p->bit) && p->say) {
            p->say(e, out);
        }
    }
}

void smtp_ext_say(uint32_t on, struct smtp_mail *mail, struct outq *out)
{
    say_all(SMTP_EV_MAIL, on, (union envelope){ .mail = mail }, out);
}

void smtp_ext_say_rcpt(uint32_t on, struct smtp_rcpt *rcpt, struct outq *out)
{
    say_all(SMTP_EV_RCPT, on, (union envelope){ .rcpt = rcpt }, out);
}
