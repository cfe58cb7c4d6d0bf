/* fmt.h - integers, durations, sizes and times as text, and back, without printf or locale.
 * Simulated time is a count of nanoseconds since the scenario's start; calendar time is
 * seconds since 1970-01-01T00:00:00Z. */
#ifndef MAILFLOW_BASE_FMT_H
#define MAILFLOW_BASE_FMT_H

#include "sim/base/buf.h"

typedef uint64_t sim_time; /* ns since the start of the run; as a duration: ns */

#define SIM_US      UINT64_C(1000)
#define SIM_MS      UINT64_C(1000000)
#define SIM_SECOND  UINT64_C(1000000000)
#define SIM_MINUTE  (60 * SIM_SECOND)
#define SIM_HOUR    (60 * SIM_MINUTE)
#define SIM_DAY     (24 * SIM_HOUR)
#define SIM_FOREVER UINT64_MAX

void fmt_u64(struct buf *b, uint64_t v);
void fmt_i64(struct buf *b, int64_t v);
void fmt_u64_padded(struct buf *b, uint64_t v, size_t width, char pad);
void fmt_hex(struct buf *b, uint64_t v, size_t digits);
void fmt_duration(struct buf *b, sim_time ns); /* the largest exact unit: "12ms", "1500us", "4h" */
void fmt_size(struct buf *b, uint64_t bytes);  /* "512 B", "2.0 KiB" */
void fmt_clock(struct buf *b, sim_time ns);    /* since the start: "0:00:01.284" */
void fmt_ip4(struct buf *b, uint32_t host_order); /* "192.0.2.1" */

struct civil {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second;
    int weekday; /* 0: Sunday */
};
struct civil civil_from_unix(int64_t seconds);
int64_t civil_to_unix(struct civil c);                 /* weekday is ignored */
extern const char fmt_weekdays[7][4];                  /* "Sun" ... */
extern const char fmt_months[12][4];                   /* "Jan" ... */
void fmt_time(struct buf *b, struct civil c);          /* of the day: "09:00:00" */
void fmt_rfc3339(struct buf *b, int64_t unix_seconds); /* "2026-09-07T09:00:00Z", RFC 3339 5.6 */
/* RFC 3339 date-time with a numeric or Z zone, no fraction; false: not one. */
bool parse_rfc3339(slice s, int64_t *unix_r);

/* "12ms" "4h" "1.5s" "2d" "1h 30min"; units ns us ms s m min h d. */
bool parse_duration(slice s, sim_time *ns_r);
bool parse_offset(slice s, int64_t *ns_r);          /* "-3h", "+10min", "10min" */
bool parse_frequency(slice s, sim_time *between_r); /* "3/h": 20 minutes */
/* "10MB" (10^6) "10MiB" (2^20) "512" "512B". */
bool parse_size(slice s, uint64_t *bytes_r);
/* "5Mbit/s" "64kbit/s" "1Gbit/s": bits a second. */
bool parse_rate(slice s, uint64_t *bits_r);
/* "0.5%" to parts per million; at most "100%". */
bool parse_percent(slice s, uint32_t *ppm_r);
bool parse_ip4(slice s, uint32_t *host_order_r);

#endif
