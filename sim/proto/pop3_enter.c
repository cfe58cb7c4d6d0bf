/* pop3_enter.c - a reader's way in: greeting, CAPA (RFC 2449), STLS (RFC 2595), and logging in by
 * what tells least to who listens (RFC 5034, RFC 1939 7).
 * Never knows what a mechanism says (sasl.h), nor what there is to read inside. */
#include "sim/proto/pop3_client.h"

#define COMMAND_MAX 255 /* with CRLF, RFC 2449 4 */

/* ---- what the server can do ---- */

static bool is_message_id_char(char c)
{
    return c > ' ' && c < 0x7f && c != '<' && c != '>';
}

/* Only what has the shape of a message id: with anything else a server in the middle could choose
 * what is digested, and find the password letter by letter (CVE-2007-1558). */
static slice stamp_in(slice words)
{
    size_t from = slice_find_byte(words, '<');
    size_t ats = 0;
    for (size_t i = from == SLICE_NONE ? words.len : from + 1; i < words.len; i++) {
        ats += words.ptr[i] == '@';
        if (words.ptr[i] == '>' && ats == 1) {
            return slice_sub(words, from, i - from + 1);
        }
        if (!is_message_id_char(words.ptr[i])) {
            break;
        }
    }
    return (slice){ 0 };
}

/* What the server can do is asked where somebody wants to know, and under TLS again (RFC 2595
 * 4). */
static void ask(struct pop3_client *c, struct outq *out)
{
    if (c->config->use_capa || c->config->tls != TLS_POLICY_NONE) {
        pop3_say(c, out, SLICE("CAPA"), C_CAPA);
    } else {
        pop3_enter_log_in(c, out);
    }
}

void pop3_enter_greeted(struct pop3_client *c, struct outq *out, slice words)
{
    buf_add(&c->stamp, stamp_in(words));
    ask(c, out);
}

void pop3_enter_secured(struct pop3_client *c, struct outq *out)
{
    c->heard_capa = false;
    c->offered = (struct pop3_offered){ 0 };
    ask(c, out);
}

/* What is not understood is passed over (RFC 2449 5). */
void pop3_enter_capability(struct pop3_client *c, slice line)
{
    static const struct {
        slice tag;
        enum pop3_offer offer;
    } tags[] = { { SLICE_INIT("USER"), POP3_HAS_USER },
                 { SLICE_INIT("SASL"), POP3_HAS_SASL },
                 { SLICE_INIT("TOP"), POP3_HAS_TOP },
                 { SLICE_INIT("UIDL"), POP3_HAS_UIDL },
                 { SLICE_INIT("STLS"), POP3_HAS_STLS },
                 { SLICE_INIT("PIPELINING"), POP3_HAS_PIPELINING },
                 { SLICE_INIT("RESP-CODES"), POP3_HAS_RESP_CODES },
                 { SLICE_INIT("AUTH-RESP-CODE"), POP3_HAS_AUTH_RESP_CODE },
                 { SLICE_INIT("IMPLEMENTATION"), POP3_HAS_IMPLEMENTATION },
                 { SLICE_INIT("LOGIN-DELAY"), POP3_HAS_LOGIN_DELAY },
                 { SLICE_INIT("EXPIRE"), POP3_HAS_EXPIRE } };
    slice tag = slice_word(&line);
    uint32_t offer = 0;
    for (size_t i = 0; i < COUNT(tags); i++) {
        offer |= slice_eq_nocase(tag, tags[i].tag) ? (uint32_t)tags[i].offer : 0u;
    }
    c->offered.offers |= offer;
    if (offer == POP3_HAS_SASL) {
        for (slice name; (name = slice_word(&line)).len > 0;) {
            c->offered.mechanisms |= (uint32_t)sasl_by_name(name);
        }
    } else if (offer == POP3_HAS_LOGIN_DELAY) {
        (void)slice_to_u32(slice_word(&line), &c->offered.login_delay_s);
    } else if (offer == POP3_HAS_EXPIRE) {
        c->offered.expire_days = POP3_EXPIRE_NEVER;
        (void)slice_to_u32(slice_word(&line), &c->offered.expire_days);
    }
}

static enum pop3_code code_of(slice name)
{
    for (int i = 1; i < POP3_CODE_COUNT; i++) {
        if (slice_eq_nocase(name, pop3_code_names[i])) {
            return (enum pop3_code)i;
        }
    }
    return POP3_NO_CODE;
}

/* A text in brackets is a code only where the server says that it means it so (RFC 2449 6.4);
 * levels behind one that is known are passed over (RFC 2449 8). */
enum pop3_code pop3_enter_code(const struct pop3_client *c, slice line)
{
    uint32_t codes = POP3_HAS_RESP_CODES | POP3_HAS_AUTH_RESP_CODE;
    slice words = slice_trim(slice_from(line, 4)); /* behind "-ERR" */
    size_t end = slice_find_byte(words, ']');
    if ((c->offered.offers & codes) && slice_starts(words, SLICE("[")) && end != SLICE_NONE) {
        for (size_t at = end; at > 1; at--) {
            bool level = at == end || words.ptr[at] == '/';
            enum pop3_code code = level ? code_of(slice_sub(words, 1, at - 1)) : POP3_NO_CODE;
            if (code != POP3_NO_CODE) {
                return code;
            }
        }
    }
    return POP3_NO_CODE;
}

/* ---- TLS ---- */

static bool must_have_tls(const struct pop3_client *c)
{
    return c->config->tls == TLS_POLICY_REQUIRED && !c->secured;
}

bool pop3_enter_capable(struct pop3_client *c, struct outq *out, struct session_event *ev_r)
{
    bool offered = (c->offered.offers & POP3_HAS_STLS) != 0;
    if (offered && !c->secured && c->config->tls != TLS_POLICY_NONE) {
        pop3_say(c, out, SLICE("STLS"), C_STLS);
        return false;
    }
    if (must_have_tls(c)) {
        pop3_say_quit(c, out);
        return pop3_plan_fail(c, SLICE("(TLS is required, and the server does not offer it)"),
                              C_QUIT, ev_r);
    }
    pop3_enter_log_in(c, out);
    return false;
}

bool pop3_enter_no_tls(struct pop3_client *c, struct outq *out, slice line,
                       struct session_event *ev_r)
{
    if (!must_have_tls(c)) {
        pop3_enter_log_in(c, out);
        return false;
    }
    pop3_say_quit(c, out);
    return pop3_plan_fail(c, line, C_QUIT, ev_r);
}

/* ---- logging in ---- */

/* The initial response only where the line does not grow too long by it (RFC 5034 4). */
static void say_auth(struct pop3_client *c, struct outq *out)
{
    struct buf line = { 0 };
    buf_addz(&line, "AUTH ");
    buf_add(&line, sasl_name(sasl_client_mechanism(c->sasl)));
    c->challenged = false;
    sasl_client_initial(&c->sasl, COMMAND_MAX - 2, &line);
    pop3_say_text(c, out, SLICE(""), buf_slice(&line), C_AUTH);
    buf_deinit(&line);
}

/* The strongest of these that both know and that was not refused.  false: there is none. */
static bool begin_auth(struct pop3_client *c, struct outq *out, uint32_t of)
{
    const struct pop3_client_config *k = c->config;
    struct sasl_account account = {
        .user = k->user, .password = k->password, .nonce = k->nonce, .keys = k->keys
    };
    sasl_client_free(&c->sasl);
    c->sasl =
        sasl_client_strongest(of & k->mechanisms & c->offered.mechanisms, &c->tried, &account);
    if (c->sasl) {
        say_auth(c, out);
    }
    return c->sasl != NULL;
}

/* MD5 of the timestamp and the password (RFC 1939 7). */
static void say_apop(struct pop3_client *c, struct outq *out)
{
    uint8_t digest[CRYPT_MD5_SIZE];
    struct buf text = { 0 };
    buf_add(&text, buf_slice(&c->stamp));
    buf_add(&text, c->config->password);
    crypt_md5(buf_slice(&text), digest);
    buf_clear(&text);
    buf_add(&text, c->config->user);
    buf_byte(&text, ' ');
    crypt_hex(&text, digest, sizeof digest);
    pop3_say_text(c, out, SLICE("APOP "), buf_slice(&text), C_APOP);
    buf_deinit(&text);
}

void pop3_enter_log_in(struct pop3_client *c, struct outq *out)
{
    if (begin_auth(c, out, ~(uint32_t)SASL_SHOWS_PASSWORD)) {
        return;
    }
    if (c->config->use_apop && c->stamp.len > 0) {
        say_apop(c, out);
    } else if (!begin_auth(c, out, SASL_SHOWS_PASSWORD)) {
        pop3_say_text(c, out, SLICE("USER "), c->config->user, C_USER);
    }
}

/* "*" cancels (RFC 5034 4). */
void pop3_enter_challenged(struct pop3_client *c, struct outq *out, slice challenge)
{
    struct buf line = { 0 };
    c->challenged = true;
    sasl_client_respond(&c->sasl, challenge, &line);
    pop3_say_text(c, out, SLICE(""), buf_slice(&line), C_AUTH);
    buf_deinit(&line);
}

/* A "yes" is not believed where the mechanism lets a server show that it knows the password and it
 * has not (RFC 5802 3). */
bool pop3_enter_authenticated(struct pop3_client *c, struct outq *out, slice line,
                              struct session_event *ev_r)
{
    (void)line;
    if (c->sasl && sasl_client_believes(c->sasl)) {
        sasl_client_free(&c->sasl);
        pop3_plan_logged_in(c, out);
        return false;
    }
    pop3_say_quit(c, out);
    return pop3_plan_fail(c, SLICE("(the server has not shown that it knows the password)"), C_QUIT,
                          ev_r);
}

/* A mechanism that was not begun and that no code blames on the user may be one that the server has
 * only in its list; after all else a weaker one would show the password to who wants just that. */
bool pop3_enter_unauthenticated(struct pop3_client *c, struct outq *out, slice line,
                                struct session_event *ev_r)
{
    bool shown = c->sasl && sasl_client_mechanism(c->sasl) == SASL_PLAIN;
    if (c->sasl && !c->challenged && !shown && pop3_enter_code(c, line) == POP3_NO_CODE) {
        pop3_enter_log_in(c, out);
        return false;
    }
    pop3_say_quit(c, out);
    return pop3_plan_fail(c, line, C_QUIT, ev_r);
}
