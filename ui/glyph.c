/* glyph.c - code points, their widths, and lines that meet.
 * Never knows colours or cells.
 * Not done: right-to-left scripts (a terminal that reorders a line would reorder the borders in it)
 * and scripts whose letters change shape or stack (Devanagari, Thai, ...): their letters are shown
 * as GLYPH_HIDDEN. */
#include "ui/glyph.h"

#include <assert.h>

struct range {
    uint32_t first, last;
};

/* One cell wide in every terminal; sorted. */
static const struct range narrow[] = {
    { 0x0020, 0x007E }, { 0x00A1, 0x00AC }, { 0x00AE, 0x02FF }, { 0x0370, 0x0377 },
    { 0x037A, 0x037F }, { 0x0384, 0x038A }, { 0x038C, 0x038C }, { 0x038E, 0x03A1 },
    { 0x03A3, 0x0482 }, { 0x048A, 0x052F }, { 0x0531, 0x0556 }, { 0x0559, 0x058A },
    { 0x10A0, 0x10C5 }, { 0x10D0, 0x10FF }, { 0x1D00, 0x1DBF }, { 0x1E00, 0x1F15 },
    { 0x1F18, 0x1F1D }, { 0x1F20, 0x1F45 }, { 0x1F48, 0x1F4D }, { 0x1F50, 0x1F57 },
    { 0x1F5F, 0x1F7D }, { 0x1F80, 0x1FB4 }, { 0x1FB6, 0x1FC4 }, { 0x1FC6, 0x1FD3 },
    { 0x1FD6, 0x1FDB }, { 0x1FDD, 0x1FEF }, { 0x1FF2, 0x1FF4 }, { 0x1FF6, 0x1FFE },
    { 0x2010, 0x2027 }, { 0x2030, 0x205E }, { 0x2070, 0x2071 }, { 0x2074, 0x208E },
    { 0x2090, 0x209C }, { 0x20A0, 0x20BF }, { 0x2100, 0x218B }, { 0x2190, 0x2319 },
    { 0x231C, 0x2328 }, { 0x232B, 0x23E8 }, { 0x2400, 0x2426 }, { 0x2440, 0x244A },
    { 0x2460, 0x25FC }, { 0x25FF, 0x2613 }, { 0x2616, 0x2647 }, { 0x2654, 0x267E },
    { 0x2680, 0x2692 }, { 0x2694, 0x26A0 }, { 0x26A2, 0x26A9 }, { 0x26B0, 0x26BC },
    { 0x26C6, 0x26CD }, { 0x26CF, 0x26D3 }, { 0x26D5, 0x26E9 }, { 0x2701, 0x2704 },
    { 0x2706, 0x2709 }, { 0x270C, 0x2727 }, { 0x2729, 0x274B }, { 0x274D, 0x274D },
    { 0x274F, 0x2752 }, { 0x2756, 0x2756 }, { 0x2758, 0x2794 }, { 0x2798, 0x27AF },
    { 0x27B1, 0x27BE }, { 0x27C0, 0x2B1A }, { 0x2B1D, 0x2B4F }, { 0x2B51, 0x2B54 },
    { 0x2C60, 0x2C7F }, { 0xA720, 0xA7BF }, { 0xFB00, 0xFB06 }, { 0xFF61, 0xFF9D },
    { 0xFFFD, 0xFFFD },
};

/* Two cells wide in every terminal; sorted.  Symbols outside plane 1 that changed their width when
 * they became emoji are in neither list: terminals disagree about them. */
static const struct range wide[] = {
    { 0x2E80, 0x2E99 },   { 0x2E9B, 0x2EF3 },   { 0x2F00, 0x2FD5 },   { 0x3000, 0x3029 },
    { 0x3030, 0x303E },   { 0x3041, 0x3096 },   { 0x309B, 0x30FF },   { 0x3105, 0x312F },
    { 0x3131, 0x318E },   { 0x3190, 0x31E3 },   { 0x31F0, 0x321E },   { 0x3220, 0x3247 },
    { 0x3250, 0x4DBF },   { 0x4E00, 0xA48C },   { 0xA490, 0xA4C6 },   { 0xAC00, 0xD7A3 },
    { 0xF900, 0xFA6D },   { 0xFA70, 0xFAD9 },   { 0xFE30, 0xFE52 },   { 0xFE54, 0xFE66 },
    { 0xFE68, 0xFE6B },   { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x1F300, 0x1F320 },
    { 0x1F32D, 0x1F335 }, { 0x1F337, 0x1F37C }, { 0x1F37E, 0x1F393 }, { 0x1F3A0, 0x1F3CA },
    { 0x1F3E0, 0x1F3F0 }, { 0x1F400, 0x1F43E }, { 0x1F442, 0x1F4FC }, { 0x1F4FF, 0x1F53D },
    { 0x1F550, 0x1F567 }, { 0x1F5FB, 0x1F64F }, { 0x1F680, 0x1F6C5 }, { 0x1F910, 0x1F93A },
    { 0x1F947, 0x1F9AF }, { 0x20000, 0x2A6D6 },
};

static bool in_ranges(const struct range *ranges, size_t count, uint32_t glyph)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (glyph > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && glyph >= ranges[low].first;
}

int glyph_width(uint32_t glyph)
{
    if (glyph >= 0x20 && glyph < 0x7F)
        return 1;
    if (in_ranges(narrow, COUNT(narrow), glyph))
        return 1;
    return in_ranges(wide, COUNT(wide), glyph) ? 2 : 0;
}

/* RFC 3629 section 4: how many bytes follow, what the first byte says, and the least value that
 * may be written so long (an overlong form is broken). */
static uint32_t utf8_take(slice *rest)
{
    static const struct {
        unsigned mask, lead;
        size_t more;
        uint32_t least;
    } forms[] = { { 0x80, 0x00, 0, 0 },
                  { 0xE0, 0xC0, 1, 0x80 },
                  { 0xF0, 0xE0, 2, 0x800 },
                  { 0xF8, 0xF0, 3, 0x10000 } };
    unsigned first = (unsigned char)rest->ptr[0];
    for (size_t i = 0; i < COUNT(forms); i++) {
        if ((first & forms[i].mask) != forms[i].lead)
            continue;
        uint32_t value = first & ~forms[i].mask;
        size_t used = 1;
        while (used <= forms[i].more && used < rest->len &&
               ((unsigned char)rest->ptr[used] & 0xC0) == 0x80)
            value = value << 6 | ((unsigned char)rest->ptr[used++] & 0x3Fu);
        *rest = slice_from(*rest, used);
        bool whole = used == forms[i].more + 1;
        bool surrogate = value >= 0xD800 && value <= 0xDFFF;
        return whole && value >= forms[i].least && !surrogate ? value : GLYPH_BROKEN;
    }
    *rest = slice_from(*rest, 1);
    return GLYPH_BROKEN;
}

uint32_t glyph_take(slice *rest)
{
    assert(rest->len > 0);
    uint32_t glyph = utf8_take(rest);
    if (glyph == '\t' || glyph == 0xA0)
        return ' ';
    return glyph_width(glyph) ? glyph : GLYPH_HIDDEN;
}

int text_width(slice s)
{
    int width = 0;
    while (s.len > 0)
        width += glyph_width(glyph_take(&s));
    return width;
}

slice text_fit(slice s, int width)
{
    slice rest = s;
    int used = 0;
    size_t bytes = 0;
    while (rest.len > 0) {
        used += glyph_width(glyph_take(&rest));
        if (used > width)
            break;
        bytes = s.len - rest.len;
    }
    return slice_sub(s, 0, bytes);
}

size_t glyph_utf8(uint32_t glyph, char out[4])
{
    if (glyph < 0x80) {
        out[0] = (char)glyph;
        return 1;
    }
    size_t more = glyph < 0x800 ? 1 : glyph < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = { 0, 0xC0, 0xE0, 0xF0 };
    out[0] = (char)(leads[more] | glyph >> (6 * more));
    for (size_t i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (glyph >> (6 * (more - i)) & 0x3F));
    return more + 1;
}

/* ---- lines */

/* The arms of U+2500 to U+257F, eight a row. */
static const uint8_t arms_of[0x80] = {
    0x44, 0x88, 0x11, 0x22, 0x44, 0x88, 0x11, 0x22, /* U+2500 */
    0x44, 0x88, 0x11, 0x22, 0x14, 0x18, 0x24, 0x28, /* U+2508 */
    0x50, 0x90, 0x60, 0xa0, 0x05, 0x09, 0x06, 0x0a, /* U+2510 */
    0x41, 0x81, 0x42, 0x82, 0x15, 0x19, 0x16, 0x25, /* U+2518 */
    0x26, 0x1a, 0x29, 0x2a, 0x51, 0x91, 0x52, 0x61, /* U+2520 */
    0x62, 0x92, 0xa1, 0xa2, 0x54, 0x94, 0x58, 0x98, /* U+2528 */
    0x64, 0xa4, 0x68, 0xa8, 0x45, 0x85, 0x49, 0x89, /* U+2530 */
    0x46, 0x86, 0x4a, 0x8a, 0x55, 0x95, 0x59, 0x99, /* U+2538 */
    0x56, 0x65, 0x66, 0x96, 0x5a, 0xa5, 0x69, 0x9a, /* U+2540 */
    0xa9, 0xa6, 0x6a, 0xaa, 0x44, 0x88, 0x11, 0x22, /* U+2548 */
    0xcc, 0x33, 0x1c, 0x34, 0x3c, 0xd0, 0x70, 0xf0, /* U+2550 */
    0x0d, 0x07, 0x0f, 0xc1, 0x43, 0xc3, 0x1d, 0x37, /* U+2558 */
    0x3f, 0xd1, 0x73, 0xf3, 0xdc, 0x74, 0xfc, 0xcd, /* U+2560 */
    0x47, 0xcf, 0xdd, 0x77, 0xff, 0x14, 0x50, 0x41, /* U+2568 */
    0x05, 0x00, 0x00, 0x00, 0x40, 0x01, 0x04, 0x10, /* U+2570 */
    0x80, 0x02, 0x08, 0x20, 0x48, 0x21, 0x84, 0x12, /* U+2578 */
};

uint8_t glyph_arms(uint32_t glyph)
{
    return glyph >= 0x2500 && glyph <= 0x257F ? arms_of[glyph - 0x2500] : 0;
}

uint32_t glyph_of_arms(uint8_t arms)
{
    static const uint32_t round[][2] = {
        { ARM_DOWN | ARM_RIGHT, 0x256D },
        { ARM_DOWN | ARM_LEFT, 0x256E },
        { ARM_UP | ARM_LEFT, 0x256F },
        { ARM_UP | ARM_RIGHT, 0x2570 },
    };
    if (arms == 0)
        return 0;
    for (size_t i = 0; i < COUNT(round); i++)
        if (round[i][0] == arms)
            return round[i][1];
    for (uint32_t i = 0; i < COUNT(arms_of); i++)
        if (arms_of[i] == arms)
            return 0x2500 + i;
    return 0;
}

uint32_t glyph_with_arms(uint32_t below, uint8_t arms, uint32_t otherwise)
{
    uint8_t joined = 0, light = 0, old = glyph_arms(below);
    if (old == 0 || arms == 0)
        return otherwise;
    for (unsigned shift = 0; shift < 8; shift += 2) {
        unsigned x = (unsigned)old >> shift & 3, y = (unsigned)arms >> shift & 3;
        joined = (uint8_t)(joined | (x > y ? x : y) << shift);
        light = (uint8_t)(light | (x || y ? 1u : 0u) << shift);
    }
    /* The glyph itself, where nothing is added: dotted lines and square corners stay. */
    if (joined == old)
        return below;
    if (joined == glyph_arms(otherwise))
        return otherwise;
    uint32_t glyph = glyph_of_arms(joined);
    return glyph ? glyph : glyph_of_arms(light); /* not every weight meets every other in a glyph */
}

uint32_t glyph_join(uint32_t below, uint32_t above)
{
    return glyph_with_arms(below, glyph_arms(above), above);
}

/* ---- ASCII */

static char ascii_of_line(uint8_t arms)
{
    bool across = arms & 0xCC, upright = arms & 0x33;
    if (across && upright)
        return '+';
    if (upright)
        return '|';
    return "-="[(arms & 0x88) != 0];
}

char glyph_ascii(uint32_t glyph)
{
    static const struct {
        uint32_t glyph;
        char ascii;
    } known[] = {
        { 0x00A7, 'S' },  { 0x00AB, '<' }, { 0x00B0, 'o' },  { 0x00B7, '.' },  { 0x00BB, '>' },
        { 0x00D7, 'x' },  { 0x2010, '-' }, { 0x2011, '-' },  { 0x2012, '-' },  { 0x2013, '-' },
        { 0x2014, '-' },  { 0x2016, '|' }, { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201C, '"' },
        { 0x201D, '"' },  { 0x2020, '+' }, { 0x2022, '*' },  { 0x2026, '~' },  { 0x2190, '<' },
        { 0x21C9, '+' },  { 0x2191, '^' }, { 0x2192, '>' },  { 0x2193, 'v' },  { 0x2194, '-' },
        { 0x21B3, '\\' }, { 0x2218, 'o' }, { 0x2219, '.' },  { 0x2248, '~' },  { 0x2260, '#' },
        { 0x2261, '=' },  { 0x2264, '<' }, { 0x2265, '>' },  { 0x2581, '_' },  { 0x2583, ':' },
        { 0x2585, '%' },  { 0x2587, '#' }, { 0x2588, '#' },  { 0x2591, '.' },  { 0x2592, ':' },
        { 0x2593, '#' },  { 0x25A0, '#' }, { 0x25A1, 'o' },  { 0x25A3, '#' },  { 0x25AA, '*' },
        { 0x25AE, '#' },  { 0x25B2, '^' }, { 0x25B4, '^' },  { 0x25B6, '>' },  { 0x25B8, '>' },
        { 0x25BA, '>' },  { 0x25BC, 'v' }, { 0x25BE, 'v' },  { 0x25C0, '<' },  { 0x25C2, '<' },
        { 0x25C4, '<' },  { 0x25C6, '*' }, { 0x25C7, 'o' },  { 0x25C9, 'O' },  { 0x25CB, 'o' },
        { 0x25CF, '@' },  { 0x25D0, 'o' }, { 0x2605, '*' },  { 0x2606, '*' },  { 0x2691, 'P' },
        { 0x2699, '*' },  { 0x26A0, '!' }, { 0x2709, 'M' },  { 0x2713, 'v' },  { 0x2714, 'v' },
        { 0x2717, 'x' },  { 0x2718, 'x' }, { 0x276E, '<' },  { 0x276F, '>' },  { 0x27F3, 'o' },
        { 0x22EF, '~' },  { 0x25B5, 'n' }, { 0x25B9, ')' },  { 0x25BF, 'u' },  { 0x25C3, '(' },
    };
    if (glyph >= 0x20 && glyph < 0x7F)
        return (char)glyph;
    uint8_t arms = glyph_arms(glyph);
    if (glyph == 0x2508 || glyph == 0x250A)
        return ".:"[glyph == 0x250A]; /* dotted lines stay dotted */
    if (arms)
        return ascii_of_line(arms);
    for (size_t i = 0; i < COUNT(known); i++)
        if (known[i].glyph == glyph)
            return known[i].ascii;
    return glyph >= 0x2580 && glyph <= 0x259F ? '#' : '?'; /* other blocks */
}
