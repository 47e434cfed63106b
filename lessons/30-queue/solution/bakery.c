// SPDX-License-Identifier: MIT
/*
 * Shows:   bakers put bread on a shelf, sellers take it; main says when it is over.
 * Run:     build/demos/bakery               (--bakers 1, --sellers 1, --help)
 * Watch:   build/lab run bakery
 * Expect:  all bread is sold, and everybody goes home.
 */
#include "demo.h"

#include <stdio.h>

DEMO("summary=two bakers, three sellers, one shelf\0"
     "watch=--breads 2\0"
     "explore=--breads 1 --sellers 2\0"
     "grain=calls\0");

enum { SHELF = 4, PEOPLE_MAX = 9, WAIT_MS = 500 };

static int bakers = 2;
static int sellers = 3;
static int breads = 12;

struct job { /* private: each process has its own copy */
    mp_queue *shelf;
    int *sold; /* shared: each seller writes down in a place of its own what it sold */
    int number;
};

static int bake(void *arg)
{
    struct job *job = arg;
    for (int bread = 0; bread < breads; bread++) {
        must(mp_queue_put(job->shelf, &bread, sizeof bread, MP_FOREVER));
    }
    return 0;
}

static int sell(void *arg)
{
    struct job *job = arg;
    int bread;
    while (mp_queue_get(job->shelf, &bread, sizeof bread, NULL, MP_FOREVER) == 0) {
        job->sold[job->number] += 1;
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

/* 1 when it did not end by itself, or not well. After the first one that waits too long the
   others get no more time. */
static int join(mp_process *child, int failed)
{
    if (mp_process_join(child, failed == 0 ? WAIT_MS : 0) != 0) {
        printf("%s still waits: main ends it\n", mp_process_name(child));
        must(mp_process_stop(child, WAIT_MS));
        return 1;
    }
    return demo_say_end(child);
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Bakers put bread on a shelf, sellers take it.",
                 (const struct demo_option[]){
                     {"bakers", &bakers, 1, PEOPLE_MAX, "processes that bake"},
                     {"sellers", &sellers, 1, PEOPLE_MAX, "processes that sell"},
                     {"breads", &breads, 1, 100000, "breads by each baker"},
                     {0}});
    struct job job = {.sold = must_have(MP_SHARED_ARRAY(int, sellers))};
    must(mp_queue_create(&job.shelf, int, SHELF));
    demo_title("%d bakers, %d sellers, %d breads each", bakers, sellers, breads);
    printf("bakery: %d bakers with %d breads each, %d sellers\n", bakers, breads, sellers);

    mp_process *baker[PEOPLE_MAX], *seller[PEOPLE_MAX];
    for (int i = 0; i < bakers; i++) {
        baker[i] = start(bake, &job, "baker", i);
    }
    for (int i = 0; i < sellers; i++) {
        seller[i] = start(sell, &job, "seller", i);
    }
    int failed = 0;
    for (int i = 0; i < bakers; i++) {
        failed += join(baker[i], failed);
    }
    must(mp_queue_close(job.shelf)); /* all who could put have ended */
    for (int i = 0; i < sellers; i++) {
        failed += join(seller[i], failed);
    }
    long sold = 0;
    for (int i = 0; i < sellers; i++) {
        sold += job.sold[i];
    }
    return demo_result("sold", sold, (long)bakers * breads, "did not end well", failed) !=
               0 ||
           sold != (long)bakers * breads;
}
