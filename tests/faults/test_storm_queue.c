// SPDX-License-Identifier: MIT
// A storm over the queue: producers and consumers are killed at random and replaced. No item
// comes twice, no more are missing than processes were killed, and the others never stand
// still for long. FORKLAB_LONG=1 makes it ten seconds.
#include "suite.h"
#include "unit/library.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>

enum { PRODUCERS = 4, CONSUMERS = 4, CAPACITY = 64, STALL_MS = 1000 };
enum {
    SHORT_MS = 1500,
    LONG_MS = 10000,
    ITEMS_MOST = 1 << 25,
    KILLS = 20, // at least so many, however slow the machine is
};

struct storm {
    mp_queue *queue;
    _Atomic uint32_t next;  // the number of the next item
    _Atomic uint64_t taken; // items that came
    _Atomic uint32_t doubled;
    _Atomic uint32_t wrong;
    _Atomic unsigned char *seen; // of each item: how often it came
};

// A number is drawn before it is put: killed in between, a producer loses that one item.
static int produce(void *arg)
{
    struct storm *storm = arg;
    for (;;) {
        uint32_t number = atomic_fetch_add(&storm->next, 1);
        int rc = number < ITEMS_MOST
                     ? mp_queue_put(storm->queue, &number, sizeof number, MP_FOREVER)
                     : -EPIPE;
        if (rc != 0) {
            return rc == -EPIPE ? 0 : 1;
        }
    }
}

static int consume(void *arg)
{
    struct storm *storm = arg;
    uint32_t number;
    size_t size;
    int rc;
    while ((rc = mp_queue_get(storm->queue, &number, sizeof number, &size, MP_FOREVER)) ==
           0) {
        if (size != sizeof number || number >= atomic_load(&storm->next)) {
            atomic_fetch_add(&storm->wrong, 1);
        } else if (atomic_fetch_add(&storm->seen[number], 1) != 0) {
            atomic_fetch_add(&storm->doubled, 1);
        }
        atomic_fetch_add(&storm->taken, 1);
    }
    return rc == -EPIPE ? 0 : 1;
}

static uint64_t draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

// What is longest between two items. Not our processes' fault is what this one has slept.
static void watch(const struct storm *storm, uint64_t *last, uint64_t *moved)
{
    uint64_t taken = atomic_load(&storm->taken);
    if (taken != *last) {
        *last = taken;
        *moved = milliseconds();
    }
    uint64_t stall = milliseconds() - *moved;
    ck_assert_msg(stall < (uint64_t)(STALL_MS * limit_factor()),
                  "nobody got anything for %llu ms", (unsigned long long)stall);
}

START_TEST(a_storm_of_deaths_doubles_nothing_and_stops_nobody)
{
    struct storm *storm = MP_SHARED(struct storm);
    mp_process *children[PRODUCERS + CONSUMERS];
    uint64_t random = 20240117;
    int length = suite_is_long() ? LONG_MS : SHORT_MS;
    uint64_t kills = 0;
    uint64_t last = 0;

    ck_assert_ptr_nonnull(storm);
    storm->seen = MP_SHARED_ARRAY(_Atomic unsigned char, ITEMS_MOST);
    ck_assert_ptr_nonnull(storm->seen);
    ck_assert_int_eq(mp_queue_create(&storm->queue, uint32_t, CAPACITY), 0);
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++) {
        children[i] = start_child(i < PRODUCERS ? produce : consume, storm);
    }
    uint64_t moved = milliseconds();
    for (uint64_t end = moved + (uint64_t)length; milliseconds() < end || kills < KILLS;) {
        int victim = (int)(draw(&random) % (PRODUCERS + CONSUMERS));
        for (uint64_t i = draw(&random) % 64; i > 0; i--) {
            sched_yield();
        }
        ck_assert_int_eq(mp_process_kill(children[victim]), 0);
        ck_assert_int_eq(end_of(children[victim]), -SIGKILL);
        children[victim] = start_child(victim < PRODUCERS ? produce : consume, storm);
        kills++;
        watch(storm, &last, &moved);
    }
    ck_assert_int_eq(mp_queue_close(storm->queue), 0);
    for (int i = 0; i < PRODUCERS + CONSUMERS; i++) {
        ck_assert_int_eq(end_of(children[i]), 0);
    }
    uint32_t put = atomic_load(&storm->next);
    uint64_t missing = 0;
    ck_assert_uint_lt(put, ITEMS_MOST);
    for (uint32_t i = 0; i < put; i++) {
        missing += atomic_load(&storm->seen[i]) == 0;
    }
    ck_assert_int_eq(mp_queue_size(storm->queue), 0);
    ck_assert_uint_eq(atomic_load(&storm->doubled), 0);
    ck_assert_uint_eq(atomic_load(&storm->wrong), 0);
    // Each producer that is told that the queue is closed has drawn one number in vain.
    ck_assert_msg(missing <= kills + PRODUCERS, "%llu of %u items missing, %llu kills",
                  (unsigned long long)missing, put, (unsigned long long)kills);
    ck_assert_int_eq(mp_queue_destroy(storm->queue), 0);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_storm_of_deaths_doubles_nothing_and_stops_nobody,
         .timeout = 60,
         .teardown = library_close},
    };

    return suite_run("storm over the queue", tests, sizeof tests / sizeof *tests);
}
