// SPDX-License-Identifier: MIT
/* Queues and pipes: what goes from one process to another. Included by mp.h; programs include that. */
#ifndef MP_QUEUE_H
#define MP_QUEUE_H

#include <stddef.h>
#include <sys/types.h>

/* --- queue ------------------------------------------------------------------------------ */

/*
 * A queue hands items from any process of the program to any other, each to one of them, in
 * the order in which they were put. It has room for so many items and no more: who puts
 * into a full queue waits, and so the faster side waits for the slower one.
 *
 * Putting copies. When mp_queue_put() returns the item is in the queue, whole: the process
 * that put it may end, or be killed. Killed inside a call, a process takes nothing with it
 * but the one item that it was about to put, or had just taken.
 *
 * Python's Queue has no limit unless told, puts through a thread that may be late, cannot be
 * closed for all, and hangs when a process is killed in get() or put().
 */
typedef struct mp_queue mp_queue;

/*
 * Makes a queue of items of this type, empty, with room for `capacity` of them:
 * mp_queue_create(&jobs, int, 4). Its name on the screen is the variable's. Python:
 * Queue(capacity), JoinableQueue(capacity).
 * 0; -EINVAL out is NULL, or size or capacity 0; -ENOMEM.
 */
#define mp_queue_create(out, type, capacity)                                             \
    mp_queue_create_named((out), sizeof(type), (capacity), #out, #type)
int mp_queue_create_named(mp_queue **out, size_t item_size, size_t capacity,
                          const char *name, const char *type);

/*
 * Copies `size` bytes into the queue, at most the size of an item; waits while it is full.
 * Any process; `item` stays the caller's. Python: queue.put(item, timeout=...).
 * 0 it is in the queue; -EPIPE closed; -EAGAIN full, with timeout 0; -ETIMEDOUT;
 * -EMSGSIZE larger than an item; -EINVAL.
 */
int mp_queue_put(mp_queue *queue, const void *item, size_t size, int timeout_ms);

/*
 * Takes the oldest item into `buffer`, which has room for `capacity` bytes; waits while
 * there is none. *size, unless NULL, is the size with which it was put. Any process.
 * Python: queue.get(timeout=...).
 * 0; -EPIPE closed, and nothing is left in it; -EAGAIN empty, with timeout 0; -ETIMEDOUT;
 * -EMSGSIZE the buffer is too small for *size bytes: the item stays; -EINVAL.
 */
int mp_queue_get(mp_queue *queue, void *buffer, size_t capacity, size_t *size,
                 int timeout_ms);

/* The same with timeout 0: they never wait. Python: put_nowait(), get_nowait(). */
static inline int mp_queue_try_put(mp_queue *queue, const void *item, size_t size)
{
    return mp_queue_put(queue, item, size, 0);
}

static inline int mp_queue_try_get(mp_queue *queue, void *buffer, size_t capacity,
                                   size_t *size)
{
    return mp_queue_get(queue, buffer, capacity, size, 0);
}

/*
 * Nothing more comes, from anybody: later puts, and those that wait, get -EPIPE; what is
 * inside can still be taken, then every get gets -EPIPE. So a consumer is a loop
 * `while (mp_queue_get(...) == 0)`. Any process; closing again changes nothing. Python has
 * no such call for processes (its close() is about the calling process only).
 * 0; -EINVAL.
 */
int mp_queue_close(mp_queue *queue);

/* Items inside at this moment, which may be another number a moment later: never decide by
   it whether to get. -EINVAL. Python: queue.qsize(). */
ssize_t mp_queue_size(mp_queue *queue);

/* Items that fit into it. -EINVAL. */
ssize_t mp_queue_capacity(const mp_queue *queue);

/*
 * An item that this process took has been worked on. Python: JoinableQueue.task_done(),
 * which any process may call.
 * 0; -EOVERFLOW this process has done all that it took; -EINVAL.
 */
int mp_queue_task_done(mp_queue *queue);

/*
 * Waits until every item that was ever put has been worked on. When a process ends that has
 * taken items and not done them, nobody will: that is told once, and they count as done.
 * Any process. Python: JoinableQueue.join(), which then hangs.
 * 0; -EOWNERDEAD; -EAGAIN with timeout 0: not yet; -ETIMEDOUT; -EINVAL.
 */
int mp_queue_join(mp_queue *queue, int timeout_ms);

/* Frees it, with what is inside; NULL is allowed. The caller sees to it that no process uses
   it any more. 0; -EBUSY somebody is inside a call. */
int mp_queue_destroy(mp_queue *queue);

/* --- pipe ------------------------------------------------------------------------------- */

/*
 * Two ends, and messages between them, which arrive whole and in order; a message may be
 * empty, and may be large. Both ends are inherited by every process that is started later:
 * each process closes the end that it does not use, for a pipe has come to its end only when
 * nobody has the other end any more. One process at a time uses an end.
 */
typedef struct mp_conn mp_conn;

/*
 * Makes a pipe. Its name on the screen is the variable's. With `duplex` both ends send and
 * receive; else ends[0] only receives and ends[1] only sends. Python: Pipe(duplex).
 * 0; -EINVAL ends is NULL; -ENOMEM; -EMFILE.
 */
#define mp_pipe_create(ends, duplex) mp_pipe_create_named((ends), (duplex), #ends)
int mp_pipe_create_named(mp_conn *ends[2], int duplex, const char *name);

/*
 * Sends one message of `size` bytes, 0 allowed; waits while the pipe is full. Python:
 * conn.send_bytes().
 * 0; -EPIPE nobody has the other end; -EAGAIN full, with timeout 0; -ETIMEDOUT; -ENOMEM;
 * -EINVAL, also at an end that only receives.
 */
int mp_conn_send(mp_conn *conn, const void *message, size_t size, int timeout_ms);

/*
 * Receives the next message into `buffer`, which has room for `capacity` bytes; *size,
 * unless NULL, is its size. Python: conn.recv_bytes_into().
 * 0; -EPIPE no message is left and nobody has the other end (Python: EOFError); -EAGAIN
 * none, with timeout 0; -ETIMEDOUT; -EMSGSIZE it has *size bytes, which do not fit: it stays
 * (Python's is gone then); -EINVAL, also at an end that only sends.
 */
int mp_conn_recv(mp_conn *conn, void *buffer, size_t capacity, size_t *size,
                 int timeout_ms);

/* Would mp_conn_recv() return at once, with a message or with -EPIPE? 1; 0 not within
   timeout_ms; -EINVAL. Python: conn.poll(timeout). */
int mp_conn_poll(mp_conn *conn, int timeout_ms);

/* Readable when mp_conn_recv() would return at once; owned by the object, only for poll().
   -EINVAL. Python: conn.fileno(). */
int mp_conn_fd(const mp_conn *conn);

/* This process has this end no more; frees the object; NULL is allowed. The last process
   that has any of the two ends frees the pipe. 0. Python: conn.close(). */
int mp_conn_close(mp_conn *conn);

#endif
