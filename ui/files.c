/* files.c - whole files in and out. */
#define _DEFAULT_SOURCE /* S_ISREG and friends beside -std=c11 */
#include "ui/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/mem.h"

#define PIECE 65536

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool read_all(FILE *f, const char *path, const struct file_bound *bound, struct buf *out,
                     struct err *err_r)
{
    char piece[PIECE];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
        buf_add(out, (slice){ piece, n });
        bool known = bound->known && bound->known(buf_slice(out));
        size_t size_max = known ? bound->known_max : bound->size_max;
        if (out->len > size_max) {
            return err_set(err_r, "%s: larger than %zu bytes", path, size_max);
        }
    }
    return ferror(f) ? err_set(err_r, "%s: %s", path, strerror(errno)) : true;
}

bool file_read_bound(const char *path, const struct file_bound *bound, struct buf *out,
                     struct err *err_r)
{
    struct stat st;
    if (is_standard(path)) {
        return read_all(stdin, path, bound, out, err_r);
    }
    if (stat(path, &st) != 0) {
        return err_set(err_r, "%s: %s", path, strerror(errno));
    }
    if (S_ISDIR(st.st_mode)) {
        return err_set(err_r, "%s: is a directory", path);
    }
    FILE *f = fopen(path, "rb");
    if (!f) {
        return err_set(err_r, "%s: %s", path, strerror(errno));
    }
    bool ok = read_all(f, path, bound, out, err_r);
    fclose(f);
    return ok;
}

bool file_read(const char *path, size_t size_max, struct buf *out, struct err *err_r)
{
    struct file_bound bound = { .size_max = size_max };
    return file_read_bound(path, &bound, out, err_r);
}

/* ---- below a folder ---- */

/* "scenarios/first-mail.json" lies in "scenarios". */
static int open_folder_of(const char *path)
{
    char *folder = mem_alloc(strlen(path) + 2);
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0; /* with the slash: "/" stays "/" */
    memcpy(folder, slash ? path : ".", slash ? len : 1);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mem_free(folder);
    return fd;
}

/* Part by part, so that no link leads out; a pipe or a device must not make us wait. */
static int open_below(int folder, slice path)
{
    int at = folder;
    char name[256];
    for (slice rest = path; rest.ptr && at >= 0;) {
        slice part = slice_cut(&rest, '/');
        bool last = rest.ptr == NULL;
        if (part.len == 0 || part.len >= sizeof name || slice_eq(part, SLICE(".")) ||
            slice_eq(part, SLICE(".."))) {
            errno = ENOENT;
            (void)close(at);
            return -1;
        }
        memcpy(name, part.ptr, part.len);
        name[part.len] = '\0';
        int next = openat(
            at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (last ? 0 : O_DIRECTORY));
        int why = errno;
        (void)close(at);
        errno = why;
        at = next;
    }
    return at;
}

bool file_read_below(const char *beside, slice path, size_t size_max, struct buf *out,
                     struct err *err_r)
{
    struct stat st;
    int folder = open_folder_of(beside);
    int fd = folder >= 0 ? open_below(folder, path) : -1;
    if (fd < 0) {
        bool link = errno == ELOOP || errno == ENOTDIR;
        return err_set(err_r, "%.*s: %s", SLICE_ARG(path),
                       link ? "a symbolic link, or a file where a folder should be"
                            : strerror(errno));
    }
    FILE *f = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? fdopen(fd, "rb") : NULL;
    if (!f) {
        (void)close(fd);
        return err_set(err_r, "%.*s: not an ordinary file", SLICE_ARG(path));
    }
    char shown[300];
    struct file_bound bound = { .size_max = size_max };
    (void)snprintf(shown, sizeof shown, "%.*s", SLICE_ARG(path));
    bool ok = read_all(f, shown, &bound, out, err_r);
    (void)fclose(f);
    return ok;
}

/* ---- writing ---- */

bool file_can_be_written(const char *path, struct err *err_r)
{
    if (is_standard(path)) {
        return true;
    }
    int fd = open(path, O_WRONLY | O_APPEND | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (fd >= 0) {
            (void)unlink(path);
        }
    }
    if (fd < 0 && errno != ENXIO) { /* a pipe whose reader is still to come */
        return err_set(err_r, "%s: %s", path, strerror(errno));
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return true;
}

static bool out_open(struct file_out *o, const char *path, const char *mode, struct err *err_r)
{
    *o = (struct file_out){ .path = path };
    o->file = is_standard(path) ? stdout : fopen(path, mode);
    return o->file ? true : err_set(err_r, "%s: %s", path, strerror(errno));
}

bool file_out_open(struct file_out *o, const char *path, struct err *err_r)
{
    return out_open(o, path, "wb", err_r);
}

void file_out_write(void *file_out, slice bytes)
{
    struct file_out *o = file_out;
    if (bytes.len > 0 && o->problem == 0 && fwrite(bytes.ptr, 1, bytes.len, o->file) != bytes.len) {
        o->problem = errno ? errno : EIO;
    }
}

bool file_out_close(struct file_out *o, struct err *err_r)
{
    FILE *f = o->file;
    if ((f == stdout ? fflush(f) : fclose(f)) != 0 && o->problem == 0) {
        o->problem = errno ? errno : EIO;
    }
    o->file = NULL;
    return o->problem == 0 ||
           err_set(err_r, "%s: could not be written: %s", o->path, strerror(o->problem));
}

static bool write_whole(const char *path, const char *mode, slice bytes, struct err *err_r)
{
    struct file_out o;
    if (!out_open(&o, path, mode, err_r)) {
        return false;
    }
    file_out_write(&o, bytes);
    return file_out_close(&o, err_r);
}

enum file_made file_make(const char *path, slice bytes, struct err *err_r)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (fd < 0 && errno == EEXIST) {
        return FILE_THERE;
    }
    struct file_out o = { .path = path, .file = fd >= 0 ? fdopen(fd, "wb") : NULL };
    if (!o.file) {
        (void)err_set(err_r, "%s: %s", path, strerror(errno));
        return FILE_FAILED;
    }
    file_out_write(&o, bytes);
    return file_out_close(&o, err_r) ? FILE_MADE : FILE_FAILED;
}

bool file_write(const char *path, slice bytes, struct err *err_r)
{
    return write_whole(path, "wb", bytes, err_r);
}

bool file_append(const char *path, slice bytes, struct err *err_r)
{
    return write_whole(path, "ab", bytes, err_r);
}

static void add_path(struct file_list *l, const char *dir, const char *name)
{
    size_t len = strlen(dir) + strlen(name) + 2;
    char *path = mem_alloc(len);
    (void)snprintf(path, len, "%s%s%s", dir, dir[0] ? "/" : "", name);
    l->paths = mem_grow(l->paths, l->count, &l->cap, sizeof *l->paths);
    l->paths[l->count++] = path;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool files_find(struct file_list *l, const char *path, struct err *err_r)
{
    struct stat st;
    size_t first = l->count;
    if (is_standard(path) || stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        add_path(l, "", path); /* whoever reads it says what is wrong with it */
        return true;
    }
    DIR *d = opendir(path);
    if (!d) {
        return err_set(err_r, "%s: %s", path, strerror(errno));
    }
    struct dirent *e;
    while ((e = readdir(d))) {
        slice name = slice_of(e->d_name);
        if (slice_ends(name, SLICE(".json")) && !slice_eq(name, SLICE("schema.json"))) {
            add_path(l, path, e->d_name);
        }
    }
    closedir(d);
    if (l->count == first) {
        return err_set(err_r, "%s: no scenarios (*.json) in this directory", path);
    }
    qsort(l->paths + first, l->count - first, sizeof *l->paths, by_name);
    return true;
}

void files_free(struct file_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        mem_free(l->paths[i]);
    }
    mem_free(l->paths);
    *l = (struct file_list){ 0 };
}
