/* stdio.c - one connection on standard input and output, as programs want it that run another one
 * to talk to (swaks --pipe).  When it ends, all ends. */
#include "sim/gateway/internal.h"

/* A file descriptor as a stream of libuv; what is a file, or like one, is read and written by
 * itself. */
static bool open_as_stream(struct visit *v, uint32_t i, int fd)
{
    uv_loop_t *loop = &v->gateway->loop;
    int status = UV_EINVAL;
    switch (uv_guess_handle(fd)) {
    case UV_TTY:
        status = uv_tty_init(loop, &v->at[i].tty, fd, 0);
        break;
    case UV_TCP:
        (void)uv_tcp_init(loop, &v->at[i].tcp);
        status = uv_tcp_open(&v->at[i].tcp, fd);
        break;
    case UV_NAMED_PIPE:
        (void)uv_pipe_init(loop, &v->at[i].pipe, 0);
        status = uv_pipe_open(&v->at[i].pipe, fd);
        break;
    default:
        return false;
    }
    v->at[i].handle.data = v;
    return status == 0;
}

const char *gateway_stdio_problem(const struct gateway *g)
{
    return g->out_problem != 0 ? uv_strerror(g->out_problem) : NULL;
}

bool gateway_open_stdio(struct gateway *g, host_id host, uint16_t port, struct err *err_r)
{
    static const struct service any = { .name = "stdio", .protocol = "stdio" };
    const struct service *service = service_of(port);
    slice name = network_name_of(g->net, host);
    if (!service_is_open(g, host, port)) {
        return err_set(err_r, "--stdio: %.*s does not listen on port %u", SLICE_ARG(name), port);
    }
    struct visit *v = visit_new(g, service ? service : &any);
    v->is_stdio = v->connected = true;
    if (open_as_stream(v, v->open_handles, 0)) {
        v->in = &v->at[v->open_handles++].stream;
    } else {
        v->file_in = 0;
    }
    if (open_as_stream(v, v->open_handles, 1)) {
        v->out = &v->at[v->open_handles++].stream;
    } else {
        v->file_out = 1;
    }
    pace_meet(&g->pace, uv_hrtime(), g->engine->now);
    visit_count(v);
    visit_enter(v, host, port);
    return true;
}
