/* dns.h - between the files of the DNS pane. */
#ifndef MAILFLOW_UI_PANES_DNS_H
#define MAILFLOW_UI_PANES_DNS_H

#include "ui/model.h"
#include "ui/pane.h"

/* The questions, each with the way that it went: who asked, the servers that were asked for it, of
 * one question also to whom each of them referred, and what was found. */
enum walk_kind { WALK_WHO, WALK_QUESTION, WALK_STEP, WALK_REFERRED, WALK_FOUND };
struct walk_line {
    enum walk_kind kind;
    const struct cache_ask *ask;
    bool passed; /* WALK_STEP: something came after it; WALK_FOUND: nobody else was asked */
};
struct walk {
    struct walk_line *list;
    size_t count, cap;
};
/* picked: the ASK of the question that is told in full, or of a step of it; 0: the newest. */
void dns_walk_build(const struct stage *st, uint64_t picked, struct walk *w);
void dns_walk_draw(const struct stage *st, const struct walk_line *l, struct canvas *c, int y);

/* What resolvers keep, the newest first, and what is too old at the end. */
int dns_cache_lines(const struct stage *st, int w); /* that it would need */
void dns_cache_draw(const struct stage *st, struct canvas *c);

/* The zone that was changed last, for a while. */
int dns_zone_lines(const struct stage *st, int h); /* in a pane of so many */
void dns_zone_draw(const struct stage *st, struct canvas *c);

#endif
