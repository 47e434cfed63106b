// SPDX-License-Identifier: MIT
// A program run under control, without the lab: its world, its events in their order, what
// it printed, and the hand that says who goes next. For the tests of gate, schedule, hooks.
//
//     struct controlled run;
//     const char *const argv[] = {built("demos/lock_race"), "--increments", "1", NULL};
//     controlled_start(&run, argv, MP_GRAIN_MEMORY, 1);
//     controlled_choose(&run, 1);   or   controlled_go(&run);
//     controlled_end(&run);
//
// Each of these waits until everybody stands, or until the program has ended; a program that
// does neither is ended by the time limit of the test.
#pragma once

#include "clock.h"
#include "proc.h"
#include "scheduler/steer.h"
#include "session/program.h"
#include "session/watch.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct controlled {
    struct program program;
    struct watch *watch;
    struct mp_world *world;
    struct steer steer;
    struct watched_event *events; // all that there were, in their order
    size_t count, room;
    char output[16384];
    size_t output_length;
    bool ended;
};

__attribute__((unused)) static void controlled_start(struct controlled *run,
                                                     const char *const argv[],
                                                     enum mp_grain grain, uint64_t seed)
{
    char *arguments[16] = {NULL};
    struct mp_world *world;
    int fd;

    memset(run, 0, sizeof *run);
    for (size_t i = 0; argv[i] != NULL; i++) {
        ck_assert_uint_lt(i, sizeof arguments / sizeof *arguments - 1);
        arguments[i] = strdup(argv[i]);
    }
    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    munmap(world, MP_WORLD_RESERVED);
    ck_assert_int_eq(watch_open(fd, &run->watch), 0);
    ck_assert_int_eq(watch_control(run->watch), 0);
    run->world = watch_world(run->watch);
    steer_prepare(&run->steer, run->world, grain, seed);
    ck_assert_int_eq(program_start(&run->program, arguments, fd), 0);
    close(fd);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        free(arguments[i]);
    }
}

// Takes the events that there are. Returns how many.
static size_t controlled_read(struct controlled *run)
{
    uint64_t dropped;
    size_t before = run->count;

    for (;;) {
        if (run->room - run->count < 1024) {
            run->room = run->room * 2 + 4096;
            run->events = realloc(run->events, run->room * sizeof *run->events);
            ck_assert_ptr_nonnull(run->events);
        }
        size_t got = watch_events(run->watch, run->events + run->count,
                                  run->room - run->count, &dropped);
        if (got == 0) {
            return run->count - before;
        }
        run->count += got;
    }
}

static void controlled_listen(struct controlled *run)
{
    size_t room = sizeof run->output - 1 - run->output_length;
    ssize_t got =
        room == 0 ? 0
                  : program_read(&run->program, run->output + run->output_length, room);

    run->output_length += got > 0 ? (size_t)got : 0;
    run->output[run->output_length] = '\0';
}

static void controlled_turn(struct controlled *run)
{
    struct mp_gate *gate = &run->world->gate;
    uint32_t stopped = atomic_load(&gate->stopped);
    bool gone = program_reap(&run->program);

    if (gone) {
        mp_note_death(run->world, 0, run->program.status);
    }
    steer_tick(&run->steer, mp_nanoseconds());
    size_t news = controlled_read(run);
    controlled_listen(run);
    run->ended = gone && atomic_load(&gate->alive) == 0;
    if (!run->ended && news == 0) {
        mp_futex_sleep(&gate->stopped, stopped, 1);
    }
}

// Until everybody stands, or the program has ended.
__attribute__((unused)) static void controlled_stand(struct controlled *run)
{
    while (!run->ended && !steer_is_stopped(&run->steer)) {
        controlled_turn(run);
    }
    controlled_read(run);
    controlled_listen(run);
}

// One step of the process with this entry, and what follows from it without a choice.
__attribute__((unused)) static void controlled_choose(struct controlled *run,
                                                      unsigned slot)
{
    controlled_stand(run);
    ck_assert_msg(!run->ended, "it ended before %u could go:\n%s", slot, run->output);
    uint64_t steps = atomic_load(&run->world->gate.steps);
    steer_choose(&run->steer, slot);
    controlled_stand(run);
    ck_assert_msg(atomic_load(&run->world->gate.steps) == steps + 1,
                  "%u could not go: %d, and it wanted %d", slot,
                  (int)mp_ready(run->world, slot).reason,
                  (int)run->world->processes[slot].now.op);
}

// On to the end, or until nobody can go any more.
__attribute__((unused)) static void controlled_go(struct controlled *run)
{
    steer_go(&run->steer);
    while (!run->ended && !steer_is_stuck(&run->steer)) {
        controlled_turn(run);
    }
    controlled_read(run);
    controlled_listen(run);
}

__attribute__((unused)) static bool controlled_printed(const struct controlled *run,
                                                       const char *text)
{
    return strstr(run->output, text) != NULL;
}

__attribute__((unused)) static void controlled_end(struct controlled *run)
{
    pid_t session = run->program.keeper;

    program_end(&run->program);
    ck_assert(proc_wait_session(session, 5000)); // children of a main that was killed
    watch_close(run->watch);
    free(run->events);
}
