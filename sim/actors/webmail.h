/* webmail.h - private to sim/actors: mail in a browser (kind webmail).  It keeps no mail: each
 * request is done at the mail host, by IMAP and submission, as the person who asked.
 *
 *   webmail.c       the kind; who has logged in; which request is what
 *   webmail_mail.c  what is done at the mail host for a request
 *   webmail_line.c  its connections there, and how they log in
 *   webmail_page.c  what the browser shows */
#ifndef MAILFLOW_ACTORS_WEBMAIL_H
#define MAILFLOW_ACTORS_WEBMAIL_H

#include "sim/actors/actor.h"
#include "sim/actors/lookup.h"
#include "sim/proto/http.h"
#include "sim/proto/imap.h"
#include "sim/proto/sasl.h"
#include "sim/proto/smtp.h"

#define WEBMAIL_COOKIE   "session"
#define WEBMAIL_NO_ENTRY "Address or password is wrong."

struct webmail_config {
    slice mail_host;
    bool http;
    uint32_t certificate; /* enum tls_fault */
    uint32_t mail_tls;    /* enum tls_policy, towards the mail host */
    sim_time idle;        /* a session that is not used for so long is over */
};

/* Somebody who has logged in, or tries to.  Lives as long as the stage. */
struct web_session {
    slice token; /* of the cookie; empty: over, or not let in yet */
    slice form;  /* stands in each form, so that no other site's page can send one (a browser
                    would add the cookie) */
    slice user;  /* "alice@example.org" */
    sim_time used;
    slice password;
    struct sasl_keys keys; /* as good as it */
};

enum web_job_kind { WEB_LOGIN, WEB_INBOX, WEB_MESSAGE, WEB_SEND, WEB_JOB_KINDS };

struct web_item { /* texts lie in the job's arena */
    uint32_t uid;
    bool seen;
    slice subject, from;
};

/* A connection to the mail host.  A session looks into what is here, so it lives as long. */
struct web_line {
    pool_id job; /* may be over before it */
    struct web_session *session;
    char nonce[32];
    struct imap_client_config imap;
    struct smtp_client_config smtp;
};

/* A request that waits for the mail host. */
struct web_job {
    pool_id id, http;
    enum web_job_kind kind;
    struct web_session *session;
    uint32_t step, ip;
    struct pump *pump; /* towards the mail host; NULL: not yet, or over */
    struct arena texts;
    struct web_item *items;
    size_t item_count, item_cap;
    uint32_t uid;
    struct message *message;
    struct smtp_letter letter;
    bool appending, created, copied;
    struct buf refusals; /* what the mail host said no to, lines */
};

struct webmail {
    struct actor base;
    const struct webmail_config *config;
    struct lookups lookups;
    struct rng secrets, nonces;
    struct http_server_config http_in;
    struct pump_tls tls, mail_tls;
    const struct tls_identity *identity;
    struct pool jobs, lines;
    struct web_session **sessions; /* newest last */
    size_t session_count, session_cap;
    uint64_t next_id;
};

static inline struct webmail *webmail_of(struct actor *a)
{
    return (struct webmail *)(void *)a;
}

/* webmail.c */
/* Let in: the session gets its cookie.  fields: the Set-Cookie field. */
void webmail_let_in(struct webmail *w, struct web_session *s, const struct pump *http,
                    struct buf *fields);
void webmail_show(struct pump *p, uint16_t status, const struct buf *page);
void webmail_send_to(struct pump *p, const char *path, slice more_fields);

/* webmail_mail.c */
struct web_job *job_new(struct webmail *w, struct pump *http, enum web_job_kind kind,
                        struct web_session *s);
void job_begin(struct webmail *w, struct web_job *j);
void job_session(struct webmail *w, struct pump *p, const struct session_event *ev);
void job_session_end(struct webmail *w, struct pump *p, enum trace_why why);
void job_free(struct webmail *w, struct web_job *j);
/* The letter that a form asks for; false: it names nobody.  Nothing of the form is kept. */
bool job_write(struct webmail *w, struct pump *http, struct web_job *j, slice form);

/* webmail_line.c */
struct pump *line_connect(struct webmail *w, struct web_job *j, bool submit);
struct web_job *line_job(const struct webmail *w, const struct pump *p); /* NULL: it is over */
void line_over(struct webmail *w, const struct pump *p);                 /* the session has ended */

/* webmail_page.c: whole pages, out is cleared first */
void page_login(struct buf *out, const char *problem); /* NULL: none */
void page_problem(struct buf *out, const char *what, slice detail);
void page_inbox(struct buf *out, const struct web_job *j);
void page_message(struct buf *out, const struct web_job *j);

#endif
