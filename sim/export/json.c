/* json.c - the trace as JSON Lines.
 * Knows the kinds only by their table: a new kind needs no line here. */
#include "sim/export/json.h"

#include "sim/base/json_text.h"
#include "sim/base/safe.h"

static bool is_utf8(slice bytes)
{
    while (bytes.len > 0) {
        size_t len = utf8_sequence(bytes);
        if (len == 0) {
            return false;
        }
        bytes = slice_from(bytes, len);
    }
    return true;
}

static void put_payload(const struct trace *t, const char *name, uint32_t payload, struct buf *out)
{
    struct buf scratch;
    buf_init(&scratch);
    slice bytes = trace_payload(t, payload, &scratch);
    json_field_text(out, name, bytes);
    if (!is_utf8(bytes)) {
        struct buf key;
        buf_init(&key);
        buf_addz(&key, name);
        buf_addz(&key, "_hex");
        json_put_key(out, buf_z(&key));
        buf_deinit(&key);
        buf_byte(out, '"');
        for (size_t i = 0; i < bytes.len; i++) {
            fmt_hex(out, (uint8_t)bytes.ptr[i], 2);
        }
        buf_byte(out, '"');
    }
    buf_deinit(&scratch);
}

static void put_ports(const char *name, uint32_t value, struct buf *out)
{
    json_put_key(out, name);
    buf_byte(out, '{');
    json_field_u64(out, "from", value >> 16);
    json_field_u64(out, "to", value & 0xffff);
    buf_byte(out, '}');
}

/* What is a short text made by a function, in quotes. */
static void put_made(const char *name, void (*make)(struct buf *, uint32_t), uint32_t value,
                     struct buf *out)
{
    json_put_key(out, name);
    buf_byte(out, '"');
    make(out, value);
    buf_byte(out, '"');
}

static void put_field(const struct names *names, const char *name, enum trace_type type,
                      uint32_t value, struct buf *out)
{
    const struct trace *t = names->trace;
    switch (type) {
    case TRACE_T_NONE:
        break;
    case TRACE_T_NUM:
    case TRACE_T_BYTES:
        json_field_u64(out, name, value);
        break;
    case TRACE_T_NAME:
        json_field_text(out, name, trace_name_of(t, value));
        break;
    case TRACE_T_HOST:
        json_field_text(out, name, names_host(names, value));
        break;
    case TRACE_T_DATA:
        if (value != 0) {
            put_payload(t, name, value, out);
        }
        break;
    case TRACE_T_IP:
        json_put_key(out, name);
        buf_byte(out, '"');
        names_ip(names, out, value);
        buf_byte(out, '"');
        break;
    case TRACE_T_PORTS:
        put_ports(name, value, out);
        break;
    case TRACE_T_FLAG:
        json_field_bool(out, name, value != 0);
        break;
    case TRACE_T_WHY:
        json_field_text(out, name, slice_of(trace_why_name(value)));
        break;
    case TRACE_T_FATE:
        json_field_text(out, name, slice_of(trace_fate_name(value)));
        break;
    case TRACE_T_DNSTYPE:
        put_made(name, names_dns_type, value, out);
        break;
    case TRACE_T_RCODE:
        put_made(name, names_dns_rcode, value, out);
        break;
    }
}

static void put_start(int64_t unix_seconds, struct buf *out)
{
    json_put_key(out, "start");
    buf_byte(out, '"');
    fmt_rfc3339(out, unix_seconds);
    buf_byte(out, '"');
}

static void put_nonzero(struct buf *out, const char *name, uint64_t value)
{
    if (value != 0) {
        json_field_u64(out, name, value);
    }
}

void json_record(const struct names *names, uint64_t number, struct buf *out)
{
    const struct trace_rec *rec = trace_at(names->trace, number);
    const struct trace_kind_info *info = rec ? trace_kind_info(rec->kind) : NULL;
    if (!info) {
        buf_addz(out, "{}");
        return;
    }
    const uint32_t values[] = { rec->a, rec->b, rec->c };
    buf_byte(out, '{');
    json_field_u64(out, "n", number);
    json_field_u64(out, "at", rec->at);
    json_field_text(out, "event", slice_of(info->name));
    if (rec->actor != 0) {
        json_field_text(out, "actor", names_host(names, rec->actor));
    }
    put_nonzero(out, "flow", rec->flow);
    put_nonzero(out, "cause", rec->cause);
    if (rec->kind == TRACE_WORLD) {
        put_start((int64_t)rec->until, out);
    } else {
        put_nonzero(out, "until", rec->until);
    }
    for (size_t i = 0; i < COUNT(values); i++) {
        put_field(names, info->field[i].name, info->field[i].type, values[i], out);
    }
    buf_byte(out, '}');
}

void export_json(const struct trace *t, bool (*keeps)(const void *keeper, uint64_t record),
                 const void *keeper, struct buf *out)
{
    struct names names;
    names_init(&names, t);
    for (uint64_t n = 1; n <= t->count; n++) {
        const struct trace_rec *rec = trace_at(t, n);
        if (rec) {
            names_record(&names, rec);
        }
        if (rec && (!keeps || keeps(keeper, n))) {
            json_record(&names, n, out);
            buf_byte(out, '\n');
        }
    }
    names_deinit(&names);
}
