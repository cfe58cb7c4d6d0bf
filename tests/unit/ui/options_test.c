#include "ui/options.h"

#include <criterion/criterion.h>
#include <string.h>

struct sample {
    bool quiet;
    const char *out;
    uint64_t seed, limit;
    sim_time until;
    uint32_t format;
};

static const struct option_row rows_of_sample[] = {
    { "quiet", 'q', OPTION_FLAG, offsetof(struct sample, quiet), NULL, NULL, "say less" },
    { "output", 'o', OPTION_TEXT, offsetof(struct sample, out), "FILE", NULL, "write there" },
    { "seed", 0, OPTION_NUMBER, offsetof(struct sample, seed), "N", NULL, "of the run" },
    { "limit", 0, OPTION_SIZE, offsetof(struct sample, limit), "SIZE", NULL, "stop there" },
    { "until", 0, OPTION_DURATION, offsetof(struct sample, until), "TIME", NULL, "stop then" },
    { "format", 0, OPTION_CHOICE, offsetof(struct sample, format), NULL, "text json", "how" },
    { .name = NULL },
};

struct parsed {
    struct sample sample;
    char operands[64]; /* joined by commas */
    struct err err;
    bool ok, help;
};

/* Words of one line are the arguments. */
static struct parsed parse(const char *line)
{
    struct parsed p = { .err = { "" } };
    char words[8][64], *argv[8];
    const char *items[8];
    int argc = 0;
    slice rest = slice_of(line);
    while (rest.len > 0) {
        slice word = slice_word(&rest);
        cr_assert(argc < 8 && word.len < sizeof words[0], "%s", line);
        memcpy(words[argc], word.ptr, word.len);
        words[argc][word.len] = '\0';
        argv[argc] = words[argc];
        argc++;
    }
    struct operands operands = { items, 0 };
    p.ok = options_parse(rows_of_sample, &p.sample, argc, argv, &operands, &p.help, &p.err);
    for (size_t i = 0; i < operands.count; i++) {
        strcat(p.operands, operands.items[i]);
        strcat(p.operands, ",");
    }
    if (p.sample.out)
        cr_expect_str_eq(p.sample.out, "f", "%s", line);
    return p;
}

Test(options, forms_of_options_and_operands)
{
    static const struct {
        const char *line, *operands;
        struct sample want;
    } rows[] = {
        { "", "", { 0 } },
        { "a b", "a,b,", { 0 } },
        { "--quiet a", "a,", { .quiet = true } },
        { "a -q -", "a,-,", { .quiet = true } },
        { "-- --quiet -q", "--quiet,-q,", { 0 } },
        { "--seed 7", "", { .seed = 7 } },
        { "--seed=7 --seed=8", "", { .seed = 8 } },
        { "--seed 4294967295", "", { .seed = UINT32_MAX } },
        { "-of", "", { .out = "f" } },
        { "-qo f x", "x,", { .quiet = true, .out = "f" } },
        { "--until 2s --limit=1kB", "", { .until = 2 * SIM_SECOND, .limit = 1000 } },
        { "--format json", "", { .format = 1 } },
        { "--format=text", "", { .format = 0 } },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parsed p = parse(rows[i].line);
        const struct sample *want = &rows[i].want;
        cr_expect(p.ok && !p.help, "row %zu: %s", i, p.err.text);
        cr_expect_str_eq(p.operands, rows[i].operands, "row %zu", i);
        cr_expect_eq(p.sample.quiet, want->quiet, "row %zu", i);
        cr_expect_eq(p.sample.seed, want->seed, "row %zu", i);
        cr_expect_eq(p.sample.limit, want->limit, "row %zu", i);
        cr_expect_eq(p.sample.until, want->until, "row %zu", i);
        cr_expect_eq(p.sample.format, want->format, "row %zu", i);
        cr_expect_eq(p.sample.out == NULL, want->out == NULL, "row %zu", i);
    }
}

Test(options, mistakes_are_told_in_one_line)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        { "--sed 7", "there is no option --sed" },
        { "--sed=7", "there is no option --sed" },
        { "-x", "there is no option -x" },
        { "--seed", "--seed needs a value: N" },
        { "--seed=x", "--seed: \"x\" is not a number up to 4294967295" },
        { "--seed=4294967296", "--seed: \"4294967296\" is not a number up to 4294967295" },
        { "--seed=18446744073709551615",
          "--seed: \"18446744073709551615\" is not a number up to 4294967295" },
        { "--quiet=yes", "--quiet takes no value" },
        { "--until 5parsecs", "--until: \"5parsecs\" is not a duration; try \"30s\"" },
        { "--limit big", "--limit: \"big\" is not a size; try \"10MB\"" },
        { "--format xml", "--format: \"xml\" is none of: text json" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct parsed p = parse(rows[i].line);
        cr_expect(!p.ok, "row %zu", i);
        cr_expect_str_eq(p.err.text, rows[i].why, "row %zu: %s", i, p.err.text);
    }
    cr_expect(parse("a --help --nonsense").help);
}

Test(options, help_lists_every_row_aligned)
{
    struct buf out;
    buf_init(&out);
    options_help(rows_of_sample, &out);
    cr_expect_str_eq(buf_z(&out),
                     "  -q, --quiet         say less\n"
                     "  -o, --output FILE   write there\n"
                     "  --seed N            of the run\n"
                     "  --limit SIZE        stop there\n"
                     "  --until TIME        stop then\n"
                     "  --format text|json  how\n",
                     "%s", buf_z(&out));
    buf_deinit(&out);
}
