#include "sim/world/key.h"

#include "sim/base/err.h"
#include "sim/base/fmt.h"

#include <criterion/criterion.h>
#include <stddef.h>

struct all {
    bool yes;
    int64_t number, time;
    sim_time duration;
    uint64_t size, rate;
    uint32_t percent, choice, ip;
    slice text, host, domain, address;
    struct key_list texts, domains, addresses, hosts;
    struct key_map map;
    uint32_t choices;
    slice folder;
    struct key_objects parts, named;
    struct key_address_map who;
    struct key_durations durations;
};

struct part {
    slice text;
    struct key_file file;
    slice address;
};
static const struct key part_keys[] = {
    { "text", KEY_TEXT, offsetof(struct part, text), NULL, 0, 0, NULL, "its words" },
    { "file", KEY_FILE, offsetof(struct part, file), "", 0, 0, "text", "a" },
    KEY_ROW_END,
};
static const struct key_shape part_shape = { part_keys, sizeof(struct part), NULL };
static const struct key part_name = { "ADDRESS", KEY_ADDRESS, offsetof(struct part, address),
                                      NULL,      0,           0,
                                      NULL,      "whose" };
static const struct key_shape named_shape = { part_keys, sizeof(struct part), &part_name };

static const struct key keys[] = {
    { "yes", KEY_BOOL, offsetof(struct all, yes), "true", 0, 0, NULL, "a" },
    { "number", KEY_INT, offsetof(struct all, number), "-3", -5, 5, NULL, "a" },
    { "time", KEY_TIME, offsetof(struct all, time), "1970-01-01T00:00:07Z", 0, 0, NULL, "a" },
    { "duration", KEY_DURATION, offsetof(struct all, duration), "1s", 1, 5000000000, NULL, "a" },
    { "size", KEY_SIZE, offsetof(struct all, size), "1kB", 1, 2000, NULL, "a" },
    { "rate", KEY_RATE, offsetof(struct all, rate), "1kbit/s", 1, 2000, NULL, "a" },
    { "percent", KEY_PERCENT, offsetof(struct all, percent), "0.5%", 1, 500000, NULL, "a" },
    { "choice", KEY_CHOICE, offsetof(struct all, choice), "two", 0, 0, " one two three ", "a" },
    { "ip", KEY_IP, offsetof(struct all, ip), "192.0.2.1", 0, 0, NULL, "a" },
    { "text", KEY_TEXT, offsetof(struct all, text), "t", 0, 0, NULL, "a" },
    { "host", KEY_HOST, offsetof(struct all, host), "", 0, 0, NULL, "a" },
    { "domain", KEY_DOMAIN, offsetof(struct all, domain), "a.test", 0, 0, NULL, "a" },
    { "address", KEY_ADDRESS, offsetof(struct all, address), "b@a.test", 0, 0, NULL, "a" },
    { "texts", KEY_TEXTS, offsetof(struct all, texts), "x y", 0, 0, NULL, "a" },
    { "domains", KEY_DOMAINS, offsetof(struct all, domains), "", 0, 0, NULL, "a" },
    { "addresses", KEY_ADDRESSES, offsetof(struct all, addresses), "", 0, 0, NULL, "a" },
    { "hosts", KEY_HOSTS, offsetof(struct all, hosts), "", 0, 0, NULL, "a" },
    { "map", KEY_TEXT_MAP, offsetof(struct all, map), "", 0, 0, NULL, "a" },
    { "choices", KEY_CHOICES, offsetof(struct all, choices), "", 0, 0, "one two three", "a" },
    { "folder", KEY_FOLDER, offsetof(struct all, folder), "INBOX", 0, 0, NULL, "a" },
    { "durations", KEY_DURATIONS, offsetof(struct all, durations), "", 1, 5000000000, NULL, "a" },
    { "parts", KEY_OBJECTS, offsetof(struct all, parts), "", 0, 3, &part_shape, "a" },
    { "named", KEY_OBJECT_MAP, offsetof(struct all, named), "", 0, 0, &named_shape, "a" },
    { "who", KEY_ADDRESS_MAP, offsetof(struct all, who), "", 0, 0, NULL, "a" },
    KEY_ROW_END,
};
static const struct key must[] = {
    { "must", KEY_TEXTS, 0, NULL, 0, 0, NULL, "why it must be" },
    KEY_ROW_END,
};

struct table {
    struct arena arena;
    struct intern hosts;
    struct problems problems;
    struct json json;
    struct all all;
    struct key_list must;
};

/* "big.txt" is larger than any limit, "x.txt" has its path in it, others are not there. */
static bool read_file(const struct file_source *self, slice path, uint64_t octets_max,
                      struct buf *out, struct err *why)
{
    (void)self;
    if (slice_eq(path, SLICE("big.txt"))) {
        return err_set(why, "larger than %llu", (unsigned long long)octets_max);
    }
    buf_add(out, path);
    return slice_eq(path, SLICE("d/x.txt")) || err_set(why, "nobody has it");
}
static const struct file_source files = { read_file };

static bool fill(struct table *t, const char *text, bool strict)
{
    static const char *const others[] = { "elsewhere", NULL };
    arena_init(&t->arena);
    intern_init(&t->hosts);
    (void)intern_id(&t->hosts, SLICE("m"));
    problems_init(&t->problems, SLICE("f"));
    cr_assert(json_parse(&t->json, slice_of(text), 10000, &t->problems), "%s", text);
    struct key_reader r = {
        .problems = &t->problems, .arena = &t->arena, .hosts = &t->hosts, .files = &files
    };
    struct key_part parts[] = { { keys, &t->all }, { must, &t->must } };
    bool ok = key_read(&r, t->json.root, parts, strict ? 2 : 1, others);
    cr_expect_eq(ok, !problems_any(&t->problems), "%s", text);
    problems_locate(&t->problems, &t->json);
    problems_sort(&t->problems);
    return ok;
}

static void empty(struct table *t)
{
    json_free(&t->json);
    problems_deinit(&t->problems);
    intern_deinit(&t->hosts);
    arena_deinit(&t->arena);
}

Test(key, what_is_missing_falls_back)
{
    struct table t;
    cr_assert(fill(&t, "{\"elsewhere\":[]}", false));
    cr_expect(t.all.yes);
    cr_expect_eq(t.all.number, -3);
    cr_expect_eq(t.all.time, 7);
    cr_expect_eq(t.all.duration, SIM_SECOND);
    cr_expect_eq(t.all.size, 1000);
    cr_expect_eq(t.all.rate, 1000);
    cr_expect_eq(t.all.percent, 5000);
    cr_expect_eq(t.all.choice, 1);
    cr_expect_eq(t.all.ip, 0xc0000201);
    cr_expect(slice_eq(t.all.address, SLICE("b@a.test")));
    cr_expect_eq(t.all.host.len, 0);
    cr_assert_eq(t.all.texts.count, 2);
    cr_expect(slice_eq(t.all.texts.items[1], SLICE("y")));
    cr_expect_eq(t.all.map.count + t.all.domains.count + t.all.parts.count, 0);
    cr_expect_eq(t.all.choices, 0);
    cr_expect(slice_eq(t.all.folder, SLICE("INBOX")));
    empty(&t);
}

Test(key, every_type_is_read_as_people_write_it)
{
    struct table t;
    cr_assert(fill(&t,
                   "{\"yes\":false,\"number\":5,\"time\":\"1970-01-01T01:00:00+01:00\","
                   "\"duration\":\"1.5s\",\"size\":\"2kB\",\"rate\":\"2kbit/s\","
                   "\"percent\":\"50%\",\"choice\":\"three\",\"ip\":\"10.0.0.1\",\"text\":\"\","
                   "\"host\":\"m\",\"domain\":\"Example.ORG\",\"address\":\"x@y.invalid\","
                   "\"texts\":[\"1\",\"2\",\"3\"],\"domains\":\"one.test\","
                   "\"addresses\":[\"a@b.test\"],\"hosts\":[\"m\",\"m\"],"
                   "\"durations\":[\"1s\",\"2.5s\"],\"choices\":[\"three\",\"one\",\"one\"],"
                   "\"folder\":\"A/b c\","
                   "\"parts\":[{\"text\":\"\"},{\"file\":\"d/x.txt\"}],"
                   "\"named\":{\"a@b.test\":{\"text\":\"x\"}},"
                   "\"who\":{\"all\":[\"a@b.test\",\"c@d.test\"],\"one\":\"e@f.test\"},"
                   "\"map\":{\"z\":\"1\",\"a\":\"2\"},\"must\":[\"m\"]}",
                   true));
    cr_expect(!t.all.yes);
    cr_expect_eq(t.all.number, 5);
    cr_expect_eq(t.all.time, 0);
    cr_expect_eq(t.all.duration, 1500 * SIM_MS);
    cr_expect_eq(t.all.size, 2000);
    cr_expect_eq(t.all.percent, 500000);
    cr_expect_eq(t.all.choice, 2);
    cr_expect(slice_eq(t.all.host, SLICE("m")));
    cr_expect_eq(t.all.texts.count, 3);
    cr_assert_eq(t.all.domains.count, 1);
    cr_expect(slice_eq(t.all.domains.items[0], SLICE("one.test")));
    cr_expect_eq(t.all.hosts.count, 2);
    cr_assert_eq(t.all.map.count, 2);
    cr_expect(slice_eq(t.all.map.items[0].name, SLICE("z"))); /* file order */
    cr_expect_eq(t.must.count, 1);
    cr_expect_eq(t.all.choices, 5);
    cr_assert_eq(t.all.durations.count, 2);
    cr_expect_eq(t.all.durations.items[0], SIM_SECOND);
    cr_expect_eq(t.all.durations.items[1], 2500 * SIM_MS);
    cr_expect(slice_eq(t.all.folder, SLICE("A/b c")));
    cr_assert_eq(t.all.parts.count, 2);
    const struct part *parts = t.all.parts.items;
    cr_expect(parts[0].file.path.len == 0 && parts[1].text.len == 0);
    cr_expect(slice_eq(parts[1].file.path, SLICE("d/x.txt")));
    cr_expect(slice_eq(parts[1].file.bytes, SLICE("d/x.txt")));
    cr_assert_eq(t.all.named.count, 1);
    parts = t.all.named.items;
    cr_expect(slice_eq(parts[0].address, SLICE("a@b.test")) && parts[0].text.len == 1);
    cr_assert_eq(t.all.who.count, 2);
    cr_assert_eq(t.all.who.items[0].list.count, 2);
    cr_expect(slice_eq(t.all.who.items[1].name, SLICE("one")));
    cr_expect(slice_eq(t.all.who.items[1].list.items[0], SLICE("e@f.test")));
    empty(&t);
}

Test(key, what_is_wrong_is_said_kindly)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "{\"yes\":1}", "f:1:8: /yes: this must be true or false such as true, not a number" },
        { "{\"yes\":\"true\"}",
          "f:1:8: /yes: this must be true or false such as true, not a string" },
        { "{\"number\":6}", "f:1:11: /number: 6 is not in -5..5" },
        { "{\"number\":1.5}", "f:1:11: /number: this is not a whole number below 2^53" },
        { "{\"number\":\"1\"}",
          "f:1:11: /number: this must be a whole number such as 1, not a string" },
        { "{\"duration\":5}",
          "f:1:13: /duration: this must be a duration such as \"5ms\", not a number" },
        { "{\"duration\":\"5s1\"}", "f:1:13: /duration: \"5s1\" is not a duration; try \"5ms\"" },
        { "{\"duration\":\"6s\"}", "f:1:13: /duration: 6s is not in 1ns..5s" },
        { "{\"size\":\"3kB\"}", "f:1:9: /size: 3kB is not in 1 B..1.9 KiB" },
        { "{\"rate\":\"3kbit/s\"}", "f:1:9: /rate: 3kbit/s is not in 1bit/s..2000bit/s" },
        { "{\"percent\":\"51%\"}", "f:1:12: /percent: 51% is not in 0.0001%..50%" },
        { "{\"percent\":\"101%\"}",
          "f:1:12: /percent: \"101%\" is not a percentage; try \"0.5%\"" },
        { "{\"time\":\"2026-02-30T00:00:00Z\"}",
          "f:1:9: /time: \"2026-02-30T00:00:00Z\" is not a date and time; try "
          "\"2026-09-07T09:00:00Z\"" },
        { "{\"choice\":\"thre\"}",
          "f:1:11: /choice: there is no \"thre\" here, did you mean \"three\"?" },
        { "{\"choice\":\"quatre\"}",
          "f:1:11: /choice: there is no \"quatre\" here; one of: one two three" },
        { "{\"host\":\"mm\"}", "f:1:9: /host: there is no host \"mm\", did you mean \"m\"?" },
        { "{\"host\":\"\"}", "f:1:9: /host: there is no host \"\"" },
        { "{\"domain\":\"x y\"}",
          "f:1:11: /domain: \"x y\" is not a domain name; try \"example.org\"" },
        { "{\"domain\":\"☃.example\"}",
          "f:1:11: /domain: \"☃.example\" is not a domain name; try \"example.org\"" },
        { "{\"domain\":\"bücher.org\"}",
          "f:1:11: /domain: \"xn--bcher-kva.org\" may belong to somebody; use .example, .test, "
          ".invalid or example.com, .net, .org (RFC 2606)" },
        { "{\"texts\":7}", "f:1:10: /texts: this must be a list of texts, not a number" },
        { "{\"texts\":[\"a\",null]}",
          "f:1:15: /texts/1: this must be a text such as \"Hello\", not null" },
        { "{\"addresses\":[\"a@b.test\",\"b\"]}",
          "f:1:26: /addresses/1: \"b\" is not an address; try \"alice@example.org\"" },
        { "{\"map\":{\"a\":\"1\",\"b\":2}}", "f:1:21: /map/b: this must be a text, not a number" },
        { "{\"map\":[]}", "f:1:8: /map: this must be an object of texts, not an array" },
        { "{\"choices\":[\"one\",\"tow\"]}",
          "f:1:19: /choices/1: there is no \"tow\" here, did you mean \"two\"?" },
        { "{\"choices\":7}", "f:1:12: /choices: this must be a list of words, not a number" },
        { "{\"durations\":[\"1s\",\"6s\"]}", "f:1:20: /durations/1: 6s is not in 1ns..5s" },
        { "{\"durations\":7}",
          "f:1:14: /durations: this must be a list of durations, not a number" },
        { "{\"folder\":\"A//B\"}",
          "f:1:11: /folder: \"A//B\" is not a name for a mailbox: ASCII without %, *, &, quotes "
          "and backslashes; \"/\" stands between a folder and one in it" },
        { "{\"parts\":{}}", "f:1:10: /parts: this must be a list of objects, not an object" },
        { "{\"parts\":[1]}", "f:1:11: /parts/0: this must be an object, not a number" },
        { "{\"parts\":[{\"text\":\"\"},{\"text\":\"\"},{\"text\":\"\"},{\"text\":\"\"}]}",
          "f:1:10: /parts: 4 of them; at most 3 are read" },
        { "{\"parts\":[{}]}", "f:1:11: /parts/0: \"text\" or \"file\" is missing: its words" },
        { "{\"parts\":[{\"text\":\"\",\"txet\":\"\"}]}",
          "f:1:22: /parts/0/txet: unknown key \"txet\", did you mean \"text\"?" },
        { "{\"parts\":[{\"text\":\"\",\"file\":\"d/x.txt\"}]}",
          "f:1:12: /parts/0/text: \"text\" and \"file\" are two ways to say the same; take one of "
          "them" },
        { "{\"parts\":[{\"file\":\"../x.txt\"}]}",
          "f:1:19: /parts/0/file: \"../x.txt\" has an empty part, \".\" or \"..\" in it; only "
          "files below the scenario's folder are read" },
        { "{\"parts\":[{\"file\":\"y.txt\"}]}", "f:1:19: /parts/0/file: nobody has it" },
        { "{\"parts\":[{\"file\":\"big.txt\"}]}", "f:1:19: /parts/0/file: larger than 10000000" },
        { "{\"named\":[]}", "f:1:10: /named: this must be an object of objects, not an array" },
        { "{\"named\":{\"x\":{\"text\":\"\"}}}",
          "f:1:15: /named/x: \"x\" is not an address; try \"alice@example.org\"" },
        { "{\"who\":[]}", "f:1:8: /who: this must be an object of addresses, not an array" },
        { "{\"who\":{\"all\":[]}}", "f:1:15: /who/all: this list is empty: a" },
        { "{\"who\":{\"all\":[\"b\"]}}",
          "f:1:16: /who/all/0: \"b\" is not an address; try \"alice@example.org\"" },
        { "{\"nubmer\":1}", "f:1:2: /nubmer: unknown key \"nubmer\", did you mean \"number\"?" },
        { "{\"elsewher\":1}",
          "f:1:2: /elsewher: unknown key \"elsewher\", did you mean \"elsewhere\"?" },
        { "{\"Text\":\"x\"}", "f:1:2: /Text: unknown key \"Text\", did you mean \"text\"?" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct table t;
        struct buf out;
        buf_init(&out);
        cr_expect(!fill(&t, rows[i].text, false), "row %zu", i);
        problems_text(&t.problems, &out);
        out.len -= out.len > 0; /* the last line end */
        cr_expect_str_eq(buf_z(&out), rows[i].says);
        buf_deinit(&out);
        empty(&t);
    }
}

Test(key, what_must_be_given_must_not_be_empty)
{
    struct table t;
    cr_expect(!fill(&t, "{}", true));
    cr_expect(slice_eq(t.problems.list[0].text, SLICE("\"must\" is missing: why it must be")));
    empty(&t);
    cr_expect(!fill(&t, "{\"must\":[]}", true));
    cr_expect(slice_eq(t.problems.list[0].text, SLICE("this list is empty: why it must be")));
    empty(&t);
}
