// SPDX-License-Identifier: MIT
// Whoever owns processes is killed, told to end, or interrupted from the keyboard: none of
// them is left, whatever it was doing.
#include "unit/pool_job.h"

#include "paths.h"
#include "proc.h"
#include "terminal.h"

enum { PROMPTLY_MS = 3000, MOST = 16, READY_MS = 10000 };

struct shared {
    _Atomic int ready; // owners and children that have come to where they wait
    mp_sem *sem;       // without a permit
    mp_event *event;   // never set
    mp_cond *cond;     // never notified
    mp_lock *cond_lock;
    mp_barrier *barrier; // of more than come
    mp_queue *empty, *full;
};

static struct shared *shared;

// --- what owners do -------------------------------------------------------------------------

static int wait_for_ever(void *arg)
{
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    return mp_sleep(1000000);
}

static int own_idle_pool(void *arg)
{
    mp_pool *pool;

    return mp_pool_create(&pool, 3, NULL) != 0 ? 1 : wait_for_ever(arg);
}

static int never_done(const void *item, void *result)
{
    (void)item;
    (void)result;
    return wait_for_ever(NULL);
}

static int own_busy_pool(void *arg)
{
    static const int items[9] = {0};
    int results[9];
    mp_pool *pool;

    (void)arg;
    if (mp_pool_create(&pool, 3, NULL) != 0) {
        return 1;
    }
    return mp_pool_map(pool, never_done, items, 9, results, NULL);
}

static int own_executor(void *arg)
{
    static const int item = 0;
    mp_executor *executor;
    mp_future *futures[9];

    if (mp_executor_create(&executor, 3, NULL) != 0) {
        return 1;
    }
    for (int i = 0; i < 9; i++) {
        if (mp_executor_submit(executor, never_done, &item, int, &futures[i]) != 0) {
            return 1;
        }
    }
    return wait_for_ever(arg);
}

static int in_get(void *arg)
{
    int item;
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    return mp_queue_get(shared->empty, &item, sizeof item, NULL, MP_FOREVER);
}

static int in_put(void *arg)
{
    const int item = 1;
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    return mp_queue_put(shared->full, &item, sizeof item, MP_FOREVER);
}

static int in_sem(void *arg)
{
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    return mp_sem_acquire(shared->sem, MP_FOREVER);
}

static int in_event(void *arg)
{
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    return mp_event_wait(shared->event, MP_FOREVER);
}

static int in_cond(void *arg)
{
    (void)arg;
    mp_lock_acquire(shared->cond_lock, MP_FOREVER);
    atomic_fetch_add(&shared->ready, 1);
    return mp_cond_wait(shared->cond, MP_FOREVER);
}

static int in_barrier(void *arg)
{
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    return mp_barrier_wait(shared->barrier, MP_FOREVER);
}

static int in_computation(void *arg)
{
    (void)arg;
    atomic_fetch_add(&shared->ready, 1);
    for (volatile unsigned turn = 1; turn != 0; turn |= 1) {
    }
    return 0;
}

static int own_waiting_children(void *arg)
{
    static const mp_target does[] = {in_get,  in_put,     in_sem,        in_event,
                                     in_cond, in_barrier, in_computation};
    mp_process *child;

    for (size_t i = 0; i < sizeof does / sizeof *does; i++) {
        if (mp_process_create(&child, does[i], arg, NULL) != 0 ||
            mp_process_start(child) != 0) {
            return 1;
        }
    }
    return wait_for_ever(arg);
}

// A pool in a child of an owner: the third generation ends with the first.
static int own_owner(void *arg)
{
    mp_process *child;

    if (mp_process_create(&child, own_idle_pool, arg, NULL) != 0 ||
        mp_process_start(child) != 0) {
        return 1;
    }
    return wait_for_ever(arg);
}

static const struct {
    const char *name;
    mp_target owner;
    int ready; // so many have come when all have
    size_t descendants;
} owners[] = {
    {"idle pool", own_idle_pool, 1, 3}, {"busy pool", own_busy_pool, 3, 3},
    {"executor", own_executor, 4, 3},   {"children", own_waiting_children, 8, 7},
    {"owner", own_owner, 2, 4},
};
enum { OWNERS = sizeof owners / sizeof *owners };

// --- killed ---------------------------------------------------------------------------------

static void make_shared(void)
{
    const int item = 1;

    shared = MP_SHARED(struct shared);
    ck_assert_ptr_nonnull(shared);
    ck_assert_int_eq(mp_sem_create(&shared->sem, 0, 1), 0);
    ck_assert_int_eq(mp_event_create(&shared->event), 0);
    ck_assert_int_eq(mp_lock_create(&shared->cond_lock), 0);
    ck_assert_int_eq(mp_cond_create(&shared->cond, shared->cond_lock), 0);
    ck_assert_int_eq(mp_barrier_create(&shared->barrier, 2), 0);
    ck_assert_int_eq(mp_queue_create(&shared->empty, int, 1), 0);
    ck_assert_int_eq(mp_queue_create(&shared->full, int, 1), 0);
    ck_assert_int_eq(mp_queue_put(shared->full, &item, sizeof item, 0), 0);
}

static size_t descendants(pid_t parent, pid_t *pids)
{
    size_t count = proc_children(parent, pids, MOST);

    for (size_t i = 0, own = count; i < own; i++) {
        count += descendants(pids[i], pids + count);
    }
    return count;
}

// F21 by SIGKILL, F23 by SIGTERM.
START_TEST(nobody_survives_the_owner)
{
    static const int signals[] = {SIGKILL, SIGTERM};
    int signal_number = signals[_i / OWNERS];
    int which = _i % OWNERS;
    pid_t pids[MOST];

    make_shared();
    mp_process *owner = start_child(owners[which].owner, NULL);
    wait_until(atomic_load(&shared->ready) == owners[which].ready);
    size_t count = descendants(mp_process_pid(owner), pids);
    ck_assert_uint_eq(count, owners[which].descendants);
    ck_assert_int_eq(kill(mp_process_pid(owner), signal_number), 0);
    ck_assert_int_eq(end_of(owner), -signal_number);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(proc_wait_gone(pids[i], PROMPTLY_MS), "%s: %d lives",
                      owners[which].name, (int)pids[i]);
    }
    // And what they waited for is not broken for those who live.
    ck_assert_int_eq(mp_queue_size(shared->full), 1);
    ck_assert_int_ge(mp_lock_acquire(shared->cond_lock, LIBRARY_LIMIT_MS), 0);
    ck_assert_int_eq(mp_lock_release(shared->cond_lock), 0);
}
END_TEST

// --- interrupted ----------------------------------------------------------------------------

// F22, at a terminal, whose ^C goes to all at once.
START_TEST(ctrl_c_ends_the_program_and_its_workers)
{
    static const struct {
        const char *what;
        bool decides; // ends with a status of its own
    } programs[] = {
        {"plain", false}, {"told", true}, {"executor", true}, {"children", false}};
    const char *const argv[] = {built("tests/programs/fault_interrupted"),
                                programs[_i].what, NULL};
    struct terminal *terminal = terminal_open(24, 80, NULL, argv);
    pid_t session = terminal_pid(terminal);

    terminal_assert_text(terminal, "begun", READY_MS);
    ck_assert_uint_eq(proc_session_count(session), 3);
    terminal_interrupt(terminal);
    int status = terminal_wait_exit(terminal, PROMPTLY_MS);
    bool as_told = programs[_i].decides
                       ? WIFEXITED(status) && WEXITSTATUS(status) == 130
                       : WIFSIGNALED(status) && WTERMSIG(status) == SIGINT;
    ck_assert_msg(status != -1 && as_told, "%s: status %x", programs[_i].what,
                  (unsigned)status);
    ck_assert(proc_wait_session(session, PROMPTLY_MS));
    char *text = terminal_text(terminal); // and it says no word about it
    ck_assert_msg(strlen(text) < strlen("begun\n^C\n") + 24, "%s", text);
    free(text);
    ck_assert_uint_eq(terminal_close(terminal), 0);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = nobody_survives_the_owner, .from = 0, .to = 2 * OWNERS},
        {.test = ctrl_c_ends_the_program_and_its_workers, .from = 0, .to = 4},
    };

    POOL_MAIN("owners", tests);
}
