// SPDX-License-Identifier: MIT
/* One run under the lab: its beginning, its end, and what can be asked in between. See
   session.h; it is moved on in pump.c. */
#include "session/feed.h"
#include "session/kernel.h"
#include "session/still.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
    session->tape = tape_new();
    session->snapshot = calloc(1, sizeof *session->snapshot);
    session->stillness = calloc(1, sizeof *session->stillness);
    bool good = session->model != NULL && session->tape != NULL &&
                session->snapshot != NULL && session->stillness != NULL;
    return good ? 0 : -ENOMEM;
}

int session_check(const char *path, struct demo_entry *entry, char *why, size_t size)
{
    int rc = demo_entry_read(path, entry);
    if (rc == -ENOENT) {
        snprintf(why, size, "%s: there is no such program", path);
    } else if (rc != 0) {
        snprintf(why, size, "%s: not a program for this machine", path);
    } else if (!entry->built_with_mp) {
        snprintf(why, size,
                 "%s is not built with mp: include mp.h and build it in demos/", path);
        rc = -ENOEXEC;
    } else if (entry->layout != MP_WORLD_LAYOUT) {
        snprintf(why, size, "%s was built with another version of mp: build it again",
                 path);
        rc = -EPROTO;
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
    rc = session_check(setup->argv[0], &session->entry, why, size);
    if (rc != 0) {
        session_end(session);
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
        if (setup->schedule != NULL && !replay_begin(&session->replay, setup->schedule)) {
            rc = -ENOMEM;
        }
    }
    if (rc == 0) {
        feed_begin(session);
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
        program_forget(&found, 1);
        return fail(session, rc, why, size, "cannot attach");
    }
    rc = watch_open(found.world, &session->watch);
    program_forget(&found, 1);
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
    demo_entry_read(link, &session->entry);
    session->info = debuginfo_open(link);
    watch_skip(session->watch);
    feed_begin(session);
    return 0;
}

int session_recorded(struct session *session, struct tape *tape, place_finder *find,
                     void *context)
{
    int rc = make_room(session);
    tape_free(session->tape);
    session->tape = tape;
    if (rc == 0 && !tape_play(tape, session->model, &session->head, UINT64_MAX)) {
        rc = -ENOMEM;
    }
    if (rc != 0) {
        session_end(session);
        return rc;
    }
    session->recorded = true;
    session->ended = true;
    session->find = find;
    session->find_context = context;
    return 0;
}

/* --- questions and the end -------------------------------------------------------------------- */

bool session_is_stopped(const struct session *session)
{
    /* Asked in this order: who stands has written all of it. */
    return steer_is_stopped(&session->steer) && !watch_has_more(session->watch);
}

int session_fd(const struct session *session)
{
    return session->ended ? -1 : session->program.pty;
}

int session_exit_status(const struct session *session)
{
    if (session->recorded) {
        return session->program.status;
    }
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
    if (session->recorded) {
        session->find(session->find_context, address, place);
        return;
    }
    if (session->info != NULL && address != 0 &&
        (!debuginfo_place(session->info, address, place) || is_the_librarys(place))) {
        *place = (struct source_place){.line = 0};
    }
}

void session_place(struct session *session, const struct model *model, unsigned slot,
                   struct source_place *place)
{
    const struct mp_process_entry *entry = &model->processes[slot].entry;
    session_address(session, entry->waiting ? entry->now.place : entry->last.place, place);
}

bool session_can_repeat(const struct session *session, char *why, size_t size)
{
    const char *reason = NULL;
    if (session->recorded) {
        reason = "This is a recording: nothing runs here. Its code runs it again.";
    } else if (session->attached) {
        reason = "This program was not started here: it cannot be run again.";
    } else if (!tape_is_whole(session->tape)) {
        reason = "This run was too long to be kept as a whole.";
    } else if (tape_first_step(session->tape) != 1 || tape_marks(session->tape) == 0) {
        reason = "Part of this run was free: in which order, nobody knows.";
    } else if (steer_was_outside(&session->steer)) {
        reason = "Somebody waited for something outside: that cannot be run again.";
    }
    snprintf(why, size, "%s", reason != NULL ? reason : "");
    return reason == NULL;
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
    replay_end(&session->replay);
    model_free(session->model);
    tape_free(session->tape);
    free(session->snapshot);
    free(session->stillness);
    *session = (struct session){.program = {.pty = -1}};
}
