// SPDX-License-Identifier: MIT
// A program that ends badly, or never: the argument says how. Two children add to one
// counter under a lock; main joins them and says how they ended.
#include "demo.h"
#include "mp.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

DEMO("summary=ends badly\0"
     "grain=memory\0");

enum { CHILDREN = 2, TURNS = 3, START_LIMIT_MS = 300 };

struct shared {
    int counter;
};

static const char *how;
static struct shared *shared;
static mp_barrier *start;
static mp_lock *lock;
static bool is_first; // of the two children

static bool is(const char *word)
{
    return strcmp(how, word) == 0;
}

static void crash(void)
{
    *(volatile int *)8 = 1;
}

static _Noreturn void never_end(void)
{
    if (is("deaf")) { // to all that can be refused
        signal(SIGHUP, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        signal(SIGINT, SIG_IGN);
    }
    for (volatile unsigned turn = 0;; turn++) {
        if (is("busy") || is("deaf")) {
            shared->counter += 1;
        }
    }
}

static void misbehave_before_start(void)
{
    if (is("kill-before-start")) {
        raise(SIGKILL);
    }
    if (is("exit-before-start")) {
        exit(7);
    }
}

static void misbehave_at_work(void)
{
    if (is("segv-child")) {
        crash();
    }
    if (is("abort-child")) {
        abort();
    }
    if (is("exit-child")) {
        exit(7);
    }
    if (is("quit-child")) {
        _exit(7); // not even mp hears of it
    }
    if (is("kill-holder")) {
        raise(SIGKILL);
    }
    if (is("busy") || is("deaf") || is("computes")) {
        never_end();
    }
}

static int work(void *arg)
{
    is_first = *(int *)arg == 0;
    if (is_first) {
        misbehave_before_start();
    }
    int rc = mp_barrier_wait(start, START_LIMIT_MS);
    if (rc < 0) {
        printf("no start: %s\n", strerror(-rc));
        return 4;
    }
    for (int i = 0; i < TURNS; i++) {
        if (mp_lock_acquire(lock, MP_FOREVER) == MP_RECOVERED) {
            printf("recovered\n");
        }
        shared->counter += 1;
        if (is_first && i == 1) {
            misbehave_at_work();
        }
        mp_lock_release(lock);
    }
    return 0;
}

int main(int argc, char **argv)
{
    how = argc > 1 ? argv[1] : "";
    shared = must_have(MP_SHARED(struct shared));
    must(mp_barrier_create(&start, CHILDREN));
    must(mp_lock_create(&lock));
    mp_process *children[CHILDREN];
    int numbers[CHILDREN];
    for (int i = 0; i < CHILDREN; i++) {
        numbers[i] = i;
        must(mp_process_create(&children[i], work, &numbers[i], NULL));
        must(mp_process_start(children[i]));
    }
    if (is("segv-main")) {
        crash();
    }
    if (is("abort-main")) {
        abort();
    }
    if (is("exit-main")) {
        _exit(9);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int code = 0;
        must(mp_process_join(children[i], MP_FOREVER));
        must(mp_process_exitcode(children[i], &code));
        printf("child %d: %d\n", i + 1, code);
    }
    printf("counter %d\n", shared->counter);
    return 0;
}
