/* api.h - private to sim/actors: a host that programs ask by HTTP to send mail (kind api).  It is a
 * mail host with a queue of its own, and takes back by SMTP what bounces.
 *
 *   api.c       the kind: ports, who is asked what
 *   api_http.c  requests and answers: methods, paths, keys, JSON
 *   api_read.c  the JSON of a request, and what is wrong with it
 *   api_send.c  a letter of it, an envelope for each recipient, and what became of each */
#ifndef MAILFLOW_ACTORS_API_H
#define MAILFLOW_ACTORS_API_H

#include "sim/actors/mail_host.h"
#include "sim/base/json.h"

#define PORT_HTTP 80 /* RFC 9110 4.2.1 */

#define API_BODY_MAX       ((size_t)4 << 20) /* of a request */
#define API_RECIPIENTS_MAX 1000              /* of one letter */
#define API_HEADERS_MAX    50
#define API_TAGS_MAX       10

struct api_config {
    struct mail_config mail; /* first: it is one */
    struct key_map keys;     /* who -> the key that its programs show */
    struct key_list senders; /* domains that may stand in From; none: any */
    bool http;               /* also in the clear */
};

/* What is known of a recipient, in the words of the answer. */
enum api_state { API_QUEUED, API_DEFERRED, API_DELIVERED, API_BOUNCED, API_STATES };

struct api_rcpt {
    slice address;
    enum api_state state;
    struct blob *said; /* why; NULL: nothing was said */
};

/* A letter that was asked for.  It and its texts lie in the stage's arena. */
struct api_message {
    uint32_t number;
    slice id;    /* as it is named in answers */
    slice owner; /* whose key it was */
    slice subject;
    slice tags; /* JSON, as they are shown */

    uint64_t body; /* hash of the request with that key */
    struct api_rcpt *rcpts;
    size_t rcpt_count;
};

struct api_host {
    struct mail_host mail; /* first: it is one */
    const struct api_config *config;
    struct http_server_config http_in;
    struct rng ids;
    struct api_message **messages; /* [number - 1] */
    size_t message_count, message_cap;
    struct intern ids_given, retry_keys; /* -> number of the message */
    uint32_t *by_id, *by_retry_key;
};

static inline struct api_host *api_of(struct mail_host *m)
{
    return (struct api_host *)(void *)m;
}

/* What is wrong with a request: the answer's status, the member of the JSON that it is about, and
 * a sentence. */
struct api_problem {
    uint16_t status;
    struct buf field;
    const char *text;
};

struct api_header {
    slice name, value;
};

/* A request that makes sense; slices are borrowed from the JSON, or from `names`. */
struct api_request {
    slice from_name, subject, text, html;
    struct address from;
    slice to[API_RECIPIENTS_MAX], cc[API_RECIPIENTS_MAX], bcc[API_RECIPIENTS_MAX];
    size_t to_count, cc_count, bcc_count;
    struct api_header headers[API_HEADERS_MAX];
    size_t header_count;
    slice tags[API_TAGS_MAX];
    size_t tag_count;
};

/* api_read.c */
bool api_read(const struct json_node *root, struct api_request *r, struct api_problem *why);

/* api_http.c */
void api_http_event(struct api_host *a, struct pump *p, const struct session_event *ev);

/* api_send.c */
extern const struct mail_hooks api_hooks;
/* Writes the letter and puts it into the queue, once for each recipient. */
struct api_message *api_send(struct api_host *a, struct pump *p, slice owner,
                             const struct api_request *r);
struct api_message *api_find(const struct api_host *a, slice owner, slice id);
struct api_message *api_find_retry(struct api_host *a, slice owner, slice retry_key);
void api_remember_retry(struct api_host *a, struct api_message *m, slice retry_key, uint64_t body);
const char *api_state_name(enum api_state s);
void api_send_deinit(struct api_host *a);

#endif
