/* files.h - whole files in and out, "-" being standard input or output. */
#ifndef MAILFLOW_UI_FILES_H
#define MAILFLOW_UI_FILES_H

#include "sim/base/buf.h"
#include "sim/base/err.h"

/* Refuses more than size_max bytes, and reads hardly more: what is called a file may never end. */
bool file_read(const char *path, size_t size_max, struct buf *out, struct err *err_r);
/* A file whose beginning is known may be larger than others. */
struct file_bound {
    bool (*known)(slice beginning); /* NULL: none is */
    size_t known_max, size_max;
};
bool file_read_bound(const char *path, const struct file_bound *bound, struct buf *out,
                     struct err *err_r);
bool file_write(const char *path, slice bytes, struct err *err_r);
/* A new file and never one that is there.  FAILED: err_r says why. */
enum file_made { FILE_MADE, FILE_THERE, FILE_FAILED };
enum file_made file_make(const char *path, slice bytes, struct err *err_r);
/* Behind what is there; "-" is standard output. */
bool file_append(const char *path, slice bytes, struct err *err_r);
/* Asked before the work is done; what is there, and that nothing is there, stays as it is. */
bool file_can_be_written(const char *path, struct err *err_r);

/* A file below the folder in which `beside` lies, by a relative path: no part of it may be a
 * symbolic link or ".", "..", and it must be an ordinary file. */
bool file_read_below(const char *beside, slice path, size_t size_max, struct buf *out,
                     struct err *err_r);

/* The same in pieces, for what is large.  What goes wrong on the way is told at the end. */
struct file_out {
    const char *path;
    void *file;  /* private */
    int problem; /* private */
};
bool file_out_open(struct file_out *o, const char *path, struct err *err_r);
void file_out_write(void *file_out, slice bytes);
bool file_out_close(struct file_out *o, struct err *err_r);

/* The scenarios below a directory, or the file itself: paths ending in .json but schema.json,
 * sorted. */
struct file_list {
    char **paths;
    size_t count, cap;
};
bool files_find(struct file_list *l, const char *path, struct err *err_r);
void files_free(struct file_list *l);

#endif
