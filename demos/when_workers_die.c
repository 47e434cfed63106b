// SPDX-License-Identifier: MIT
/*
 * Shows:   five processes are killed where it hurts most, and what is left standing.
 * Run:     build/demos/when_workers_die     (--scene 1 to 5: that one alone)
 * Watch:   build/lab run when_workers_die
 * Expect:  whoever waits for the dead is told so and goes on; nothing hangs. The column on
 *          CPython is what it was seen to do; lesson 52 lets you see it yourself.
 *
 * Python:  os.kill(os.getpid(), signal.SIGKILL)
 */
#include "demo.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

DEMO("summary=five processes are killed where it hurts, and what is left\0"
     "watch=--scene 1\0"
     "explore=--scene 3\0"
     "grain=calls\0"
     "lesson=52-when-workers-die\0");

enum {
    SCENES = 5,
    WORKERS = 3,
    TASKS = 6,
    UNLUCKY = 3, /* the task in which a worker dies */
    ITEMS = 4,
    CHILDREN = 3,
    PATIENCE_MS = 5000, /* who waits longer than this hangs */
};

static int only_scene;

/* What a scene found: a sentence, and whether all that was left went on. */
struct outcome {
    char text[64];
    int hangs;
};

static void die(void)
{
    fflush(stdout);
    kill(getpid(), SIGKILL); /* no handler, no exit(), no last word */
}

static mp_process *start(const char *name, mp_target fn, void *arg)
{
    mp_process *child;
    struct mp_process_options options = {.name = name};
    must(mp_process_create(&child, fn, arg, &options));
    must(mp_process_start(child));
    return child;
}

static void end(mp_process *child)
{
    must(mp_process_join(child, MP_FOREVER));
    must(mp_process_destroy(child));
}

/* --- 1: a worker in its task ------------------------------------------------------------ */

static int square(const void *item, void *result)
{
    const int *number = item;
    int *answer = result;
    if (*number == UNLUCKY) {
        die();
    }
    *answer = *number * *number;
    return 0;
}

static int count_done(const int *status)
{
    int done = 0;
    for (int i = 0; i < TASKS; i++) {
        done += status[i] == 0;
    }
    return done;
}

static struct outcome in_its_task(void)
{
    int numbers[TASKS] = {1, 2, 3, 4, 5, 6};
    int squares[TASKS] = {0};
    int status[TASKS];
    struct mp_map_options options = {
        .chunk = 1, .status = status, .timeout_ms = PATIENCE_MS};
    struct outcome outcome = {.hangs = 0};
    mp_pool *pool;
    must(mp_pool_create(&pool, WORKERS, NULL));
    int rc = mp_pool_map(pool, square, numbers, TASKS, squares, &options);
    snprintf(outcome.text, sizeof outcome.text, "%d of %d results, %s", count_done(status),
             TASKS, rc == -EOWNERDEAD ? "1 told as lost" : "nobody says why");
    outcome.hangs = rc == -ETIMEDOUT;
    must(mp_pool_destroy(pool));
    return outcome;
}

/* --- 2: an idle worker ------------------------------------------------------------------- */

static int who_am_i(const void *item, void *result)
{
    int *pid = result;
    (void)item;
    *pid = (int)getpid();
    return 0;
}

static struct outcome while_idle(void)
{
    int numbers[TASKS] = {0};
    int pids[TASKS] = {0};
    int status[TASKS];
    struct mp_map_options options = {
        .chunk = 1, .status = status, .timeout_ms = PATIENCE_MS};
    struct outcome outcome = {.hangs = 0};
    mp_pool *pool;
    must(mp_pool_create(&pool, WORKERS, NULL));
    must(mp_pool_map(pool, who_am_i, numbers, TASKS, pids, &options));
    kill(pids[0], SIGKILL);
    outcome.hangs =
        mp_pool_map(pool, who_am_i, numbers, TASKS, pids, &options) == -ETIMEDOUT;
    snprintf(outcome.text, sizeof outcome.text, "%d of %d results of the next map",
             count_done(status), TASKS);
    must(mp_pool_destroy(pool));
    return outcome;
}

/* --- 3: the owner of a lock --------------------------------------------------------------- */

static int die_with_lock(void *arg)
{
    mp_lock *lock = arg;
    must(mp_lock_acquire(lock, MP_FOREVER));
    die();
    return 0;
}

static struct outcome with_the_lock(void)
{
    struct outcome outcome = {.hangs = 0};
    mp_lock *lock;
    must(mp_lock_create(&lock));
    end(start("owner", die_with_lock, lock));
    int rc = mp_lock_acquire(lock, PATIENCE_MS);
    snprintf(outcome.text, sizeof outcome.text, "%s",
             rc == MP_RECOVERED ? "main gets it, and is told why"
             : rc == 0          ? "main gets it, and knows nothing"
                                : "nobody gets it");
    outcome.hangs = rc == -ETIMEDOUT;
    if (rc >= 0) {
        must(mp_lock_release(lock));
    }
    must(mp_lock_destroy(lock));
    return outcome;
}

/* --- 4: a consumer that waits ------------------------------------------------------------- */

struct trade {
    mp_queue *jobs;
    mp_event *took_one;
};

static int take_all(void *arg)
{
    struct trade *trade = arg;
    int item;
    while (mp_queue_get(trade->jobs, &item, sizeof item, NULL, MP_FOREVER) == 0) {
        must(mp_event_set(trade->took_one));
    }
    return 0;
}

/* Until the kernel says that it sleeps: then it waits for the next item. */
static void wait_asleep(mp_process *child)
{
    char path[64];
    char state = 'R';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)mp_process_pid(child));
    while (state != 'S') {
        FILE *stat = fopen(path, "re");
        if (stat == NULL || fscanf(stat, "%*d (%*[^)]) %c", &state) != 1) {
            state = 'S'; /* no /proc here */
        }
        if (stat != NULL) {
            fclose(stat);
        }
    }
}

static struct outcome waiting_in_get(void)
{
    struct outcome outcome = {.hangs = 0};
    struct trade trade;
    int taken = 0;
    int item = 0;
    int rc = 0;
    must(mp_queue_create(&trade.jobs, int, ITEMS));
    must(mp_event_create(&trade.took_one));
    mp_process *consumer = start("consumer", take_all, &trade);
    must(mp_queue_put(trade.jobs, &item, sizeof item, MP_FOREVER));
    must(mp_event_wait(trade.took_one, MP_FOREVER));
    wait_asleep(consumer);
    must(mp_process_kill(consumer));
    end(consumer);
    for (item = 1; item <= ITEMS; item++) {
        must(mp_queue_put(trade.jobs, &item, sizeof item, MP_FOREVER));
    }
    while (rc == 0 && taken < ITEMS) {
        rc = mp_queue_get(trade.jobs, &item, sizeof item, NULL, PATIENCE_MS);
        taken += rc == 0;
    }
    snprintf(outcome.text, sizeof outcome.text, "%d of %d items reach another", taken,
             ITEMS);
    outcome.hangs = rc == -ETIMEDOUT;
    must(mp_event_destroy(trade.took_one));
    must(mp_queue_destroy(trade.jobs));
    return outcome;
}

/* --- 5: the parent ------------------------------------------------------------------------ */

static int wait_for_a_job(void *arg)
{
    int item;
    return mp_queue_get(arg, &item, sizeof item, NULL, MP_FOREVER);
}

static int start_and_die(void *arg)
{
    for (int i = 0; i < CHILDREN; i++) {
        start(NULL, wait_for_a_job, arg);
    }
    die();
    return 0;
}

/* All of them have the pipe's other end, and nobody else: when it closes, all have gone. */
static struct outcome their_parent(void)
{
    struct outcome outcome = {.hangs = 0};
    int ends[2];
    int ready;
    mp_queue *jobs;
    must(pipe(ends));
    must(mp_queue_create(&jobs, int, 1));
    mp_process *parent = start("parent", start_and_die, jobs);
    close(ends[1]);
    end(parent);
    outcome.hangs = mp_wait_any(&ends[0], 1, &ready, PATIENCE_MS) != 1;
    snprintf(outcome.text, sizeof outcome.text, "%s of its %d children live on",
             outcome.hangs ? "some" : "0", CHILDREN);
    close(ends[0]);
    must(mp_queue_destroy(jobs));
    return outcome;
}

/* --- the table ----------------------------------------------------------------------------- */

static const struct scene {
    const char *killed;
    struct outcome (*play)(void);
    const char *in_python;
} scenes[SCENES] = {
    {"a worker in its task", in_its_task, "map() waits for ever"},
    {"an idle worker", while_idle, "the pool hangs"},
    {"the owner of a lock", with_the_lock, "acquire() waits for ever"},
    {"a consumer in get", waiting_in_get, "all get() wait for ever"},
    {"the parent", their_parent, "all children live on"},
};

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Kills processes where it hurts most.",
                 (const struct demo_option[]){
                     {"scene", &only_scene, 1, SCENES, "this one alone"}, {0}});
    int first = only_scene > 0 ? only_scene - 1 : 0;
    int last = only_scene > 0 ? only_scene : SCENES;
    int hung = 0;
    demo_title("%s%s", last - first == 1 ? "killed: " : "five deaths",
               last - first == 1 ? scenes[first].killed : "");
    demo_expect("scenes", last - first);
    printf("%-22s%-32s%s\n", "killed", "what is left here", "in CPython");
    for (int i = first; i < last; i++) {
        struct outcome outcome = scenes[i].play();
        hung += outcome.hangs;
        printf("%-22s%-32s%s\n", scenes[i].killed, outcome.text, scenes[i].in_python);
    }
    return demo_result("scenes", last - first, last - first, "hung", hung);
}
