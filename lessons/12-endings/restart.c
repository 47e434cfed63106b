// SPDX-License-Identifier: MIT
/*
 * Shows:   a worker that crashes, and main, which starts it again.
 * Run:     build/demos/restart         (--crashes 9, --status 2, --help)
 * Watch:   build/lab run restart
 * Expect:  so far one try, and a number for how it ended. Make it say what the number
 *          means, and try again, at most 3 times, if it was a crash.
 *
 * Python:  p.join()
 *          if p.exitcode < 0: ...
 */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DEMO("summary=a worker crashes and is started again\0"
     "explore=--crashes 1\0"
     "grain=lives\0");

enum { TRIES_MAX = 3 };

static int crashes = 2;
static int status;
static int tries; /* how often work() has been begun. Really? */

static int work(void *arg)
{
    int number = *(int *)arg;
    tries++;
    printf("%s: here I am, tries is %d\n", mp_current_name(), tries);
    fflush(stdout); /* who crashes has no time to give out what it has printed */
    if (number <= crashes) {
        abort();
    }
    return status;
}

/* Starts worker `number` and waits for it. Returns its exit status, or -N for signal N. */
static int run(int number)
{
    mp_process *worker;
    int code;
    struct mp_process_options named = {.name = demo_name("worker", number)};
    must(mp_process_create(&worker, work, &number, &named));
    must(mp_process_start(worker));
    must(mp_process_join(worker, MP_FOREVER));
    must(mp_process_exitcode(worker, &code));
    printf("%s: %d\n", mp_process_name(worker), code); /* TODO: what does it mean? */
    must(mp_process_destroy(worker));
    return code;
}

int main(int argc, char **argv)
{
    demo_options(argc, argv, "Starts a worker, and again when it has crashed.",
                 (const struct demo_option[]){
                     {"crashes", &crashes, 0, 1000, "workers that crash"},
                     {"status", &status, 0, 255, "what the one after them returns"},
                     {0}});
    demo_title("at most %d tries, %d of them crash%s", TRIES_MAX, crashes,
               crashes == 1 ? "es" : "");

    int code = run(1); /* TODO: again if it crashed, but not more than TRIES_MAX times */

    return demo_result("work done", code == 0, 1, "failed", code != 0);
}
