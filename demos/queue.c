// SPDX-License-Identifier: MIT
/*
 * Shows:   one process puts items into a queue, another takes them out.
 * Run:     build/demos/queue      (--producers 2 --consumers 3, --sentinel, --forever, --help)
 * Watch:   build/lab run queue
 * Expect:  every item arrives once. The queue has few slots: whoever is faster waits for the
 *          other. A consumer ends when it finds the queue closed and empty.
 * Compare: --forever, as the post has it: nobody says that it is over, and the consumer
 *          never ends; --sentinel, the usual way out in Python.
 *
 * Python:  def producer(q):
 *              for i in range(10): q.put(i)
 *          def consumer(q):
 *              while True: print(q.get())
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=one process puts, another takes\0"
     "watch=--items 10\0"
     "explore=--producers 1 --consumers 2 --items 3\0"
     "grain=calls\0"
     "shape=--producers N --consumers N --items N\0"
     "lesson=30-queue\0"
     "end=-1\0");

enum { PROCESSES_MAX = 16, ITEMS_MAX = 1000000, END = -1, FOREVER_MS = 2000 };

static int producers = 1;
static int consumers = 1;
static int items = 10;
static int capacity = 4;
static int sentinel;
static int forever;

struct job { /* private: each process has its own copy */
    mp_queue *jobs;
    int *taken; /* shared: how often each item was taken */
    int number; /* of this producer, from 0 */
};

/* Nothing more comes: says so to every consumer. */
static void say_that_it_is_over(mp_queue *jobs)
{
    static const int end = END;
    for (int i = 0; sentinel && i < consumers; i++) {
        must(mp_queue_put(jobs, &end, sizeof end, MP_FOREVER)); /* one for each */
    }
    if (!sentinel && !forever) {
        must(mp_queue_close(jobs));
    }
}

static int produce(void *arg)
{
    struct job *job = arg;
    for (int i = job->number; i < items; i += producers) {
        must(mp_queue_put(job->jobs, &i, sizeof i, MP_FOREVER));
    }
    if (producers == 1) {
        say_that_it_is_over(job->jobs);
    }
    return 0;
}

static int consume(void *arg)
{
    struct job *job = arg;
    int item;
    while (mp_queue_get(job->jobs, &item, sizeof item, NULL, MP_FOREVER) == 0 &&
           item != END) {
        printf("%s got %d\n", mp_current_name(), item);
        job->taken[item] += 1;
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

/* "consumer", or "3 consumers". */
static const char *several(int count, const char *one, const char *more)
{
    static char text[2][40];
    static int next;
    next = 1 - next; /* two may be used in one line */
    if (count == 1) {
        return one;
    }
    snprintf(text[next], sizeof text[next], "%d %s", count, more);
    return text[next];
}

/* Joins it; one that still waits after a while waits for ever. 1 when it did not end well. */
static int join(mp_process *child)
{
    if (mp_process_join(child, forever ? FOREVER_MS : MP_FOREVER) != 0) {
        printf("%s waits for an item that nobody will put: main ends it\n",
               mp_process_name(child));
        must(mp_process_stop(child, FOREVER_MS));
        return 1;
    }
    return demo_say_end(child);
}

static void say_how_it_ended(void)
{
    const char *sayer = producers == 1 ? "producer" : "main";
    const char *takers = several(consumers, "consumer", "consumers");
    if (sentinel) {
        printf("%s put END once for each consumer; %s took it, and ended\n", sayer,
               takers);
    } else {
        printf("%s closed the queue; %s found it closed and empty, and ended\n", sayer,
               takers);
    }
}

/* Every item once: "items 10, expected 10, lost 0, doubled 0". */
static int count_items(const int *taken)
{
    long got = 0, lost = 0, doubled = 0;
    char problem[48];
    for (int i = 0; i < items; i++) {
        got += taken[i];
        lost += taken[i] == 0;
        doubled += taken[i] > 1;
    }
    snprintf(problem, sizeof problem, "lost %ld, doubled", lost);
    return demo_result("items", got, items, problem, doubled);
}

int main(int argc, char **argv)
{
    demo_options(
        argc, argv, "Producers put numbers into a queue, consumers take them.",
        (const struct demo_option[]){
            {"producers", &producers, 1, PROCESSES_MAX, "processes that put"},
            {"consumers", &consumers, 1, PROCESSES_MAX, "processes that take"},
            {"items", &items, 1, ITEMS_MAX, "items in all"},
            {"capacity", &capacity, 1, ITEMS_MAX, "slots of the queue"},
            {"sentinel", &sentinel, 0, 0, "end with a special item, not by closing"},
            {"forever", &forever, 0, 0, "nobody says that it is over"},
            {0}});
    if (sentinel && forever) {
        fprintf(stderr,
                "queue: --sentinel and --forever exclude each other: choose one\n");
        return 2;
    }
    struct job job = {.taken = must_have(MP_SHARED_ARRAY(int, items))};
    must(mp_queue_create(&job.jobs, int, (size_t)capacity));
    demo_title("%d producer%s, %d consumer%s, %d item%s", producers,
               producers == 1 ? "" : "s", consumers, consumers == 1 ? "" : "s", items,
               items == 1 ? "" : "s");
    demo_expect("items", items);
    setvbuf(stdout, NULL, _IOLBF, 0); /* each line at once, also of who will be killed */
    printf("queue: %s 0 to %d, %s them; the queue has %d slot%s\n",
           several(producers, "producer puts", "producers put"), items - 1,
           several(consumers, "consumer takes", "consumers take"), capacity,
           capacity == 1 ? "" : "s");

    mp_process *producer[PROCESSES_MAX], *consumer[PROCESSES_MAX];
    for (int i = 0; i < producers; i++) {
        producer[i] = start(produce, &job, "producer", i, producers);
    }
    for (int i = 0; i < consumers; i++) {
        consumer[i] = start(consume, &job, "consumer", i, consumers);
    }
    int failed = 0;
    for (int i = 0; i < producers; i++) {
        failed += join(producer[i]);
    }
    if (failed > 0) {
        must(mp_queue_close(job.jobs)); /* who was killed has not said that it is over */
    } else if (producers > 1) {
        say_that_it_is_over(job.jobs);
    }
    for (int i = 0; i < consumers; i++) {
        failed += join(consumer[i]);
    }
    if (failed == 0) {
        say_how_it_ended();
    }
    return count_items(job.taken) != 0 || failed > 0;
}
