/* table.h - the kinds of actors there are: one row each. */
#ifndef MAILFLOW_ACTORS_TABLE_H
#define MAILFLOW_ACTORS_TABLE_H

#include "sim/actors/actor.h"

extern const struct actor_ops mua_ops, mail_ops, mta_ops, mx_ops, store_ops, nameserver_ops,
    resolver_ops, api_ops, app_ops, webmail_ops, browser_ops;

#define ACTOR_KINDS 11
extern const struct actor_ops crowd_ops; /* a mail host that nobody typed: of no scenario's kinds */
extern const struct actor_ops *const actor_table[ACTOR_KINDS];
extern const struct host_kind *const host_kinds[ACTOR_KINDS + 1]; /* the same, NULL at the end */
const struct actor_ops *actor_ops_of(const struct host_kind *kind);

#endif
