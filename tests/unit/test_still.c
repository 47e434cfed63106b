// SPDX-License-Identifier: MIT
// Tests of who is stuck for good and who only looks so: free, in slow motion, as fast as the
// gate goes. And no demo is ever called stuck.
#include "suite.h"
#include "unit/sessions.h"

#include "model/graph.h"

#include <dirent.h>
#include <stdlib.h>

enum { FREE, SLOW, FAST, WAYS, STEPS_A_SECOND = 50, OFTEN = 100, SOME = 10 };

static const char *command(const char *program)
{
    static char text[64];
    snprintf(text, sizeof text, "tests/programs/stuck_calls %s", program);
    return text;
}

static void begin(struct session *session, const char *program, int way)
{
    struct run_setup setup = {.grain = MP_GRAIN_CALLS,
                              .seed = 1,
                              .is_free = way == FREE,
                              .speed = way == SLOW ? STEPS_A_SECOND : STEER_UNLIMITED};
    session_begin(session, program, setup);
}

static bool is_stuck_or_over(struct session *session)
{
    return session->stuck_told || session->ended;
}

static bool goes_or_is_over(struct session *session)
{
    return !session->stuck_told || session->ended;
}

static const struct sentence *stuck_sentence(const struct session *session)
{
    for (size_t i = session->model->sentence_count; i-- > 0;) {
        if (session->model->sentences[i].kind == SAY_STUCK) {
            return &session->model->sentences[i];
        }
    }
    return NULL;
}

static const struct {
    const char *program;
    unsigned edges, circle; // waits in all, and in the circle
    const char *sentence;   // how it begins
    const char *who, *whom; // the first edge
} deadlocks[] = {
    {"locks", 3, 2, "STUCK: left wants lock_b (right has it), right wants lock_a (left",
     "left", "right"},
    {"three", 4, 3, "STUCK: first wants lock_b (second has it), second wants", "first",
     "second"},
    {"joined", 2, 2,
     "STUCK: main waits for child to end, child wants lock_a (main has it)", "main",
     "child"},
    {"item", 2, 0, "STUCK: consumer waits for an item, and nobody is left who could put",
     "consumer", NULL},
    {"room", 2, 0, "STUCK: producer waits for room, and nobody is left who could",
     "producer", NULL},
    {"event", 2, 0,
     "STUCK: waiter waits for an event, and nobody is left who could set it", "waiter",
     NULL},
    {"permit", 2, 0, "STUCK: taker wants a permit, and nobody is left who could give",
     "taker", NULL},
    {"message", 2, 0, "STUCK: 2 processes wait for a message, and nobody is left", "main",
     NULL},
};
enum { DEADLOCKS = sizeof deadlocks / sizeof *deadlocks };

static void assert_graph(const struct session *session, int which)
{
    static struct graph graph;
    unsigned in_circle = 0;
    const struct model *model = session->model;
    ck_assert(model->stuck);
    model_graph(model, &graph);
    ck_assert_uint_eq(graph.count, deadlocks[which].edges);
    for (unsigned i = 0; i < graph.count; i++) {
        in_circle += graph.edges[i].circle != 0;
        ck_assert(graph.edges[i].stuck);
        ck_assert_uint_ne(graph.edges[i].waits_at, 0);
        ck_assert_int_eq(graph.edges[i].why == GRAPH_LOCK, graph.edges[i].took_at != 0);
    }
    ck_assert_uint_eq(in_circle, deadlocks[which].circle);
    ck_assert_str_eq(model_name(model, graph.edges[0].from), deadlocks[which].who);
    if (deadlocks[which].whom != NULL) {
        ck_assert_str_eq(model_name(model, graph.edges[0].to), deadlocks[which].whom);
    } else {
        ck_assert_int_eq(graph.edges[0].why, GRAPH_NOBODY);
    }
}

START_TEST(a_deadlock_is_told)
{
    for (int way = 0; way < WAYS; way++) {
        struct session session;
        begin(&session, command(deadlocks[_i].program), way);
        ck_assert_msg(session_wait(&session, is_stuck_or_over, SESSION_LIMIT_MS),
                      "way %d: %s", way, session_describe(&session));
        ck_assert(!session.ended);
        const char *text = stuck_sentence(&session)->text;
        ck_assert_msg(
            strncmp(text, deadlocks[_i].sentence, strlen(deadlocks[_i].sentence)) == 0,
            "way %d: %s", way, text);
        assert_graph(&session, _i);
        session_finish(&session);
    }
}
END_TEST

static const char *const healthy[] = {"twice",     "owner",  "slow",    "limited",
                                      "computing", "forked", "threaded"};
enum { HEALTHY = sizeof healthy / sizeof *healthy };

// To its end, well, and nobody called it stuck on the way.
static void assert_healthy(const char *program, int way)
{
    struct session session;
    begin(&session, program, way);
    ck_assert_msg(session_wait(&session, is_stuck_or_over, 3 * SESSION_LIMIT_MS),
                  "%s, way %d: %s", program, way, session_describe(&session));
    const struct sentence *stuck = stuck_sentence(&session);
    ck_assert_msg(session.ended && stuck == NULL, "%s, way %d: %s", program, way,
                  stuck != NULL ? stuck->text : "");
    session_finish(&session);
}

START_TEST(who_is_slow_is_not_stuck)
{
    for (int way = 0; way < WAYS; way++) {
        // Under control nobody waits for who is not recorded.
        bool recorded = _i < HEALTHY - 2;
        if (way == FREE || recorded) {
            assert_healthy(command(healthy[_i]), way);
        }
    }
}
END_TEST

START_TEST(no_demo_is_stuck)
{
    DIR *folder = opendir(built("demos"));
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *file; (file = readdir(folder)) != NULL;) {
        char program[320];
        struct demo_entry entry;
        snprintf(program, sizeof program, "%s/%s", built("demos"), file->d_name);
        // Those are there to get stuck, or may.
        if (file->d_name[0] == '.' || strcmp(file->d_name, "deadlock") == 0 ||
            strcmp(file->d_name, "philosophers") == 0) {
            continue;
        }
        ck_assert_int_eq(demo_entry_read(program, &entry), 0);
        snprintf(program, sizeof program, "demos/%.60s %.90s", file->d_name, entry.watch);
        for (int i = 0; i < (suite_is_long() ? OFTEN : SOME); i++) {
            assert_healthy(program, FREE);
        }
    }
    closedir(folder);
}
END_TEST

START_TEST(it_is_taken_back_when_somebody_goes_on)
{
    struct session session;
    begin(&session, command("woken"), FREE);
    ck_assert(session_wait(&session, is_stuck_or_over, SESSION_LIMIT_MS));
    ck_assert(session.stuck_told && session.model->stuck);
    ck_assert_int_eq(steer_signal(&session.steer, 0, SIGUSR1), 0);
    ck_assert(session_wait(&session, goes_or_is_over, SESSION_LIMIT_MS));
    ck_assert(!session.model->stuck);
    ck_assert(session_wait(&session, session_has_ended, SESSION_LIMIT_MS));
    ck_assert_int_eq(session_exit_status(&session), 0);
    bool told = false;
    for (size_t i = 0; i < session.model->sentence_count; i++) {
        told = told || session.model->sentences[i].kind == SAY_GOES_ON;
    }
    ck_assert(told);
    session_finish(&session);
}
END_TEST

START_TEST(a_killed_one_lets_the_others_go_on)
{
    struct session session;
    begin(&session, command("locks"), FREE);
    ck_assert(session_wait(&session, is_stuck_or_over, SESSION_LIMIT_MS));
    ck_assert(session.stuck_told);
    ck_assert(session_kill(&session, 1)); // right gets lock_a of the dead
    ck_assert(session_wait(&session, session_has_ended, SESSION_LIMIT_MS));
    session_finish(&session);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = a_deadlock_is_told, .timeout = 60, .from = 0, .to = DEADLOCKS},
        {.test = who_is_slow_is_not_stuck, .timeout = 120, .from = 0, .to = HEALTHY},
        {.test = no_demo_is_stuck, .timeout = 600},
        {.test = it_is_taken_back_when_somebody_goes_on},
        {.test = a_killed_one_lets_the_others_go_on},
    };

    return suite_run("still", tests, sizeof tests / sizeof *tests);
}
