/* packet.h - the bytes of one flight, segment or datagram, and the fields in them; for the Wire
 * pane. */
#ifndef MAILFLOW_UI_PANES_PACKET_H
#define MAILFLOW_UI_PANES_PACKET_H

#include "ui/dissect.h"
#include "ui/pane.h"
#include "ui/talk.h"

struct packet {
    uint64_t record; /* 0: none */
    struct buf bytes;
    struct hits hits; /* by place in the bytes; headers in front are `outside` */
    size_t *fields;   /* hits that can be pointed at */
    size_t field_count;
    bool missing;     /* there were bytes, and they were not kept */
    struct talk talk; /* private: which octets are a password */
    uint64_t octet;   /* private: offset of the first byte in what its side says */
    bool sealed;      /* private */
    size_t side;
    struct packet_past { /* private: the dialogue before it */
        uint32_t flow;
        uint64_t upto; /* records of the flow that were read */
        struct speech speech;
        struct dissect_tls tls[2];
        uint64_t octets[2]; /* sent by flights */
    } past;
};

void packet_init(struct packet *p);
void packet_deinit(struct packet *p);
void packet_read(struct packet *p, const struct stage *st, uint64_t record);
/* An octet, or anything of a field, that is a password and not to be shown. */
bool packet_hides(const struct packet *p, const struct stage *st, size_t at, size_t len);
/* The innermost field around an octet, as an index of fields; field_count: none. */
size_t packet_field_at(const struct packet *p, size_t at);
const struct hit *packet_field(const struct packet *p, size_t field); /* NULL: none such */
/* The field before or behind, of any depth or of the same or a lesser one; stays at the ends. */
size_t packet_step(const struct packet *p, size_t field, int by, bool same_depth);
/* "smtp.response.code == 250": of the field, or of the one around it that has a name. */
void packet_expression(const struct packet *p, const struct stage *st, size_t field,
                       struct buf *out);

#endif
