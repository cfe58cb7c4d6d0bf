/* imap_table.c - which commands and extensions there are.  A new family is one more row here. */
#include "sim/proto/imap_server.h"
#include "sim/proto/sasl.h"

static const struct imap_family *const families[] = {
    &imap_family_session, &imap_family_auth,   &imap_family_enable, &imap_family_select,
    &imap_family_list,    &imap_family_status, &imap_family_folder, &imap_family_append,
    &imap_family_fetch,   &imap_family_store,  &imap_family_copy,   &imap_family_search,
    &imap_family_quota,   &imap_family_sort,
};

static const struct {
    uint32_t bit;
    slice name;
} extensions[] = {
    { IMAP_REV2, SLICE_INIT("IMAP4rev2") },
    { IMAP_LITERAL_PLUS, SLICE_INIT("LITERAL+") },
    { IMAP_LITERAL_MINUS, SLICE_INIT("LITERAL-") },
    { IMAP_SASL_IR, SLICE_INIT("SASL-IR") },
    { IMAP_UIDPLUS, SLICE_INIT("UIDPLUS") },
    { IMAP_UNSELECT, SLICE_INIT("UNSELECT") },
    { IMAP_IDLE, SLICE_INIT("IDLE") },
    { IMAP_MOVE, SLICE_INIT("MOVE") },
    { IMAP_NAMESPACE, SLICE_INIT("NAMESPACE") },
    { IMAP_SPECIAL_USE, SLICE_INIT("SPECIAL-USE") },
    { IMAP_SPECIAL_USE | IMAP_CREATE_USE, SLICE_INIT("CREATE-SPECIAL-USE") },
    { IMAP_ID, SLICE_INIT("ID") },
    { IMAP_ENABLE, SLICE_INIT("ENABLE") },
    { IMAP_CONDSTORE, SLICE_INIT("CONDSTORE") },
    { IMAP_CONDSTORE | IMAP_ENABLE | IMAP_QRESYNC, SLICE_INIT("QRESYNC") },
    { IMAP_ENABLE | IMAP_UTF8, SLICE_INIT("UTF8=ACCEPT") },
    { IMAP_ESEARCH, SLICE_INIT("ESEARCH") },
    { IMAP_SEARCHRES, SLICE_INIT("SEARCHRES") },
    { IMAP_WITHIN, SLICE_INIT("WITHIN") },
    { IMAP_SORT, SLICE_INIT("SORT") },
    { IMAP_THREAD, SLICE_INIT("THREAD=ORDEREDSUBJECT THREAD=REFERENCES") },
    { IMAP_LIST_EXTENDED, SLICE_INIT("LIST-EXTENDED") },
    { IMAP_LIST_STATUS, SLICE_INIT("LIST-STATUS") },
    { IMAP_CHILDREN, SLICE_INIT("CHILDREN") },
    { IMAP_STATUS_SIZE, SLICE_INIT("STATUS=SIZE") },
    { IMAP_BINARY, SLICE_INIT("BINARY") },
    { IMAP_PREVIEW, SLICE_INIT("PREVIEW") },
    { IMAP_QUOTA, SLICE_INIT("QUOTA QUOTA=RES-STORAGE") },
};

/* What may not be offered without something else. */
static const struct {
    uint32_t bit, needs;
} needs[] = {
    { IMAP_QRESYNC, IMAP_CONDSTORE | IMAP_ENABLE },
    { IMAP_UTF8, IMAP_ENABLE },
    { IMAP_CREATE_USE, IMAP_SPECIAL_USE },
    { IMAP_SEARCHRES, IMAP_ESEARCH },
    { IMAP_LIST_STATUS, IMAP_LIST_EXTENDED },
    /* RFC 9051 Appendix E: these are part of it */
    { IMAP_REV2, IMAP_NAMESPACE | IMAP_UNSELECT | IMAP_UIDPLUS | IMAP_ESEARCH | IMAP_SEARCHRES |
                     IMAP_ENABLE | IMAP_IDLE | IMAP_SASL_IR | IMAP_LIST_EXTENDED |
                     IMAP_LIST_STATUS | IMAP_MOVE | IMAP_BINARY | IMAP_SPECIAL_USE |
                     IMAP_STATUS_SIZE | IMAP_CHILDREN },
};

uint32_t imap_extensions_fit(uint32_t wanted)
{
    for (size_t i = 0; i < COUNT(needs); i++) { /* what others need stands in front of them */
        wanted &= (wanted & needs[i].needs) == needs[i].needs ? ~UINT32_C(0) : ~needs[i].bit;
    }
    /* RFC 7888 5: not both */
    return wanted & IMAP_LITERAL_PLUS ? wanted & ~(uint32_t)IMAP_LITERAL_MINUS : wanted;
}

bool imap_offers(const struct imap_server *s, uint32_t extension)
{
    return (s->config->extensions & extension) == extension;
}

uint64_t imap_append_limit(const struct imap_server *s)
{
    return s->config->literal_max > 0 ? s->config->literal_max : IMAP_LITERAL_MAX;
}

uint32_t imap_mechanisms(const struct imap_server *s)
{
    const struct imap_server_config *c = s->config;
    uint32_t all = sasl_or_plain(c->mechanisms);
    if (s->secured) {
        return all;
    }
    return c->tls_required ? 0 : c->auth_needs_tls ? all & ~(uint32_t)SASL_SHOWS_PASSWORD : all;
}

static void say_logins(const struct imap_server *s, struct outq *out)
{
    uint32_t mechanisms = imap_mechanisms(s);
    if (s->config->starttls && !s->secured) {
        outq_textz(out, " STARTTLS");
    }
    if ((s->config->tls_required || s->config->auth_needs_tls) && !s->secured) {
        outq_textz(out, " LOGINDISABLED");
    }
    for (uint32_t m = SASL_ALL + 1; m > 0; m >>= 1) {
        if (mechanisms & m) {
            outq_textz(out, " AUTH=");
            outq_text(out, sasl_name((enum sasl_mechanism)m));
        }
    }
}

void imap_capabilities(const struct imap_server *s, struct outq *out)
{
    outq_textz(out, "IMAP4rev1");
    for (size_t i = 0; i < COUNT(extensions); i++) {
        if (imap_offers(s, extensions[i].bit)) {
            outq_textz(out, " ");
            outq_text(out, extensions[i].name);
        }
    }
    if (imap_offers(s, IMAP_APPENDLIMIT)) {
        outq_textz(out, " APPENDLIMIT=");
        outq_u64(out, imap_append_limit(s));
    }
    if (s->state == IMAP_NOT_AUTH) {
        say_logins(s, out);
    }
}

const struct imap_command *imap_command_find(const struct imap_server *s, slice name, bool uid)
{
    for (size_t f = 0; f < COUNT(families); f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const struct imap_command *c = &families[f]->commands[i];
            bool form = uid ? (c->flags & (IMAP_CMD_UID | IMAP_CMD_UID_ONLY)) != 0
                            : (c->flags & IMAP_CMD_UID_ONLY) == 0;
            if (form && imap_offers(s, c->needs) && slice_eq_nocase(name, c->name)) {
                return c;
            }
        }
    }
    return NULL;
}
