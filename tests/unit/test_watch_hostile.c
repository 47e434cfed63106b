// SPDX-License-Identifier: MIT
// A world that somebody else has made, by chance or on purpose: whatever its tables say,
// reading, folding and steering it ends, crashes nobody, and does nothing to a process that
// does not belong to it.
#include "launch.h"
#include "suite.h"
#include "unit/sessions.h"

#include "report/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    VARIANTS = 2000,
    ATTACHED = 60, // variants that a whole session joins
    CHANGING_MS = 1000,
};

// --- hostile tables ------------------------------------------------------------------------

static void scramble(uint64_t *random, void *memory, size_t size)
{
    uint8_t *bytes = memory;
    for (size_t at = 0; at < size; at += 8) {
        uint64_t word = session_draw(random, UINT64_MAX);
        memcpy(bytes + at, &word, size - at < 8 ? size - at : 8);
    }
}

// One event that may look right: most of the ways to go wrong are behind the first check.
static void make_event(uint64_t *random, struct mp_event *event)
{
    struct mp_deed *deed = &event->deed;
    scramble(random, event, sizeof *event);
    if (session_draw(random, 8) != 0) {
        deed->op = (uint8_t)(1 + session_draw(random, MP_OPS - 1));
        deed->object = (uint16_t)session_draw(random, 8);
        deed->order = 0;
        if (deed->op != MP_OP_NAME) {
            deed->info = (uint8_t)((deed->info & ~MP_INFO_PHASE) |
                                   session_draw(random, MP_PHASES));
        }
    }
    if (session_draw(random, 2) != 0) {
        deed->offset = (uint32_t)session_draw(random, 4096);
        deed->value = session_draw(random, 256);
    }
}

static void scramble_process(uint64_t *random, struct mp_process_entry *entry)
{
    scramble(random, entry, sizeof *entry);
    if (session_draw(random, 4) != 0) {
        entry->life = (uint8_t)session_draw(random, MP_LIVES);
        entry->parent = (uint16_t)session_draw(random, MP_PROCESSES);
        entry->now.op = (uint8_t)session_draw(random, MP_OPS);
        entry->now.object = (uint16_t)session_draw(random, 8);
        entry->last.op = (uint8_t)session_draw(random, MP_OPS);
        entry->waiting = (uint8_t)session_draw(random, 2);
    }
    if (session_draw(random, 2) != 0) {
        entry->pid = getpid(); // somebody lives
    }
}

static void scramble_object(uint64_t *random, struct mp_object_entry *entry)
{
    static const char *const types[] = {"struct shared",
                                        "int[1000000000]",
                                        "int[0]",
                                        "int[",
                                        "[]",
                                        "struct",
                                        "double",
                                        "char[8",
                                        "struct shared[99999999999999999999]",
                                        "*",
                                        "unsigned long long int"};
    scramble(random, entry, sizeof *entry);
    if (session_draw(random, 4) != 0) {
        entry->kind = (uint8_t)session_draw(random, MP_KINDS);
        entry->owner = (uint16_t)session_draw(random, 8);
        entry->offset = (uint32_t)session_draw(random, 8192);
        entry->size = (uint32_t)session_draw(random, 8192);
        strcpy(entry->type, types[session_draw(random, sizeof types / sizeof *types)]);
    }
}

// Anything may stand in a world, but for what says that it is one.
static void make_hostile(struct mp_world *world, uint64_t variant)
{
    enum { PROCESSES = 8, OBJECTS = 8, EVENTS = 64 };
    uint64_t random = variant;
    bool all = session_draw(&random, 8) == 0;
    scramble(&random, world->title, sizeof world->title);
    scramble(&random, &world->gate, sizeof world->gate);
    atomic_store(&world->arena_used, session_draw(&random, UINT64_MAX));
    for (unsigned i = 0; i < (all ? MP_PROCESSES : PROCESSES); i++) {
        scramble_process(&random, &world->processes[i]);
        scramble(&random, &world->seats[i], sizeof world->seats[i]);
        if (session_draw(&random, 4) != 0) {
            atomic_store(&world->seats[i].written, session_draw(&random, EVENTS));
            atomic_store(&world->seats[i].ready, (uint32_t)session_draw(&random, 2));
        }
        for (unsigned k = 0; k < EVENTS; k++) {
            make_event(&random, &world->rings[i][k]);
        }
    }
    for (unsigned i = 1; i < (all ? MP_OBJECTS : OBJECTS); i++) {
        scramble_object(&random, &world->objects[i]);
    }
    if (session_draw(&random, 4) != 0) {
        atomic_store(&world->gate.top, (uint32_t)session_draw(&random, PROCESSES + 1));
        atomic_store(&world->gate.mode, (uint32_t)session_draw(&random, MP_MODES));
        atomic_store(&world->gate.baton, (uint32_t)session_draw(&random, PROCESSES + 1));
    }
}

// --- what the lab does with them ------------------------------------------------------------

static FILE *nowhere;

static void ask_contents(struct model *model, unsigned object)
{
    char text[256];
    uint16_t slots[MP_PROCESSES];
    struct queue_item item;
    struct pool_task task;
    uint64_t number = model->objects[object].taken;
    model_queue_item(model, object, number, &item);
    model_item_words(model, object, number, number, text, sizeof text);
    model_result_words(model, object, number, text, sizeof text);
    model_task_name(model, object);
    model_object_words(model, object, text, sizeof text);
    model_blocked(model, object, MP_OP_QUEUE_GET, slots, MP_PROCESSES);
    model_pool_task(model, object, model_pool_first(model, object), &task);
    model_pool_count(model, object, TASK_WORK);
    model_pool_finished(model, object, 0, &number);
    model_inside_after(model, 0, object, &number);
}

static void ask_all(struct model *model)
{
    char text[256];
    uint16_t slots[MP_PROCESSES];
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        model_state(model, i);
        model_state_text(model, i);
        model_why_not(model, i, text, sizeof text);
        model_has_done(model, i, text, sizeof text);
        model_does_next(model, i, text, sizeof text);
        ck_assert_ptr_nonnull(model_name(model, i));
    }
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        model_object_name(model, i);
        model_waiters(model, (uint16_t)i, slots, MP_PROCESSES);
        ask_contents(model, i);
    }
    for (size_t i = 0; i < model->moment_count; i++) {
        uint64_t raw;
        model_cell(model, &model->moments[i], text, sizeof text);
        model_value_after(model, i, model->moments[i].field, &raw);
    }
    model_updates(model);
    model_lost(model);
    model_verdict(model, text, sizeof text);
    model_last_line(model, text, sizeof text);
}

static void steer_all(struct steer *steer, uint64_t variant)
{
    uint64_t now = mp_nanoseconds();
    void (*const ways[])(struct steer *) = {steer_stop, steer_go, steer_step, steer_free};
    for (uint64_t i = 0; i < 6; i++) {
        ways[(variant + i) % 4](steer);
        steer_choose(steer, (unsigned)((variant >> i) % (2 * MP_PROCESSES)));
        steer_tick(steer, now += 30000000);
        steer_is_stopped(steer);
        steer_is_stuck(steer);
    }
    mp_schedule(steer->world, MP_NOBODY);
    mp_schedule(steer->world, (unsigned)(variant % MP_PROCESSES));
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        mp_ready(steer->world, slot);
        mp_note_death(steer->world, slot, 0);
    }
}

struct reader {
    struct watch *watch;
    struct model *model;
    struct snapshot *snapshot;
    struct steer steer;
    struct plain plain;
};

static void open_reader(struct reader *reader, int fd)
{
    static const struct plain_header header = {.demo = "", .arguments = "", .mode = ""};
    ck_assert_int_eq(watch_open(fd, &reader->watch), 0);
    ck_assert_int_eq(watch_control(reader->watch), 0);
    reader->model = model_new();
    reader->snapshot = calloc(1, sizeof *reader->snapshot);
    steer_attach(&reader->steer, watch_world(reader->watch));
    watch_snapshot(reader->watch, reader->snapshot);
    model_start(reader->model, reader->snapshot, false);
    plain_begin(&reader->plain, nowhere, &header);
}

static void read_all(struct reader *reader)
{
    enum { ROOM = 512, ROUNDS = 8 };
    static struct watched_event events[ROOM];
    char text[256];
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t dropped;
        size_t count = watch_events(reader->watch, events, ROOM, &dropped);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_lt(events[i].slot, MP_PROCESSES);
            model_event(reader->model, events[i].slot, &events[i].event);
        }
        model_dropped(reader->model, dropped);
    }
    watch_title(reader->watch, text, sizeof text);
    watch_snapshot(reader->watch, reader->snapshot);
    model_equals(reader->model, reader->snapshot, text, sizeof text);
    ask_all(reader->model);
    plain_update(&reader->plain, reader->model);
    model_start(reader->model, reader->snapshot, true);
}

static void close_reader(struct reader *reader)
{
    model_stuck(reader->model);
    model_finish(reader->model);
    plain_end(&reader->plain, reader->model, &(struct plain_facts){0});
    model_free(reader->model);
    free(reader->snapshot);
    watch_close(reader->watch);
}

START_TEST(hostile_tables_crash_nobody)
{
    nowhere = fopen("/dev/null", "we");
    for (uint64_t variant = 0; variant < VARIANTS; variant++) {
        int fd;
        struct reader reader;
        struct mp_world *world = world_new(&fd);
        ck_assert_int_eq(ftruncate(fd, MP_WORLD_ARENA + 4096), 0);
        make_hostile(world, variant);
        open_reader(&reader, fd);
        read_all(&reader);
        steer_all(&reader.steer, variant);
        read_all(&reader);
        close_reader(&reader);
        world_let_go(fd, world);
    }
    fclose(nowhere);
}
END_TEST

// A writer that never rests: each look must end all the same.
START_TEST(tables_that_change_while_read_crash_nobody)
{
    int fd;
    struct reader reader;
    struct mp_world *world = world_new(&fd);
    ck_assert_int_eq(ftruncate(fd, MP_WORLD_ARENA + 4096), 0);
    nowhere = fopen("/dev/null", "we");
    pid_t test = getpid();
    pid_t writer = fork();
    if (writer == 0) {
        for (uint64_t variant = 0; getppid() == test; variant++) {
            make_hostile(world, variant);
            for (unsigned turn = 0; turn < 20000; turn++) { // rings that run ahead
                atomic_fetch_add(&world->seats[turn % 8].written, 1);
            }
        }
        _exit(0);
    }
    for (int64_t until = limit_after(CHANGING_MS); limit_left(until) > 0;) {
        open_reader(&reader, fd);
        for (uint64_t i = 0; i < 4; i++) {
            read_all(&reader);
            steer_all(&reader.steer, i);
        }
        close_reader(&reader);
    }
    kill(writer, SIGKILL);
    ck_assert(proc_wait_gone(writer, SESSION_LIMIT_MS));
    fclose(nowhere);
    world_let_go(fd, world);
}
END_TEST

// --- hands off ---------------------------------------------------------------------------------

// A program that is not ours: it has the world open, or not.
static pid_t start_stranger(int fd)
{
    pid_t pid = fork();
    if (pid == 0) {
        spawn_reset_signals();
        if (fd >= 0) {
            fcntl(fd, F_SETFD, 0);
        }
        execlp("sleep", "sleep", "60", (char *)NULL);
        _exit(127);
    }
    ck_assert(proc_wait_state(pid, "S", SESSION_LIMIT_MS));
    return pid;
}

START_TEST(no_signal_goes_to_who_is_not_of_the_world)
{
    int fd;
    struct steer steer;
    struct mp_world *world = world_new(&fd);
    pid_t strangers[] = {start_stranger(-1), start_stranger(fd)};
    const pid_t pids[] = {strangers[0], strangers[1], getppid(), getpid(), 1, 0,
                          -1,           -getpid()};
    steer_attach(&steer, world);
    world->address = (uintptr_t)world; // this process does not belong to it either
    atomic_store(&world->gate.top, MP_PROCESSES);
    for (unsigned i = 0; i < sizeof pids / sizeof *pids; i++) {
        world->processes[i].life = MP_LIFE_ALIVE;
        world->processes[i].pid = pids[i];
        ck_assert_int_eq(steer_signal(&steer, i, SIGKILL), -ESRCH);
    }
    ck_assert_int_eq(steer_signal(&steer, MP_PROCESSES, SIGKILL), -ESRCH);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(proc_state(strangers[i]), 'S');
        kill(strangers[i], SIGKILL);
        ck_assert(proc_wait_gone(strangers[i], SESSION_LIMIT_MS));
    }
    world_let_go(fd, world);
}
END_TEST

// The whole of a session on a hostile world that a living program holds.
START_TEST(sessions_survive_hostile_programs)
{
    for (uint64_t variant = 0; variant < ATTACHED; variant++) {
        int fd;
        char why[512];
        static struct session session;
        struct mp_world *world = world_new(&fd);
        ck_assert_int_eq(ftruncate(fd, MP_WORLD_ARENA + 4096), 0);
        pid_t holder = start_stranger(fd);
        make_hostile(world, variant * 77);
        world->processes[0].life = MP_LIFE_ALIVE;
        world->processes[0].pid = holder;
        if (session_attach(&session, holder, why, sizeof why) == 0) {
            for (int i = 0; i < 12; i++) {
                session_pump(&session, mp_nanoseconds() + (uint64_t)i * 60000000);
                if (!session.ended && session.has_control) {
                    steer_all(&session.steer, variant + (uint64_t)i);
                    session_kill(&session, (unsigned)(variant + (uint64_t)i) % 8);
                }
                struct source_place place;
                session_place(&session, session.model, 0, &place);
                ask_all(session.model);
            }
            session_end(&session);
        }
        ck_assert_int_eq(proc_state(holder), 'S');
        kill(holder, SIGKILL);
        ck_assert(proc_wait_gone(holder, SESSION_LIMIT_MS));
        world_let_go(fd, world);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = hostile_tables_crash_nobody, .timeout = 60},
        {.test = tables_that_change_while_read_crash_nobody, .timeout = 60},
        {.test = no_signal_goes_to_who_is_not_of_the_world},
        {.test = sessions_survive_hostile_programs, .timeout = 60},
    };

    return suite_run("watch hostile", tests, sizeof tests / sizeof *tests);
}
