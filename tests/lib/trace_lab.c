/* trace_lab.c - a small hand-made trace. */
#include "tests/lib/trace_lab.h"

enum { LAPTOP = 1, MAIL, RESOLVER };

static uint32_t name(struct trace *t, const char *s)
{
    return trace_name(t, slice_of(s));
}

static void host(struct trace *t, uint32_t actor, const char *host_name, const char *kind,
                 uint32_t ip)
{
    trace_put(
        t, (struct trace_rec){
               .kind = TRACE_HOST, .actor = actor, .a = name(t, host_name), .b = name(t, kind) });
    trace_put(t, (struct trace_rec){ .kind = TRACE_ADDRESS, .actor = actor, .a = ip });
}

static void said(struct trace *t, sim_time at, uint32_t actor, const char *text)
{
    slice s = slice_of(text);
    struct trace_rec rec = { .at = at, .kind = TRACE_SAID, .flow = 2, .actor = actor };
    rec.a = (uint32_t)s.len;
    trace_put_text(t, rec, s);
}

static void stage(struct trace *t)
{
    trace_put_text(
        t,
        (struct trace_rec){
            .kind = TRACE_WORLD, .until = 1788771600, .a = name(t, "Your first e-mail"), .b = 1 },
        SLICE("Alice writes to Bob."));
    host(t, LAPTOP, "alice-laptop", "mua", 0xc0000201);
    host(t, MAIL, "mail.example.org", "mail", 0xc0000219);
    host(t, RESOLVER, "dns.isp.test", "resolver", 0xc6336435);
    trace_put_text(
        t,
        (struct trace_rec){
            .at = SIM_SECOND, .kind = TRACE_SCRIPT, .actor = LAPTOP, .a = name(t, "send"), .b = 1 },
        SLICE("writes a letter"));
}

static void look_up(struct trace *t)
{
    uint32_t asked = name(t, "mail.example.org");
    sim_time at = SIM_SECOND;
    trace_put(t, (struct trace_rec){ .at = at,
                                     .kind = TRACE_ASK,
                                     .flow = 1,
                                     .actor = LAPTOP,
                                     .a = asked,
                                     .b = 1,
                                     .c = RESOLVER });
    trace_put_text(t,
                   (struct trace_rec){ .at = at,
                                       .until = at + 5 * SIM_MS,
                                       .kind = TRACE_DATAGRAM,
                                       .flow = 1,
                                       .actor = LAPTOP,
                                       .a = RESOLVER,
                                       .b = 50000U << 16 | 53 },
                   SLICE("\x12\x34\1\0\xff"));
    trace_put_text(t,
                   (struct trace_rec){ .at = at + 10 * SIM_MS,
                                       .kind = TRACE_ANSWER,
                                       .flow = 1,
                                       .actor = LAPTOP,
                                       .a = asked,
                                       .b = 1 },
                   SLICE("mail.example.org. 3600 IN A 192.0.2.25"));
}

static void submit(struct trace *t)
{
    sim_time at = SIM_SECOND + 10 * SIM_MS;
    uint32_t smtp = name(t, "smtp");
    trace_put(t, (struct trace_rec){ .at = at,
                                     .until = at + 12 * SIM_MS,
                                     .kind = TRACE_OPEN,
                                     .flow = 2,
                                     .actor = LAPTOP,
                                     .a = MAIL,
                                     .b = 50001U << 16 | 587,
                                     .c = name(t, "submission") });
    at += 12 * SIM_MS;
    trace_put(t,
              (struct trace_rec){
                  .at = at, .kind = TRACE_SESSION, .flow = 2, .actor = MAIL, .a = smtp, .b = 1 });
    said(t, at, MAIL, "220 mail.example.org ESMTP\r\n");
    at += 12 * SIM_MS;
    trace_put(t, (struct trace_rec){
                     .at = at, .kind = TRACE_SESSION, .flow = 2, .actor = LAPTOP, .a = smtp });
    said(t, at, LAPTOP, "EHLO alice-laptop\r\nDA");
    said(t, at + 1, LAPTOP, "TA\r\n");
    said(t, at + 12 * SIM_MS, MAIL, "250-mail.example.org\r\n250 SIZE\r\n354 go ahead\r\n");
    said(t, at + 24 * SIM_MS, LAPTOP,
         "Subject: \x1b[31mred\r\n\r\nHi \xe2\x80\xae"
         "Bob\r\n\tBob\r\n.\r\n");
    at += 36 * SIM_MS;
    trace_put(t, (struct trace_rec){ .at = at,
                                     .kind = TRACE_ACCEPT,
                                     .flow = 2,
                                     .actor = MAIL,
                                     .a = name(t, "1@alice-laptop"),
                                     .b = 1,
                                     .c = 1 });
    said(t, at, MAIL, "250 2.0.0 queued");
    trace_put(t, (struct trace_rec){
                     .at = at, .kind = TRACE_CLOSED, .flow = 2, .actor = MAIL, .a = WHY_DONE });
    trace_put(t, (struct trace_rec){
                     .at = at, .kind = TRACE_CLOSED, .flow = 2, .actor = LAPTOP, .a = WHY_RESET });
}

void trace_lab_letter(struct trace *t, enum trace_level level)
{
    trace_init(t, level);
    stage(t);
    look_up(t);
    submit(t);
    trace_put_text(t,
                   (struct trace_rec){ .at = 2 * SIM_SECOND,
                                       .kind = TRACE_OUTCOME,
                                       .actor = MAIL,
                                       .cause = 3,
                                       .a = name(t, "1@alice-laptop"),
                                       .b = FATE_BOUNCED },
                   SLICE("bob@example.net\n550 5.1.1 no such user"));
    trace_put_text(t,
                   (struct trace_rec){ .at = 3 * SIM_SECOND, .kind = TRACE_EXPECT, .a = 1, .b = 0 },
                   SLICE("bob has 1 letter\n0 letters"));
    trace_put(t, (struct trace_rec){ .at = 3 * SIM_SECOND, .kind = TRACE_END });
}
