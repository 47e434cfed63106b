// SPDX-License-Identifier: MIT
/* One run under the lab. See session.h. */
#include "session/session.h"

#include "clock.h"
#include "session/kernel.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MS 1000000ull

enum {
    SAMPLE_EVERY_MS = 50,
    EVENTS_AT_ONCE = 1024,
    ROUNDS = 16, /* of so many events, before somebody else has a turn */
    OUTPUT_AT_ONCE = 4096,
    OUTPUT_ROUNDS = 16,
};

static bool is_free(const struct session *session)
{
    return atomic_load(&watch_world(session->watch)->gate.mode) == MP_MODE_FREE;
}

/* --- begin ---------------------------------------------------------------------------------- */

static int fail(struct session *session, int rc, char *why, size_t size, const char *text)
{
    snprintf(why, size, "%s: %s", text, strerror(-rc));
    session_end(session);
    return rc;
}

static int make_room(struct session *session)
{
    *session = (struct session){.program = {.pty = -1}};
    session->model = model_new();
    session->snapshot = calloc(1, sizeof *session->snapshot);
    return session->model != NULL && session->snapshot != NULL ? 0 : -ENOMEM;
}

/* What the program's file says about it. */
static int read_entry(struct session *session, const char *path)
{
    int rc = demo_entry_read(path, &session->entry);
    model_end_item(session->model, session->entry.end);
    return rc;
}

static int check_program(struct session *session, const char *path, char *why, size_t size)
{
    int rc = read_entry(session, path);
    if (rc == -ENOENT) {
        snprintf(why, size, "%s: there is no such program", path);
    } else if (rc != 0) {
        snprintf(why, size, "%s: not a program for this machine", path);
    } else if (!session->entry.built_with_mp) {
        snprintf(why, size,
                 "%s is not built with mp: include mp.h and build it in demos/", path);
        rc = -ENOEXEC;
    } else if (session->entry.layout != MP_WORLD_LAYOUT) {
        snprintf(why, size, "%s was built with another version of mp: build it again",
                 path);
        rc = -EPROTO;
    }
    if (rc != 0) {
        session_end(session);
    }
    return rc;
}

int session_start(struct session *session, const struct run_setup *setup, char *why,
                  size_t size)
{
    int rc = make_room(session);
    if (rc != 0) {
        return fail(session, rc, why, size, "cannot start");
    }
    rc = check_program(session, setup->argv[0], why, size);
    if (rc != 0) {
        return rc;
    }
    int fd;
    struct mp_world *world;
    rc = mp_world_create(&fd, &world);
    if (rc != 0) {
        return fail(session, rc, why, size, "cannot make shared memory");
    }
    munmap(world, MP_WORLD_RESERVED);
    rc = watch_open(fd, &session->watch);
    if (rc == 0) {
        rc = watch_control(session->watch);
    }
    if (rc == 0) {
        session->has_control = true;
        steer_prepare(&session->steer, watch_world(session->watch), setup->grain,
                      setup->seed);
        session->steer.speed = setup->speed;
        if (setup->is_free) {
            steer_free(&session->steer);
        } else if (!setup->stopped) {
            steer_go(&session->steer);
        }
        watch_snapshot(session->watch, session->snapshot);
        model_start(session->model, session->snapshot, false);
        session->was_free = is_free(session);
        rc = program_start(&session->program, setup->argv, fd);
    }
    close(fd);
    if (rc != 0) {
        return fail(session, rc, why, size, setup->argv[0]);
    }
    session->info = debuginfo_open(setup->argv[0]);
    return 0;
}

static bool has_ended(pid_t pid)
{
    struct kernel_process process;
    return !kernel_process(pid, &process) || process.state == 'Z' || process.state == 'X';
}

int session_attach(struct session *session, pid_t pid, char *why, size_t size)
{
    struct found found;
    int rc = program_choose(pid, &found, why, size);
    if (rc != 0) {
        return rc;
    }
    rc = make_room(session);
    if (rc != 0) {
        return fail(session, rc, why, size, "cannot attach");
    }
    int fd = program_open_world(&found);
    rc = fd < 0 ? fd : watch_open(fd, &session->watch);
    if (fd >= 0) {
        close(fd);
    }
    if (rc != 0 && rc != -EPROTO && has_ended(found.pid)) {
        snprintf(why, size, "%d (%s) has just ended", (int)found.pid, found.name);
        session_end(session);
        return rc;
    }
    if (rc == -EPROTO) {
        snprintf(why, size, "%d (%s) was built with another version of mp: build it again",
                 (int)found.pid, found.name);
        session_end(session);
        return rc;
    }
    if (rc != 0) {
        return fail(session, rc, why, size, "cannot look into it");
    }
    session->attached = true;
    session->program.pid = found.pid;
    session->has_control = watch_control(session->watch) == 0;
    steer_attach(&session->steer, watch_world(session->watch));
    char link[48];
    snprintf(link, sizeof link, "/proc/%d/exe", (int)found.pid);
    ssize_t length =
        readlink(link, session->program.path, sizeof session->program.path - 1);
    session->program.path[length > 0 ? length : 0] = '\0';
    read_entry(session, link);
    session->info = debuginfo_open(link);
    watch_skip(session->watch);
    watch_snapshot(session->watch, session->snapshot);
    model_start(session->model, session->snapshot, false);
    session->was_free = is_free(session);
    session_name_fields(session);
    return 0;
}

/* --- moving on ------------------------------------------------------------------------------ */

static void start_again(struct session *session, uint64_t dropped)
{
    model_dropped(session->model, dropped);
    watch_skip(session->watch);
    watch_snapshot(session->watch, session->snapshot);
    model_start(session->model, session->snapshot, true);
    session_name_fields(session);
}

static bool pump_output(struct session *session)
{
    char bytes[OUTPUT_AT_ONCE];
    bool news = false;
    for (int round = 0; round < OUTPUT_ROUNDS; round++) {
        ssize_t size = program_read(&session->program, bytes, sizeof bytes);
        if (size <= 0) {
            break;
        }
        model_output(session->model, bytes, (size_t)size);
        news = true;
    }
    return news;
}

static bool pump_events(struct session *session)
{
    static struct watched_event events[EVENTS_AT_ONCE];
    bool news = false;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t dropped;
        size_t count = watch_events(session->watch, events, EVENTS_AT_ONCE, &dropped);
        pump_output(session); /* a line is printed before its event is written */
        for (size_t i = 0; i < count; i++) {
            model_event(session->model, events[i].slot, &events[i].event);
            /* The type comes in pieces of a name: named as soon as it is whole. */
            if (events[i].event.deed.op != MP_OP_NAME) {
                session_name_fields(session);
            }
        }
        news = news || count > 0 || dropped > 0;
        if (dropped > 0) {
            start_again(session, dropped);
        }
        if (count < EVENTS_AT_ONCE) {
            break;
        }
    }
    return news;
}

/* What was folded while the run was free is about right. As soon as everybody stands it can
   be exact: from a new snapshot. */
static bool follow_mode(struct session *session)
{
    bool was_free = session->was_free;
    if (was_free == is_free(session) ||
        (was_free && session->has_control && !steer_all_stand(&session->steer))) {
        return false;
    }
    pump_events(session);
    start_again(session, 0);
    session->was_free = !was_free;
    return true;
}

static void sample_kernel(struct session *session, uint64_t now)
{
    if (now - session->sampled < SAMPLE_EVERY_MS * MS) {
        return;
    }
    session->sampled = now;
    for (unsigned slot = 0; slot < session->model->process_count; slot++) {
        const struct mp_process_entry *entry = &session->model->processes[slot].entry;
        if (entry->pid > 0 && entry->life >= MP_LIFE_STARTED &&
            entry->life <= MP_LIFE_ENDED) {
            struct kernel_view view;
            kernel_view(entry->pid, &view);
            model_kernel(session->model, slot, &view);
        }
    }
}

/* Who has just been found asleep outside of mp is told once each time. */
static void tell_outside(struct session *session)
{
    struct mp_world *world = watch_world(session->watch);
    for (unsigned slot = 0; slot < session->model->process_count; slot++) {
        bool outside =
            !session->steer.is_free && atomic_load(&world->seats[slot].outside);
        if (outside && !session->outside[slot]) {
            model_outside(session->model, slot);
        }
        session->outside[slot] = outside;
    }
}

static bool anybody_lives(const struct session *session)
{
    const struct mp_world *world = watch_world(session->watch);
    for (unsigned slot = 0; slot < MP_PROCESSES; slot++) {
        struct kernel_process process;
        uint8_t life = world->processes[slot].life;
        if ((life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE) &&
            kernel_process(world->processes[slot].pid, &process) && process.state != 'Z') {
            return true;
        }
    }
    return false;
}

/* All have gone, some without having said so. */
static void note_the_dead(struct session *session)
{
    if (session->has_control) {
        session->steer.looked = 0;
        steer_tick(&session->steer, mp_nanoseconds());
    }
}

static void look_for_end(struct session *session, bool news)
{
    struct kernel_process process;
    bool main_gone = session->program.started
                         ? session->program.reaped
                         : !kernel_process(session->program.pid, &process);
    if (main_gone && !news && !anybody_lives(session)) {
        note_the_dead(session);
        pump_events(session);
        pump_output(session);
        session->ended = true;
        session->sampled = 0; /* once more: the kernel has forgotten them */
        sample_kernel(session, mp_nanoseconds());
        /* The tables have the last word: free running, events were skipped. */
        watch_snapshot(session->watch, session->snapshot);
        model_start(session->model, session->snapshot, false);
        model_finish(session->model);
    }
}

static void read_what_it_is_about(struct session *session)
{
    char what[32];
    int64_t expected;
    watch_title(session->watch, session->title, sizeof session->title);
    if (watch_expected(session->watch, what, sizeof what, &expected)) {
        model_expect(session->model, what, expected);
    }
}

/* The clock of events against the real one: the longer it runs the better it is known. */
static void follow_clock(struct session *session)
{
    const struct mp_world *world = watch_world(session->watch);
    uint64_t ticks = mp_ticks();
    uint64_t nanoseconds = mp_nanoseconds();

    if (ticks > world->ticks && nanoseconds > world->nanoseconds) {
        model_clock(session->model, ticks - world->ticks,
                    nanoseconds - world->nanoseconds);
    }
}

bool session_pump(struct session *session, uint64_t now)
{
    if (session->ended) {
        return false;
    }
    if (program_reap(&session->program)) { /* its status is known here, and only here */
        mp_note_death(watch_world(session->watch), 0, session->program.status);
    }
    follow_clock(session);
    bool news = follow_mode(session);
    if (session->has_control) {
        steer_tick(&session->steer, now);
    }
    news = pump_events(session) || news;
    news = pump_output(session) || news;
    sample_kernel(session, now);
    if (session->title[0] == '\0') {
        read_what_it_is_about(session);
    }
    bool stuck = session->has_control && steer_is_stuck(&session->steer);
    if (stuck && !session->stuck_told) {
        model_stuck(session->model);
    }
    session->stuck_told = stuck;
    tell_outside(session);
    look_for_end(session, news);
    return news || session->ended;
}

int session_fd(const struct session *session)
{
    return session->ended ? -1 : session->program.pty;
}

/* --- questions and the end -------------------------------------------------------------------- */

int session_exit_status(const struct session *session)
{
    int status = session->program.started ? session->program.status
                                          : session->model->processes[0].entry.status;
    if (status == MP_STATUS_UNKNOWN) {
        return 1; /* somebody else has its status: it did not end well before us */
    }
    return status >= 0 ? status : 128 - status;
}

/* Where the library calls itself, as a worker of a pool does, nobody has written a line. */
static bool is_the_librarys(const struct source_place *place)
{
    return strstr(place->file, "demos/mp/") != NULL;
}

void session_address(struct session *session, uint32_t address, struct source_place *place)
{
    *place = (struct source_place){.line = 0};
    if (session->info != NULL && address != 0 &&
        (!debuginfo_place(session->info, address, place) || is_the_librarys(place))) {
        *place = (struct source_place){.line = 0};
    }
}

void session_place(struct session *session, unsigned slot, struct source_place *place)
{
    const struct mp_process_entry *entry = &session->model->processes[slot].entry;
    session_address(session, entry->waiting ? entry->now.place : entry->last.place, place);
}

void session_set_grain(struct session *session, enum mp_grain grain)
{
    steer_grain(&session->steer, grain);
    pump_events(session);
    watch_snapshot(session->watch, session->snapshot);
    model_start(session->model, session->snapshot, false);
}

bool session_kill(struct session *session, unsigned slot)
{
    model_killed_by_user(session->model, slot);
    return steer_signal(&session->steer, slot, SIGKILL) == 0;
}

void session_end(struct session *session)
{
    if (session->watch != NULL) {
        session->program.world.address = watch_world(session->watch)->address;
    }
    program_end(&session->program);
    if (session->watch != NULL && session->has_control && session->attached) {
        steer_free(&session->steer);
    }
    watch_close(session->watch);
    debuginfo_close(session->info);
    model_free(session->model);
    free(session->snapshot);
    *session = (struct session){.program = {.pty = -1}};
}
