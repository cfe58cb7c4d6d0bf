/* pcapng_blocks.c - the blocks of a pcapng file.
 * Never knows what is in a packet.
 * Numbers in brackets are sections of draft-ietf-opsawg-pcapng. */
#include "sim/export/pcapng_blocks.h"

#include <assert.h>

enum block_type { /* [4], [11.1] */
                  BLOCK_SECTION = 0x0a0d0d0a,
                  BLOCK_INTERFACE = 1,
                  BLOCK_NAMES = 4,
                  BLOCK_PACKET = 6,
                  BLOCK_SECRETS = 10
};
enum option_code { /* [3.5], [4.1] to [4.3] */
                   OPTION_END = 0,
                   OPTION_COMMENT = 1,
                   OPTION_USER_APPLICATION = 4,
                   OPTION_INTERFACE_NAME = 2,
                   OPTION_TIME_RESOLUTION = 9,
                   OPTION_PACKET_FLAGS = 2
};
#define BYTE_ORDER_MAGIC 0x1a2b3c4dU
#define LINK_ETHERNET    1
#define NAME_IPV4        1
#define NAME_IPV6        2
#define SECRETS_TLS      0x544c534bU
#define NANOSECONDS      9
#define PACKET_INBOUND   1U
#define PACKET_OUTBOUND  2U
#define OPTION_MAX       ((size_t)65535)
#define BLOCK_HEAD       8
#define PACKET_HEAD      (BLOCK_HEAD + 20)

static void put_u16(struct buf *b, uint32_t v)
{
    buf_byte(b, (char)(v & 255));
    buf_byte(b, (char)(v >> 8 & 255));
}

static void put_u32(struct buf *b, uint32_t v)
{
    put_u16(b, v);
    put_u16(b, v >> 16);
}

static void set_u32(struct buf *b, size_t at, uint32_t v)
{
    for (size_t i = 0; i < 4; i++) {
        b->ptr[at + i] = (char)(v >> 8 * i & 255);
    }
}

/* Lengths do not count the padding. */
static void pad(struct buf *b, size_t len)
{
    buf_fill(b, 0, (4 - len % 4) % 4);
}

static size_t block_begin(struct buf *b, enum block_type type)
{
    size_t start = b->len;
    put_u32(b, (uint32_t)type);
    put_u32(b, 0); /* block_end */
    return start;
}

static void block_end(struct buf *b, size_t start)
{
    size_t len = b->len - start + 4;
    assert(len % 4 == 0 && len <= UINT32_MAX);
    set_u32(b, start + 4, (uint32_t)len);
    put_u32(b, (uint32_t)len);
}

/* Cut at 65535 octets, but not within a character (RFC 3629 3). */
static slice fitting(slice value)
{
    size_t len = value.len;
    if (len > OPTION_MAX) {
        len = OPTION_MAX;
        while (len > 0 && ((unsigned char)value.ptr[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    return slice_sub(value, 0, len);
}

static void put_option(struct buf *b, enum option_code code, slice value)
{
    slice fits = fitting(value);
    put_u16(b, (uint32_t)code);
    put_u16(b, (uint32_t)fits.len);
    buf_add(b, fits);
    pad(b, fits.len);
}

static void put_text(struct buf *b, enum option_code code, slice value)
{
    if (value.len > 0) {
        put_option(b, code, value);
    }
}

static void end_options(struct buf *b)
{
    put_option(b, OPTION_END, (slice){ 0 });
}

void pcapng_section(struct buf *out, slice application, slice comment)
{
    size_t start = block_begin(out, BLOCK_SECTION);
    put_u32(out, BYTE_ORDER_MAGIC);
    put_u16(out, 1); /* version 1.0 */
    put_u16(out, 0);
    put_u32(out, UINT32_MAX); /* the section's length is not told */
    put_u32(out, UINT32_MAX);
    put_text(out, OPTION_COMMENT, comment);
    put_text(out, OPTION_USER_APPLICATION, application);
    end_options(out);
    block_end(out, start);
}

void pcapng_interface(struct buf *out, slice name)
{
    const char resolution = NANOSECONDS;
    size_t start = block_begin(out, BLOCK_INTERFACE);
    put_u16(out, LINK_ETHERNET);
    put_u16(out, 0);
    put_u32(out, 0); /* packets are kept whole */
    put_text(out, OPTION_INTERFACE_NAME, name);
    put_option(out, OPTION_TIME_RESOLUTION, (slice){ &resolution, 1 });
    end_options(out);
    block_end(out, start);
}

static void put_ip(struct buf *out, uint32_t ip)
{
    for (unsigned shift = 32; shift > 0; shift -= 8) { /* in network order */
        buf_byte(out, (char)(ip >> (shift - 8) & 255));
    }
}

void pcapng_names(struct buf *out, const struct pcapng_name *names, size_t count)
{
    size_t start = block_begin(out, BLOCK_NAMES);
    for (size_t i = 0; i < count; i++) {
        slice name = slice_sub(names[i].name, 0, 255); /* as long as the DNS has them */
        size_t address = names[i].octets ? 16 : 4, len = address + name.len + 1;
        put_u16(out, names[i].octets ? NAME_IPV6 : NAME_IPV4);
        put_u16(out, (uint32_t)len);
        if (names[i].octets) {
            buf_add(out, (slice){ (const char *)names[i].octets, address });
        } else {
            put_ip(out, names[i].ip);
        }
        buf_add(out, name);
        buf_byte(out, 0);
        pad(out, len);
    }
    put_u32(out, 0); /* the end of the records */
    block_end(out, start);
}

void pcapng_secrets(struct buf *out, slice key_log)
{
    size_t start = block_begin(out, BLOCK_SECRETS);
    put_u32(out, SECRETS_TLS);
    put_u32(out, (uint32_t)key_log.len);
    buf_add(out, key_log);
    pad(out, key_log.len);
    block_end(out, start);
}

size_t pcapng_packet_begin(struct buf *out, const struct pcapng_packet *p)
{
    (void)block_begin(out, BLOCK_PACKET);
    put_u32(out, p->interface);
    put_u32(out, (uint32_t)(p->at_ns >> 32));
    put_u32(out, (uint32_t)p->at_ns);
    put_u32(out, 0); /* both lengths: pcapng_packet_end */
    put_u32(out, 0);
    return out->len;
}

void pcapng_packet_end(struct buf *out, const struct pcapng_packet *p, size_t start)
{
    size_t len = out->len - start, block = start - PACKET_HEAD;
    set_u32(out, start - 8, (uint32_t)len);
    set_u32(out, start - 4, (uint32_t)len);
    pad(out, len);
    for (slice rest = p->comments; rest.len > 0;) {
        put_text(out, OPTION_COMMENT, slice_cut(&rest, '\0'));
    }
    put_u16(out, OPTION_PACKET_FLAGS);
    put_u16(out, 4);
    put_u32(out, p->outbound ? PACKET_OUTBOUND : PACKET_INBOUND);
    end_options(out);
    block_end(out, block);
}
