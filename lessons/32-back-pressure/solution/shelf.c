// SPDX-License-Identifier: MIT
/*
 * Shows:   a queue of one's own: a ring of places, a lock, and two semaphores.
 * Run:     build/demos/shelf                (--items 4, --people 1, --help)
 * Watch:   build/lab run shelf
 * Expect:  each item comes once. Who puts waits for a free place, who takes for an item.
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=a queue of one's own, made of a ring, a lock, semaphores\0"
     "watch=--items 4\0"
     "explore=--items 2 --people 1\0"
     "grain=memory\0");

enum { PLACES = 2, PEOPLE_MAX = 9, ITEMS_MAX = 10000 };

static int people = 2;
static int items = 100;

struct shelf { /* one, in shared memory; shelf_lock guards all of it */
    int place[PLACES];
    int put;   /* so many were put: the next one goes to place[put % PLACES] */
    int taken; /* so many were taken */
};

struct job { /* private: each process has its own copy */
    struct shelf *shelf;
    mp_lock *shelf_lock;
    mp_sem *places; /* a permit for each free place */
    mp_sem *filled; /* a permit for each item on the shelf */
    int *got;       /* shared: how often each item was taken */
    int number;
};

static void put_on_shelf(struct job *job, int item)
{
    struct shelf *shelf = job->shelf;
    must(mp_sem_acquire(job->places, MP_FOREVER)); /* waits for a free place */
    must(mp_lock_acquire(job->shelf_lock, MP_FOREVER));
    shelf->place[shelf->put % PLACES] = item;
    shelf->put += 1;
    must(mp_lock_release(job->shelf_lock));
    must(mp_sem_release(job->filled, 1));
}

static int take_from_shelf(struct job *job)
{
    struct shelf *shelf = job->shelf;
    must(mp_sem_acquire(job->filled, MP_FOREVER)); /* waits for an item */
    must(mp_lock_acquire(job->shelf_lock, MP_FOREVER));
    int item = shelf->place[shelf->taken % PLACES];
    shelf->taken += 1;
    must(mp_lock_release(job->shelf_lock));
    must(mp_sem_release(job->places, 1));
    return item;
}

/* Items have numbers from 1; 0 is an empty place. */
static int putter(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i < items; i++) {
        put_on_shelf(job, 1 + job->number * items + i);
    }
    return 0;
}

static int taker(void *arg)
{
    struct job *job = arg;
    for (int i = 0; i < items; i++) {
        job->got[take_from_shelf(job)] += 1;
    }
    return 0;
}

static mp_process *start(mp_target fn, struct job *job, const char *name, int i)
{
    mp_process *child;
    struct mp_process_options named = {.name = demo_name(name, i + 1)};
    job->number = i; /* the child gets its copy when it starts */
    must(mp_process_create(&child, fn, job, &named));
    must(mp_process_start(child));
    return child;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "As many put on a shelf as take from it.",
                 (const struct demo_option[]){
                     {"people", &people, 1, PEOPLE_MAX, "that put, and that take"},
                     {"items", &items, 1, ITEMS_MAX, "items by each"},
                     {0}});
    int all = people * items;
    struct job job = {.shelf = must_have(MP_SHARED(struct shelf)),
                      .got = must_have(MP_SHARED_ARRAY(int, all + 1))};
    must(mp_lock_create(&job.shelf_lock));
    must(mp_sem_create(&job.places, PLACES, PLACES));
    must(mp_sem_create(&job.filled, 0, PLACES));
    demo_title("%d put, %d take, %d items each", people, people, items);
    printf("shelf: %d put and %d take, %d items each; %d places\n", people, people, items,
           PLACES);

    mp_process *child[2 * PEOPLE_MAX];
    for (int i = 0; i < people; i++) {
        child[i] = start(putter, &job, "putter", i);
        child[people + i] = start(taker, &job, "taker", i);
    }
    for (int i = 0; i < 2 * people; i++) {
        must(mp_process_join(child[i], MP_FOREVER));
        demo_say_end(child[i]);
    }
    long once = 0;
    for (int i = 1; i <= all; i++) {
        once += job.got[i] == 1;
    }
    return demo_result("came once", once, all, "others", all - once);
}
