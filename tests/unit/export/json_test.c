#include "sim/base/safe.h"
#include "sim/export/json.h"
#include "tests/lib/trace_lab.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>

Test(json, shows_every_record_with_its_fields_by_name)
{
    static const struct {
        uint64_t record;
        const char *json;
    } rows[] = {
        { 1, "{\"n\":1,\"at\":0,\"event\":\"world\",\"start\":\"2026-09-07T09:00:00Z\",\"title\":"
             "\"Your "
             "first e-mail\",\"seed\":1,\"about\":\"Alice writes to Bob.\"}" },
        { 2, "{\"n\":2,\"at\":0,\"event\":\"host\",\"actor\":\"alice-laptop\",\"name\":\"alice-"
             "laptop\","
             "\"kind\":\"mua\",\"roles\":0}" },
        { 3, "{\"n\":3,\"at\":0,\"event\":\"address\",\"actor\":\"alice-laptop\",\"ip\":\"192.0.2."
             "1\"}" },
        { 9, "{\"n\":9,\"at\":1000000000,\"event\":\"ask\",\"actor\":\"alice-laptop\",\"flow\":1,"
             "\"name\":"
             "\"mail.example.org\",\"type\":\"A\",\"server\":\"dns.isp.test\"}" },
        { 10, "{\"n\":10,\"at\":1000000000,\"event\":\"datagram\",\"actor\":\"alice-laptop\","
              "\"flow\":1,"
              "\"until\":1005000000,\"to\":\"dns.isp.test\",\"ports\":{\"from\":50000,\"to\":53},"
              "\"bytes\":\"\\u00124\\u0001\\u0000\xef\xbf\xbd\",\"bytes_hex\":\"12340100ff\"}" },
    };
    struct trace t;
    struct names names;
    struct buf out;
    buf_init(&out);
    trace_lab_letter(&t, TRACE_LEVEL_BYTES);
    names_init(&names, &t);
    for (uint64_t n = 1; n <= t.count; n++) {
        names_record(&names, trace_at(&t, n));
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        buf_clear(&out);
        json_record(&names, rows[i].record, &out);
        cr_expect_str_eq(buf_z(&out), rows[i].json);
    }
    names_deinit(&names);
    buf_deinit(&out);
    trace_deinit(&t);
}

Test(json, every_line_is_an_object_of_valid_json)
{
    struct trace t;
    struct buf out;
    buf_init(&out);
    trace_lab_letter(&t, TRACE_LEVEL_BYTES);
    export_json(&t, NULL, NULL, &out);
    slice rest = buf_slice(&out);
    size_t lines = 0;
    while (rest.len > 0) {
        slice line = slice_cut(&rest, '\n');
        cJSON *parsed = cJSON_ParseWithLength(line.ptr, line.len);
        cr_expect(cJSON_IsObject(parsed), "%.*s", SLICE_ARG(line));
        cJSON_Delete(parsed);
        lines++;
    }
    cr_expect_eq(lines, t.count);
    buf_deinit(&out);
    trace_deinit(&t);
}

Test(json, no_field_of_a_kind_has_a_name_that_is_taken)
{
    static const char *const taken[] = { "n",    "at",    "event", "actor",
                                         "flow", "cause", "until", "start" };
    for (uint32_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        const struct trace_kind_info *info = trace_kind_info(kind);
        for (size_t field = 0; field < 3; field++) {
            slice name = slice_of(info->field[field].name);
            for (size_t i = 0; i < COUNT(taken); i++) {
                cr_expect(!slice_eq(name, slice_of(taken[i])), "%s of %s", taken[i], info->name);
            }
            for (size_t other = 0; other < field; other++) {
                cr_expect(name.len == 0 || !slice_eq(name, slice_of(info->field[other].name)),
                          "two of %s", info->name);
            }
        }
    }
}
