/* api.h - private to sim/actors: a host that programs ask by HTTP to send mail (kind api).  It is a
 * mail host with a queue of its own, and takes back by SMTP what bounces.
 *
 *   api.c       the kind: ports, who is asked what
 *   api_http.c  requests and answers: methods, paths, keys, JSON
 *   api_read.c  the JSON of a request, and what is wrong with it
 *   api_news.c  one text to many readers
 *   api_send.c  a letter of it, an envelope for each recipient, and what became of each */
#ifndef MAILFLOW_ACTORS_API_H
#define MAILFLOW_ACTORS_API_H

#include "sim/actors/mail_host.h"
#include "sim/base/json.h"

#define PORT_HTTP 80 /* RFC 9110 4.2.1 */

#define API_BODY_MAX       ((size_t)16 << 20) /* of a request */
#define API_RECIPIENTS_MAX 1000               /* of one letter */
#define API_HEADERS_MAX    50
#define API_TAGS_MAX       10
#define API_FILES_MAX      100

struct api_config {
    struct mail_config mail; /* first: it is one */
    struct key_map keys;     /* who -> the key that its programs show */
    struct key_list senders; /* domains that may stand in From; none: any */
    bool http;               /* also in the clear */
    int64_t news_rate;       /* letters a second of a newsletter */
};

/* RFC 6750 2.1: what can stand behind "Bearer", and is not nothing. */
bool api_key_valid(slice key);

/* What is known of a recipient, in the words of the answer. */
enum api_state { API_QUEUED, API_DEFERRED, API_DELIVERED, API_BOUNCED, API_STATES };

struct api_rcpt {
    slice address;
    enum api_state state;
    struct blob *said; /* why; NULL: nothing was said */
};

/* One text to many.  The bytes of a reader's state are all that is kept of him. */
struct api_news {
    slice from;
    struct message *shared; /* the fields that all have, and the body */
    slice *readers;         /* NULL: the crowd */
    uint32_t total, written, left_out;
    uint32_t counts[API_STATES];
    uint8_t *states; /* [total] */
    sim_time since;  /* the host has power, and `before` had been written */
    uint32_t before, turn;
    bool body_8bit;
};

/* A letter that was asked for.  It and its texts lie in the stage's arena. */
struct api_message {
    uint32_t number;
    bool utf8;   /* its header has addresses outside of ASCII: RFC 6531 3.4 */
    slice id;    /* as it is named in answers */
    slice owner; /* whose key it was */
    slice subject;
    slice tags; /* JSON, as they are shown */

    uint64_t body; /* hash of the request with that key */
    struct api_rcpt *rcpts;
    size_t rcpt_count;
    struct api_news *news; /* instead of them; NULL: none */
};

/* One recipient of one letter. */
struct api_place {
    struct api_message *m;
    uint32_t i;
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
    struct intern unsubscribed;
    uint64_t seal[2];    /* of what only a reader knows */
    struct blob *fronts; /* being filled with fields that differ from reader to reader */
    struct buf reader;
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

struct api_file {
    slice name, type; /* type empty: what the name says */
    size_t off, len;  /* in the request's bytes */
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
    struct api_file files[API_FILES_MAX];
    size_t file_count;
    struct buf bytes;                /* of the files, one behind the other */
    const struct json_node *readers; /* of a newsletter: an array of addresses */
    bool to_crowd;                   /* or all of the crowd */
};

/* api_read.c */
bool api_read(const struct json_node *root, bool news, struct api_request *r,
              struct api_problem *why);

/* api_http.c */
void api_http_event(struct api_host *a, struct pump *p, const struct session_event *ev);

/* api_send.c */
extern const struct mail_hooks api_hooks;
/* Writes the letter and puts it into the queue, once for each recipient. */
struct api_message *api_send(struct api_host *a, struct pump *p, slice owner,
                             const struct api_request *r);
struct api_message *api_send_news(struct api_host *a, slice owner, const struct api_request *r);
void api_enqueue(struct api_host *a, const struct api_message *m, uint32_t i, slice to,
                 struct message *letter, uint32_t name);
struct api_message *api_find(const struct api_host *a, slice owner, slice id);
struct api_message *api_find_retry(struct api_host *a, slice owner, slice retry_key);
void api_remember_retry(struct api_host *a, struct api_message *m, slice retry_key, uint64_t body);
/* "12" and "1": the first recipient of the 12th letter; false: there is none. */
bool api_place_of(const struct api_host *a, slice number, slice index, struct api_place *place_r);
const char *api_state_name(enum api_state s);
void api_send_deinit(struct api_host *a);

/* api_news.c */
#define API_UNSUBSCRIBE       "/unsubscribe/"
#define API_UNSUBSCRIBE_LOCAL "unsubscribe-"
void api_news_begin(struct api_host *a, struct api_message *m, const struct api_request *r);
slice api_news_reader(struct api_host *a, const struct api_message *m, uint32_t i);
void api_news_state(struct api_news *n, uint32_t i, enum api_state state);
void api_news_json(const struct api_message *m, struct buf *out);
void api_news_go_on(struct api_host *a, struct api_message *m); /* the power is back */
void api_news_end(struct api_news *n);
bool api_unsubscribes(const struct api_host *a, slice token); /* is it one of ours? */
bool api_unsubscribe(struct api_host *a, slice token);

#endif
