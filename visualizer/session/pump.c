// SPDX-License-Identifier: MIT
/* Moving a session on: steers, reads events and output, looks at /proc. See session.h. */
#include "session/feed.h"
#include "session/kernel.h"
#include "session/still.h"

#include "clock.h"

#include <poll.h>

#define MS 1000000ull

enum {
    SAMPLE_EVERY_MS = 50,
    EVENTS_AT_ONCE = 1024,
    ROUNDS = 16, /* of so many events, before somebody else has a turn */
    OUTPUT_AT_ONCE = 4096,
    OUTPUT_ROUNDS = 16,
    TURN_MS = 1, /* between two looks while nothing happens */
};

static bool is_free(const struct session *session)
{
    return atomic_load(&watch_world(session->watch)->gate.mode) == MP_MODE_FREE;
}

static void start_again(struct session *session, uint64_t dropped)
{
    if (dropped > 0) {
        feed_mark(session, &(struct mark){.kind = MARK_DROPPED, .number = dropped});
    }
    watch_skip(session->watch);
    feed_snapshot(session, true);
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
        feed_mark(session, &(struct mark){
                               .kind = MARK_OUTPUT, .text = bytes, .size = (size_t)size});
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
            feed_event(session, events[i].slot, &events[i].event);
            /* The type comes in pieces of a name: named as soon as it is whole. */
            if (events[i].event.deed.op != MP_OP_NAME) {
                feed_names(session);
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
            feed_kernel(session, slot, &view);
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
            feed_mark(session,
                      &(struct mark){.kind = MARK_OUTSIDE, .slot = (uint16_t)slot});
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
        feed_snapshot(session, false);
        feed_mark(session, &(struct mark){.kind = MARK_FINISH});
        replay_ended(&session->replay, &session->steer);
    }
}

/* Each is said once, whole, some time before anybody is started. */
static void read_what_it_is_about(struct session *session)
{
    char what[32];
    int64_t expected;
    if (session->title[0] == '\0') {
        watch_title(session->watch, session->title, sizeof session->title);
    }
    if (session->model->expected_what[0] == '\0' &&
        watch_expected(session->watch, what, sizeof what, &expected)) {
        feed_mark(session, &(struct mark){.kind = MARK_EXPECT,
                                          .text = what,
                                          .number = (uint64_t)expected});
    }
}

/* The clock of events against the real one: the longer it runs the better it is known. */
static void follow_clock(struct session *session)
{
    const struct mp_world *world = watch_world(session->watch);
    uint64_t ticks = mp_ticks();
    uint64_t nanoseconds = mp_nanoseconds();

    if (ticks > world->ticks && nanoseconds > world->nanoseconds) {
        feed_clock(session, ticks - world->ticks, nanoseconds - world->nanoseconds);
    }
}

static bool can_be_killed(const struct session *session, unsigned slot)
{
    uint8_t life = watch_world(session->watch)->processes[slot].life;
    return life == MP_LIFE_STARTED || life == MP_LIFE_ALIVE;
}

/* What is no turn of a process is done here. */
static void follow_schedule(struct session *session)
{
    struct replay_act act = replay_tick(&session->replay, &session->steer);
    if (act.kind == MOVE_KILL && !can_be_killed(session, act.which)) {
        replay_refuse(&session->replay, &session->steer);
    } else if (act.kind == MOVE_KILL) {
        session_kill(session, act.which);
    } else if (act.kind == MOVE_GRAIN) {
        session_set_grain(session, (enum mp_grain)act.which);
    }
}

void session_set_grain(struct session *session, enum mp_grain grain)
{
    steer_grain(&session->steer, grain);
    pump_events(session);
    feed_snapshot(session, false);
}

bool session_kill(struct session *session, unsigned slot)
{
    pump_events(session); /* it is killed after what has happened so far */
    feed_mark(session, &(struct mark){.kind = MARK_KILLED, .slot = (uint16_t)slot});
    return steer_kill(&session->steer, slot) == 0;
}

/* Under control the gate says so. Free running the tables are looked at, and what is claimed
   is taken back when somebody moves. */
static void tell_stuck(struct session *session, uint64_t now)
{
    bool free = is_free(session);
    if (free && session->stuck_told && !session->model->stuck) {
        still_moved(session); /* its events are sooner here than the next look */
    }
    bool stuck = free ? still_is_stuck(session, now)
                      : session->has_control && steer_is_stuck(&session->steer);
    if (stuck && !session->stuck_told) {
        if (free) {
            pump_events(session);
            feed_snapshot(session, false);
        }
        feed_mark(session, &(struct mark){.kind = MARK_STUCK});
    } else if (free && !stuck && session->stuck_told) {
        model_goes_on(session->model); /* of a free run there is no tape */
    }
    session->stuck_told = stuck;
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
        follow_schedule(session);
        session->steer.unseen = watch_has_more(session->watch);
        steer_tick(&session->steer, now);
    }
    news = pump_events(session) || news;
    news = pump_output(session) || news;
    sample_kernel(session, now);
    read_what_it_is_about(session);
    bool was_stuck = session->stuck_told;
    tell_stuck(session, now);
    tell_outside(session);
    look_for_end(session, news);
    return news || session->ended || session->stuck_told != was_stuck;
}

bool session_follow(struct session *session, unsigned limit_ms,
                    const volatile sig_atomic_t *stop)
{
    uint64_t quiet = mp_nanoseconds();
    while (stop == NULL || !*stop) {
        uint64_t now = mp_nanoseconds();
        bool news = session_pump(session, now);
        quiet = news ? now : quiet;
        bool stands = session->replay.state != REPLAY_GOES &&
                      session_is_stopped(session) && !steer_has_ended(&session->steer);
        if (session->ended || (stands && !news)) {
            return true;
        }
        if (now - quiet > limit_ms * MS) {
            break;
        }
        if (!news) {
            struct pollfd output = {.fd = session_fd(session), .events = POLLIN};
            poll(&output, 1, TURN_MS);
        }
    }
    steer_stop(&session->steer);
    return false;
}
