// SPDX-License-Identifier: MIT
// Time, forwards and backwards: what a tape says of a step is what the world was at that
// step, and a run under the schedule of another is that run over again.
#include "suite.h"
#include "unit/sessions.h"

#include <stdlib.h>

enum { RUNS = 60, RUNS_LONG = 1000, REPLAYS = 100, WORST = 4000, DISTURBED_MOST = 10 };

// The small instances; what a step is.
static const struct {
    const char *command;
    enum mp_grain grain;
} demos[] = {
    {"demos/lock_race --increments 1", MP_GRAIN_MEMORY},
    {"demos/lock_race --increments 2", MP_GRAIN_MEMORY},
    {"demos/lock_fixed --increments 2", MP_GRAIN_MEMORY},
    {"demos/pool --workers 2 --tasks 3 --numbers 1000", MP_GRAIN_CALLS},
    {"demos/queue --consumers 2 --items 3", MP_GRAIN_CALLS},
    {"demos/process --children 2", MP_GRAIN_LIVES},
};
enum { DEMOS = sizeof demos / sizeof *demos };

static int runs(void)
{
    return suite_is_long() ? RUNS_LONG : RUNS;
}

static void wait_for_end(struct session *session)
{
    if (!session_wait(session, session_has_ended, SESSION_LIMIT_MS)) {
        ck_abort_msg("it does not end: %s", session_describe(session));
    }
}

// Everybody stands, or all is over, and there is nothing that has not been seen.
static bool is_settled(struct session *session)
{
    bool stands = session->replay.state != REPLAY_GOES && session_is_stopped(session) &&
                  atomic_load(&watch_world(session->watch)->gate.stop) != MP_STOP_ENDED;
    return session->ended || (stands && !session_pump(session, mp_nanoseconds()));
}

static bool settles(struct session *session)
{
    return session_wait(session, is_settled, SESSION_LIMIT_MS);
}

// Begins to follow a schedule, and follows it as far as it goes.
static void follow(struct session *session, const char *command, enum mp_grain grain,
                   const struct schedule *schedule)
{
    session_begin(session, command,
                  (struct run_setup){.grain = grain, .seed = 1, .schedule = schedule});
    if (!settles(session)) {
        ck_abort_msg("%s: does not follow: %s", command, session_describe(session));
    }
}

static struct schedule choices(const struct session *session, uint64_t step)
{
    struct schedule schedule = {0};
    enum mp_grain grain;
    ck_assert(schedule_of(session->tape, step, &schedule, &grain));
    return schedule;
}

// The model of the tape after its newest step, against the world itself.
static void compare_with_world(struct session *session, const char *command)
{
    struct playhead head;
    char what[256];
    struct model *past = tape_model(session->tape, session->model->steps, &head);
    ck_assert_ptr_nonnull(past);
    watch_snapshot(session->watch, session->snapshot);
    if (!model_equals(past, session->snapshot, what, sizeof what)) {
        ck_abort_msg("%s, after step %llu: %s", command,
                     (unsigned long long)session->model->steps, what);
    }
    ck_assert_uint_eq(past->moment_count, session->model->moment_count);
    ck_assert_uint_eq(model_lost(past), model_lost(session->model));
    model_free(past);
}

// What two models say of the same step.
static void assert_same(const struct model *a, const struct model *b)
{
    ck_assert_uint_eq(a->steps, b->steps);
    ck_assert_uint_eq(a->events, b->events);
    ck_assert_uint_eq(a->moment_count, b->moment_count);
    ck_assert_uint_eq(a->sentence_count, b->sentence_count);
    ck_assert_mem_eq(a->objects, b->objects, sizeof a->objects);
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        ck_assert_mem_eq(&a->processes[i].entry, &b->processes[i].entry,
                         sizeof a->processes[i].entry);
    }
    ck_assert_uint_eq(a->field_count, b->field_count);
    for (size_t i = 0; i < a->field_count; i++) {
        ck_assert_uint_eq(a->fields[i].value, b->fields[i].value);
        ck_assert_uint_eq(a->fields[i].lost, b->fields[i].lost);
    }
    for (size_t i = 0; i < a->sentence_count; i++) {
        ck_assert_str_eq(a->sentences[i].text, b->sentences[i].text);
    }
}

// The same step of two runs: all but the numbers of the processes, and the times.
static void assert_same_again(const struct model *a, const struct model *b)
{
    ck_assert_uint_eq(a->steps, b->steps);
    ck_assert_uint_eq(a->moment_count, b->moment_count);
    for (size_t i = 0; i < a->moment_count; i++) {
        char one[32], other[32];
        model_cell(a, &a->moments[i], one, sizeof one);
        model_cell(b, &b->moments[i], other, sizeof other);
        ck_assert_uint_eq(a->moments[i].process, b->moments[i].process);
        ck_assert_str_eq(one, other);
    }
    for (unsigned i = 0; i < MP_OBJECTS; i++) {
        struct mp_object_entry one = a->objects[i], other = b->objects[i];
        one.version = other.version = 0;
        ck_assert_mem_eq(&one, &other, sizeof one);
    }
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        const struct mp_process_entry *one = &a->processes[i].entry;
        const struct mp_process_entry *other = &b->processes[i].entry;
        ck_assert_str_eq(one->name, other->name);
        ck_assert_int_eq(one->life, other->life);
        ck_assert_int_eq(one->waiting, other->waiting);
        ck_assert_int_eq(one->now.op, other->now.op);
        ck_assert_int_eq(one->last.op, other->last.op);
        ck_assert_uint_eq(one->steps, other->steps);
        ck_assert_uint_eq(one->writes, other->writes);
        ck_assert_int_eq(one->status, other->status);
    }
    ck_assert_uint_eq(a->field_count, b->field_count);
    for (size_t i = 0; i < a->field_count; i++) {
        ck_assert_uint_eq(a->fields[i].value, b->fields[i].value);
        ck_assert_uint_eq(a->fields[i].lost, b->fields[i].lost);
    }
}

// One step of a run, forwards and backwards, and the same of the run that is it again.
static void compare_at(const struct session *first, const struct session *second,
                       uint64_t step)
{
    struct playhead head, back, again;
    struct model *forwards = tape_model(first->tape, step / 2, &head);
    struct model *backwards = tape_model(first->tape, step, &back);
    struct model *replayed = tape_model(second->tape, step, &again);
    ck_assert(tape_play(first->tape, forwards, &head, step));
    assert_same(forwards, backwards);
    assert_same_again(backwards, replayed);
    model_free(forwards);
    model_free(backwards);
    model_free(replayed);
}

START_TEST(the_tape_says_what_the_world_was)
{
    for (int seed = 1; seed <= 10; seed++) {
        struct session session;
        session_begin(&session, demos[_i].command,
                      (struct run_setup){.grain = demos[_i].grain,
                                         .seed = (uint64_t)seed,
                                         .stopped = true});
        while (settles(&session) && !session.ended) {
            compare_with_world(&session, demos[_i].command);
            steer_step(&session.steer);
        }
        ck_assert(session.ended);
        ck_assert_uint_gt(session.model->steps, 3);
        session_finish(&session);
    }
}
END_TEST

START_TEST(backwards_is_forwards)
{
    struct session session;
    session_begin(&session, demos[_i].command,
                  (struct run_setup){.grain = demos[_i].grain, .seed = 7});
    wait_for_end(&session);
    const struct tape *tape = session.tape;
    struct playhead head, back;
    struct model *model = tape_model(tape, 0, &head);
    for (uint64_t step = 0; step <= tape_last_step(tape); step++) {
        ck_assert(tape_play(tape, model, &head, step));
        struct model *other = tape_model(tape, step, &back);
        ck_assert_uint_eq(model->steps, step);
        assert_same(model, other);
        model_free(other);
    }
    ck_assert(tape_play(tape, model, &head, UINT64_MAX));
    assert_same(model, session.model);
    model_free(model);
    session_finish(&session);
}
END_TEST

// Where the machine held a process up for so long that it was taken for waiting outside, the run
// cannot be repeated, and does not say that it can: false, and no word on it.
static bool run_again(int demo, uint64_t seed)
{
    struct session first, second;
    char what[512] = "";
    session_begin(&first, demos[demo].command,
                  (struct run_setup){.grain = demos[demo].grain, .seed = seed});
    wait_for_end(&first);
    struct schedule schedule = choices(&first, first.model->steps);
    ck_assert_uint_eq(schedule_steps(&schedule), first.model->steps);
    follow(&second, demos[demo].command, demos[demo].grain, &schedule);
    bool inside = !steer_was_outside(&first.steer) && !steer_was_outside(&second.steer);
    if (inside) {
        ck_assert_msg(second.ended && second.replay.state == REPLAY_DONE,
                      "%s, seed %llu: %s", demos[demo].command, (unsigned long long)seed,
                      session_describe(&second));
        ck_assert_msg(tape_compare(first.tape, second.tape, UINT64_MAX, what,
                                   sizeof what) == TAPES_EQUAL,
                      "%s, seed %llu: %s", demos[demo].command, (unsigned long long)seed,
                      what);
        ck_assert_int_eq(session_exit_status(&first), session_exit_status(&second));
        ck_assert_uint_eq(model_lost(first.model), model_lost(second.model));
        compare_at(&first, &second, seed % (first.model->steps + 1));
    }
    schedule_free(&schedule);
    session_finish(&second);
    session_finish(&first);
    return inside;
}

START_TEST(a_schedule_gives_the_same_run)
{
    for (int i = 0; i < runs(); i++) {
        int tries = 0;
        while (!run_again(_i, (uint64_t)i * 31 + 1)) {
            ck_assert_int_lt(++tries, DISTURBED_MOST);
        }
    }
}
END_TEST

// The two orders that the lesson begins with: "1212" and "1122".
START_TEST(the_same_choices_end_the_same_each_time)
{
    static const struct {
        const char *order;
        uint64_t lost;
    } orders[] = {{"1212", 1}, {"1122", 0}};
    for (size_t i = 0; i < 2; i++) {
        struct schedule schedule = {0};
        for (const char *who = orders[i].order; *who != '\0'; who++) {
            ck_assert(schedule_add(&schedule, MOVE_STEP, (unsigned)(*who - '0')));
        }
        for (int again = 0; again < REPLAYS; again++) {
            struct session session;
            follow(&session, demos[0].command, MP_GRAIN_MEMORY, &schedule);
            ck_assert(session.ended && session.replay.state == REPLAY_DONE);
            ck_assert_uint_eq(model_lost(session.model), orders[i].lost);
            session_finish(&session);
        }
        schedule_free(&schedule);
    }
}
END_TEST

// Somebody is killed in the middle, and it is another grain from then on.
START_TEST(kills_and_grains_are_followed_too)
{
    const char *command = "demos/lock_fixed --processes 3 --increments 2";
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct session first, second;
        char what[512] = "";
        session_begin(
            &first, command,
            (struct run_setup){.grain = MP_GRAIN_MEMORY, .seed = seed, .stopped = true});
        for (unsigned step = 0; !first.ended; step++) {
            ck_assert(settles(&first));
            if (step == 3 + seed % 4) {
                session_kill(&first, 1 + seed % 3);
                ck_assert(settles(&first));
            }
            if (step == 6) {
                session_set_grain(&first, MP_GRAIN_CALLS);
            }
            steer_step(&first.steer);
            ck_assert_uint_lt(step, WORST);
        }
        struct schedule schedule = choices(&first, first.model->steps);
        follow(&second, command, MP_GRAIN_MEMORY, &schedule);
        ck_assert_msg(second.ended && second.replay.state == REPLAY_DONE, "seed %u: %s",
                      seed, session_describe(&second));
        if (tape_compare(first.tape, second.tape, UINT64_MAX, what, sizeof what) !=
            TAPES_EQUAL) {
            ck_abort_msg("seed %u: %s", seed, what);
        }
        schedule_free(&schedule);
        session_finish(&second);
        session_finish(&first);
    }
}
END_TEST

START_TEST(what_cannot_be_followed_is_named)
{
    struct schedule schedule = {0};
    struct session session;
    for (const char *who = "11121"; *who != '\0'; who++) { // 1 has ended after two steps
        ck_assert(schedule_add(&schedule, MOVE_STEP, (unsigned)(*who - '0')));
    }
    follow(&session, demos[0].command, MP_GRAIN_MEMORY, &schedule);
    ck_assert(!session.ended);
    ck_assert_int_eq(session.replay.state, REPLAY_DIFFERS);
    ck_assert_uint_eq(session.model->steps, 2);
    ck_assert_uint_eq(replay_stuck_at(&session.replay, &session.steer).which, 1);
    schedule_free(&schedule);
    session_finish(&session);
}
END_TEST

// Up to some step as before, and then otherwise.
START_TEST(a_future_is_forked)
{
    struct session first, second;
    char what[512] = "";
    session_begin(&first, demos[0].command,
                  (struct run_setup){.grain = MP_GRAIN_MEMORY, .seed = 1});
    wait_for_end(&first);
    struct schedule schedule = choices(&first, 2);
    follow(&second, demos[0].command, MP_GRAIN_MEMORY, &schedule);
    ck_assert(!second.ended && second.replay.state == REPLAY_DONE);
    ck_assert_uint_eq(second.model->steps, 2);
    ck_assert_uint_eq(tape_compare(first.tape, second.tape, tape_events(second.tape),
                                   what, sizeof what),
                      TAPES_EQUAL);
    unsigned other = first.model->moments[2].process == 1 ? 2 : 1;
    if (mp_ready(watch_world(second.watch), other).reason == MP_CAN_GO) {
        steer_choose(&second.steer, other);
        ck_assert(session_wait(&second, session_stands, SESSION_LIMIT_MS));
        ck_assert_uint_eq(second.model->steps, 3);
        ck_assert_uint_eq(second.model->moments[2].process, other);
    }
    schedule_free(&schedule);
    session_finish(&second);
    session_finish(&first);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = the_tape_says_what_the_world_was, .to = DEMOS},
        {.test = backwards_is_forwards, .to = DEMOS},
        {.test = a_schedule_gives_the_same_run, .timeout = 300, .to = DEMOS},
        {.test = the_same_choices_end_the_same_each_time, .timeout = 60},
        {.test = kills_and_grains_are_followed_too, .timeout = 60},
        {.test = what_cannot_be_followed_is_named},
        {.test = a_future_is_forked},
    };
    return suite_run("replay", tests, sizeof tests / sizeof *tests);
}
