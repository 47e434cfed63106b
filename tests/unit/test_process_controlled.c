// SPDX-License-Identifier: MIT
// Tests of families of processes under control and by seeds: what the lab folds from the
// events is what the tables say after every step; who waits for its parent is seen to wait,
// and who can never go on is said to be stuck.
#include "suite.h"
#include "unit/stepwise.h"

enum { SEEDS = 12 };

static const char *const programs[] = {"parent",  "limit", "active",
                                       "daemons", "exits", "renamed"};
enum { PROGRAMS = sizeof programs / sizeof *programs };

static const char *command(const char *program)
{
    static char text[64];
    snprintf(text, sizeof text, "tests/programs/family_calls %s", program);
    return text;
}

START_TEST(fold_equals_world_after_every_step)
{
    static const enum mp_grain grains[] = {MP_GRAIN_LIVES, MP_GRAIN_CALLS,
                                           MP_GRAIN_MEMORY};
    bool kills = strcmp(programs[_i], "daemons") == 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        stepwise_check(command(programs[_i]), grains[seed % 3], seed, kills);
    }
}
END_TEST

// A daemon may be ended while it stands before its birth.
START_TEST(nobody_is_born_after_the_own_end)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        bool ended[MP_PROCESSES] = {false};
        struct session session;
        ck_assert(stepwise_run(&session, command("daemons"), MP_GRAIN_LIVES, seed, true));
        for (size_t i = 0; i < session.model->sentence_count; i++) {
            const struct sentence *sentence = &session.model->sentences[i];
            unsigned slot = sentence->process % MP_PROCESSES;
            bool is_end = sentence->kind == SAY_DIED || sentence->kind == SAY_ENDED;
            ck_assert_msg(sentence->kind != SAY_BORN || !ended[slot], "seed %d: %s",
                          (int)seed, sentence->text);
            ended[slot] |= is_end;
        }
        session_finish(&session);
    }
}
END_TEST

START_TEST(parent_and_child_that_wait_for_each_other_are_stuck)
{
    for (uint64_t seed = 1; seed <= SEEDS / 3; seed++) {
        struct session session;
        ck_assert(!stepwise_run(&session, command("stuck"), MP_GRAIN_CALLS, seed, false));
        for (unsigned slot = 0; slot < 2; slot++) {
            struct mp_readiness why = mp_ready(watch_world(session.watch), slot);
            ck_assert_int_eq(why.reason, MP_STILL_ALIVE);
            ck_assert_uint_eq(why.process, 1 - slot);
        }
        session_finish(&session);
    }
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = fold_equals_world_after_every_step,
         .timeout = 60,
         .from = 0,
         .to = PROGRAMS},
        {.test = nobody_is_born_after_the_own_end, .timeout = 60},
        {.test = parent_and_child_that_wait_for_each_other_are_stuck, .timeout = 60},
    };

    return suite_run("process controlled", tests, sizeof tests / sizeof *tests);
}
