/* dialogue_http.h - HTTP sessions for the transcript runner. */
#ifndef MAILFLOW_TESTS_DIALOGUE_HTTP_H
#define MAILFLOW_TESTS_DIALOGUE_HTTP_H

#include "tests/lib/dialogue.h"

/* The clock says 2026-09-07T09:00:00Z at the start.
 * Head: server, body_max, timeout.
 * Log:  request METHOD host path query type body (what is empty is "-")
 * HOST: request 404 words, or request 200 type=text/plain escaped body */
extern const struct dialogue_kind dialogue_http_server;

/* Head: agent, body_max, timeout.
 * Log:  ready | response STATUS type body (close at the end, where it says so) | failed why
 * ACT:  get HOST TARGET | last HOST TARGET (with Connection: close) | head HOST TARGET |
 *       post HOST TARGET TYPE escaped body */
extern const struct dialogue_kind dialogue_http_client;

#endif
