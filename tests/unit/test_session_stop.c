// SPDX-License-Identifier: MIT
// Stopped is stopped: when a session says that everybody stands, nothing in the world moves
// and nobody computes, until it goes on; however it ran before, and also when it was not
// started here.
#include "launch.h"
#include "suite.h"
#include "unit/sessions.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    AT_ONCE = 25,
    WATCHED_MS = 1000,
    BEFORE_MS = 60,  // it has run so long at most when it is stopped
    TICK_US = 10000, // computing less than this in a second is looking whether to go on
};

struct stopped {
    struct session session;
    pid_t alone; // the demo, when it was started without the lab
    int64_t stop_at;
    bool asked;
    // What was there when it stood.
    struct mp_process_entry processes[MP_PROCESSES];
    struct mp_object_entry objects[MP_OBJECTS];
    uint64_t written[MP_PROCESSES];
    uint64_t computed[MP_PROCESSES]; // microseconds
    uint64_t steps;
    unsigned char arena[4096]; // its beginning, where there is one
};

// --- how it runs before ---------------------------------------------------------------------

static void start_here(struct stopped *s, int number)
{
    static const char *const commands[] = {
        "demos/lock_race --increments 100000000",
        "demos/lock_fixed --increments 100000000",
        "demos/lock_fixed --increments 100000000 --processes 4",
        "demos/process --children 32",
    };
    static const enum mp_grain grains[] = {MP_GRAIN_MEMORY, MP_GRAIN_MEMORY,
                                           MP_GRAIN_CALLS, MP_GRAIN_LIVES};
    static const unsigned speeds[] = {STEER_UNLIMITED, 100, 5000};
    int which = number % 4;
    session_begin(&s->session, commands[which],
                  (struct run_setup){.grain = grains[which],
                                     .seed = (uint64_t)number,
                                     .speed = which == 3 ? 100 : speeds[number % 3],
                                     .is_free = which < 3 && number % 5 == 0});
}

static pid_t start_alone(const char *demo)
{
    const char *const argv[] = {built(demo), "--increments", "100000000", NULL};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct spawn what = {.argv = argv, .stdio = {null, null, null}};
    pid_t pid = spawn_program(&what);
    close(null);
    return pid;
}

static void attach(struct stopped *s, int number)
{
    char why[512];
    int64_t deadline = limit_after(SESSION_LIMIT_MS);
    s->alone = start_alone(number % 2 ? "demos/lock_race" : "demos/lock_fixed");
    while (session_attach(&s->session, s->alone, why, sizeof why) != 0) {
        ck_assert_msg(limit_left(deadline) > 0, "attach: %s", why);
        limit_nap(); // it has not come to its first call of mp yet
    }
    ck_assert(s->session.has_control);
}

// --- what moves -----------------------------------------------------------------------------

// Time on a processor, in microseconds; finer than the ticks of /proc/PID/stat.
static uint64_t computed(pid_t pid)
{
    char path[48];
    unsigned long long nanoseconds = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL || fscanf(file, "%llu", &nanoseconds) != 1) {
        nanoseconds = (unsigned long long)proc_ticks(pid) * TICK_US * 1000;
    }
    if (file != NULL) {
        fclose(file);
    }
    return nanoseconds / 1000;
}

static bool lives(const struct mp_process_entry *entry)
{
    return entry->life == MP_LIFE_STARTED || entry->life == MP_LIFE_ALIVE;
}

// Beyond the file's end, before the program has asked for any, there is nothing to read.
static size_t arena_size(const struct stopped *s)
{
    return atomic_load(&watch_world(s->session.watch)->arena_used) > 0 ? sizeof s->arena
                                                                       : 0;
}

static void note(struct stopped *s)
{
    struct mp_world *world = watch_world(s->session.watch);
    memcpy(s->processes, world->processes, sizeof s->processes);
    memcpy(s->objects, world->objects, sizeof s->objects);
    memcpy(s->arena, (char *)world + MP_WORLD_ARENA, arena_size(s));
    s->steps = atomic_load(&world->gate.steps);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        s->written[i] = atomic_load(&world->seats[i].written);
        if (lives(&s->processes[i]) && s->processes[i].pid > 0) {
            s->computed[i] = computed(s->processes[i].pid);
        }
    }
}

static void assert_nothing_moved(struct stopped *s, int number)
{
    struct mp_world *world = watch_world(s->session.watch);
    bool same = memcmp(s->processes, world->processes, sizeof s->processes) == 0 &&
                memcmp(s->objects, world->objects, sizeof s->objects) == 0 &&
                memcmp(s->arena, (char *)world + MP_WORLD_ARENA, arena_size(s)) == 0 &&
                s->steps == atomic_load(&world->gate.steps);
    ck_assert_msg(same, "run %d has moved: %s", number, session_describe(&s->session));
    ck_assert_msg(steer_is_stopped(&s->session.steer), "run %d does not stand: %s",
                  number, session_describe(&s->session));
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        ck_assert_msg(s->written[i] == atomic_load(&world->seats[i].written),
                      "run %d: process %u has written events", number, i);
    }
}

// Which of its processes has used a processor since note()? MP_NOBODY: none.
static unsigned who_computed(const struct stopped *s)
{
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        if (lives(&s->processes[i]) && s->processes[i].pid > 0 &&
            computed(s->processes[i].pid) - s->computed[i] >= TICK_US) {
            return i;
        }
    }
    return MP_NOBODY;
}

// Does it go on? One more step is seen, or the end.
static void assert_goes_on(struct stopped *s, int number)
{
    struct session *session = &s->session;
    int64_t deadline = limit_after(SESSION_LIMIT_MS);
    steer_step(&session->steer);
    while (!session->ended &&
           atomic_load(&watch_world(session->watch)->gate.steps) == s->steps) {
        ck_assert_msg(limit_left(deadline) > 0, "run %d does not go on: %s", number,
                      session_describe(session));
        session_pump(session, mp_nanoseconds());
    }
}

// --- many at once -----------------------------------------------------------------------------

// Pumps all until each has been stopped at its moment, and stands.
static void stop_all(struct stopped *all)
{
    int64_t deadline = limit_after(4 * SESSION_LIMIT_MS);
    int standing;
    do {
        standing = 0;
        for (int i = 0; i < AT_ONCE; i++) {
            struct session *session = &all[i].session;
            bool news = session_pump(session, mp_nanoseconds());
            if (!all[i].asked && limit_left(all[i].stop_at) == 0) {
                steer_stop(&session->steer);
                all[i].asked = true;
            }
            bool stands = all[i].asked && !news && session_is_stopped(session);
            ck_assert_msg(!session->ended, "run %d has ended", i);
            ck_assert_msg(stands || limit_left(deadline) > 0, "run %d does not stop: %s",
                          i, session_describe(session));
            standing += stands;
        }
    } while (standing < AT_ONCE);
}

static void end(struct stopped *s)
{
    session_finish(&s->session);
    if (s->alone > 0) {
        pid_t children[8];
        size_t count = proc_children(s->alone, children, 8);
        kill(s->alone, SIGKILL);
        ck_assert(proc_wait_gone(s->alone, SESSION_LIMIT_MS));
        for (size_t i = 0; i < count && i < 8; i++) {
            ck_assert(proc_wait_gone(children[i], SESSION_LIMIT_MS));
        }
    }
}

// All stand, and are looked at for a while. Returns whether none of them computed; in the last
// look nobody may have.
static bool watch_all(struct stopped *all, bool last)
{
    bool none = true;
    for (int i = 0; i < AT_ONCE; i++) {
        note(&all[i]);
    }
    for (int64_t until = limit_after(WATCHED_MS); limit_left(until) > 0;) {
        for (int i = 0; i < AT_ONCE; i++) {
            ck_assert_msg(!session_pump(&all[i].session, mp_nanoseconds()),
                          "run %d: there is something new", i);
        }
        poll(NULL, 0, 10); // as the lab waits for a key
    }
    for (int i = 0; i < AT_ONCE; i++) {
        assert_nothing_moved(&all[i], i);
        unsigned who = who_computed(&all[i]);
        ck_assert_msg(!last || who == MP_NOBODY, "run %d: process %u computes: %s", i,
                      who, session_describe(&all[i].session));
        none = none && who == MP_NOBODY;
    }
    return none;
}

// Who computes does so each time; a processor that a virtual machine was without for a moment is
// counted once.
static void stop_and_watch(int round, void (*begin)(struct stopped *, int))
{
    enum { LOOKS = 3 };
    struct stopped *all = calloc(AT_ONCE, sizeof *all);
    uint64_t random = (uint64_t)round;
    for (int i = 0; i < AT_ONCE; i++) {
        begin(&all[i], round * AT_ONCE + i);
        all[i].stop_at = limit_after((int)session_draw(&random, BEFORE_MS));
    }
    stop_all(all);
    for (int look = 1; !watch_all(all, look == LOOKS); look++) {
    }
    for (int i = 0; i < AT_ONCE; i++) {
        assert_goes_on(&all[i], i);
        end(&all[i]);
    }
    free(all);
}

START_TEST(nothing_moves_when_a_started_run_is_stopped)
{
    stop_and_watch(_i, start_here);
}
END_TEST

START_TEST(nothing_moves_when_an_attached_run_is_stopped)
{
    stop_and_watch(_i, attach);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = nothing_moves_when_a_started_run_is_stopped,
         .from = 0,
         .to = 3,
         .timeout = 90},
        {.test = nothing_moves_when_an_attached_run_is_stopped,
         .from = 3,
         .to = 4,
         .timeout = 90},
    };

    return suite_run("session stop", tests, sizeof tests / sizeof *tests);
}
