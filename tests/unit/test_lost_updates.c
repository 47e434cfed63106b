// SPDX-License-Identifier: MIT
// Tests of lost updates: counted in every schedule of small programs, and told apart from
// what is set, atomic, or overwritten by one who was killed.
#include "suite.h"
#include "unit/story.h"

enum { MOST = 3, ENDS = 16 };

// Processes that each add 1 so many times: a read, then a write.
struct adders {
    unsigned processes;
    unsigned increments;
    unsigned schedules;
    unsigned ends[ENDS]; // how many schedules end at this value
};

// Where one schedule stands.
struct standing {
    unsigned done[MOST + 1]; // accesses of each process
    uint64_t held[MOST + 1];
    char path[64];
    size_t length;
};

// Does one access of one process. The value written is known only when its process stops
// again, which is before anybody else goes on.
static void go(struct story *s, struct standing *at, unsigned process)
{
    if (at->done[process]++ % 2 == 0) {
        at->held[process] = story_read(s, process);
    } else {
        story_write(s, process, at->held[process] + 1);
    }
}

static void run_schedule(struct adders *a, const char *path)
{
    static const char *const names[] = {"", "increment-1", "increment-2", "increment-3"};
    struct story s = story_begin(MP_GRAIN_MEMORY);
    struct standing at = {.length = 0};
    for (unsigned i = 1; i <= a->processes; i++) {
        story_child(&s, i, names[i]);
    }
    for (const char *p = path; *p != '\0'; p++) {
        go(&s, &at, (unsigned)(*p - '0'));
    }
    unsigned all = a->processes * a->increments;
    ck_assert_msg(model_updates(s.model) == all && model_lost(s.model) == all - s.counter,
                  "%s ends at %d of %u, and the model says %d lost", path, (int)s.counter,
                  all, (int)model_lost(s.model));
    unsigned flagged = 0;
    for (size_t i = 0; i < s.model->write_count; i++) {
        flagged += s.model->writes[i].lost;
    }
    ck_assert_uint_eq(flagged, model_lost(s.model));
    ck_assert_uint_eq(s.model->moment_count, strlen(path));
    a->schedules += 1;
    a->ends[s.counter] += 1;
    story_end(&s);
}

static void all_schedules(struct adders *a, struct standing at)
{
    bool whole = true;
    for (unsigned i = 1; i <= a->processes; i++) {
        if (at.done[i] < 2 * a->increments) {
            struct standing next = at;
            next.done[i] += 1;
            next.path[next.length++] = (char)('0' + i);
            all_schedules(a, next);
            whole = false;
        }
    }
    if (whole) {
        run_schedule(a, at.path);
    }
}

// Counts from the explorer's page: how many schedules end where.
static const struct adders expected[] = {
    {.processes = 2, .increments = 1, .schedules = 6, .ends = {[1] = 4, [2] = 2}},
    {.processes = 2,
     .increments = 2,
     .schedules = 70,
     .ends = {[2] = 32, [3] = 32, [4] = 6}},
    {.processes = 2,
     .increments = 3,
     .schedules = 924,
     .ends = {[2] = 8, [3] = 300, [4] = 416, [5] = 180, [6] = 20}},
    {.processes = 3,
     .increments = 1,
     .schedules = 90,
     .ends = {[1] = 48, [2] = 36, [3] = 6}},
};

START_TEST(lost_is_expected_minus_actual_in_every_schedule)
{
    const struct adders *e = &expected[_i];
    struct adders a = {.processes = e->processes, .increments = e->increments};

    all_schedules(&a, (struct standing){.length = 0});
    ck_assert_uint_eq(a.schedules, e->schedules);
    for (unsigned i = 0; i < ENDS; i++) {
        ck_assert_msg(a.ends[i] == e->ends[i], "%u schedules of %ux%u end at %u, not %u",
                      a.ends[i], e->processes, e->increments, i, e->ends[i]);
    }
}
END_TEST

START_TEST(a_lost_update_counts_again_when_its_value_is_built_upon)
{
    struct story s = story_race();

    story_child(&s, 3, "increment-3");
    story_read(&s, 1);
    story_read(&s, 2);
    story_write(&s, 1, 1);
    story_read(&s, 3); // holds what 1 wrote
    story_write(&s, 2, 1);
    ck_assert(s.model->writes[0].lost && !s.model->writes[1].lost);
    story_write(&s, 3, 2);
    ck_assert(!s.model->writes[0].lost && s.model->writes[1].lost);
    ck_assert_uint_eq(model_lost(s.model), 1);
    story_end(&s);
}
END_TEST

START_TEST(a_write_without_a_read_is_set_and_loses_nothing)
{
    struct story s = story_race();

    story_read(&s, 1);
    story_write(&s, 1, 1);
    story_write(&s, 2, 7);
    ck_assert_uint_eq(model_lost(s.model), 0);
    ck_assert_uint_eq(model_updates(s.model), 1);
    ck_assert_uint_eq(s.model->fields[0].sets, 1);
    story_end(&s);
}
END_TEST

START_TEST(an_atomic_update_is_never_lost_to_another)
{
    struct story s = story_race();

    story_read(&s, 1); // a value that it then does not use
    for (unsigned i = 0; i < 6; i++) {
        unsigned slot = 1 + i % 2;
        story_access(&s, slot, MP_OP_UPDATE);
        s.open[slot] = true;
        s.written[slot] = s.counter + 1;
        story_settle(&s, slot);
    }
    ck_assert_uint_eq(model_updates(s.model), 6);
    ck_assert_uint_eq(model_lost(s.model), 0);
    story_end(&s);
}
END_TEST

int main(void)
{
    enum { PAIRS = sizeof expected / sizeof *expected };
    const struct suite_test tests[] = {
        {.test = lost_is_expected_minus_actual_in_every_schedule, .from = 0, .to = PAIRS},
        {.test = a_lost_update_counts_again_when_its_value_is_built_upon},
        {.test = a_write_without_a_read_is_set_and_loses_nothing},
        {.test = an_atomic_update_is_never_lost_to_another},
    };

    return suite_run("lost updates", tests, sizeof tests / sizeof *tests);
}
