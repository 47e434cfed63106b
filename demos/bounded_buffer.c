// SPDX-License-Identifier: MIT
/*
 * Shows:   how a queue is made, of a lock and two conditions, and two ways to spoil it.
 * Run:     build/demos/bounded_buffer       (--bug if, --bug signal, --items 10, --help)
 * Watch:   build/lab run bounded_buffer
 * Expect:  every item is taken once. Who finds the buffer full, or empty, sleeps in a
 *          condition until somebody calls, and then looks again.
 * Compare: --bug if, where who was called does not look again: somebody else may have
 *          been faster, and it takes what is not there, or writes over what is;
 *          --bug signal, with one condition for all: who has taken an item calls another
 *          one who waits for an item, and all sleep. After 5 seconds main ends them.
 *          Two items are enough for both: in the lab, with --items 2 --capacity 1.
 *
 * Python:  with has_item:
 *              while not items: has_item.wait()
 *              item = items.popleft()
 *              has_room.notify()
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=a queue made by hand, of a lock and two conditions\0"
     "watch=--producers 1 --consumers 2 --items 5 --capacity 2 --limit 0\0"
     "explore=--producers 1 --consumers 2 --items 2 --capacity 1 --limit 0\0"
     "grain=calls\0"
     "shape=--producers N --consumers N --items N --capacity N --limit 0\0"
     "lesson=30-queue\0");

enum { PROCESSES_MAX = 16, ITEMS_MAX = 1000000, LIMIT_MAX_MS = 3600000 };
enum { BUG_NONE, BUG_IF, BUG_SIGNAL };

static const char *const bugs[] = {"none", "if", "signal", NULL};
static const char *bug_word = "none";
static int bug;
static int producers = 1;
static int consumers = 2;
static int items = 1000;
static int capacity = 1;
static int limit = 5000;

/* In shared memory. Who reads or changes any of it has buffer_lock. */
struct buffer {
    int put, taken; /* so many, since the beginning */
};

struct slot { /* `capacity` of them, used round and round */
    int item;
};

struct tally { /* one for each item */
    int got;   /* so often it was taken */
};

struct job { /* private: each process has its own copy */
    struct buffer *buffer;
    struct slot *slot;
    struct tally *tally;
    mp_lock *buffer_lock;
    mp_cond *has_room, *has_item; /* with --bug signal it is the same */
    int number;                   /* of this producer or consumer, from 0 */
};

static void put(struct job *job, int item)
{
    struct buffer *buffer = job->buffer;
    must(mp_lock_acquire(job->buffer_lock, MP_FOREVER));
    while (buffer->put - buffer->taken >= capacity) {
        must(mp_cond_wait(job->has_room, MP_FOREVER));
        if (bug == BUG_IF) {
            break; /* BUG: as if the `while` was an `if` */
        }
    }
    job->slot[buffer->put % capacity].item = item;
    buffer->put += 1;
    must(mp_cond_notify(job->has_item, 1));
    must(mp_lock_release(job->buffer_lock));
}

static void take(struct job *job)
{
    struct buffer *buffer = job->buffer;
    must(mp_lock_acquire(job->buffer_lock, MP_FOREVER));
    while (buffer->put - buffer->taken <= 0) {
        must(mp_cond_wait(job->has_item, MP_FOREVER));
        if (bug == BUG_IF) {
            break;
        }
    }
    job->tally[job->slot[buffer->taken % capacity].item].got += 1;
    buffer->taken += 1;
    must(mp_cond_notify(job->has_room, 1));
    must(mp_lock_release(job->buffer_lock));
}

static int produce(void *arg)
{
    struct job *job = arg;
    for (int i = job->number; i < items; i += producers) {
        put(job, i + 1); /* items are 1, 2, ...: a slot never used has 0 */
    }
    return 0;
}

static int consume(void *arg)
{
    struct job *job = arg;
    for (int i = job->number; i < items; i += consumers) { /* its share of them, any */
        take(job);
    }
    return 0;
}

static mp_process *start(mp_target fn, struct job *job, const char *name, int i, int count)
{
    mp_process *child;
    job->number = i;
    struct mp_process_options named = {.name = count > 1 ? demo_name(name, i + 1) : name};
    must(mp_process_create(&child, fn, job, &named));
    must(mp_process_start(child));
    return child;
}

/* Every item once: "items 10, expected 10, lost 0, doubled 0". */
static int count_items(const struct tally *tally)
{
    long all = 0, lost = 0, doubled = 0;
    char problem[48];
    for (int i = 1; i <= items; i++) {
        all += tally[i].got;
        lost += tally[i].got == 0;
        doubled += tally[i].got > 1;
    }
    snprintf(problem, sizeof problem, "lost %ld, doubled", lost);
    return demo_result("items", all, items, problem, doubled);
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Producers put numbers into a buffer, consumers take them.",
                 (const struct demo_option[]){
                     {"producers", &producers, 1, PROCESSES_MAX, "processes that put"},
                     {"consumers", &consumers, 1, PROCESSES_MAX, "processes that take"},
                     {"items", &items, 1, ITEMS_MAX, "items in all"},
                     {"capacity", &capacity, 1, ITEMS_MAX, "slots of the buffer"},
                     {"bug", &bug_word, DEMO_TEXT, "WORD none, if or signal"},
                     {"limit", &limit, 0, LIMIT_MAX_MS, "ms main waits, 0 for ever"},
                     {0}});
    bug = demo_choice("bug", bug_word, bugs);
    struct job job = {.buffer = must_have(MP_SHARED(struct buffer)),
                      .slot = must_have(MP_SHARED_ARRAY(struct slot, capacity)),
                      .tally = must_have(MP_SHARED_ARRAY(struct tally, items + 1))};
    must(mp_lock_create(&job.buffer_lock));
    if (bug == BUG_SIGNAL) {
        mp_cond *changed; /* BUG: who waits for different things sleeps in one place */
        must(mp_cond_create(&changed, job.buffer_lock));
        job.has_room = job.has_item = changed;
    } else {
        must(mp_cond_create(&job.has_room, job.buffer_lock));
        must(mp_cond_create(&job.has_item, job.buffer_lock));
    }
    demo_title("%d producer%s, %d consumer%s, %d item%s%s%s", producers,
               producers == 1 ? "" : "s", consumers, consumers == 1 ? "" : "s", items,
               items == 1 ? "" : "s", bug == BUG_NONE ? "" : ", bug ",
               bug == BUG_NONE ? "" : bug_word);
    demo_expect("items", items);
    printf("bounded_buffer: %d item%s through %d slot%s, bug %s\n", items,
           items == 1 ? "" : "s", capacity, capacity == 1 ? "" : "s", bug_word);

    mp_process *child[2 * PROCESSES_MAX];
    for (int i = 0; i < producers; i++) {
        child[i] = start(produce, &job, "producer", i, producers);
    }
    for (int i = 0; i < consumers; i++) {
        child[producers + i] = start(consume, &job, "consumer", i, consumers);
    }
    demo_join_all(child, producers + consumers, limit);
    return count_items(job.tally);
}
