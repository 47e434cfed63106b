// SPDX-License-Identifier: MIT
// Tests of the queue: what each call returns, order, waiting on both sides, closing, and
// the work that is owed.
#include "queue_job.h"
#include "suite.h"

#include <signal.h>
#include <sys/time.h>

enum { MANY = 10000, PRODUCERS = 2, CONSUMERS = 3, ONE_SECOND = 1000 };

START_TEST(what_is_wrong_is_refused)
{
    mp_queue *queue;
    int item = 1;

    ck_assert_int_eq(mp_queue_create_named(NULL, 4, 4, "q", "int"), -EINVAL);
    ck_assert_int_eq(mp_queue_create_named(&queue, 0, 4, "q", "int"), -EINVAL);
    ck_assert_int_eq(mp_queue_create_named(&queue, 4, 0, "q", "int"), -EINVAL);
    ck_assert_int_eq(mp_queue_create_named(&queue, 4, 4, NULL, "int"), -EINVAL);
    ck_assert_int_eq(mp_queue_create_named(&queue, 1 << 20, 1 << 20, "q", "x"), -ENOMEM);
    ck_assert_int_eq(mp_queue_create_named(&queue, SIZE_MAX, SIZE_MAX, "q", "x"), -ENOMEM);
    ck_assert_int_eq(mp_queue_create(&queue, int, 2), 0);
    ck_assert_int_eq(mp_queue_put(NULL, &item, sizeof item, 0), -EINVAL);
    ck_assert_int_eq(mp_queue_put(queue, NULL, sizeof item, 0), -EINVAL);
    ck_assert_int_eq(mp_queue_put(queue, &item, sizeof item, -2), -EINVAL);
    ck_assert_int_eq(mp_queue_get(NULL, &item, sizeof item, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_queue_get(queue, NULL, sizeof item, NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_queue_get(queue, &item, sizeof item, NULL, -2), -EINVAL);
    ck_assert_int_eq(mp_queue_close(NULL), -EINVAL);
    ck_assert_int_eq(mp_queue_size(NULL), -EINVAL);
    ck_assert_int_eq(mp_queue_capacity(NULL), -EINVAL);
    ck_assert_int_eq(mp_queue_task_done(NULL), -EINVAL);
    ck_assert_int_eq(mp_queue_join(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_queue_join(queue, -2), -EINVAL);
    ck_assert_int_eq(mp_queue_size(queue), 0);
    ck_assert_int_eq(mp_queue_destroy(queue), 0);
    ck_assert_int_eq(mp_queue_destroy(NULL), 0);
}
END_TEST

START_TEST(first_in_first_out_and_never_more_than_fit)
{
    struct queue_job *job = new_queue_job(3);

    ck_assert_int_eq(mp_queue_capacity(job->queue), 3);
    ck_assert_int_eq(get(job->queue, 0), -EAGAIN);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(put(job->queue, 10 * round + i, 0), 0);
            ck_assert_int_eq(mp_queue_size(job->queue), i + 1);
        }
        ck_assert_int_eq(put(job->queue, 99, 0), -EAGAIN);
        uint64_t before = milliseconds();
        ck_assert_int_eq(put(job->queue, 99, 20), -ETIMEDOUT);
        ck_assert_uint_ge(milliseconds() - before, 19);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(get(job->queue, 0), 10 * round + i);
        }
        before = milliseconds();
        ck_assert_int_eq(get(job->queue, 20), -ETIMEDOUT);
        ck_assert_uint_ge(milliseconds() - before, 19);
    }
    free_queue_job(job);
}
END_TEST

// An own item is there at once (Python's may come later), as often as one likes.
START_TEST(what_was_put_is_there)
{
    struct queue_job *job = new_queue_job(1);

    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(put(job->queue, i, 0), 0);
        ck_assert_int_eq(get(job->queue, 0), i);
    }
    free_queue_job(job);
}
END_TEST

START_TEST(items_have_the_size_with_which_they_were_put)
{
    mp_queue *queue;
    char item[11] = "0123456789";
    char buffer[16];
    size_t size = 0;

    ck_assert_int_eq(mp_queue_create_named(&queue, 10, 2, "q", "char[10]"), 0);
    ck_assert_int_eq(mp_queue_put(queue, item, 11, 0), -EMSGSIZE);
    ck_assert_int_eq(mp_queue_size(queue), 0);
    ck_assert_int_eq(mp_queue_put(queue, item, 10, 0), 0);
    ck_assert_int_eq(mp_queue_put(queue, item, 0, 0), 0);
    ck_assert_int_eq(mp_queue_get(queue, buffer, 9, &size, 0), -EMSGSIZE);
    ck_assert_uint_eq(size, 10);
    ck_assert_int_eq(mp_queue_size(queue), 2); // it stays
    ck_assert_int_eq(mp_queue_get(queue, buffer, sizeof buffer, &size, 0), 0);
    ck_assert_uint_eq(size, 10);
    ck_assert_mem_eq(buffer, item, 10);
    ck_assert_int_eq(mp_queue_get(queue, buffer, sizeof buffer, &size, 0), 0);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(mp_queue_destroy(queue), 0);
}
END_TEST

struct large {
    unsigned char bytes[100000];
};

START_TEST(large_items_arrive_whole)
{
    static struct large item, got;
    mp_queue *queue;

    ck_assert_int_eq(mp_queue_create(&queue, struct large, 3), 0);
    for (int i = 0; i < 20; i++) {
        for (size_t j = 0; j < sizeof item; j++) {
            item.bytes[j] = (unsigned char)(j * 7 + (size_t)i);
        }
        ck_assert_int_eq(mp_queue_put(queue, &item, sizeof item - (size_t)i, 0), 0);
        ck_assert_int_eq(mp_queue_get(queue, &got, sizeof got, NULL, 0), 0);
        ck_assert_mem_eq(&item, &got, sizeof item - (size_t)i);
    }
    ck_assert_int_eq(mp_queue_destroy(queue), 0);
}
END_TEST

// --- waiting -------------------------------------------------------------------------------

static int put_until_closed(void *arg)
{
    struct queue_job *job = arg;
    int count = 0;
    int rc;

    while ((rc = put(job->queue, count, MP_FOREVER)) == 0) {
        count++;
    }
    return rc == -EPIPE ? count : 255;
}

START_TEST(a_full_queue_makes_the_putter_wait)
{
    struct queue_job *job = new_queue_job(2);
    mp_process *putter = start_child(put_until_closed, job);

    for (int i = 0; i < 20; i++) {
        wait_until(mp_queue_size(job->queue) == 2);
        wait_until(waits_in(putter, MP_OP_QUEUE_PUT));
        uint64_t before = milliseconds();
        ck_assert_int_eq(get(job->queue, MP_FOREVER), 2 * i);
        ck_assert_int_eq(get(job->queue, MP_FOREVER), 2 * i + 1);
        ck_assert_uint_lt(milliseconds() - before, ONE_SECOND);
    }
    wait_until(mp_queue_size(job->queue) == 2);
    wait_until(waits_in(putter, MP_OP_QUEUE_PUT));
    ck_assert_int_eq(mp_queue_close(job->queue), 0);
    ck_assert_int_eq(end_of(putter), 42);
    free_queue_job(job);
}
END_TEST

START_TEST(an_empty_queue_makes_the_getter_wait)
{
    struct queue_job *job = new_queue_job(2);
    mp_process *getter = start_child(take_all, job);

    for (int i = 0; i < 20; i++) {
        wait_until(waits_in(getter, MP_OP_QUEUE_GET));
        ck_assert_int_eq(put(job->queue, i, MP_FOREVER), 0);
    }
    ck_assert_int_eq(mp_queue_close(job->queue), 0);
    ck_assert_int_eq(end_of(getter), 20);
    ck_assert_int_eq(atomic_load(&job->sum), 190);
    free_queue_job(job);
}
END_TEST

static int put_its_numbers(void *arg)
{
    struct queue_job *job = arg;
    int mine = atomic_fetch_add(&job->arrived, 1);

    for (int i = 0; i < MANY; i++) {
        if (put(job->queue, i * PRODUCERS + mine, MP_FOREVER) != 0) {
            return 1;
        }
    }
    return 0;
}

START_TEST(each_producers_items_come_in_their_order)
{
    struct queue_job *job = new_queue_job(16);
    int next[PRODUCERS] = {0};
    mp_process *producers[PRODUCERS];

    for (int i = 0; i < PRODUCERS; i++) {
        producers[i] = start_child(put_its_numbers, job);
    }
    for (int i = 0; i < MANY * PRODUCERS; i++) {
        int item = get(job->queue, MP_FOREVER);
        ck_assert_int_ge(item, 0);
        ck_assert_int_eq(item / PRODUCERS, next[item % PRODUCERS]++);
    }
    for (int i = 0; i < PRODUCERS; i++) {
        ck_assert_int_eq(end_of(producers[i]), 0);
    }
    ck_assert_int_eq(mp_queue_size(job->queue), 0);
    free_queue_job(job);
}
END_TEST

static void tick(int signal)
{
    (void)signal;
}

// A signal ends no wait, and makes none shorter or longer.
START_TEST(signals_do_not_end_a_wait)
{
    struct queue_job *job = new_queue_job(1);
    struct sigaction action = {.sa_handler = tick};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    struct itimerval never = {{0, 0}, {0, 0}};

    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    uint64_t before = milliseconds();
    ck_assert_int_eq(get(job->queue, 150), -ETIMEDOUT);
    ck_assert_uint_ge(milliseconds() - before, 149);
    ck_assert_int_eq(put(job->queue, 1, 0), 0);
    ck_assert_int_eq(put(job->queue, 2, 20), -ETIMEDOUT);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    free_queue_job(job);
}
END_TEST

// --- closed --------------------------------------------------------------------------------

START_TEST(a_closed_queue_is_emptied_and_then_ends)
{
    struct queue_job *job = new_queue_job(4);

    ck_assert_int_eq(put(job->queue, 7, 0), 0);
    ck_assert_int_eq(put(job->queue, 8, 0), 0);
    ck_assert_int_eq(mp_queue_close(job->queue), 0);
    ck_assert_int_eq(mp_queue_close(job->queue), 0);
    ck_assert_int_eq(put(job->queue, 9, MP_FOREVER), -EPIPE);
    ck_assert_int_eq(put(job->queue, 9, 0), -EPIPE);
    ck_assert_int_eq(get(job->queue, MP_FOREVER), 7);
    ck_assert_int_eq(get(job->queue, 0), 8);
    ck_assert_int_eq(get(job->queue, 0), -EPIPE);
    ck_assert_int_eq(get(job->queue, MP_FOREVER), -EPIPE);
    free_queue_job(job);
}
END_TEST

START_TEST(closing_wakes_all_who_wait)
{
    struct queue_job *job = new_queue_job(16);
    mp_process *consumers[CONSUMERS];
    int taken = 0;

    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(put(job->queue, i, 0), 0);
    }
    for (int i = 0; i < CONSUMERS; i++) {
        consumers[i] = start_child(take_all, job);
    }
    for (int i = 0; i < CONSUMERS; i++) {
        wait_until(waits_in(consumers[i], MP_OP_QUEUE_GET));
    }
    uint64_t before = milliseconds();
    ck_assert_int_eq(mp_queue_close(job->queue), 0);
    for (int i = 0; i < CONSUMERS; i++) {
        taken += end_of(consumers[i]);
    }
    ck_assert_uint_lt(milliseconds() - before, ONE_SECOND);
    ck_assert_int_eq(taken, 10);
    ck_assert_int_eq(atomic_load(&job->sum), 45);
    free_queue_job(job);
}
END_TEST

static int fill(void *arg)
{
    struct queue_job *job = arg;
    int rc = 0;

    for (int i = 0; i < (int)mp_queue_capacity(job->queue) && rc == 0; i++) {
        rc = put(job->queue, i, MP_FOREVER);
    }
    return rc == 0 ? 0 : 1;
}

// Python's child could not end before somebody has read.
START_TEST(who_has_put_may_end_before_anybody_gets)
{
    struct queue_job *job = new_queue_job(100000);
    mp_process *child = start_child(fill, job);

    ck_assert_int_eq(end_of(child), 0);
    for (int i = 0; i < 100000; i++) {
        ck_assert_int_eq(get(job->queue, 0), i);
    }
    free_queue_job(job);
}
END_TEST

// --- work that is owed -----------------------------------------------------------------------

START_TEST(join_waits_until_all_is_done)
{
    struct queue_job *job = new_queue_job(4);

    ck_assert_int_eq(mp_queue_join(job->queue, 0), 0); // nothing was ever put
    ck_assert_int_eq(mp_queue_task_done(job->queue), -EOVERFLOW);
    ck_assert_int_eq(put(job->queue, 1, 0), 0);
    ck_assert_int_eq(put(job->queue, 2, 0), 0);
    ck_assert_int_eq(mp_queue_join(job->queue, 0), -EAGAIN);
    ck_assert_int_eq(get(job->queue, 0), 1);
    ck_assert_int_eq(mp_queue_task_done(job->queue), 0);
    ck_assert_int_eq(mp_queue_task_done(job->queue), -EOVERFLOW);
    ck_assert_int_eq(mp_queue_join(job->queue, 20), -ETIMEDOUT);
    ck_assert_int_eq(get(job->queue, 0), 2);
    ck_assert_int_eq(mp_queue_join(job->queue, 0), -EAGAIN);
    ck_assert_int_eq(mp_queue_task_done(job->queue), 0);
    ck_assert_int_eq(mp_queue_join(job->queue, MP_FOREVER), 0);
    free_queue_job(job);
}
END_TEST

static int work_until_closed(void *arg)
{
    struct queue_job *job = arg;

    while (get(job->queue, MP_FOREVER) >= 0) {
        atomic_fetch_add(&job->sum, 1);
        if (mp_queue_task_done(job->queue) != 0) {
            return 1;
        }
    }
    return 0;
}

START_TEST(join_waits_for_the_work_of_others)
{
    struct queue_job *job = new_queue_job(8);
    mp_process *workers[CONSUMERS];

    for (int i = 0; i < CONSUMERS; i++) {
        workers[i] = start_child(work_until_closed, job);
    }
    for (int round = 1; round <= 20; round++) {
        for (int i = 0; i < 50; i++) {
            ck_assert_int_eq(put(job->queue, i, MP_FOREVER), 0);
        }
        ck_assert_int_eq(mp_queue_join(job->queue, MP_FOREVER), 0);
        ck_assert_int_eq(atomic_load(&job->sum), 50 * round);
    }
    ck_assert_int_eq(mp_queue_close(job->queue), 0);
    for (int i = 0; i < CONSUMERS; i++) {
        ck_assert_int_eq(end_of(workers[i]), 0);
    }
    free_queue_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = what_is_wrong_is_refused},
        {.test = first_in_first_out_and_never_more_than_fit},
        {.test = what_was_put_is_there},
        {.test = items_have_the_size_with_which_they_were_put},
        {.test = large_items_arrive_whole},
        {.test = a_full_queue_makes_the_putter_wait},
        {.test = an_empty_queue_makes_the_getter_wait},
        {.test = each_producers_items_come_in_their_order},
        {.test = signals_do_not_end_a_wait},
        {.test = a_closed_queue_is_emptied_and_then_ends},
        {.test = closing_wakes_all_who_wait},
        {.test = who_has_put_may_end_before_anybody_gets},
        {.test = join_waits_until_all_is_done},
        {.test = join_waits_for_the_work_of_others},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("queue", tests, sizeof tests / sizeof *tests);
}
