// SPDX-License-Identifier: MIT
/*
 * Shows:   people round a table, a fork between any two, and each needs two forks to eat.
 * Run:     build/demos/philosophers         (--people 5, --fix order, --fix try, --help)
 * Watch:   build/lab run philosophers
 * Expect:  all have their left fork and wait for the right one: a circle, and all starve.
 *          After 5 seconds main ends them. With --fix order all meals are eaten, always.
 * Compare: --fix order, where the last one takes the right fork first: no circle closes;
 *          --fix try, where nobody waits with a fork in hand: nobody ever gets stuck. But
 *          all may put their forks back together, try again together, and so on: that is
 *          a livelock. In the lab you can keep it up, so who has tried --tries times in
 *          vain goes without that meal; alone it hardly ever comes to that.
 *
 * Python:  with left:                  with left:
 *              with right: eat()           if right.acquire(block=False): eat()
 */
#include "demo.h"

#include <errno.h>
#include <stdio.h>

DEMO("summary=each needs two forks: all take one, and wait for the other\0"
     "watch=--people 3 --meals 3 --limit 0\0"
     "explore=--people 3 --meals 1 --limit 0\0"
     "grain=calls\0"
     "shape=--people N --meals N --limit 0\0"
     "lesson=62-deadlock\0");

enum { START_LIMIT_MS = 5000, LIMIT_MAX_MS = 3600000, PEOPLE_MAX = 16 };
enum { FIX_NONE, FIX_ORDER, FIX_TRY };

static const char *const fixes[] = {"none", "order", "try", NULL};
static const char *fix_word = "none";
static int fix;
static int people = 3;
static int meals_each = 300000;
static int tries = 100;
static int limit = 5000;

struct job {         /* private: each process has its own copy */
    mp_value *meals; /* shared: eaten by all */
    mp_lock *fork[PEOPLE_MAX];
    mp_barrier *start;
    int number; /* of this person, from 0 */
};

/* Waits for one, and then, with it in hand, for the other. */
static int take_both(mp_lock *first, mp_lock *second)
{
    must(mp_lock_acquire(first, MP_FOREVER));
    must(mp_lock_acquire(second, MP_FOREVER)); /* DEADLOCK: if all do it in a circle */
    return 1;
}

/* Both or none: where the second is taken it puts the first back, and then waits for the
   one that it could not have. 0: it has tried often enough. */
static int try_both(mp_lock **first, mp_lock **second)
{
    for (int i = 0; i < tries; i++) {
        must(mp_lock_acquire(*first, MP_FOREVER));
        int rc = mp_lock_acquire(*second, 0);
        if (rc != -EAGAIN) {
            must(rc);
            return 1;
        }
        must(mp_lock_release(*first));
        mp_lock *wanted = *second;
        *second = *first;
        *first = wanted;
    }
    return 0;
}

static int dine(void *arg)
{
    struct job *job = arg;
    int left = job->number;
    int right = (job->number + 1) % people;
    int turned = fix == FIX_ORDER && right < left; /* the lower number first */
    mp_lock *first = job->fork[turned ? right : left];
    mp_lock *second = job->fork[turned ? left : right];
    must(mp_barrier_wait(job->start, START_LIMIT_MS)); /* all start together */
    for (int i = 0; i < meals_each; i++) {
        int has_both =
            fix == FIX_TRY ? try_both(&first, &second) : take_both(first, second);
        if (has_both) {
            mp_value_add(job->meals, 1); /* in one piece */
            must(mp_lock_release(second));
            must(mp_lock_release(first));
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "People eat, each with two forks, and share each fork.",
                 (const struct demo_option[]){
                     {"people", &people, 2, PEOPLE_MAX, "people, and forks"},
                     {"meals", &meals_each, 1, 1000000, "meals of each"},
                     {"fix", &fix_word, DEMO_TEXT, "WORD none, order or try"},
                     {"tries", &tries, 1, 1000000, "tries for one meal"},
                     {"limit", &limit, 0, LIMIT_MAX_MS, "ms main waits, 0 for ever"},
                     {0}});
    fix = demo_choice("fix", fix_word, fixes);
    struct job job = {.number = 0};
    must(mp_barrier_create(&job.start, (unsigned)people));
    for (int i = 0; i < people; i++) {
        must(mp_lock_create_named(&job.fork[i], demo_name("fork", i + 1)));
    }
    must(mp_value_create(&job.meals, 0));
    demo_title("%d people, %d meal%s each, fix %s", people, meals_each,
               meals_each == 1 ? "" : "s", fix_word);
    long expected = (long)people * meals_each;
    demo_expect("meals", expected);
    printf("philosophers: %d people, %d forks, %d meal%s each, fix %s\n", people, people,
           meals_each, meals_each == 1 ? "" : "s", fix_word);

    mp_process *child[PEOPLE_MAX];
    for (int i = 0; i < people; i++) {
        struct mp_process_options named = {.name = demo_name("person", i + 1)};
        job.number = i;
        must(mp_process_create(&child[i], dine, &job, &named));
        must(mp_process_start(child[i]));
    }
    demo_join_all(child, people, limit);

    long meals = (long)mp_value_get(job.meals);
    if (meals == expected && fix == FIX_NONE) {
        printf("Nobody got stuck this time. That proves nothing: run it again.\n");
    }
    return demo_result("meals", meals, expected, "missing", expected - meals);
}
