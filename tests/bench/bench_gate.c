// SPDX-License-Identifier: MIT
/*
 * Slow motion as fast as it goes: how many steps a second the gate lets through, on all
 * processors and on one. Beside it, what two processes reach that do nothing but hand a
 * turn to each other through a futex.
 */
#include "bench.h"

#include "clock.h"
#include "session/session.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEMO_PATH BUILD_DIR "/demos/lock_race"

enum { ROUNDS = 5, LIMIT_MS = 1500, HAND_OVERS = 20000, TURN_MS = 1000 };

static double steps_a_second(void *context)
{
    static const char *const argv[] = {DEMO_PATH, "--increments", "50000", NULL};
    struct session *session = context;
    struct run_setup setup = {
        .argv = (char *const *)argv, .grain = MP_GRAIN_MEMORY, .seed = 1};
    char why[256];
    if (session_start(session, &setup, why, sizeof why) != 0) {
        bench_cannot(why);
    }
    struct mp_gate *gate = &watch_world(session->watch)->gate;
    while (atomic_load(&gate->steps) == 0 && !session->ended) {
        session_pump(session, mp_nanoseconds());
    }
    uint64_t before = atomic_load(&gate->steps);
    uint64_t begin = mp_nanoseconds();
    uint64_t now = begin;
    uint64_t steps = before;
    while (!session->ended && now - begin < LIMIT_MS * 1000000ull) {
        if (!session_pump(session, now)) {
            poll(NULL, 0, 1);
        }
        now = mp_nanoseconds();
        steps = atomic_load(&gate->steps);
    }
    session_end(session);
    return 1e9 * (double)(steps - before) / (double)(now - begin);
}

static void hand_over(_Atomic uint32_t *turn, uint32_t me, uint32_t other)
{
    uint32_t seen;
    while ((seen = atomic_load(turn)) != me) {
        mp_futex_sleep(turn, seen, TURN_MS);
    }
    atomic_store(turn, other);
    mp_futex_wake(turn, 1);
}

static double hand_overs_a_second(void *context)
{
    _Atomic uint32_t *turn = context;
    atomic_store(turn, 0);
    pid_t pid = fork();
    if (pid < 0) {
        bench_cannot("cannot fork");
    }
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (int i = 0; i < HAND_OVERS / 2; i++) {
            hand_over(turn, 1, 0);
        }
        _exit(0);
    }
    uint64_t begin = mp_nanoseconds();
    for (int i = 0; i < HAND_OVERS / 2; i++) {
        hand_over(turn, 0, 1);
    }
    waitpid(pid, NULL, 0);
    return 1e9 * HAND_OVERS / (double)(mp_nanoseconds() - begin);
}

static void measure(const char *what, struct session *session, void *turn)
{
    struct bench_side sides[] = {
        {.run = hand_overs_a_second, .context = turn},
        {.run = steps_a_second, .context = session},
    };
    bench_run(sides, 2, ROUNDS);
    bench_print(&(struct bench_row){.what = what,
                                    .unit = "/s",
                                    .ours = sides[1].median,
                                    .baseline = sides[0].median,
                                    .ratio = bench_ratio(&sides[1], &sides[0], ROUNDS),
                                    .kind = BENCH_AT_LEAST,
                                    .target = 20000});
    bench_done(sides, 2);
}

static void pin_to_one(void)
{
    cpu_set_t may;
    cpu_set_t one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof may, &may) != 0) {
        bench_cannot("cannot ask for the processors");
    }
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &may)) {
            CPU_SET(cpu, &one);
            break;
        }
    }
    if (sched_setaffinity(0, sizeof one, &one) != 0) {
        bench_cannot("cannot choose a processor");
    }
}

int main(void)
{
    struct session *session = calloc(1, sizeof *session);
    void *turn =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (session == NULL || turn == MAP_FAILED) {
        bench_cannot("no memory");
    }
    bench_heading("slow motion, as fast as it goes");
    measure("steps of lock_race", session, turn);
    pin_to_one();
    measure("the same on one processor", session, turn);
    bench_note("baseline: two processes that hand a turn over through a futex");
    free(session);
    return EXIT_SUCCESS;
}
