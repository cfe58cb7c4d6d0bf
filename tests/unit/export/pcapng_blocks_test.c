#include "sim/export/pcapng_blocks.h"
#include "tests/lib/capture_reader.h"

#include <criterion/criterion.h>

static void add_packet(struct buf *out, const struct pcapng_packet *p, slice bytes)
{
    size_t start = pcapng_packet_begin(out, p);
    buf_add(out, bytes);
    pcapng_packet_end(out, p, start);
}

Test(pcapng_blocks, are_made_of_whole_words)
{
    struct buf out = { 0 };
    pcapng_interface(&out, SLICE("lan"));
    static const char want[] = "\1\0\0\0\x28\0\0\0" /* type, length */
                               "\1\0\0\0\0\0\0\0"   /* Ethernet, no limit */
                               "\2\0\3\0lan\0"      /* if_name */
                               "\x9\0\1\0\x9\0\0\0" /* if_tsresol */
                               "\0\0\0\0\x28\0\0\0";
    cr_expect(slice_eq(buf_slice(&out), (slice){ want, sizeof want - 1 }));
    for (size_t len = 0; len < 9; len++) {
        buf_clear(&out);
        const struct pcapng_packet p = { .at_ns = UINT64_C(0x0123456789abcdef),
                                         .comments = { "abcdefgh", len } };
        add_packet(&out, &p, (slice){ "12345678", len });
        cr_expect_eq(out.len % 4, 0, "%zu octets", len);
        cr_expect_eq((unsigned char)out.ptr[12], 0x67, "the upper half comes first");
        cr_expect_eq((unsigned char)out.ptr[20], len);
    }
    buf_deinit(&out);
}

Test(pcapng_blocks, cut_what_is_too_long_between_characters)
{
    struct buf out = { 0 }, text = { 0 };
    for (size_t i = 0; i < 40000; i++) {
        buf_addz(&text, "\xc3\xa5"); /* 65535 would be in the middle of one */
    }
    buf_byte(&text, '\0');
    const struct pcapng_packet p = { .comments = buf_slice(&text) };
    add_packet(&out, &p, SLICE("1234"));
    slice option = slice_from(buf_slice(&out), 8 + 20 + 4);
    cr_expect_eq((unsigned char)option.ptr[2] | (unsigned char)option.ptr[3] << 8, 65534);
    buf_deinit(&out);
    buf_deinit(&text);
}

Test(pcapng_blocks, are_read_back)
{
    static const uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
    static const struct pcapng_name names[] = {
        { .ip = 0xc0000201, .name = SLICE_INIT("a") },
        { .octets = six, .name = SLICE_INIT("a") },
        { .ip = 0xc0000202, .name = SLICE_INIT("mail.example.org") },
    };
    struct buf out = { 0 };
    struct captured c;
    pcapng_section(&out, SLICE("mailflow"), SLICE(""));
    pcapng_interface(&out, SLICE("one"));
    pcapng_interface(&out, SLICE(""));
    pcapng_names(&out, names, COUNT(names));
    pcapng_secrets(&out, SLICE("CLIENT_RANDOM 00 11\n"));
    captured_read(&c, buf_slice(&out));
    cr_expect_null(c.wrong, "%s", c.wrong);
    cr_expect(c.interface_count == 2 && c.names == 3 && c.secrets == 1);
    cr_expect(slice_eq(c.key_log, SLICE("CLIENT_RANDOM 00 11\n")));
    captured_free(&c);
    buf_deinit(&out);
}
