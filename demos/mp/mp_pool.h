// SPDX-License-Identifier: MIT
/*
 * Pools of workers, and the results to come: futures. Included by mp.h; programs include that.
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
 * Items are copied in, results are copied out; a task works on copies of its own. A worker
 * that dies takes the one task with it that it was working on: -EOWNERDEAD for that task and
 * no other. Another worker takes its place, and nothing is tried twice behind your back.
 * (Python's Pool waits for ever for the lost result.)
 *
 * There is no thread behind this: the owner sees to its workers inside these calls, and
 * replaces the dead when it waits for results. Only the process that made a pool may use it;
 * another one gets -ECHILD. Workers are killed when their owner ends, and ignore SIGINT: the
 * owner decides what Ctrl-C means.
 */
#ifndef MP_POOL_H
#define MP_POOL_H

#include <stddef.h>

typedef struct mp_pool mp_pool;

/*
 * What a worker does with one item: 0, or a code of its own that is not 0 (a positive number,
 * or -errno). Where Python has several arguments (starmap), an item is a struct. `item` and
 * `result` are the worker's own copies; `result` begins as zeros.
 */
typedef int (*mp_task)(const void *item, void *result);

/* In a task that is about to return a code: says why, in at most 255 bytes. Python: the text
   of the exception. */
void mp_task_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- pool ----------------------------------------------------------------------------- */

struct mp_pool_options {
    const char *prefix; /* of the workers' names, copied; NULL: worker-1, worker-2, ... */
    /* Called once in each worker before its first task, also in replacements. Anything but
       0 and the worker ends. Python: initializer, initargs. */
    int (*begin)(void *arg);
    void *arg;
    unsigned max_tasks;     /* a worker ends after so many and is replaced; 0: never.
                           Python: maxtasksperchild, which counts chunks */
    unsigned respawn_limit; /* workers that die in a row, none having finished a task, before
                               the pool gives up; 0: 16 */
};

/*
 * Makes a pool and starts its workers, all or none; 0 workers: one for each processor. Its
 * name on the screen is the variable's. Python: Pool(workers).
 * 0; -EINVAL out is NULL or more than 126 workers; -ENOMEM; -EAGAIN, -EMFILE, -ELOOP as for
 * mp_process_start().
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
 * Calls fn for each of n items in the workers and waits: results[i] belongs to items[i], in
 * whatever order they are done. An item that fails takes no other with it: all other results
 * are there, whatever the chunk, and results[i] of one that failed is left as it was.
 * Python: results = pool.map(fn, items, chunksize), which raises the error that comes first
 * in time and throws all results away.
 * 0 all are done, also when n is 0; else the code of the first item that failed (the lowest
 * i; mp_pool_error() says why): what the task returned, or
 *   -EOWNERDEAD      its worker was killed, or called exit(), while it worked on it
 *   -ETIMEDOUT       it was still being worked on at the end of timeout_ms
 *   -ECANCELED       not begun by then
 *   -ENOTRECOVERABLE the pool gave up: too many workers died in a row
 * -EINVAL; -EPIPE the pool is closed; -ECHILD not yours; -ENOMEM; -EDEADLK called from a
 * callback.
 */
#define mp_pool_map(pool, fn, items, n, results, options)                                \
    mp_pool_map_work((pool), MP_WORK(fn, items, n, results), (results), (options))
int mp_pool_map_work(mp_pool *pool, const struct mp_work *work, void *results,
                     const struct mp_map_options *options);

/* One task, waited for. Python: pool.apply(fn, (item,)). Returns as mp_pool_map() does. */
#define mp_pool_apply(pool, fn, item, result)                                            \
    mp_pool_map_work((pool), MP_WORK(fn, item, 1, result), (result), NULL)

/* Why the last mp_pool_map() returned something else than 0: "worker-2 killed by signal 9",
   or what mp_task_error() said. Valid until the next call; "" when all was well. */
const char *mp_pool_error(const mp_pool *pool);

/* No more work is taken; what was given is still done. May be called again. Python:
   pool.close(). 0; -EINVAL; -ECHILD; -EDEADLK. */
int mp_pool_close(mp_pool *pool);

/*
 * Ends the workers at once: SIGTERM, and SIGKILL for who does not end within half a second.
 * What is not done is cancelled: its futures end with -ECANCELED. Python: pool.terminate().
 * 0; -EINVAL; -ECHILD; -EDEADLK.
 */
int mp_pool_terminate(mp_pool *pool);

/* After close or terminate: waits until all that was given is done and the workers have
   ended. Python: pool.join(). 0; -EBUSY still open; -ETIMEDOUT; -EINVAL; -ECHILD; -EDEADLK. */
int mp_pool_join(mp_pool *pool, int timeout_ms);

/* Terminates it if need be, and frees it; NULL is allowed. What its futures have is kept.
   Python: the end of `with Pool() as pool`. 0; -ECHILD; -EDEADLK. */
int mp_pool_destroy(mp_pool *pool);

#endif
