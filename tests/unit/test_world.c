// SPDX-License-Identifier: MIT
// Tests of the world: made, grown, sealed; given to a program, or something else in its
// place; and a program whose controller has died.
#include "controlled.h"
#include "paths.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { FEW_DESCRIPTORS = 64 };

START_TEST(a_world_is_empty_and_costs_nothing)
{
    struct mp_world *world;
    struct stat file;
    int fd;

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    ck_assert_int_eq(fstat(fd, &file), 0);
    ck_assert_uint_eq((uint64_t)file.st_size, MP_WORLD_ARENA);
    ck_assert_int_lt(file.st_blocks * 512, 64 * 1024); // sparse
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ck_assert(mp_world_is_valid(world, (uint64_t)file.st_size));
    ck_assert_uint_eq(atomic_load(&world->gate.mode), MP_MODE_FREE);
    ck_assert_uint_eq(atomic_load(&world->gate.top), 0);
    ck_assert_uint_eq(atomic_load(&world->arena_used), 0);
    ck_assert_uint_eq(world->address, 0);
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
END_TEST

START_TEST(a_world_grows_and_never_shrinks)
{
    struct mp_world *world;
    int fd;

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    ck_assert_int_eq(ftruncate(fd, MP_WORLD_ARENA + (1 << 20)), 0);
    ck_assert(ftruncate(fd, MP_WORLD_ARENA) != 0);
    ck_assert(ftruncate(fd, 0) != 0);
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
END_TEST

START_TEST(what_is_not_quite_a_world_is_refused)
{
    struct mp_world *world;
    uint64_t size = MP_WORLD_ARENA;
    int fd;

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    ck_assert(!mp_world_is_valid(world, size - 1));
    ck_assert(!mp_world_is_valid(world, MP_WORLD_RESERVED + 1));
    world->magic++;
    ck_assert(!mp_world_is_valid(world, size));
    world->magic--;
    world->layout++;
    ck_assert(!mp_world_is_valid(world, size));
    world->layout--;
    world->header_size--;
    ck_assert(!mp_world_is_valid(world, size));
    world->header_size++;
    world->arena += 4096;
    ck_assert(!mp_world_is_valid(world, size));
    world->arena -= 4096;
    ck_assert(mp_world_is_valid(world, size));
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
END_TEST

START_TEST(control_is_held_by_one_and_ends_with_it)
{
    struct mp_world *world;
    struct watch *first, *second;
    int fd;

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    ck_assert(!mp_world_is_controlled(fd));
    ck_assert_int_eq(watch_open(fd, &first), 0);
    ck_assert_int_eq(watch_open(fd, &second), 0);
    ck_assert(!mp_world_is_controlled(fd)); // to watch is not to control
    ck_assert_int_eq(watch_control(first), 0);
    ck_assert_int_eq(watch_control(first), 0);
    ck_assert_int_eq(watch_control(second), -EBUSY);
    ck_assert(mp_world_is_controlled(fd));
    watch_close(first);
    ck_assert(!mp_world_is_controlled(fd));
    ck_assert_int_eq(watch_control(second), 0);
    watch_close(second);
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
END_TEST

// --- what a program is given --------------------------------------------------------------

// A program with this world, its output in a pipe. fd < 0: the variable says this number.
static pid_t start_in(int fd, const char *const argv[], int *out)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char number[16];
        snprintf(number, sizeof number, "%d", fd < 0 ? fd : dup(fd));
        setenv(MP_WORLD_VARIABLE, number, 1);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    *out = ends[0];
    return pid;
}

// All that it prints, and how it ended.
static int read_all(int out, pid_t program, char *text, size_t size)
{
    size_t length = 0;
    int status;

    for (ssize_t got; (got = read(out, text + length, size - 1 - length)) > 0;) {
        length += (size_t)got;
    }
    text[length] = '\0';
    close(out);
    ck_assert_int_eq(waitpid(program, &status, 0), program);
    return status;
}

static void check_that_it_runs(int fd)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "3", NULL};
    char text[4096];
    int out;

    pid_t program = start_in(fd, argv, &out);
    ck_assert_int_eq(read_all(out, program, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "counter 6, expected 6, lost 0") != NULL, "%s", text);
}

START_TEST(a_program_that_is_given_something_else_makes_its_own_world)
{
    static char zeros[4096];
    struct mp_world *world;
    int ends[2], fd;

    check_that_it_runs(-1);
    check_that_it_runs(-2000000000);
    ck_assert_int_eq(pipe(ends), 0);
    check_that_it_runs(ends[0]);
    close(ends[0]);
    close(ends[1]);
    fd = memfd_create("nothing", MFD_CLOEXEC);
    check_that_it_runs(fd); // empty
    ck_assert_int_eq(write(fd, zeros, sizeof zeros), sizeof zeros);
    check_that_it_runs(fd); // short
    ck_assert_int_eq(ftruncate(fd, MP_WORLD_ARENA), 0);
    check_that_it_runs(fd); // long enough, and no world
    close(fd);
    fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
    check_that_it_runs(fd);
    close(fd);
    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    world->layout++;
    check_that_it_runs(fd); // of another version
    ck_assert_uint_eq(atomic_load(&world->gate.top), 0);
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
END_TEST

// What a program starts by itself knows nothing of the world: neither the variable nor the
// descriptor. With few descriptors allowed there is no place out of the way for it.
START_TEST(the_world_is_not_handed_on_to_other_programs)
{
    const char *const argv[] = {built("tests/programs/accesses_behind"), NULL};
    struct rlimit limit = {FEW_DESCRIPTORS, FEW_DESCRIPTORS};
    struct mp_world *world;
    char text[4096];
    int fd, out;

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    if (_i > 0) {
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    pid_t program = start_in(fd, argv, &out);
    ck_assert_int_eq(read_all(out, program, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "worlds 0 hello") != NULL, "%s", text);
    ck_assert_uint_gt(atomic_load(&world->gate.top), 0); // it did use this one
    munmap(world, MP_WORLD_RESERVED);
    close(fd);
}
END_TEST

// --- a controller that dies ---------------------------------------------------------------

// The controller of a world, in a process of its own. It kills itself: with everybody
// standing after so many steps, or while they go as fast as they can.
static _Noreturn void control_and_die(int fd, int ready, uint64_t steps, bool standing)
{
    struct controlled run = {.program = {.pty = -1}};

    if (watch_open(fd, &run.watch) != 0 || watch_control(run.watch) != 0) {
        _exit(1);
    }
    run.world = watch_world(run.watch);
    steer_prepare(&run.steer, run.world, MP_GRAIN_MEMORY, 1);
    close(ready);
    if (!standing) {
        steer_go(&run.steer);
    }
    while (atomic_load(&run.world->gate.steps) < steps) {
        if (standing && steer_is_stopped(&run.steer)) {
            steer_step(&run.steer);
        }
        controlled_turn(&run);
    }
    kill(getpid(), SIGKILL);
    _exit(1);
}

static void check_death_of_controller(uint64_t steps, bool standing)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "50", NULL};
    struct mp_world *world;
    int fd, ready[2], out, status;
    char text[4096];

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    ck_assert_int_eq(pipe(ready), 0);
    pid_t controller = fork();
    if (controller == 0) {
        close(ready[0]);
        control_and_die(fd, ready[1], steps, standing);
    }
    close(ready[1]);
    ck_assert_int_eq(read(ready[0], text, 1), 0); // it has control
    close(ready[0]);
    pid_t program = start_in(fd, argv, &out);
    ck_assert_int_eq(waitpid(controller, &status, 0), controller);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert_int_eq(read_all(out, program, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "counter 100, expected 100, lost 0") != NULL, "%s", text);
    ck_assert_uint_ge(atomic_load(&world->gate.steps), steps);
    if (standing) { // the others decide among themselves until they need the controller
        ck_assert_int_eq((int)atomic_load(&world->gate.mode), MP_MODE_FREE);
    }
    close(fd);
    munmap(world, MP_WORLD_RESERVED);
}

START_TEST(a_program_whose_controller_dies_runs_on_and_is_right)
{
    check_death_of_controller((uint64_t)_i * 7, true);
    check_death_of_controller((uint64_t)_i * 19, false);
}
END_TEST

START_TEST(a_program_with_nobody_at_the_controls_runs_free)
{
    const char *const argv[] = {built("demos/lock_fixed"), "--increments", "50", NULL};
    struct mp_world *world;
    int fd, out;
    char text[4096];

    ck_assert_int_eq(mp_world_create(&fd, &world), 0);
    atomic_store(&world->gate.mode, MP_MODE_RANDOM);
    atomic_store(&world->gate.baton, 1);
    pid_t program = start_in(fd, argv, &out);
    ck_assert_int_eq(read_all(out, program, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "counter 100, expected 100, lost 0") != NULL, "%s", text);
    close(fd);
    munmap(world, MP_WORLD_RESERVED);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_world_is_empty_and_costs_nothing},
        {.test = a_world_grows_and_never_shrinks},
        {.test = what_is_not_quite_a_world_is_refused},
        {.test = control_is_held_by_one_and_ends_with_it},
        {.test = a_program_that_is_given_something_else_makes_its_own_world},
        {.test = the_world_is_not_handed_on_to_other_programs, .from = 0, .to = 2},
        {.test = a_program_whose_controller_dies_runs_on_and_is_right, .from = 0, .to = 12},
        {.test = a_program_with_nobody_at_the_controls_runs_free},
    };

    return suite_run("world", tests, sizeof tests / sizeof *tests);
}
