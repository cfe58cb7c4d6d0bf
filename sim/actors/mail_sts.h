/* mail_sts.h - private to sim/actors: MTA-STS of a mail host, as a sender (mail_sts.c) and as a
 * domain that publishes a policy (mail_web.c).  RFC 8461. */
#ifndef MAILFLOW_ACTORS_MAIL_STS_H
#define MAILFLOW_ACTORS_MAIL_STS_H

#include "sim/actors/actor.h"
#include "sim/mail/sts.h"

struct mail_host;

/* mail_sts.c; only for a host that honours policies */
void sts_init(struct mail_host *m);
void sts_drop(struct mail_host *m); /* the power is gone: what is under way; policies are on disk */
void sts_deinit(struct mail_host *m);
/* Looks for the domain's policy, and calls route_policy_known(m, job), perhaps at once. */
void sts_seek(struct mail_host *m, slice domain, pool_id job);
/* What holds for the domain now, enforce or testing; NULL: nothing.  Borrowed until the world
 * ends; what it says may change with time. */
const struct sts_policy *sts_policy_of(struct mail_host *m, slice domain);
/* May the exchanger have the domain's mail?  Says so where it may not, or only because the policy
 * is a test. */
bool sts_admits(struct mail_host *m, const struct sts_policy *policy, slice domain, slice host);
/* A connection to it is ready for a letter: a policy in test says what it would have refused. */
void sts_look_at(struct mail_host *m, const struct pump *p, const struct sts_policy *policy,
                 slice domain, slice host);
/* TLS with it failed, or was not to be had, and a policy asks for it. */
void sts_refuses(struct mail_host *m, slice domain, slice host);
void sts_session(struct mail_host *m, struct pump *p, const struct session_event *ev);
void sts_session_end(struct mail_host *m, struct pump *p, enum trace_why why);

/* mail_web.c */
bool web_start(struct mail_host *m, struct err *err_r); /* false: the policy would be no good */
void web_event(struct mail_host *m, struct pump *p, const struct session_event *ev);

#endif
