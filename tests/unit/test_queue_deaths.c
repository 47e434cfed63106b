// SPDX-License-Identifier: MIT
// Tests of the queue where somebody dies: in a get, in a put, inside a guard, with work that
// it owes. The others go on.
#include "queue_job.h"
#include "suite.h"

#include "queue.h"

#include <signal.h>

enum { SOON_MS = 200, OWED = 3 };

static int get_one(void *arg)
{
    struct queue_job *job = arg;
    return get(job->queue, MP_FOREVER) >= 0 ? 0 : 1;
}

static int put_one(void *arg)
{
    struct queue_job *job = arg;
    return put(job->queue, 77, MP_FOREVER) == 0 ? 0 : 1;
}

static void kill_it(mp_process *child)
{
    ck_assert_int_eq(mp_process_kill(child), 0);
    ck_assert_int_eq(end_of(child), -SIGKILL);
}

START_TEST(death_in_get_leaves_the_queue_as_it_is)
{
    struct queue_job *job = new_queue_job(2);
    mp_process *victim = start_child(get_one, job);

    wait_until(waits_in(victim, MP_OP_QUEUE_GET));
    kill_it(victim);
    uint64_t before = milliseconds();
    ck_assert_int_eq(put(job->queue, 5, MP_FOREVER), 0);
    ck_assert_int_eq(get(job->queue, MP_FOREVER), 5);
    ck_assert_uint_lt(milliseconds() - before, (uint64_t)(SOON_MS * limit_factor()));
    free_queue_job(job);
}
END_TEST

START_TEST(death_in_put_leaves_the_queue_as_it_is)
{
    struct queue_job *job = new_queue_job(1);

    ck_assert_int_eq(put(job->queue, 1, 0), 0);
    mp_process *victim = start_child(put_one, job);
    wait_until(waits_in(victim, MP_OP_QUEUE_PUT));
    kill_it(victim);
    ck_assert_int_eq(get(job->queue, 0), 1);
    ck_assert_int_eq(get(job->queue, 0), -EAGAIN);
    ck_assert_int_eq(put(job->queue, 2, 0), 0);
    ck_assert_int_eq(get(job->queue, 0), 2);
    free_queue_job(job);
}
END_TEST

// One that waits dies just as it is woken: another that waits goes on all the same.
START_TEST(a_wake_up_that_goes_to_the_dead_is_not_the_last)
{
    for (int i = 0; i < 20; i++) {
        struct queue_job *job = new_queue_job(2);
        mp_process *victim = start_child(get_one, job);
        wait_until(waits_in(victim, MP_OP_QUEUE_GET));
        mp_process *other = start_child(get_one, job);
        wait_until(waits_in(other, MP_OP_QUEUE_GET));
        ck_assert_int_eq(put(job->queue, 5, 0), 0);
        ck_assert_int_eq(mp_process_kill(victim), 0);
        int code = end_of(victim);
        ck_assert(code == 0 || code == -SIGKILL);
        ck_assert_int_eq(put(job->queue, 6, 0), 0);
        ck_assert_int_eq(end_of(other), 0);
        free_queue_job(job);
    }
}
END_TEST

// Dies inside: in each of the guards, having copied an item but not counted it.
static int die_inside(void *arg)
{
    struct queue_job *job = arg;
    pthread_mutex_t *guards[] = {&job->queue->putting, &job->queue->taking,
                                 &job->queue->guard};

    mp_guard_enter(guards[atomic_load(&job->go)]);
    memset((char *)job->queue + MP_QUEUE_HEAD, 0xee, sizeof(int));
    raise(SIGKILL);
    return 0;
}

START_TEST(death_inside_a_guard_takes_nothing_with_it)
{
    struct queue_job *job = new_queue_job(2);

    atomic_store(&job->go, _i);
    ck_assert_int_eq(end_of(start_child(die_inside, job)), -SIGKILL);
    ck_assert_int_eq(mp_queue_size(job->queue), 0);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(put(job->queue, i, 0), 0);
        ck_assert_int_eq(get(job->queue, 0), i);
    }
    free_queue_job(job);
}
END_TEST

// --- work that nobody will do -----------------------------------------------------------------

// Nobody joins the dead worker first: whoever joins the queue finds out by itself.
START_TEST(work_of_the_dead_is_told_once)
{
    struct queue_job *job = new_queue_job(8);
    mp_process *workers[OWED];

    for (int i = 0; i < OWED; i++) {
        ck_assert_int_eq(put(job->queue, i, 0), 0);
        workers[i] = start_child(take_one_and_stay, job);
    }
    wait_until(atomic_load(&job->arrived) == OWED);
    ck_assert_int_eq(mp_queue_join(job->queue, 0), -EAGAIN);
    atomic_store(&job->go, 1); // all end without a word, with status 1
    int told = 0;
    int rc;
    while ((rc = mp_queue_join(job->queue, LIBRARY_LIMIT_MS)) == -EOWNERDEAD) {
        told++;
    }
    ck_assert_int_eq(rc, 0);
    ck_assert_int_ge(told, 1);
    ck_assert_int_le(told, OWED);
    for (int i = 0; i < OWED; i++) {
        ck_assert_int_eq(end_of(workers[i]), 1);
    }
    ck_assert_int_eq(mp_queue_join(job->queue, 0), 0);
    free_queue_job(job);
}
END_TEST

START_TEST(what_the_living_owe_is_still_waited_for)
{
    struct queue_job *job = new_queue_job(8);

    ck_assert_int_eq(put(job->queue, 1, 0), 0);
    ck_assert_int_eq(put(job->queue, 2, 0), 0);
    ck_assert_int_eq(get(job->queue, 0), 1); // owed by this process
    mp_process *worker = start_child(take_one_and_stay, job);
    wait_until(atomic_load(&job->arrived) == 1);
    kill_it(worker);
    ck_assert_int_eq(mp_queue_join(job->queue, MP_FOREVER), -EOWNERDEAD);
    ck_assert_int_eq(mp_queue_join(job->queue, 0), -EAGAIN);
    ck_assert_int_eq(mp_queue_task_done(job->queue), 0);
    ck_assert_int_eq(mp_queue_join(job->queue, MP_FOREVER), 0);
    ck_assert_int_eq(mp_queue_task_done(job->queue), -EOVERFLOW);
    free_queue_job(job);
}
END_TEST

static int owe_nothing(void *arg)
{
    struct queue_job *job = arg;
    return mp_queue_task_done(job->queue) == -EOVERFLOW ? 0 : 1;
}

// The next process with the same entry in the table owes nothing; the debt is not forgotten.
START_TEST(the_debt_outlives_the_entry_of_who_died)
{
    struct queue_job *job = new_queue_job(8);
    mp_process *next;

    ck_assert_int_eq(put(job->queue, 1, 0), 0);
    mp_process *worker = start_child(take_one_and_stay, job);
    const struct mp_process_entry *entry = entry_of(worker);
    uint32_t generation = entry->generation;
    wait_until(atomic_load(&job->arrived) == 1);
    kill_it(worker);
    for (int i = 0;; i++) {
        ck_assert_int_le(i, MP_PROCESSES);
        ck_assert_int_eq(mp_process_create(&next, owe_nothing, job, NULL), 0);
        if (entry->generation == generation + 1) {
            break;
        }
        ck_assert_int_eq(mp_process_destroy(next), 0);
    }
    ck_assert_int_eq(mp_process_start(next), 0);
    ck_assert_int_eq(end_of(next), 0);
    ck_assert_int_eq(mp_queue_join(job->queue, MP_FOREVER), -EOWNERDEAD);
    ck_assert_int_eq(mp_queue_join(job->queue, MP_FOREVER), 0);
    free_queue_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = death_in_get_leaves_the_queue_as_it_is},
        {.test = death_in_put_leaves_the_queue_as_it_is},
        {.test = a_wake_up_that_goes_to_the_dead_is_not_the_last},
        {.test = death_inside_a_guard_takes_nothing_with_it, .from = 0, .to = 3},
        {.test = work_of_the_dead_is_told_once},
        {.test = what_the_living_owe_is_still_waited_for},
        {.test = the_debt_outlives_the_entry_of_who_died},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("queue deaths", tests, sizeof tests / sizeof *tests);
}
