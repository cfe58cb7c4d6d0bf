/* recording.h - a scenario file run to its end, with its trace: what every command begins with. */
#ifndef MAILFLOW_UI_RECORDING_H
#define MAILFLOW_UI_RECORDING_H

#include "sim/export/table.h"
#include "sim/trace/trace.h"
#include "sim/world/key.h"
#include "sim/world/world.h"

struct recording {
    struct scenario scenario;
    struct trace trace;
    struct world_verdict verdict;
    uint64_t events; /* fired by the engine */
    uint64_t seed;
    bool loaded;
    struct world *world; /* private: it is not over yet */
    bool needs_serve;    /* that is why it was not run */
};

/* The files that a scenario names lie below its own folder. */
struct scenario_folder {
    struct file_source source;
    const char *beside; /* the scenario */
};
struct scenario_folder scenario_folder(const char *path_lives_on);

struct recording_wish {
    enum trace_level level;
    const char *variant; /* NULL: the scenario itself */
    bool seed_given;
    uint64_t seed;
    sim_time until; /* 0: the scenario's own end */
};

/* A scenario file in memory: its variants are loaded one by one, and a pipe is read but once. */
struct scenario_file {
    const char *path;
    struct buf text;
};
bool scenario_file_open(struct scenario_file *f, const char *path, struct err *err_r);
void scenario_file_close(struct scenario_file *f);

/* Exit status: EXIT_FINE; EXIT_USAGE: the scenario is not valid, and standard error says why;
 * EXIT_CANNOT: err_r says why.  The recording is to be freed in any case. */
int recording_make_from(struct recording *r, const struct scenario_file *f,
                        const struct recording_wish *wish, struct err *err_r);
/* The same in slices, for who has something else to do as well: first nothing has happened yet,
 * then at most so many events happen at a time, until it is over (false), as though it had been run
 * at once.  The wish's `until` does not count. */
int recording_begin_from(struct recording *r, const struct scenario_file *f,
                         const struct recording_wish *wish, struct err *err_r);
bool recording_pass(struct recording *r, uint64_t events_max);
/* A scenario, run with its own seed, or a trace that was saved: whichever the file is. */
int recording_open(struct recording *r, const char *path, const char *variant, struct err *err_r);
void recording_free(struct recording *r);
/* A saved trace; false: err_r names the file and what is wrong. */
bool trace_open(struct trace *t, const char *path, struct err *err_r);
/* Exit status: EXIT_FINE; EXIT_CANNOT: err_r says why. */
int recording_export(const struct trace *t, const struct exporter *e,
                     const struct export_options *options, const char *path, struct err *err_r);
/* As a trace and as pcapng, with the secrets; NULL: not so.  One that cannot be written is no
 * reason to lose the other; err_r tells of the first. */
int recording_save(const struct trace *t, const char *trace, const char *pcapng, struct err *err_r);
/* One variant, or with SCENARIO_BASE everything, as if the text lay at `path`; "-": from a pipe,
 * which has no files beside it. */
bool scenario_read(struct scenario *sc, const char *path, slice text, slice variant,
                   struct problems *problems);
/* Only reads and checks; prints problems to standard error. */
int scenario_open(struct scenario *sc, const char *path, struct err *err_r);
int scenario_open_from(struct scenario *sc, const struct scenario_file *f, const char *variant);

/* "first-mail.json", or "lost-phone.json [pop]". */
void scenario_label(const char *path, slice variant, struct buf *out);

/* Would a world come of it?  EXIT_USAGE: err_r names the file, and says what makes no sense. */
int scenario_try(const struct scenario *sc, const char *path, struct err *err_r);

#endif
