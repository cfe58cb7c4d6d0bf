/* app.h - private to sim/actors: a program that sends by an e-mail API.
 *
 *   app.c       the kind; one call after the other, and again where that may help
 *   app_json.c  what it asks for, as JSON */
#ifndef MAILFLOW_ACTORS_APP_H
#define MAILFLOW_ACTORS_APP_H

#include "sim/actors/actor.h"
#include "sim/actors/lookup.h"
#include "sim/proto/http.h"

struct app_config {
    slice from, name, api, key;
    bool tls;
    int64_t tries;
    sim_time retry, timeout;
};

/* One request; it is said again as it is until it is answered for good. */
struct app_call {
    const char *target;
    struct blob *body;
    slice retry_key; /* Idempotency-Key */
    uint32_t tries;
    uint64_t cause; /* the step of the script that wants it */
};

struct app {
    struct actor base;
    const struct app_config *config;
    struct lookups lookups;
    struct app_call *calls; /* the first is being made when busy */
    size_t call_count, call_cap;
    bool busy, waiting, offline;
    uint64_t wait; /* counts them: wake-ups of earlier ones are old */
    struct pump *pump;
    uint64_t made;
    struct pump_tls tls;
    struct http_client_config http;
};

static inline struct app *app_of(struct actor *a)
{
    return (struct app *)(void *)a;
}

/* app_json.c */
void app_letter_json(const struct app *app, const struct verb_send *args, struct buf *out);
void app_news_json(const struct app *app, const struct verb_newsletter *args, struct buf *out);

#endif
