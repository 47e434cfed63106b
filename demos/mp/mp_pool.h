// SPDX-License-Identifier: MIT
/*
 * Pools of workers, and the results to come: futures. Included by mp.h; programs include
 * that.
 *
 *     static int square(const void *item, void *result)
 *     {
 *         const int *number = item;
 *         int *answer = result;
 *         *answer = *number * *number;
 *         return 0;
 *     }
 *
 *     mp_pool_create(&pool, 4, NULL);                    pool = Pool(4)
 *     mp_pool_map(pool, square, items, n, results, NULL);  results = pool.map(square, items)
 *     mp_pool_close(pool);                               pool.close()
 *     mp_pool_join(pool, MP_FOREVER);                    pool.join()
 *     mp_pool_destroy(pool);
 *
 * Items are copied in, results are copied out; a task works on copies of its own. A
 * worker that dies takes the one task with it that it was working on: -EOWNERDEAD for
 * that task and no other. Another worker takes its place, and nothing is tried twice
 * behind your back. (Python's Pool waits for ever for the lost result.)
 *
 * There is no thread behind this: the owner sees to its workers inside these calls, and
 * replaces the dead when it waits for results. Only the process that made a pool may use
 * it; another one gets -ECHILD. Workers are killed when their owner ends, and ignore
 * SIGINT: the owner decides what Ctrl-C means.
 */
#ifndef MP_POOL_H
#define MP_POOL_H

#include <stddef.h>

typedef struct mp_pool mp_pool;

/*
 * What a worker does with one item: 0, or a code of its own that is not 0 (a positive
 * number, or -errno). Where Python has several arguments (starmap), an item is a struct.
 * `item` and `result` are the worker's own copies; `result` begins as zeros.
 */
typedef int (*mp_task)(const void *item, void *result);

/* In a task that is about to return a code: says why, in at most 255 bytes. Python: the
   text of the exception. */
void mp_task_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- pool --------------------------------------------------------------------------- */

struct mp_pool_options {
    const char *prefix; /* of the workers' names, copied; NULL: worker-1, worker-2, ... */
    /* Called once in each worker before its first task, also in replacements. Anything
       but 0 and the worker ends. Python: initializer, initargs. */
    int (*begin)(void *arg);
    void *arg;
    unsigned max_tasks;     /* a worker ends after so many and is replaced; 0: never.
                           Python: maxtasksperchild, which counts chunks */
    unsigned respawn_limit; /* workers that die in a row, none having finished a task, before
                               the pool gives up; 0: 16 */
};

/*
 * Makes a pool and starts its workers, all or none; 0 workers: one for each processor.
 * Its name on the screen is the variable's. Python: Pool(workers).
 * 0; -EINVAL out is NULL or more than 126 workers; -ENOMEM; -EAGAIN, -EMFILE, -ELOOP as
 * for mp_process_start().
 */
#define mp_pool_create(out, workers, options)                                            \
    mp_pool_create_named((out), (workers), (options), #out)
int mp_pool_create_named(mp_pool **out, size_t workers,
                         const struct mp_pool_options *options, const char *name);

/* What is to be done. The macros below put it together from what they are given. */
struct mp_work {
    mp_task fn;
    const char *name;  /* of the function, for the screen */
    const char *type;  /* of a result, as C writes it; "" shows no results */
    const void *items; /* `count` of `item_size` bytes, copied before the call returns */
    size_t item_size, count, result_size; /* bytes; result_size may be 0 */
};

#define MP_TYPE_OF(value)                                                                \
    _Generic((value), char                                                               \
             : "char", signed char                                                       \
             : "signed char", unsigned char                                              \
             : "unsigned char", short                                                    \
             : "short", unsigned short                                                   \
             : "unsigned short", int                                                     \
             : "int", unsigned                                                           \
             : "unsigned", long                                                          \
             : "long", unsigned long                                                     \
             : "unsigned long", long long                                                \
             : "long long", unsigned long long                                           \
             : "unsigned long long", float                                               \
             : "float", double                                                           \
             : "double", default                                                         \
             : "")

#define MP_WORK(fn, items, n, results)                                                   \
    (&(const struct mp_work){(fn), #fn, MP_TYPE_OF(*(results)), (items),                 \
                             sizeof *(items), (n), sizeof *(results)})

struct mp_map_options {
    size_t chunk; /* items that a worker takes at a time; 0: n / (4 * workers), at least 1 */
    int timeout_ms; /* for all of it; 0 or MP_FOREVER: no limit */
    int *status;    /* NULL, or room for n: what became of each item, 0 or its code */
};

/*
 * Calls fn for each of n items in the workers and waits: results[i] belongs to items[i],
 * in whatever order they are done. An item that fails takes no other with it: all other
 * results are there, whatever the chunk, and results[i] of one that failed is left as it
 * was.
 * Python: results = pool.map(fn, items, chunksize), which raises the error that comes
 * first in time and throws all results away.
 * 0 all are done, also when n is 0; else the code of the first item that failed (the
 * lowest i; mp_pool_error() says why): what the task returned, or
 *   -EOWNERDEAD      its worker was killed, or called exit(), while it worked on it
 *   -ETIMEDOUT       it was still being worked on at the end of timeout_ms
 *   -ECANCELED       not begun by then
 *   -ENOTRECOVERABLE the pool gave up: too many workers died in a row
 * -EINTR told to stop (mp_set_stop_flag): what was not begun is cancelled, as at the end
 * of timeout_ms; -EINVAL; -EPIPE the pool is closed; -ECHILD not yours; -ENOMEM; -EDEADLK
 * called from a callback.
 */
#define mp_pool_map(pool, fn, items, n, results, options)                                \
    mp_pool_map_work((pool), MP_WORK(fn, items, n, results), (results), (options))
int mp_pool_map_work(mp_pool *pool, const struct mp_work *work, void *results,
                     const struct mp_map_options *options);

/* One task, waited for. Python: pool.apply(fn, (item,)). Returns as mp_pool_map()
   does. */
#define mp_pool_apply(pool, fn, item, result)                                            \
    mp_pool_map_work((pool), MP_WORK(fn, item, 1, result), (result), NULL)

/* Why the last mp_pool_map() returned something else than 0: "worker-2 killed by signal
   9", or what mp_task_error() said. Valid until the next call; "" when all was well. */
const char *mp_pool_error(const mp_pool *pool);

/* No more work is taken; what was given is still done. May be called again. Python:
   pool.close(). 0; -EINVAL; -ECHILD; -EDEADLK. */
int mp_pool_close(mp_pool *pool);

/*
 * Ends the workers at once: SIGTERM, and SIGKILL for who does not end within half a
 * second. What is not done is cancelled: its futures end with -ECANCELED. Python:
 * pool.terminate().
 * 0; -EINVAL; -ECHILD; -EDEADLK.
 */
int mp_pool_terminate(mp_pool *pool);

/* After close or terminate: waits until all that was given is done and the workers have
   ended. Python: pool.join(). 0; -EBUSY still open; -ETIMEDOUT; -EINTR told to stop: what
   is not done goes on; -EINVAL; -ECHILD; -EDEADLK. */
int mp_pool_join(mp_pool *pool, int timeout_ms);

/* Terminates it if need be, and frees it; NULL is allowed. What its futures have is kept.
   Python: the end of `with Pool() as pool`. 0; -ECHILD; -EDEADLK. */
int mp_pool_destroy(mp_pool *pool);

/* --- futures ------------------------------------------------------------------------ */

/*
 * A result to come. It makes progress by itself, in the workers; that its worker has died
 * is seen, and callbacks run, only inside calls of its owner: there is no thread for it.
 */
typedef struct mp_future mp_future;

/*
 * Gives one task, or n, to the workers and returns at once; `type` is the type of a
 * result.
 * Python: future = executor.submit(fn, item); pool.apply_async, pool.map_async.
 * 0, and *out to be destroyed by the caller; -EINVAL; -EPIPE the pool is closed;
 * -ENOTRECOVERABLE it gave up; -ECHILD; -ENOMEM; -EDEADLK.
 */
#define mp_pool_submit(pool, fn, item, type, out)                                        \
    mp_pool_submit_work((pool), MP_WORK(fn, item, 1, (type *)0), 1, (out))
#define mp_pool_map_async(pool, fn, items, n, type, chunk, out)                          \
    mp_pool_submit_work((pool), MP_WORK(fn, items, n, (type *)0), (chunk), (out))
int mp_pool_submit_work(mp_pool *pool, const struct mp_work *work, size_t chunk,
                        mp_future **out);

enum mp_future_state {
    MP_FUTURE_PENDING, /* no worker has it yet */
    MP_FUTURE_RUNNING,
    MP_FUTURE_DONE, /* well or not: mp_future_result() says */
    MP_FUTURE_CANCELLED,
};

/* Which of them; -EINVAL; -ECHILD. Python: running(), done(), cancelled(). */
int mp_future_state(mp_future *future);

/* Waits until it is done, well or not, or cancelled. 0; -ETIMEDOUT, also with 0; -EINTR;
   -EINVAL; -ECHILD; -EDEADLK. */
int mp_future_wait(mp_future *future, int timeout_ms);

/*
 * Copies the result to `out`, of `size` bytes (of n tasks all results; of one that failed
 * zeros). Does not wait. Python: future.result().
 * 0; the code of the (first) task that failed, as for mp_pool_map(); -EINPROGRESS not
 * done;
 * -EMSGSIZE `size` is too small; -ECANCELED; -EINVAL; -ECHILD.
 */
int mp_future_result(mp_future *future, void *out, size_t size);

/* Why it failed, "" if it did not; owned by the future. Python: future.exception(). */
const char *mp_future_error(mp_future *future);

/* 0 it will not be done; -EBUSY a worker has it already, it goes on; -EALREADY it is
   done, or was cancelled; -EINVAL; -ECHILD; -EDEADLK. Python: future.cancel(). */
int mp_future_cancel(mp_future *future);

/*
 * Calls back once, when it is done or cancelled: inside some call of its owner, or at
 * once if it is done already; in the order of adding. A callback may look at the future;
 * whatever gives work, waits, cancels or ends the pool is refused with -EDEADLK.
 * 0; -EINVAL; -ECHILD; -ENOMEM. Python: add_done_callback().
 */
typedef void (*mp_callback)(mp_future *future, void *arg);
int mp_future_on_done(mp_future *future, mp_callback callback, void *arg);

/* Frees it; NULL is allowed. A task in work goes on, and nobody will know how it ended.
   0; -ECHILD; -EDEADLK. */
int mp_future_destroy(mp_future *future);

enum mp_wait_for { MP_ALL_DONE, MP_FIRST_DONE, MP_FIRST_FAILED };

/* Waits until all n are done, one is, or one has failed (or all are done). Of one pool.
   How many are done; -ETIMEDOUT; -EINTR; -EINVAL; -ECHILD; -EDEADLK. Python: wait(fs,
   ...). */
int mp_futures_wait(mp_future **futures, size_t n, enum mp_wait_for mode, int timeout_ms);

/* The next that is done, each once: *index is its place among the n. 0; -ENOENT all were
   had; -ETIMEDOUT; -EINTR; -EINVAL; -ECHILD; -EDEADLK. Python: as_completed(fs). */
int mp_futures_next(mp_future **futures, size_t n, size_t *index, int timeout_ms);

/* --- results one by one ------------------------------------------------------------- */

typedef struct mp_iter mp_iter;

/* Where items come from, one by one: 1 and *item is filled, or 0 at the end. Called in
   the owner, inside mp_pool_imap() and mp_iter_next(). */
typedef int (*mp_source)(void *arg, void *item);

struct mp_imap_options {
    size_t window; /* items given and not yet had as results; 0: 4 * workers. (Python reads
                      all of its input at once.) */
    int unordered; /* 1: whichever is done first. Python: imap_unordered */
};

/*
 * Results one by one, in the order of the items, while later items are worked on. `items`
 * of the first must stay until the end; the second asks source(arg, item) for items. 0,
 * and *out to be destroyed by the caller; errors as for mp_pool_submit().
 * Python: pool.imap(fn, items).
 */
#define mp_pool_imap(pool, fn, items, n, type, options, out)                             \
    mp_pool_imap_work((pool), MP_WORK(fn, items, n, (type *)0), NULL, NULL, (options),   \
                      (out))
#define mp_pool_imap_from(pool, fn, source, arg, item_type, type, options, out)          \
    mp_pool_imap_work((pool), MP_WORK(fn, (item_type *)0, 0, (type *)0), (source),       \
                      (arg), (options), (out))
int mp_pool_imap_work(mp_pool *pool, const struct mp_work *work, mp_source source,
                      void *arg, const struct mp_imap_options *options, mp_iter **out);

/*
 * The next result, into `out`, which has room for one; *index (or NULL) tells of which
 * item.
 * 0; the code of the task, when it failed: the next call goes on behind it; -ENOENT at
 * the end; -ETIMEDOUT, -EINTR: may be called again; -EINVAL; -ECHILD; -EPIPE,
 * -ENOTRECOVERABLE the pool was closed, or gave up, before all items were given; -ENOMEM;
 * -EDEADLK. Python: next(it).
 */
int mp_iter_next(mp_iter *iter, void *out, size_t *index, int timeout_ms);

/* Frees it; NULL is allowed; before the pool. What is in work goes on. 0; -ECHILD;
   -EDEADLK. */
int mp_iter_destroy(mp_iter *iter);

/* --- executor ----------------------------------------------------------------------- */

/* A pool by another name, whose work is given one by one. Python: ProcessPoolExecutor,
   where the death of one worker fails all futures, and for good. Here it fails one. */
typedef struct mp_executor mp_executor;

/* As mp_pool_create(). */
#define mp_executor_create(out, workers, options)                                        \
    mp_executor_create_named((out), (workers), (options), #out)
int mp_executor_create_named(mp_executor **out, size_t workers,
                             const struct mp_pool_options *options, const char *name);

/* As mp_pool_submit(). */
#define mp_executor_submit(executor, fn, item, type, out)                                \
    mp_pool_submit_work(mp_executor_pool(executor), MP_WORK(fn, item, 1, (type *)0), 1,  \
                        (out))

/*
 * As mp_pool_map() with a chunk of 1 and a status for each, or NULL. The compiler
 * complains when nobody looks at what it returns: in Python, where executor.map() returns
 * an iterator, errors vanish when nobody takes the results.
 */
#define mp_executor_map(executor, fn, items, n, results, status)                         \
    mp_executor_map_work((executor), MP_WORK(fn, items, n, results), (results), (status))
int mp_executor_map_work(mp_executor *executor, const struct mp_work *work, void *results,
                         int *status) __attribute__((warn_unused_result));

/* Its pool, for mp_pool_error(), mp_pool_imap() and the rest; NULL for NULL. */
mp_pool *mp_executor_pool(mp_executor *executor);

/*
 * No more work is taken; waits until what was given is done and the workers have ended;
 * with cancel_pending what no worker has yet is cancelled first. May be called again.
 * 0; -ETIMEDOUT; -EINTR; -EINVAL; -ECHILD; -EDEADLK. Python:
 * executor.shutdown(cancel_futures=...).
 */
int mp_executor_shutdown(mp_executor *executor, int cancel_pending, int timeout_ms);

/* As mp_pool_terminate(). Python: executor.kill_workers(). */
int mp_executor_kill(mp_executor *executor);

/* Waits for what was given, unless it was killed before or the program has been told to
   stop, and frees it; NULL is allowed. 0; -ECHILD; -EDEADLK. Python: the end of `with
   ProcessPoolExecutor()`. */
int mp_executor_destroy(mp_executor *executor);

#endif
