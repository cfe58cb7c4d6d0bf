/* table.c - the list of actors: where a newcomer learns who there is. */
#include "sim/actors/table.h"

const struct actor_ops *const actor_table[ACTOR_KINDS] = {
    &mua_ops,      &mail_ops, &mta_ops, &mx_ops,      &store_ops,   &nameserver_ops,
    &resolver_ops, &api_ops,  &app_ops, &webmail_ops, &browser_ops,
};

const struct host_kind *const host_kinds[ACTOR_KINDS + 1] = {
    &mua_ops.kind,   &mail_ops.kind,       &mta_ops.kind,      &mx_ops.kind,
    &store_ops.kind, &nameserver_ops.kind, &resolver_ops.kind, &api_ops.kind,
    &app_ops.kind,   &webmail_ops.kind,    &browser_ops.kind,  NULL,
};

const struct actor_ops *actor_ops_of(const struct host_kind *kind)
{
    for (size_t i = 0; i < ACTOR_KINDS; i++) {
        if (host_kinds[i] == kind) {
            return actor_table[i];
        }
    }
    return NULL;
}
