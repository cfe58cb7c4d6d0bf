/* http_form.h - what a browser sends beside the request line: forms, queries and cookies; and text
 * made harmless for a page.  Never knows what any of it means. */
#ifndef MAILFLOW_PROTO_HTTP_FORM_H
#define MAILFLOW_PROTO_HTTP_FORM_H

#include "sim/base/buf.h"

/* The next pair of "a=1&b=two+words%21" (application/x-www-form-urlencoded, as the URL standard
 * has it: a "%" that is none stays as it is).  Both are cleared first.  false: the end. */
bool http_form_next(slice *rest, struct buf *name, struct buf *value);
/* The first value of that name, decoded; false: there is none. */
bool http_form_get(slice form, const char *name, struct buf *value);
/* "&name=value" encoded; without the "&" in front of the first. */
void http_form_add(struct buf *out, const char *name, slice value);

/* From a request's fields ("Name: value\n"): the cookie of that name (RFC 6265 5.4). */
bool http_cookie_get(slice fields, slice name, slice *value_r);
/* From one Set-Cookie value: "name=value; attributes" (RFC 6265 5.2); false: it sets nothing. */
bool http_cookie_read(slice set_cookie, slice *name_r, slice *value_r);

/* As text or as an attribute in double quotes: nothing of it can be a tag or end the attribute. */
void html_text(struct buf *out, slice text);
/* The other way, for what html_text makes. */
void html_plain(struct buf *out, slice text);

#endif
