// SPDX-License-Identifier: MIT
// Signals while a call blocks, each call in turn. Without a stop flag no signal ends it or
// makes it wrong, however many come. With one that is set it returns -EINTR with nothing
// done, and what it waited for is as good as before.
#include "faults/calls.h"
#include "proc.h"
#include "suite.h"

#include <signal.h>
#include <sys/time.h>

enum { LIMIT_MS = 150, SIGNALS = 50, AGAIN = 2 };

static void end(struct job *job, mp_process *waiter)
{
    int code = end_of(waiter);
    ck_assert_msg(code == 0, "%s: wrong at %d", calls[job->which].name, code);
    ck_assert_int_eq(mp_conn_close(ends[0]), 0);
    ck_assert_int_eq(mp_conn_close(ends[1]), 0);
}

static int free_own(int status)
{
    if (mp_future_destroy(future) != 0 || mp_pool_destroy(pool) != 0) {
        return 9;
    }
    return status;
}

static _Atomic int *signals_seen;
static volatile sig_atomic_t told;

static void on_signal(int number)
{
    atomic_fetch_add(signals_seen, 1);
    told = number == SIGUSR1 ? 1 : told;
}

static int wait_under_signals(void *arg)
{
    struct job *job = arg;
    const struct call *call = &calls[job->which];
    const struct sigaction action = {.sa_handler = on_signal}; // and no SA_RESTART
    const struct itimerval each = {{0, 1000}, {0, 1000}}, none = {{0, 0}, {0, 0}};

    signals_seen = &job->signals;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    uint64_t before = milliseconds();
    if (call->wait(job, LIMIT_MS) != -ETIMEDOUT || milliseconds() - before < LIMIT_MS) {
        return 1;
    }
    atomic_store(&job->arrived, 1);
    if (call->wait(job, MP_FOREVER) != 0) {
        return 2;
    }
    setitimer(ITIMER_REAL, &none, NULL);
    return free_own(0);
}

static bool waits(const mp_process *process)
{
    return __atomic_load_n(&entry_of(process)->waiting, __ATOMIC_ACQUIRE) == 1;
}

// F25: a signal each millisecond.
START_TEST(signals_neither_end_a_call_nor_make_it_wrong)
{
    struct job *job = new_job(_i);
    mp_process *waiter = start_child(wait_under_signals, job);

    wait_until(atomic_load(&job->arrived) == 1);
    wait_until(waits(waiter));
    int now = atomic_load(&job->signals);
    wait_until(atomic_load(&job->signals) > now + SIGNALS);
    calls[_i].release(job);
    end(job, waiter);
}
END_TEST

static int wait_until_told(void *arg)
{
    struct job *job = arg;
    const struct call *call = &calls[job->which];
    const struct sigaction action = {.sa_handler = on_signal};

    signals_seen = &job->signals;
    sigaction(SIGUSR1, &action, NULL);
    mp_set_stop_flag(&told);
    atomic_store(&job->arrived, 1);
    if (call->wait(job, MP_FOREVER) != -EINTR) {
        return 1;
    }
    if (call->wait(job, MP_FOREVER) != -EINTR) { // the flag is up still
        return 2;
    }
    told = 0;
    atomic_store(&job->arrived, AGAIN);
    return call->wait(job, MP_FOREVER) == 0 ? free_own(0) : 3;
}

// The stop flag, and then what was given up is done after all.
START_TEST(who_is_told_to_stop_has_done_nothing_and_can_go_on)
{
    struct job *job = new_job(_i);
    mp_process *waiter = start_child(wait_until_told, job);

    wait_until(atomic_load(&job->arrived) == 1);
    wait_until(waits(waiter));
    ck_assert_int_eq(mp_process_signal(waiter, SIGUSR1), 0);
    wait_until(atomic_load(&job->arrived) == AGAIN);
    wait_until(waits(waiter));
    calls[_i].release(job);
    end(job, waiter);
}
END_TEST

// Told to stop, a wait on a condition still takes its lock back, however long that takes.
static int wait_on_condition(void *arg)
{
    struct job *job = arg;
    const struct sigaction action = {.sa_handler = on_signal};

    signals_seen = &job->signals;
    sigaction(SIGUSR1, &action, NULL);
    mp_set_stop_flag(&told);
    if (mp_lock_acquire(job->cond_lock, MP_FOREVER) != 0) {
        return 1;
    }
    atomic_store(&job->arrived, 1);
    int rc = mp_cond_wait(job->cond, MP_FOREVER);
    atomic_store(&job->arrived, AGAIN);
    return rc != -EINTR ? 2 : mp_lock_release(job->cond_lock) == 0 ? 0 : 3;
}

START_TEST(a_condition_told_to_stop_has_its_lock_again)
{
    struct job *job = new_job(0);
    mp_process *waiter = start_child(wait_on_condition, job);

    wait_until(atomic_load(&job->arrived) == 1);
    ck_assert_int_eq(mp_lock_acquire(job->cond_lock, LIBRARY_LIMIT_MS), 0);
    ck_assert_int_eq(mp_process_signal(waiter, SIGUSR1), 0);
    ck_assert(!proc_wait_end(mp_process_pid(waiter), 2 * MP_SLEEP_MS));
    ck_assert_int_eq(atomic_load(&job->arrived), 1); // it waits for the lock
    ck_assert_int_eq(mp_lock_release(job->cond_lock), 0);
    end(job, waiter);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = signals_neither_end_a_call_nor_make_it_wrong, .from = 0, .to = CALLS},
        {.test = who_is_told_to_stop_has_done_nothing_and_can_go_on,
         .from = 0,
         .to = CALLS},
        {.test = a_condition_told_to_stop_has_its_lock_again},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("interrupts", tests, sizeof tests / sizeof *tests);
}
