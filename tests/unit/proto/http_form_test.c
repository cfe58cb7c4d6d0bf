#include "sim/proto/http_form.h"

#include <criterion/criterion.h>

static const struct {
    slice form, name, value;
    bool there;
} gets[] = {
    { SLICE_INIT("a=1&b=2"), SLICE_INIT("b"), SLICE_INIT("2"), true },
    { SLICE_INIT("a=1&a=2"), SLICE_INIT("a"), SLICE_INIT("1"), true },
    { SLICE_INIT("&&a=1&"), SLICE_INIT("a"), SLICE_INIT("1"), true },
    { SLICE_INIT("a"), SLICE_INIT("a"), SLICE_INIT(""), true },
    { SLICE_INIT("a=b=c"), SLICE_INIT("a"), SLICE_INIT("b=c"), true },
    { SLICE_INIT("a=x+y%21%0d%0A"), SLICE_INIT("a"), SLICE_INIT("x y!\r\n"), true },
    { SLICE_INIT("a=100%&b=%2"), SLICE_INIT("a"), SLICE_INIT("100%"), true },
    { SLICE_INIT("a=100%&b=%2"), SLICE_INIT("b"), SLICE_INIT("%2"), true },
    { SLICE_INIT("a=%zz%4g"), SLICE_INIT("a"), SLICE_INIT("%zz%4g"), true },
    { SLICE_INIT("%61=1"), SLICE_INIT("a"), SLICE_INIT("1"), true },
    { SLICE_INIT("a=%41"), SLICE_INIT("a"), SLICE_INIT("A"), true },
    { SLICE_INIT("b=1"), SLICE_INIT("a"), SLICE_INIT(""), false },
    { SLICE_INIT(""), SLICE_INIT("a"), SLICE_INIT(""), false },
};

Test(http_form, is_read)
{
    struct buf value = { 0 };
    for (size_t i = 0; i < COUNT(gets); i++) {
        cr_expect(http_form_get(gets[i].form, gets[i].name.ptr, &value) == gets[i].there, "%zu", i);
        cr_expect(slice_eq(buf_slice(&value), gets[i].value), "row %zu", i);
    }
    buf_deinit(&value);
}

/* What is written comes back, whatever it is. */
Test(http_form, is_written_and_read_again)
{
    struct buf form = { 0 }, value = { 0 };
    char all[256];
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (char)i;
    }
    http_form_add(&form, "a", SLICE("x y&z=+%"));
    http_form_add(&form, "b", (slice){ all, sizeof all });
    cr_expect(slice_starts(buf_slice(&form), SLICE("a=x+y%26z%3D%2B%25&b=%00")));
    cr_expect(http_form_get(buf_slice(&form), "b", &value));
    cr_expect(slice_eq(buf_slice(&value), (slice){ all, sizeof all }));
    buf_deinit(&form);
    buf_deinit(&value);
}

static const struct {
    const char *fields, *value; /* NULL: none */
} cookies[] = {
    { "Cookie: s=1\n", "1" },
    { "cookie: a=2; s=1; b=3\n", "1" },
    { "Cookie: xs=1\n", NULL },
    { "Cookie: s\n", NULL },
    { "Cookie: s=\n", "" },
    { "Cookies: s=1\n", NULL },
    { "Cookie: a=b;s=1=2 ;\n", "1=2" },
    { "", NULL },
};

Test(http_form, cookies)
{
    slice value, name;
    for (size_t i = 0; i < COUNT(cookies); i++) {
        bool there = http_cookie_get(slice_of(cookies[i].fields), SLICE("s"), &value);
        cr_expect(there == (cookies[i].value != NULL), "row %zu", i);
        cr_expect(!there || slice_eq(value, slice_of(cookies[i].value)), "row %zu", i);
    }
    cr_expect(http_cookie_read(SLICE("s=1; Path=/; Secure"), &name, &value));
    cr_expect(slice_eq(name, SLICE("s")) && slice_eq(value, SLICE("1")));
    cr_expect_not(http_cookie_read(SLICE("s"), &name, &value));
    cr_expect_not(http_cookie_read(SLICE("=1"), &name, &value));
}

Test(http_form, text_in_a_page_is_no_markup)
{
    struct buf html = { 0 }, plain = { 0 };
    html_text(&html, SLICE("<a href='x' b=\"y\">&amp;\0z"));
    cr_expect(
        slice_eq(buf_slice(&html), SLICE("&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;z")));
    html_plain(&plain, buf_slice(&html));
    cr_expect(slice_eq(buf_slice(&plain), SLICE("<a href='x' b=\"y\">&amp;z")));
    buf_deinit(&html);
    buf_deinit(&plain);
}
