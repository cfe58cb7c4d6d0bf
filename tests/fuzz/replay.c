/* replay.c - replay TARGET FILE...: gives each file to a fuzz target, without a fuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int target_fn(const uint8_t *data, size_t size);

/* TARGETS is a TARGET(name) for each tests/fuzz/name_fuzz.c; each is compiled under a name of its own. */
#define TARGET(name) target_fn fuzz_##name;
TARGETS
#undef TARGET

static const struct target {
    const char *name;
    target_fn *run;
} targets[] = {
#define TARGET(name) { #name, fuzz_##name },
    TARGETS
#undef TARGET
};

static target_fn *find(const char *name)
{
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (strcmp(targets[i].name, name) == 0) {
            return targets[i].run;
        }
    }
    return NULL;
}

static int play(target_fn *run, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return 1;
    }
    size_t cap = 1 << 16, len = 0, n;
    uint8_t *data = malloc(cap);
    while (data && (n = fread(data + len, 1, cap - len, f)) > 0) {
        len += n;
        if (len == cap) {
            cap *= 2;
            data = realloc(data, cap);
        }
    }
    fclose(f);
    /* An exact copy, so that the sanitizer sees a read past the end. */
    uint8_t *exact = malloc(len > 0 ? len : 1);
    for (size_t i = 0; i < len; i++) {
        exact[i] = data[i];
    }
    (void)run(exact, len);
    free(exact);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    target_fn *run = argc > 2 ? find(argv[1]) : NULL;
    int status = run == NULL;
    if (status) {
        fputs("usage: replay TARGET FILE...\n", stderr);
    }
    for (int i = 2; run && i < argc; i++) {
        status |= play(run, argv[i]);
    }
    return status;
}
