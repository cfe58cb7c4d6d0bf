/* table.h - what a trace can be turned into: one file and one row each. */
#ifndef MAILFLOW_EXPORT_TABLE_H
#define MAILFLOW_EXPORT_TABLE_H

#include "sim/base/err.h"
#include "sim/trace/trace.h"

/* Where an export goes: in pieces, so that what is large is never in memory as a whole. */
struct export_out {
    struct buf buf;                         /* what was not passed on yet */
    void (*write)(void *user, slice bytes); /* NULL: all of it stays in buf */
    void *user;
};
void export_pass(struct export_out *out); /* now is a good moment */
void export_end(struct export_out *out);  /* all that is left */

struct export_options {
    slice link;      /* only what passes this link; empty: everything */
    bool no_secrets; /* as somebody sees it who has no keys */
    bool secrets;    /* what was said under TLS, too */
    /* Only the records for which this says yes; NULL: all. */
    bool (*keeps)(const void *keeper, uint64_t record);
    const void *keeper;
};
enum { EXPORT_LINK = 1, EXPORT_NO_SECRETS = 2, EXPORT_SECRETS = 4, EXPORT_KEEPS = 8 };

struct exporter {
    const char *name, *doc;
    enum trace_level needs; /* the least level of the trace */
    unsigned takes;         /* EXPORT_ bits: the options that it looks at */
    /* All of it, but for what is left to export_end(); false: err_r says why. */
    bool (*fn)(const struct trace *t, const struct export_options *options, struct export_out *out,
               struct err *err_r);
};
extern const struct exporter exporters[];
extern const size_t exporter_count;
const struct exporter *exporter_find(slice name); /* NULL: none such */
/* false: the trace's level leaves out too much, and err_r says so. */
bool export_fits(const struct exporter *e, const struct trace *t, struct err *err_r);

#endif
