/* recording.c - a scenario file run to its end, with its trace. */
#include "ui/recording.h"

#include <stdio.h>

#include "sim/trace/file.h"
#include "ui/command.h"
#include "ui/files.h"

/* Only what begins like a trace may be as large as one. */
static const struct file_bound trace_bound = { trace_is_saved, (size_t)1 << 31, SCENARIO_SIZE_MAX };

static bool read_below(const struct file_source *source, slice path, uint64_t octets_max,
                       struct buf *out, struct err *why)
{
    const struct scenario_folder *f = (const void *)source;
    return file_read_below(f->beside, path, octets_max, out, why);
}

struct scenario_folder scenario_folder(const char *path_lives_on)
{
    return (struct scenario_folder){ { read_below }, path_lives_on };
}

bool scenario_read(struct scenario *sc, const char *path, slice text, slice variant,
                   struct problems *problems)
{
    struct scenario_folder folder = scenario_folder(path);
    bool is_file = !slice_eq(slice_of(path), SLICE("-"));
    return scenario_load_variant(sc, text, variant, &world_words, is_file ? &folder.source : NULL,
                                 problems);
}

static int scenario_from(struct scenario *sc, const char *path, slice text, const char *variant)
{
    slice which = slice_of(variant ? variant : SCENARIO_BASE);
    struct problems problems;
    problems_init(&problems, slice_of(path));
    bool ok = scenario_read(sc, path, text, which, &problems);
    if (!ok) {
        struct buf said = { 0 };
        problems_text(&problems, &said);
        (void)fwrite(said.ptr, 1, said.len, stderr);
        buf_deinit(&said);
    }
    problems_deinit(&problems);
    return ok ? EXIT_FINE : EXIT_USAGE;
}

bool scenario_file_open(struct scenario_file *f, const char *path, struct err *err_r)
{
    *f = (struct scenario_file){ .path = path };
    return file_read(path, SCENARIO_SIZE_MAX, &f->text, err_r);
}

void scenario_file_close(struct scenario_file *f)
{
    buf_deinit(&f->text);
}

int scenario_open_from(struct scenario *sc, const struct scenario_file *f, const char *variant)
{
    return scenario_from(sc, f->path, buf_slice(&f->text), variant);
}

int scenario_open(struct scenario *sc, const char *path, struct err *err_r)
{
    struct scenario_file f;
    int status =
        scenario_file_open(&f, path, err_r) ? scenario_open_from(sc, &f, NULL) : EXIT_CANNOT;
    scenario_file_close(&f);
    return status;
}

void scenario_label(const char *path, slice variant, struct buf *out)
{
    buf_addz(out, path);
    if (variant.len > 0) {
        buf_addz(out, " [");
        buf_add(out, variant);
        buf_byte(out, ']');
    }
}

static bool trace_from(struct trace *t, const char *path, slice bytes, struct err *err_r)
{
    struct err why = { "" };
    return trace_load(t, bytes, &why) || err_set(err_r, "%.200s: %.200s", path, why.text);
}

bool trace_open(struct trace *t, const char *path, struct err *err_r)
{
    struct buf bytes = { 0 };
    bool ok = file_read_bound(path, &trace_bound, &bytes, err_r) &&
              trace_from(t, path, buf_slice(&bytes), err_r);
    buf_deinit(&bytes);
    return ok;
}

/* "first-mail.json: host ... keeps no mailboxes" */
static int no_world(const struct scenario *sc, const char *path, const struct err *why,
                    struct err *err_r)
{
    struct buf label = { 0 };
    scenario_label(path, sc->variant, &label);
    (void)err_set(err_r, "%.200s: %.300s", buf_z(&label), why->text);
    buf_deinit(&label);
    return EXIT_USAGE;
}

int scenario_try(const struct scenario *sc, const char *path, struct err *err_r)
{
    struct world_options options = { sc->seed, scenario_needs_serve(sc), sc->start };
    struct trace t;
    struct err why;
    trace_init(&t, TRACE_LEVEL_HOPS);
    struct world *w = world_new_with(sc, &options, &t, &why);
    int status = w ? EXIT_FINE : no_world(sc, path, &why, err_r);
    if (w) {
        world_free(w);
    }
    trace_deinit(&t);
    return status;
}

/* The scenario is loaded: makes its world. */
static int begin(struct recording *r, const char *path, const struct recording_wish *wish,
                 struct err *err_r)
{
    struct err why;
    r->loaded = true;
    r->seed = wish->seed_given ? wish->seed : r->scenario.seed;
    trace_init(&r->trace, wish->level);
    r->world = world_new(&r->scenario, r->seed, &r->trace, &why);
    if (!r->world) {
        r->needs_serve = scenario_needs_serve(&r->scenario);
        return no_world(&r->scenario, path, &why, err_r);
    }
    return EXIT_FINE;
}

static void finish(struct recording *r)
{
    r->verdict = world_finish(r->world);
    r->events = world_events(r->world);
    world_free(r->world);
    r->world = NULL;
}

static void play_out(struct recording *r, const struct recording_wish *wish)
{
    (void)world_run(r->world, wish->until > 0 ? wish->until : SIM_FOREVER);
    finish(r);
}

int recording_begin_from(struct recording *r, const struct scenario_file *f,
                         const struct recording_wish *wish, struct err *err_r)
{
    *r = (struct recording){ 0 };
    int status = scenario_open_from(&r->scenario, f, wish->variant);
    return status == EXIT_FINE ? begin(r, f->path, wish, err_r) : status;
}

bool recording_pass(struct recording *r, uint64_t events_max)
{
    if (r->world && !world_run_some(r->world, events_max)) {
        finish(r);
    }
    return r->world != NULL;
}

int recording_make_from(struct recording *r, const struct scenario_file *f,
                        const struct recording_wish *wish, struct err *err_r)
{
    int status = recording_begin_from(r, f, wish, err_r);
    if (status == EXIT_FINE) {
        play_out(r, wish);
    }
    return status;
}

int recording_open(struct recording *r, const char *path, const char *variant, struct err *err_r)
{
    struct buf bytes = { 0 };
    int status = EXIT_CANNOT;
    *r = (struct recording){ 0 };
    if (!file_read_bound(path, &trace_bound, &bytes, err_r)) {
        status = EXIT_CANNOT;
    } else if (trace_is_saved(buf_slice(&bytes)) && variant) {
        (void)err_set(err_r, "%.200s: a recorded run is of one variant, whichever it was", path);
        status = EXIT_USAGE;
    } else if (trace_is_saved(buf_slice(&bytes))) {
        r->loaded = trace_from(&r->trace, path, buf_slice(&bytes), err_r);
        status = r->loaded ? EXIT_FINE : EXIT_CANNOT;
    } else {
        struct recording_wish wish = { .level = TRACE_LEVEL_BYTES, .variant = variant };
        status = scenario_from(&r->scenario, path, buf_slice(&bytes), variant);
        status = status == EXIT_FINE ? begin(r, path, &wish, err_r) : status;
        if (status == EXIT_FINE) {
            play_out(r, &wish);
        }
    }
    buf_deinit(&bytes);
    return status;
}

void recording_free(struct recording *r)
{
    if (r->world) {
        world_free(r->world);
        r->world = NULL;
    }
    if (r->loaded) {
        trace_deinit(&r->trace);
        scenario_free(&r->scenario);
    }
    r->loaded = false;
}

static bool trace_write(const char *path, const struct trace *t, struct err *err_r)
{
    struct buf bytes = { 0 };
    bool ok = trace_save(t, &bytes) && file_write(path, buf_slice(&bytes), err_r);
    buf_deinit(&bytes);
    return ok;
}

int recording_export(const struct trace *t, const struct exporter *e,
                     const struct export_options *options, const char *path, struct err *err_r)
{
    struct file_out file;
    struct export_out out = { .write = file_out_write, .user = &file };
    if (!export_fits(e, t, err_r) || !file_out_open(&file, path, err_r)) {
        return EXIT_CANNOT;
    }
    bool made = e->fn(t, options, &out, err_r);
    export_end(&out);
    bool written = file_out_close(&file, made ? err_r : &(struct err){ 0 });
    buf_deinit(&out.buf);
    return made && written ? EXIT_FINE : EXIT_CANNOT;
}

static int capture_write(const char *path, const struct trace *t, struct err *err_r)
{
    const struct export_options everything = { .no_secrets = false };
    return recording_export(t, exporter_find(SLICE("pcapng")), &everything, path, err_r);
}

int recording_save(const struct trace *t, const char *trace, const char *pcapng, struct err *err_r)
{
    struct err untold = { 0 };
    int status = EXIT_FINE;
    if (trace && !trace_write(trace, t, err_r)) {
        status = EXIT_CANNOT;
    }
    if (pcapng && capture_write(pcapng, t, status == EXIT_FINE ? err_r : &untold) != EXIT_FINE) {
        status = EXIT_CANNOT;
    }
    return status;
}
