/* replay.c - gives each file named on the command line to a fuzz target, without a fuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int play(const char *path)
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
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    int status = argc < 2;
    for (int i = 1; i < argc; i++) {
        status |= play(argv[i]);
    }
    return status;
}
