// SPDX-License-Identifier: MIT
// Sessions in the test process: a program started, or attached to, and moved on as the lab
// would do it, but without a screen and as far as the test wants.
#pragma once

#include "limit.h"
#include "paths.h"
#include "proc.h"

#include "clock.h"
#include "session/session.h"

#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SESSION_ARGS = 16, SESSION_LIMIT_MS = 10000 };

// Splits "demos/lock_race --increments 2" into words; the first is a thing that was built,
// or a path. The words are kept in `line`.
struct session_line {
    char line[256];
    char path[512];
    char *argv[SESSION_ARGS];
};

static inline char *const *session_words(struct session_line *words, const char *command)
{
    int count = 0;
    char *rest = words->line;
    snprintf(words->line, sizeof words->line, "%s", command);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        ck_assert_int_lt(count, SESSION_ARGS - 1);
        words->argv[count++] = word;
    }
    words->argv[count] = NULL;
    const char *name = words->argv[0] != NULL ? words->argv[0] : "";
    snprintf(words->path, sizeof words->path, "%s", name[0] == '/' ? name : built(name));
    words->argv[0] = words->path;
    return words->argv;
}

// Starts a program; fails the test when it cannot be.
static inline void session_begin(struct session *session, const char *command,
                                 struct run_setup setup)
{
    struct session_line words = {.line = ""};
    char why[512] = "";
    setup.argv = session_words(&words, command);
    if (session_start(session, &setup, why, sizeof why) != 0) {
        ck_abort_msg("%s: %s", command, why);
    }
}

// Ends it, and takes the orphans that it left to this process, as init would.
static inline void session_finish(struct session *session)
{
    pid_t keeper = session->program.keeper;
    session_end(session);
    if (keeper > 0 && !proc_wait_session(keeper, SESSION_LIMIT_MS)) {
        ck_abort_msg("the session of %d does not end", (int)keeper);
    }
}

static inline bool session_has_ended(struct session *session)
{
    return session->ended;
}

static inline bool session_stands(struct session *session)
{
    return session->ended || session_is_stopped(session);
}

// Moves on until it is so. False when it was not in time.
static inline bool session_wait(struct session *session, bool (*is_so)(struct session *),
                                int ms)
{
    int64_t deadline = limit_after(ms);
    while (!is_so(session)) {
        if (limit_left(deadline) == 0) {
            return false;
        }
        if (!session_pump(session, mp_nanoseconds())) {
            sched_yield();
        }
    }
    return true;
}

// One line on where a run is, for a message; a static buffer.
static inline const char *session_describe(const struct session *session)
{
    static char text[1024];
    const struct mp_gate *gate = &watch_world(session->watch)->gate;
    size_t used = (size_t)snprintf(
        text, sizeof text, "mode %u, baton %x, stop %u, steps %llu of %llu%s",
        atomic_load(&gate->mode), atomic_load(&gate->baton), atomic_load(&gate->stop),
        (unsigned long long)atomic_load(&gate->steps),
        (unsigned long long)atomic_load(&gate->allowed), session->ended ? ", ended" : "");
    for (unsigned i = 0; i < session->model->process_count && used < sizeof text; i++) {
        char next[64];
        const struct mp_process_entry *entry = &session->model->processes[i].entry;
        model_does_next(session->model, i, next, sizeof next);
        used += (size_t)snprintf(
            text + used, sizeof text - used, "; %u %s (%d): life %u, %s", i,
            model_name(session->model, i), (int)entry->pid, entry->life, next);
    }
    return text;
}

// The same numbers each time: splitmix64.
static inline uint64_t session_draw(uint64_t *state, uint64_t below)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return below > 0 ? (z ^ (z >> 31)) % below : 0;
}

// A world of the test's own, made as the lab makes one.
static inline struct mp_world *world_new(int *fd)
{
    struct mp_world *world;
    ck_assert_int_eq(mp_world_create(fd, &world), 0);
    return world;
}

static inline void world_let_go(int fd, struct mp_world *world)
{
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
