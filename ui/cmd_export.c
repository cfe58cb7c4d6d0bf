/* cmd_export.c - mailflow export FILE --to FORMAT: a scenario or recorded run as something else. */
#include <string.h>

#include "sim/export/table.h"
#include "ui/command.h"
#include "ui/files.h"
#include "ui/matches.h"
#include "ui/recording.h"

struct chosen_options {
    const char *to, *output, *link, *variant, *filter;
    bool no_secrets, secrets;
};

static const struct option_row rows[] = {
    { "to", 0, OPTION_TEXT, offsetof(struct chosen_options, to), "FORMAT", NULL,
      "text, json, pcapng; wiretap: what somebody reads who listens" },
    { "output", 'o', OPTION_TEXT, offsetof(struct chosen_options, output), "FILE", NULL,
      "write it there instead of to standard output" },
    { "link", 0, OPTION_TEXT, offsetof(struct chosen_options, link), "NAME", NULL,
      "pcapng, wiretap: only what passes this link" },
    { "variant", 0, OPTION_TEXT, offsetof(struct chosen_options, variant), "NAME", NULL,
      "one of the scenario's variants, instead of the scenario itself" },
    { "filter", 0, OPTION_TEXT, offsetof(struct chosen_options, filter), "EXPR", NULL,
      "text, json: only what matches, as in smtp.response.code >= 400" },
    { "no-secrets", 0, OPTION_FLAG, offsetof(struct chosen_options, no_secrets), NULL, NULL,
      "pcapng: without the keys that open what is encrypted" },
    { "secrets", 0, OPTION_FLAG, offsetof(struct chosen_options, secrets), NULL, NULL,
      "wiretap: what is said under TLS as well, as for somebody who has the keys" },
    { 0 },
};

static const struct exporter *chosen(const char *name, struct err *err_r)
{
    const struct exporter *e = name ? exporter_find(slice_of(name)) : NULL;
    struct buf names = { 0 };
    for (size_t i = 0; !e && i < exporter_count; i++) {
        buf_addz(&names, i > 0 ? ", " : "");
        buf_addz(&names, exporters[i].name);
    }
    if (!e) {
        (void)err_set(err_r, "--to takes one of: %s", buf_z(&names));
    }
    buf_deinit(&names);
    return e;
}

/* An option that would change nothing is a misunderstanding. */
static bool fits(const struct exporter *e, const struct chosen_options *o, struct err *err_r)
{
    const struct {
        bool given;
        unsigned option;
        const char *name;
    } given[] = {
        { o->link != NULL, EXPORT_LINK, "--link" },
        { o->no_secrets, EXPORT_NO_SECRETS, "--no-secrets" },
        { o->secrets, EXPORT_SECRETS, "--secrets" },
        { o->filter != NULL, EXPORT_KEEPS, "--filter" },
    };
    for (size_t i = 0; i < COUNT(given); i++) {
        if (given[i].given && !(e->takes & given[i].option)) {
            return err_set(err_r, "%s is not for --to %s", given[i].name, e->name);
        }
    }
    return true;
}

static bool is_match(const void *matches, uint64_t record)
{
    return record_set_has(&((const struct matches *)matches)->set, record);
}

static int run_filtered(const struct chosen_options *o, const struct exporter *e,
                        const struct trace *t, struct err *err_r)
{
    struct cast cast;
    struct segments segments;
    struct matches matches = { 0 };
    struct filter_err wrong;
    int status = EXIT_USAGE;
    cast_init(&cast, t);
    cast_extend(&cast);
    segments_init(&segments, &cast);
    if (matches_set(&matches, &cast, &segments, slice_of(o->filter), true, &wrong)) {
        struct export_options wish = { .keeps = is_match, .keeper = &matches };
        status = recording_export(t, e, &wish, o->output ? o->output : "-", err_r);
    } else {
        (void)err_set(err_r, "--filter, character %zu: %s", wrong.at + 1, wrong.text);
    }
    matches_deinit(&matches);
    segments_deinit(&segments);
    cast_deinit(&cast);
    return status;
}

static int run(const void *options, const struct operands *operands, struct err *err_r)
{
    const struct chosen_options *o = options;
    const struct exporter *e = chosen(o->to, err_r);
    struct recording rec;
    if (!e || !fits(e, o, err_r)) {
        return EXIT_USAGE;
    }
    int status = recording_open(&rec, operands->items[0], o->variant, err_r);
    if (status == EXIT_FINE && o->filter) {
        status = run_filtered(o, e, &rec.trace, err_r);
    } else if (status == EXIT_FINE) {
        struct export_options wish = { .link = slice_of(o->link),
                                       .no_secrets = o->no_secrets,
                                       .secrets = o->secrets };
        status = recording_export(&rec.trace, e, &wish, o->output ? o->output : "-", err_r);
    }
    recording_free(&rec);
    return status;
}

const struct command cmd_export = {
    .name = "export",
    .usage = "FILE --to FORMAT [OPTION...]",
    .doc = "turn a scenario or a recorded run into something else",
    .options = rows,
    .options_size = sizeof(struct chosen_options),
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
