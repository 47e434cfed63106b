// SPDX-License-Identifier: MIT
// Makes one of everything that the library has and uses each, with two processes at work.
//
//   ends    frees all of it and ends
//   stays   says "ready" and waits to be killed
#include "mp.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BYTES = 1 << 20, ITEMS = 5, GRACE_MS = 200 };

static mp_lock *lock;
static mp_rlock *rlock;
static mp_sem *sem;
static mp_event *event;
static mp_cond *cond;
static mp_barrier *barrier;
static mp_queue *queue;
static mp_conn *ends[2];
static mp_value *number;
static mp_double *real;
static mp_array *array;
static char *bytes;
static mp_pool *pool;
static mp_executor *executor;
static mp_process *child;

#define check(call)                                                                      \
    do {                                                                                 \
        int rc_ = (call);                                                                \
        if (rc_ < 0) {                                                                   \
            printf("%s: %s\n", #call, strerror(-rc_));                                   \
            fflush(stdout);                                                              \
            _exit(1);                                                                    \
        }                                                                                \
    } while (0)

static int square(const void *item, void *result)
{
    const int *from = item;
    int *to = result;
    *to = *from * *from;
    return 0;
}

static int wait_there(void *arg)
{
    (void)arg;
    mp_lock_acquire(lock, MP_FOREVER);
    mp_event_set(event);
    return mp_sleep(1000000);
}

static void make(void)
{
    check(mp_lock_create(&lock));
    check(mp_rlock_create(&rlock));
    check(mp_sem_create(&sem, 1, 2));
    check(mp_event_create(&event));
    check(mp_cond_create(&cond, lock));
    check(mp_barrier_create(&barrier, 1));
    check(mp_queue_create(&queue, int, ITEMS));
    check(mp_pipe_create(ends, 1));
    check(mp_value_create(&number, 3));
    check(mp_double_create(&real, 0.5));
    check(mp_array_create(&array, int, ITEMS));
    bytes = MP_SHARED_ARRAY(char, BYTES);
    if (bytes == NULL) {
        printf("no shared memory\n");
        _exit(1);
    }
    check(mp_pool_create(&pool, 2, NULL));
    check(mp_executor_create(&executor, 1, NULL));
    check(mp_process_create(&child, wait_there, NULL, NULL));
    check(mp_process_start(child));
}

static void use(void)
{
    const int items[ITEMS] = {1, 2, 3, 4, 5};
    int results[ITEMS], status[ITEMS], item = 7;
    size_t size;
    memset(bytes, 1, BYTES); /* all of it is there */
    check(mp_event_wait(event, MP_FOREVER));
    check(mp_rlock_acquire(rlock, MP_FOREVER));
    check(mp_rlock_release(rlock));
    check(mp_sem_acquire(sem, MP_FOREVER));
    check(mp_sem_release(sem, 1));
    check(mp_barrier_wait(barrier, MP_FOREVER));
    check(mp_queue_put(queue, &item, sizeof item, MP_FOREVER));
    check(mp_queue_get(queue, &item, sizeof item, &size, MP_FOREVER));
    check(mp_queue_put(queue, &item, sizeof item, MP_FOREVER)); /* and one stays in it */
    check(mp_conn_send(ends[0], bytes, BYTES / 2, MP_FOREVER));
    check(mp_pool_map(pool, square, items, ITEMS, results, NULL));
    check(mp_executor_map(executor, square, items, ITEMS, results, status));
    mp_value_add(number, 1);
    mp_double_add(real, 1);
}

static void free_all(void)
{
    check(mp_process_stop(child, GRACE_MS));
    check(mp_process_destroy(child));
    check(mp_executor_destroy(executor));
    check(mp_pool_destroy(pool));
    check(mp_shared_free(bytes));
    check(mp_array_destroy(array));
    check(mp_double_destroy(real));
    check(mp_value_destroy(number));
    check(mp_conn_close(ends[0]));
    check(mp_conn_close(ends[1]));
    check(mp_queue_destroy(queue));
    check(mp_barrier_destroy(barrier));
    check(mp_cond_destroy(cond));
    check(mp_event_destroy(event));
    check(mp_sem_destroy(sem));
    check(mp_rlock_destroy(rlock));
    check(mp_lock_acquire(lock, MP_FOREVER)); /* the child had it when it died */
    check(mp_lock_release(lock));
    check(mp_lock_destroy(lock));
}

int main(int argc, char **argv)
{
    make();
    use();
    if (argc > 1 && strcmp(argv[1], "stays") == 0) {
        printf("ready\n");
        fflush(stdout);
        pause();
    }
    free_all();
    printf("all freed\n");
    return 0;
}
