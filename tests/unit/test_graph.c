// SPDX-License-Identifier: MIT
// Tests of the wait-for graph: who waits for whom, circles, what nobody is left to do, and
// how an edge is put into words.
#include "suite.h"
#include "unit/story.h"

#include "model/graph.h"

#include <errno.h>

enum { LOCK_A = 2, LOCK_B = 3, LOCK_C = 4, QUEUE = 5, EVENT = 6, TOOK = 0x100 };

static void takes(struct story *s, unsigned slot, unsigned lock)
{
    story_tell(s, slot,
               (struct mp_deed){.op = MP_OP_LOCK_ACQUIRE,
                                .info = MP_DONE | MP_INFO_STEP,
                                .place = TOOK + lock,
                                .object = (uint16_t)lock});
}

static void wants(struct story *s, unsigned slot, enum mp_op op, unsigned object)
{
    story_tell(s, slot,
               (struct mp_deed){.op = (uint8_t)op,
                                .info = MP_WANT,
                                .place = 10 * (slot + 1),
                                .object = (uint16_t)object});
}

// main, left, right, third; three locks, a queue, an event.
static struct story people(void)
{
    struct story s = story_begin(MP_GRAIN_CALLS);
    story_child(&s, 1, "left");
    story_child(&s, 2, "right");
    story_child(&s, 3, "third");
    story_create(&s, LOCK_A, MP_KIND_LOCK, 512, 64, "lock_a", "");
    story_create(&s, LOCK_B, MP_KIND_LOCK, 640, 64, "lock_b", "");
    story_create(&s, LOCK_C, MP_KIND_LOCK, 768, 64, "lock_c", "");
    story_create(&s, QUEUE, MP_KIND_QUEUE, 1024, 1024, "jobs", "int");
    story_create(&s, EVENT, MP_KIND_EVENT, 4096, 64, "go", "");
    return s;
}

static struct graph graph_of(struct story *s, bool stuck)
{
    static struct graph graph;
    if (stuck) {
        model_stuck(s->model);
    }
    ck_assert(s->model->stuck == stuck);
    model_graph(s->model, &graph);
    return graph;
}

static void assert_edge(const struct story *s, const struct graph *graph, unsigned index,
                        const char *text)
{
    char wanted[160];
    char whose[160];
    char all[400];
    ck_assert_uint_lt(index, graph->count);
    const struct graph_edge *edge = &graph->edges[index];
    graph_wants(s->model, edge, "", wanted, sizeof wanted);
    graph_whose(s->model, graph, edge, "", whose, sizeof whose);
    snprintf(all, sizeof all, "%s %s > %s", model_name(s->model, edge->from), wanted,
             whose);
    ck_assert_str_eq(all, text);
}

static void assert_circle(const struct story *s, const struct graph *graph,
                          const char *text)
{
    char words[160];
    graph_circle(s->model, graph, 1, words, sizeof words);
    ck_assert_str_eq(words, text);
}

// --- circles ------------------------------------------------------------------------------

START_TEST(two_locks_make_a_circle_and_main_hangs_on_it)
{
    struct story s = people();
    story_life(&s, 3, MP_OP_END, 0, 0, false);
    takes(&s, 1, LOCK_A);
    takes(&s, 2, LOCK_B);
    wants(&s, 0, MP_OP_JOIN, 1);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_B);
    wants(&s, 2, MP_OP_LOCK_ACQUIRE, LOCK_A);
    struct graph graph = graph_of(&s, true);
    ck_assert_uint_eq(graph.count, 3);
    ck_assert_uint_eq(graph.circles, 1);
    assert_edge(&s, &graph, 0, "left wants lock_b > right, who took it");
    assert_edge(&s, &graph, 1, "right wants lock_a > left, who took it");
    assert_edge(&s, &graph, 2, "main waits for left to end > left, who cannot end");
    assert_circle(&s, &graph, "A circle of 2: neither can ever go on.");
    ck_assert_uint_eq(graph.edges[0].circle, 1);
    ck_assert_uint_eq(graph.edges[1].circle, 1);
    ck_assert_uint_eq(graph.edges[2].circle, 0);
    ck_assert_uint_eq(graph.edges[0].waits_at, 20);
    ck_assert_uint_eq(graph.edges[0].took_at, TOOK + LOCK_B);
    ck_assert_uint_eq(graph.edges[1].took_at, TOOK + LOCK_A);
    ck_assert_uint_eq(graph.edges[2].took_at, 0);
    story_end(&s);
}
END_TEST

START_TEST(places_stand_with_what_they_are_the_places_of)
{
    struct story s = people();
    char text[160];
    takes(&s, 2, LOCK_B);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_B);
    struct graph graph = graph_of(&s, false);
    graph_wants(s.model, &graph.edges[0], "deadlock.c:41", text, sizeof text);
    ck_assert_str_eq(text, "wants lock_b (deadlock.c:41)");
    graph_whose(s.model, &graph, &graph.edges[0], "deadlock.c:47", text, sizeof text);
    ck_assert_str_eq(text, "right, who took it at deadlock.c:47");
    story_end(&s);
}
END_TEST

START_TEST(a_circle_is_told_from_edge_to_edge)
{
    struct story s = people();
    takes(&s, 1, LOCK_A);
    takes(&s, 2, LOCK_B);
    takes(&s, 3, LOCK_C);
    wants(&s, 0, MP_OP_JOIN, 2);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_C); // left -> third -> right -> left
    wants(&s, 3, MP_OP_LOCK_ACQUIRE, LOCK_B);
    wants(&s, 2, MP_OP_LOCK_ACQUIRE, LOCK_A);
    struct graph graph = graph_of(&s, true);
    ck_assert_uint_eq(graph.circles, 1);
    assert_edge(&s, &graph, 0, "left wants lock_c > third, who took it");
    assert_edge(&s, &graph, 1, "third wants lock_b > right, who took it");
    assert_edge(&s, &graph, 2, "right wants lock_a > left, who took it");
    assert_circle(&s, &graph, "A circle of 3: none of them can ever go on.");
    story_end(&s);
}
END_TEST

START_TEST(a_join_can_be_part_of_a_circle)
{
    struct story s = people();
    story_life(&s, 2, MP_OP_END, 0, 0, false);
    story_life(&s, 3, MP_OP_END, 0, 0, false);
    takes(&s, 0, LOCK_A);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_A);
    wants(&s, 0, MP_OP_JOIN, 1);
    struct graph graph = graph_of(&s, true);
    ck_assert_uint_eq(graph.circles, 1);
    assert_edge(&s, &graph, 0, "main waits for left to end > left, who cannot end");
    assert_edge(&s, &graph, 1, "left wants lock_a > main, who took it");
    story_end(&s);
}
END_TEST

START_TEST(who_waits_for_itself_is_a_circle_of_its_own)
{
    struct story s = people();
    takes(&s, 1, LOCK_A);
    wants(&s, 0, MP_OP_JOIN, 1);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_A);
    wants(&s, 2, MP_OP_LOCK_ACQUIRE, LOCK_A);
    story_life(&s, 3, MP_OP_END, 0, 0, false);
    struct graph graph = graph_of(&s, true);
    ck_assert_uint_eq(graph.count, 3);
    ck_assert_uint_eq(graph.circles, 1);
    assert_edge(&s, &graph, 0, "left wants lock_a > itself: it took it");
    assert_circle(&s, &graph, "left waits for itself: it can never go on.");
    ck_assert_uint_eq(graph.edges[0].took_at, TOOK + LOCK_A);
    story_end(&s);
}
END_TEST

START_TEST(two_circles_are_kept_apart)
{
    struct story s = people();
    takes(&s, 0, LOCK_A);
    takes(&s, 1, LOCK_B);
    wants(&s, 0, MP_OP_LOCK_ACQUIRE, LOCK_B);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_A);
    wants(&s, 2, MP_OP_JOIN, 3);
    wants(&s, 3, MP_OP_JOIN, 2);
    struct graph graph = graph_of(&s, true);
    ck_assert_uint_eq(graph.circles, 2);
    ck_assert_uint_eq(graph.edges[0].circle, 1);
    ck_assert_uint_eq(graph.edges[1].circle, 1);
    ck_assert_uint_eq(graph.edges[2].circle, 2);
    ck_assert_uint_eq(graph.edges[3].circle, 2);
    story_end(&s);
}
END_TEST

// --- nobody is left -----------------------------------------------------------------------

static const struct {
    enum mp_op op;
    unsigned object;
    const char *text;
} hopeless[] = {
    {MP_OP_QUEUE_GET, QUEUE,
     "left waits for an item in jobs > nobody is left who could put one"},
    {MP_OP_EVENT_WAIT, EVENT,
     "left waits for the event go > nobody is left who could "
     "set it"},
};

START_TEST(nobody_is_left_who_could_do_it)
{
    struct story s = people();
    story_life(&s, 2, MP_OP_END, 0, 0, false);
    story_life(&s, 3, MP_OP_END, 0, 0, false);
    wants(&s, 0, MP_OP_JOIN, 1);
    wants(&s, 1, hopeless[_i].op, hopeless[_i].object);
    struct graph graph = graph_of(&s, true);
    ck_assert_uint_eq(graph.count, 2);
    ck_assert_uint_eq(graph.circles, 0);
    assert_edge(&s, &graph, 0, hopeless[_i].text); // the reason first
    assert_edge(&s, &graph, 1, "main waits for left to end > left, who cannot end");
    story_end(&s);
}
END_TEST

START_TEST(who_is_not_stuck_itself_could_still_do_it)
{
    struct story s = people();
    story_life(&s, 3, MP_OP_END, 0, 0, false);
    takes(&s, 2, LOCK_A);
    wants(&s, 0, MP_OP_LOCK_ACQUIRE, LOCK_A); // right has it, and runs
    wants(&s, 1, MP_OP_QUEUE_GET, QUEUE);
    struct graph graph = graph_of(&s, false);
    assert_edge(&s, &graph, 0, "main wants lock_a > right, who took it");
    assert_edge(&s, &graph, 1, "left waits for an item in jobs > whoever will put one");
    ck_assert(!graph.edges[0].stuck && !graph.edges[1].stuck);
    story_end(&s);
}
END_TEST

START_TEST(nothing_is_claimed_of_a_program_that_was_not_called_stuck)
{
    struct story s = people(); // one of these waits may have a limit: no table says so
    story_life(&s, 3, MP_OP_END, 0, 0, false);
    story_life(&s, 2, MP_OP_END, 0, 0, false);
    wants(&s, 0, MP_OP_JOIN, 1);
    wants(&s, 1, MP_OP_EVENT_WAIT, EVENT);
    struct graph graph = graph_of(&s, false);
    assert_edge(&s, &graph, 0, "main waits for left to end > left");
    assert_edge(&s, &graph, 1, "left waits for the event go > whoever will set it");
    story_end(&s);
}
END_TEST

START_TEST(the_lock_of_a_dead_owner_keeps_nobody)
{
    struct story s = people();
    takes(&s, 2, LOCK_A);
    wants(&s, 1, MP_OP_LOCK_ACQUIRE, LOCK_A);
    ck_assert_uint_eq(graph_of(&s, false).count, 1);
    story_life(&s, 2, MP_OP_DIE, 0, -9, false);
    ck_assert_uint_eq(graph_of(&s, false).count, 0);
    story_end(&s);
}
END_TEST

START_TEST(nobody_who_runs_is_in_it)
{
    struct story s = people();
    ck_assert_uint_eq(graph_of(&s, false).count, 0);
    takes(&s, 1, LOCK_A);
    wants(&s, 2, MP_OP_LOCK_ACQUIRE, LOCK_B); // it is free
    ck_assert_uint_eq(graph_of(&s, false).count, 0);
    story_end(&s);
}
END_TEST

START_TEST(a_model_is_stuck_until_something_happens)
{
    struct story s = people();
    takes(&s, 1, LOCK_A);
    wants(&s, 2, MP_OP_LOCK_ACQUIRE, LOCK_A);
    model_stuck(s.model);
    ck_assert(s.model->stuck);
    wants(&s, 3, MP_OP_LOCK_ACQUIRE, LOCK_A); // nobody has gone
    ck_assert(s.model->stuck);
    story_life(&s, 1, MP_OP_DIE, 0, -9, false);
    ck_assert(!s.model->stuck);
    model_stuck(s.model);
    model_goes_on(s.model);
    ck_assert(!s.model->stuck);
    says(s, SAY_GOES_ON, "Somebody went on after all: it is not stuck.");
    story_end(&s);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = two_locks_make_a_circle_and_main_hangs_on_it},
        {.test = places_stand_with_what_they_are_the_places_of},
        {.test = a_circle_is_told_from_edge_to_edge},
        {.test = a_join_can_be_part_of_a_circle},
        {.test = who_waits_for_itself_is_a_circle_of_its_own},
        {.test = two_circles_are_kept_apart},
        {.test = nobody_is_left_who_could_do_it,
         .from = 0,
         .to = sizeof hopeless / sizeof *hopeless},
        {.test = who_is_not_stuck_itself_could_still_do_it},
        {.test = nothing_is_claimed_of_a_program_that_was_not_called_stuck},
        {.test = the_lock_of_a_dead_owner_keeps_nobody},
        {.test = nobody_who_runs_is_in_it},
        {.test = a_model_is_stuck_until_something_happens},
    };

    return suite_run("graph", tests, sizeof tests / sizeof *tests);
}
