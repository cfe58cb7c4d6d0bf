/* imap_table.c - which commands and extensions there are.  A new family is one more row here. */
#include "sim/proto/imap_server.h"

static const struct imap_family *const families[] = {
    &imap_family_session, &imap_family_enable, &imap_family_select, &imap_family_box,
    &imap_family_folder,  &imap_family_append, &imap_family_fetch,  &imap_family_store,
    &imap_family_copy,    &imap_family_search,
};

static const struct {
    uint32_t bit;
    slice name;
} extensions[] = {
    { IMAP_LITERAL_PLUS, SLICE_INIT("LITERAL+") },
    { IMAP_SASL_IR, SLICE_INIT("SASL-IR") },
    { IMAP_UIDPLUS, SLICE_INIT("UIDPLUS") },
    { IMAP_UNSELECT, SLICE_INIT("UNSELECT") },
    { IMAP_IDLE, SLICE_INIT("IDLE") },
    { IMAP_MOVE, SLICE_INIT("MOVE") },
    { IMAP_NAMESPACE, SLICE_INIT("NAMESPACE") },
    { IMAP_SPECIAL_USE, SLICE_INIT("SPECIAL-USE") },
    { IMAP_SPECIAL_USE | IMAP_CREATE_USE, SLICE_INIT("CREATE-SPECIAL-USE") },
    { IMAP_ENABLE, SLICE_INIT("ENABLE") },
    { IMAP_CONDSTORE, SLICE_INIT("CONDSTORE") },
    { IMAP_CONDSTORE | IMAP_ENABLE | IMAP_QRESYNC, SLICE_INIT("QRESYNC") },
    { IMAP_ENABLE | IMAP_UTF8, SLICE_INIT("UTF8=ACCEPT") },
};

bool imap_offers(const struct imap_server *s, uint32_t extension)
{
    return (s->config->extensions & extension) == extension;
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
    if (s->state != IMAP_NOT_AUTH) {
        return;
    }
    if (s->config->starttls && !s->secured) {
        outq_textz(out, " STARTTLS");
    }
    outq_textz(out, s->config->tls_required && !s->secured ? " LOGINDISABLED" : " AUTH=PLAIN");
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
