/* mail_login.c - who says that he is whom: AUTH, AUTHENTICATE and APOP; and who asks the SMTP
 * server whom it knows: VRFY and EXPN.
 * Never sees a proof: the session checks it with what is lent here. */
#include "sim/actors/mail_policy.h"

#include "sim/base/mem.h"
#include "sim/proto/sasl.h"

#define KEPT  64 /* users of SCRAM whose password need not be digested again and again */
#define NONCE 18 /* characters: more than 100 bits (RFC 5802 5.1 leaves the number open) */

/* Made when somebody first comes with a mechanism that needs it. */
struct mail_logins {
    struct rng rng;
    struct sasl_secret secret;
    char nonce[NONCE];
    uint8_t salt[CRYPT_SHA_256_SIZE];
    struct {
        const struct account *of;
        struct sasl_verifier verifier;
    } kept[KEPT];
};

static struct mail_logins *logins(struct mail_host *m)
{
    if (!m->logins) {
        m->logins = mem_alloc(sizeof *m->logins);
        m->logins->rng = rng_fork(&m->base.rng, SLICE("auth"));
    }
    return m->logins;
}

void mail_login_deinit(struct mail_host *m)
{
    mem_free(m->logins);
    m->logins = NULL;
}

static void draw_nonce(struct mail_logins *l)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    for (size_t i = 0; i < NONCE; i++) {
        l->nonce[i] = digits[rng_below(&l->rng, sizeof digits - 1)];
    }
    l->secret.nonce = (slice){ l->nonce, NONCE };
}

/* The same for a name each time, whoever has it, and another one at another host. */
static void salt_of(struct mail_host *m, slice name)
{
    struct mail_logins *l = m->logins;
    buf_clear(&m->text);
    buf_add(&m->text, m->base.name);
    buf_byte(&m->text, '\0');
    buf_add(&m->text, name);
    crypt_sha_256(buf_slice(&m->text), l->salt);
    l->secret.salt = (slice){ (const char *)l->salt, 16 };
}

void mail_on_secret(struct mail_host *m, struct pump *p, slice authcid)
{
    struct mail_logins *l = logins(m);
    const struct account *a = directory_user(&m->directory, authcid);
    l->secret = (struct sasl_secret){ .iterations = SASL_ITERATIONS };
    draw_nonce(l);
    salt_of(m, authcid);
    if (a) {
        size_t at = (size_t)(slice_hash(authcid, 0) % KEPT);
        if (l->kept[at].of != a) {
            l->kept[at].of = a;
            l->kept[at].verifier = (struct sasl_verifier){ 0 };
        }
        l->secret.password = a->password;
        l->secret.verifier = &l->kept[at].verifier;
    }
    bool known = a || authcid.len == 0;
    pump_answer(p, (struct session_answer){ .code = known ? 0 : 535, .grant = &l->secret });
}

/* "random.clock", as RFC 1939 7 has it with the number of a process; the clock stands still for
 * whoever calls at the same moment. */
void mail_on_greeting(struct mail_host *m, struct pump *p)
{
    struct mail_logins *l = logins(m);
    int64_t clock = actor_unix(&m->base);
    buf_clear(&m->text);
    fmt_u64(&m->text, rng_u64(&l->rng));
    buf_byte(&m->text, '.');
    fmt_u64(&m->text, clock > 0 ? (uint64_t)clock : 0);
    pump_answer(p, (struct session_answer){ .text = buf_slice(&m->text) });
}

struct account *mail_login(const struct mail_host *m, slice user, slice password, bool proved)
{
    if (proved) {
        return directory_user(&m->directory, user);
    }
    return password.len > 0 ? directory_login(&m->directory, user, password) : NULL;
}

/* ---- VRFY and EXPN ---- */

/* RFC 5321 3.5.1: "User name <local@domain>", or only the latter; a name alone is one of ours. */
static bool read_name(struct mail_host *m, slice argument, struct address *a_r)
{
    if (address_path(&argument, false, true, a_r)) {
        a_r->domain = a_r->domain.len > 0 ? a_r->domain : m->directory.domain;
        return argument.len == 0;
    }
    *a_r = (struct address){ .whole = argument, .local = argument, .domain = m->directory.domain };
    return address_parse(argument, a_r) || address_is_atom(argument);
}

static void add_line(struct buf *b, slice local, slice domain)
{
    buf_addz(b, b->len == 0 ? "2.1.5 <" : "\n<");
    buf_add(b, local);
    if (domain.len > 0) {
        buf_byte(b, '@');
        buf_add(b, domain);
    }
    buf_byte(b, '>');
}

static void answer(struct pump *p, uint16_t code, slice text)
{
    pump_answer(p, (struct session_answer){ .code = code, .text = text });
}

/* Neither yes nor no where it is switched off, or not ours (RFC 5321 3.5.3 and 7.3). */
void mail_on_verify(struct mail_host *m, struct pump *p, slice argument)
{
    struct address a;
    bool ours = m->config->vrfy && read_name(m, argument, &a) && mail_is_local(m, a.domain);
    if (!ours) {
        answer(p, 0, SLICE(""));
    } else if (!mail_knows(m, &a)) {
        answer(p, 550, SLICE("5.1.1 No such user here"));
    } else {
        buf_clear(&m->text);
        add_line(&m->text, a.local, a.domain);
        answer(p, 250, buf_slice(&m->text));
    }
}

void mail_on_expand(struct mail_host *m, struct pump *p, slice argument)
{
    struct address a;
    struct resolved r = { 0 };
    if (!m->config->expn) {
        answer(p, 0, SLICE(""));
        return;
    }
    if (m->rules && read_name(m, argument, &a) && mail_is_local(m, a.domain)) {
        r = alias_resolve(m, &a, RCPT_ANY);
    }
    if (r.meaning == MEANS_LIST) {
        buf_clear(&m->text);
        list_expn(r.list, &m->text);
        answer(p, m->text.len > 0 ? 250 : 0, buf_slice(&m->text));
        return;
    }
    if (r.meaning != MEANS_ALIAS) {
        answer(p, 550, SLICE("5.1.1 No such list here"));
        return;
    }
    buf_clear(&m->text);
    for (size_t i = 0; i < r.targets->count; i++) {
        add_line(&m->text, r.targets->items[i], (slice){ 0 });
    }
    answer(p, 250, buf_slice(&m->text));
}
