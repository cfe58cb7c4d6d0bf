/* host_page.h - what there is to say about one host at one moment, as lines of text: what it is,
 * the letters that it has, its queue, what it remembers of the DNS, its connections, and what it
 * wrote into its log.  From the model and the trace; never draws.
 * A line leads to the record that it tells of. */
#ifndef MAILFLOW_UI_HOST_PAGE_H
#define MAILFLOW_UI_HOST_PAGE_H

#include "ui/glyph.h"
#include "ui/model.h"
#include "ui/theme.h"

#define HOST_ROWS_MAX 2000 /* of one kind on a page, the newest; how many more there are is said */

struct host_line {
    uint64_t record;     /* where enter leads; 0: nowhere */
    size_t start, label; /* octets: where it begins, and how much of it is its label */
    size_t len;          /* with the label */
    uint64_t at;         /* of a log: ns */
    uint8_t ink;         /* of what stands behind the label */
};

struct host_page {
    struct buf text;
    struct host_line *lines;
    size_t count, cap;
};

/* What a page is made from. */
struct host_view {
    const struct model *model;
    uint32_t host;
    uint64_t now; /* ns */
};

void host_page_init(struct host_page *p);
void host_page_deinit(struct host_page *p);
void host_page_clear(struct host_page *p);

/* The tabs of the page, each a function that adds its lines. */
void host_about(struct host_page *p, const struct host_view *v);
void host_letters(struct host_page *p, const struct host_view *v);
void host_queue(struct host_page *p, const struct host_view *v);
void host_names(struct host_page *p, const struct host_view *v);
void host_calls(struct host_page *p, const struct host_view *v);
void host_log(struct host_page *p, const struct host_view *v);
void host_all(struct host_page *p, const struct host_view *v); /* record: the host's number */

/* What a kind of host is, for somebody who has never seen one: "passes mail on". */
slice host_plain_kind(const struct cast *c, const struct cast_host *h);

/* A line: begin, write text to p->text, perhaps a label's end, end. */
void host_line_begin(struct host_page *p, uint64_t record, enum ink ink);
void host_line_label(struct host_page *p,
                     size_t width); /* what stands so far; padded with blanks */
void host_line_end(struct host_page *p);
void host_line(struct host_page *p, uint64_t record, enum ink ink, const char *label, slice text);
void host_more(struct host_page *p, size_t count, const char *what); /* "and 12 more letters" */

/* Private to the log's own files (host_log*.c): what SMTP and queues, mailbox sessions, and name
 * servers write. */
struct host_log {
    struct host_page *p;
    const struct host_view *v;
    const struct trace_rec *r;
    uint64_t n;
};
typedef void host_log_fn(const struct host_log *l);
bool host_log_smtp(const struct host_log *l); /* false: not its record */
bool host_log_box(const struct host_log *l);
bool host_log_dns(const struct host_log *l);
void host_log_begin(const struct host_log *l, uint64_t at, enum ink ink, const char *program,
                    uint32_t number);
void host_log_end(const struct host_log *l);
void host_log_peer(const struct host_log *l); /* "name[192.0.2.1]" of who is at the other end */
void host_log_ip(const struct host_log *l, uint32_t host);

#endif
