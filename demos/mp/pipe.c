// SPDX-License-Identifier: MIT
/*
 * Pipes: a pair of sockets that keep the bounds of messages, and one shared struct beside
 * them.
 *
 * A packet is a header and then the message. The header tells an empty message from the end
 * of the pipe, which reads as a packet of no bytes at all. A message too large for a packet
 * lies in shared memory, and the packet says where: so each message is one packet, there or
 * not there, whoever is killed in between.
 *
 * The object table has who has which end, and how many messages are on their way. A message
 * and its count move together, under the guard; the system calls inside never wait.
 */
#include "bell.h"
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PACKET_MOST = 16 * 1024 }; /* bytes of a message that go through the socket */

struct pipe_shared {
    pthread_mutex_t guard;
    struct mp_bell room; /* senders: a message has left */
    uint16_t object;
};

/* Private to each process, inherited by fork. */
struct mp_conn {
    struct pipe_shared *shared;
    int fd;
    uint8_t end;
    bool sends, receives;
};

struct header {
    uint64_t size;
    uint32_t offset; /* in the arena, plus 1; 0: it follows in this packet */
};

/* One call, with what its attempts need. */
struct call {
    mp_conn *conn;
    struct mp_self *me;
    struct mp_waiting waiting;
    void *buffer; /* send: only read */
    size_t size;  /* send: of the message; recv: of the buffer, then of the message */
};

/* --- made and closed ---------------------------------------------------------------------- */

static const struct mp_object_entry *entry_of(const mp_conn *conn)
{
    return &mp_the_world->objects[conn->shared->object];
}

static int make_shared(struct pipe_shared **out, const char *name)
{
    void *memory;
    uint16_t object;
    int rc = mp_object_new(&memory,
                           (struct mp_new_object){.kind = MP_KIND_PIPE,
                                                  .size = sizeof(struct pipe_shared),
                                                  .name = name,
                                                  .type = "mp_pipe"},
                           &object);
    if (rc == 0) {
        *out = memory;
        mp_guard_init(&(*out)->guard);
        (*out)->object = object;
    }
    return rc;
}

int mp_pipe_create_named(mp_conn *ends[2], int duplex, const char *name)
{
    if (ends == NULL || name == NULL) {
        return -EINVAL;
    }
    int fds[2];
    mp_conn *made[2] = {calloc(1, sizeof(mp_conn)), calloc(1, sizeof(mp_conn))};
    int rc = made[0] == NULL || made[1] == NULL ? -ENOMEM : mp_world_open();
    if (rc == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
        rc = -errno;
    }
    struct pipe_shared *shared = NULL;
    if (rc == 0 && (rc = make_shared(&shared, name)) != 0) {
        close(fds[0]);
        close(fds[1]);
    }
    if (rc != 0) {
        free(made[0]);
        free(made[1]);
        return rc;
    }
    for (uint8_t end = 0; end < 2; end++) {
        *made[end] = (struct mp_conn){.shared = shared,
                                      .fd = fds[end],
                                      .end = end,
                                      .sends = duplex || end == 1,
                                      .receives = duplex || end == 0};
        ends[end] = made[end];
    }
    return 0;
}

static bool is_held(const mp_conn *conn, unsigned end)
{
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        if (mp_is_member(entry_of(conn), end, slot) &&
            mp_lives(&mp_the_world->processes[slot])) {
            return true;
        }
    }
    return false;
}

int mp_conn_close(mp_conn *conn)
{
    if (conn == NULL) {
        return 0;
    }
    struct pipe_shared *shared = conn->shared;
    struct mp_self *me = mp_self();
    struct mp_stop_for stop = {.deed = {.op = MP_OP_PIPE_CLOSE,
                                        .object = shared->object,
                                        .offset = conn->end,
                                        .place = MP_CALLER}};
    if (me != NULL) {
        mp_gate_stop(me, &stop);
    }
    struct mp_deed deed = stop.deed;
    deed.info = MP_DONE | (stop.step ? MP_INFO_STEP : 0);
    mp_guard_enter(&shared->guard);
    close(conn->fd);
    mp_tell(me, deed);
    bool was_last = !is_held(conn, 0) && !is_held(conn, 1);
    mp_guard_leave(&shared->guard);
    if (was_last) {
        mp_object_remove(shared->object);
        mp_arena_free(shared, sizeof *shared);
    }
    free(conn);
    return 0;
}

/* --- messages ----------------------------------------------------------------------------- */

/* The hooks see no copy of mp's own: the call is what is told. */
static void copy(void *to, const void *from, size_t size)
{
    mp_inside = MP_IN_MP;
    memcpy(to, from, size);
    mp_inside = MP_OUTSIDE;
}

static void tell_done(struct call *call)
{
    struct mp_deed deed = call->waiting.deed;
    deed.info = MP_DONE | (call->waiting.step ? MP_INFO_STEP : 0);
    deed.value = call->size;
    mp_tell(call->me, deed);
}

/* Where a large message is to lie, with the message in it. */
static int put_aside(const struct call *call, struct header *header)
{
    void *memory = mp_arena_alloc(call->size);
    if (memory == NULL) {
        /* Messages on their way have the memory: it will be free when they have arrived. */
        bool will_be_free = entry_of(call->conn)->messages[1 - call->conn->end] > 0;
        return will_be_free ? -EAGAIN : -ENOMEM;
    }
    copy(memory, call->buffer, call->size);
    header->offset = mp_arena_offset(memory) + 1;
    return 0;
}

static ssize_t send_packet(const struct call *call, struct header *header)
{
    struct iovec parts[] = {{header, sizeof *header}, {call->buffer, call->size}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = header->offset ? 1 : 2};
    ssize_t sent;
    do {
        sent = sendmsg(call->conn->fd, &packet, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

static int send_guarded(struct call *call)
{
    struct header header = {.size = call->size};
    if (call->size > PACKET_MOST) {
        int rc = put_aside(call, &header);
        if (rc != 0) {
            return rc;
        }
    }
    ssize_t sent = send_packet(call, &header);
    if (sent >= 0) {
        tell_done(call);
        return 0;
    }
    if (header.offset != 0) {
        mp_arena_free(mp_arena_at(header.offset - 1), call->size);
    }
    if (sent == -EAGAIN && call->me != NULL) {
        mp_gate_repeats(call->me, &call->waiting.deed); /* others first: it is full */
    }
    return sent == -ECONNRESET ? -EPIPE : (int)sent;
}

static int try_send(void *context)
{
    struct call *call = context;
    mp_guard_enter(&call->conn->shared->guard);
    mp_bell_answer(&call->conn->shared->room);
    int rc = send_guarded(call);
    mp_guard_leave(&call->conn->shared->guard);
    return rc;
}

static ssize_t recv_packet(const struct call *call, struct header *header, int flags)
{
    struct iovec parts[] = {{header, sizeof *header}, {call->buffer, call->size}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = flags & MSG_PEEK ? 1 : 2};
    ssize_t got;
    do { /* a reset says only that the other end was closed: what was sent is still there */
        got = recvmsg(call->conn->fd, &packet, flags | MSG_DONTWAIT);
    } while (got < 0 && (errno == EINTR || errno == ECONNRESET));
    return got < 0 ? -errno : got;
}

/* What comes next, left where it is: 0, -EAGAIN nothing yet, -EPIPE nothing ever. */
static int look(const struct call *call, struct header *header)
{
    ssize_t got = recv_packet(call, header, MSG_PEEK);
    /* Under control an end is closed when the table says so: its last owner may be on its
       way out of the system. */
    if (got == -EAGAIN && mp_mode() != MP_MODE_FREE &&
        !is_held(call->conn, 1 - call->conn->end)) {
        return -EPIPE;
    }
    return got == 0 ? -EPIPE : got < 0 ? (int)got : 0;
}

static int recv_guarded(struct call *call)
{
    struct header header = {0};
    int rc = look(call, &header);
    if (rc != 0) {
        return rc;
    }
    if (header.size > call->size) {
        call->size = header.size;
        return -EMSGSIZE;
    }
    if (header.offset != 0) {
        copy(call->buffer, mp_arena_at(header.offset - 1), header.size);
    }
    recv_packet(call, &header, 0);
    call->size = header.size;
    tell_done(call);
    if (header.offset != 0) {
        mp_arena_free(mp_arena_at(header.offset - 1), header.size);
    }
    return 0;
}

static int try_recv(void *context)
{
    struct call *call = context;
    struct pipe_shared *shared = call->conn->shared;
    mp_guard_enter(&shared->guard);
    int rc = recv_guarded(call);
    bool ring = rc == 0 && mp_bell_is_wanted(&shared->room);
    mp_guard_leave(&shared->guard);
    if (ring) {
        mp_bell_ring(&shared->room, 1);
    }
    return rc;
}

static int try_look(void *context)
{
    struct call *call = context;
    struct header header;
    int rc = look(call, &header);
    return rc == -EPIPE ? 0 : rc;
}

/* --- calls --------------------------------------------------------------------------------- */

/* An event that changes nothing: the call failed with this errno, or 0: it only looked. */
static void tell_nothing_done(struct call *call, int error)
{
    struct mp_deed deed = call->waiting.deed;
    if (call->me == NULL) {
        return;
    }
    deed.info = (uint8_t)(MP_FAILED | (call->waiting.step ? MP_INFO_STEP : 0));
    deed.value = (uint64_t)error;
    mp_guard_enter(&call->conn->shared->guard);
    mp_emit(call->me, deed);
    mp_guard_leave(&call->conn->shared->guard);
    mp_gate_repeats(call->me, &deed);
}

static struct call call_of(mp_conn *conn, enum mp_op op, int timeout_ms, uint32_t place)
{
    return (struct call){.conn = conn,
                         .me = mp_self(),
                         .waiting = {.deed = {.op = (uint8_t)op,
                                              .info = timeout_ms == 0 ? MP_INFO_TRY : 0,
                                              .object = conn->shared->object,
                                              .offset = conn->end,
                                              .place = place},
                                     .fd = conn->fd}};
}

static int wait_for(struct call *call, int (*attempt)(void *), int timeout_ms)
{
    call->waiting.attempt = attempt;
    call->waiting.context = call;
    int rc = mp_wait(call->me, &call->waiting, timeout_ms);
    if (rc < 0) {
        tell_nothing_done(call, -rc);
    }
    return rc;
}

int mp_conn_send(mp_conn *conn, const void *message, size_t size, int timeout_ms)
{
    if (conn == NULL || !conn->sends || (message == NULL && size > 0) ||
        timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct call call = call_of(conn, MP_OP_PIPE_SEND, timeout_ms, MP_CALLER);
    call.buffer = (void *)(uintptr_t)message;
    call.size = size;
    call.waiting.deed.value = size;
    call.waiting.sequence = &conn->shared->room.sequence;
    call.waiting.sleepers = &conn->shared->room.sleepers;
    return wait_for(&call, try_send, timeout_ms);
}

int mp_conn_recv(mp_conn *conn, void *buffer, size_t capacity, size_t *size,
                 int timeout_ms)
{
    if (conn == NULL || !conn->receives || (buffer == NULL && capacity > 0) ||
        timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct call call = call_of(conn, MP_OP_PIPE_RECV, timeout_ms, MP_CALLER);
    call.buffer = buffer;
    call.size = capacity;
    int rc = wait_for(&call, try_recv, timeout_ms);
    if (size != NULL && (rc == 0 || rc == -EMSGSIZE)) {
        *size = call.size;
    }
    return rc;
}

int mp_conn_poll(mp_conn *conn, int timeout_ms)
{
    if (conn == NULL || !conn->receives || timeout_ms < MP_FOREVER) {
        return -EINVAL;
    }
    struct call call = call_of(conn, MP_OP_PIPE_RECV, timeout_ms, MP_CALLER);
    int rc = wait_for(&call, try_look, timeout_ms);
    if (rc == 0) {
        tell_nothing_done(&call, 0);
    }
    return rc == -EAGAIN || rc == -ETIMEDOUT ? 0 : rc == 0 ? 1 : rc;
}

int mp_conn_fd(const mp_conn *conn)
{
    return conn == NULL ? -EINVAL : conn->fd;
}
