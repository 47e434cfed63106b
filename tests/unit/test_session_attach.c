// SPDX-License-Identifier: MIT
// Joining a program that runs already: the first picture is right, nothing is lost for the
// program, its accesses are counted exactly, and a second lab can only watch.
#include "launch.h"
#include "suite.h"
#include "unit/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY_EVENTS = 1000000, CHILDREN = 2, RUNS = 5 };

// --- a program that runs alone ------------------------------------------------------------

static pid_t start_alone(const char *demo, const char *increments)
{
    const char *const argv[] = {built(demo), "--increments", increments, NULL};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct spawn what = {.argv = argv, .stdio = {null, null, null}};
    pid_t pid = spawn_program(&what);
    close(null);
    return pid;
}

static void attach(struct session *session, pid_t pid)
{
    char why[512];
    int64_t deadline = limit_after(SESSION_LIMIT_MS);
    while (session_attach(session, pid, why, sizeof why) != 0) {
        ck_assert_msg(limit_left(deadline) > 0, "attach: %s", why);
        limit_nap(); // it has not come to its first call of mp yet
    }
}

static void end_alone(pid_t pid)
{
    pid_t children[CHILDREN];
    size_t count = proc_children(pid, children, CHILDREN);
    kill(pid, SIGKILL);
    ck_assert(proc_wait_gone(pid, SESSION_LIMIT_MS));
    for (size_t i = 0; i < count && i < CHILDREN; i++) {
        ck_assert(proc_wait_gone(children[i], SESSION_LIMIT_MS));
    }
}

// How many accesses its processes have made, by the counters in its table.
static uint64_t accesses(const struct mp_world *world)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < MP_PROCESSES; i++) {
        count += world->processes[i].reads + world->processes[i].writes;
    }
    return count;
}

// Looks at its world, as another lab would that only watches.
// The world of this program, NULL when it has none yet.
static struct watch *try_watch(pid_t pid)
{
    struct found found[64];
    struct watch *watch = NULL;
    size_t count = program_find_all(found, 64);
    count = count < 64 ? count : 64;
    for (size_t i = 0; i < count; i++) {
        if (found[i].pid == pid) {
            ck_assert_int_eq(watch_open(found[i].world, &watch), 0);
            break;
        }
    }
    program_forget(found, count);
    return watch;
}

static void wait_for_many_events(pid_t pid)
{
    struct watch *watch;
    int64_t deadline = limit_after(SESSION_LIMIT_MS);
    while ((watch = try_watch(pid)) == NULL) {
        ck_assert_msg(limit_left(deadline) > 0, "no world in %d", (int)pid);
    }
    while (accesses(watch_world(watch)) < MANY_EVENTS) {
        ck_assert_msg(limit_left(deadline) > 0, "%d does too little", (int)pid);
        limit_nap();
    }
    watch_close(watch);
}

static const struct field *counter_of(const struct model *model)
{
    for (size_t i = 0; i < model->field_count; i++) {
        if (!model->fields[i].gone && strcmp(model->fields[i].name, "counter") == 0) {
            return &model->fields[i];
        }
    }
    ck_abort_msg("no field \"counter\" among %zu", model->field_count);
}

static uint64_t counter_now(struct session *session, const struct field *counter)
{
    const char *arena = (const char *)watch_world(session->watch) + MP_WORLD_ARENA;
    uint32_t value;
    memcpy(&value, arena + counter->offset, sizeof value);
    return value;
}

// --- the first picture ------------------------------------------------------------------------

static void assert_processes_are_right(const struct session *session, pid_t pid)
{
    const struct model *model = session->model;
    pid_t children[CHILDREN];
    ck_assert_uint_eq(proc_children(pid, children, CHILDREN), CHILDREN);
    ck_assert_uint_eq(model->process_count, 1 + CHILDREN);
    ck_assert_int_eq(model->processes[0].entry.pid, pid);
    ck_assert_str_eq(model_name(model, 0), "main");
    for (unsigned i = 1; i <= CHILDREN; i++) {
        const struct mp_process_entry *entry = &model->processes[i].entry;
        char name[32];
        snprintf(name, sizeof name, "increment-%u", i);
        ck_assert_str_eq(model_name(model, i), name);
        ck_assert_int_eq(entry->pid, children[i - 1]);
        ck_assert_uint_eq(entry->parent, 0);
        ck_assert_uint_eq(entry->life, MP_LIFE_ALIVE);
    }
}

static const struct mp_object_entry *lock_of(const struct model *model)
{
    for (unsigned i = 1; i < model->object_count; i++) {
        if (model->objects[i].kind == MP_KIND_LOCK) {
            return &model->objects[i];
        }
    }
    ck_abort_msg("no lock among %u objects", model->object_count);
}

// Everybody stands: now all can be counted together.
static void assert_tables_agree(struct session *session)
{
    const struct model *model = session->model;
    const struct field *counter = counter_of(model);
    const struct mp_object_entry *lock = lock_of(model);
    char what[256];
    uint64_t reads = 0;
    uint64_t writes = 0;
    unsigned inside = 0;
    for (unsigned i = 1; i <= CHILDREN; i++) {
        const struct mp_process_entry *entry = &model->processes[i].entry;
        bool is_inside = entry->now.op != MP_OP_LOCK_ACQUIRE;
        reads += entry->reads;
        writes += entry->writes;
        inside += is_inside;
        if (is_inside) {
            ck_assert_uint_eq(lock->owner, i);
        }
    }
    ck_assert_uint_le(inside, 1);
    if (inside == 0) {
        ck_assert_uint_eq(lock->owner, MP_NOBODY);
    }
    ck_assert_uint_ge(writes, MANY_EVENTS / 2 - 1);
    ck_assert(reads == writes || (reads == writes + 1 && inside == 1));
    ck_assert_uint_eq(counter_now(session, counter), writes);
    watch_snapshot(session->watch, session->snapshot);
    ck_assert_msg(model_equals(model, session->snapshot, what, sizeof what), "%s", what);
}

START_TEST(attaching_shows_value_owner_and_processes)
{
    struct session session;
    pid_t pid = start_alone("demos/lock_fixed", "100000000");
    wait_for_many_events(pid);
    attach(&session, pid);
    // What attaching itself has seen, before any event.
    const struct field *counter = counter_of(session.model);
    uint64_t shown = counter->value;
    ck_assert(counter->known);
    ck_assert_uint_ge(shown, MANY_EVENTS / 2 - 1);
    ck_assert_uint_le(shown, counter_now(&session, counter));
    ck_assert_str_eq(model_object_name(session.model, counter->object), "struct shared");
    uint16_t owner = lock_of(session.model)->owner;
    ck_assert(owner == 1 || owner == 2 || owner == MP_NOBODY);
    ck_assert_uint_gt(lock_of(session.model)->taken, MANY_EVENTS / 2 - CHILDREN);
    assert_processes_are_right(&session, pid);

    steer_stop(&session.steer);
    ck_assert_msg(session_wait(&session, session_stands, SESSION_LIMIT_MS), "%s",
                  session_describe(&session));
    while (session_pump(&session, mp_nanoseconds())) {
    }
    assert_processes_are_right(&session, pid);
    assert_tables_agree(&session);
    ck_assert_uint_ge(counter_now(&session, counter_of(session.model)), shown);
    session_end(&session);
    end_alone(pid);
}
END_TEST

// --- exact counts -----------------------------------------------------------------------------

static void assert_counts(const struct session *session, unsigned increments)
{
    const struct model *model = session->model;
    const struct mp_world *world = watch_world(session->watch);
    uint64_t children = 0;
    for (unsigned i = 1; i <= CHILDREN; i++) {
        ck_assert_uint_eq(world->processes[i].reads, increments);
        ck_assert_uint_eq(world->processes[i].writes, increments);
        children += model->processes[i].entry.reads + model->processes[i].entry.writes;
    }
    ck_assert_uint_eq(children, 2ull * CHILDREN * increments);
}

START_TEST(counts_of_a_free_run_are_exact_though_events_are_dropped)
{
    static const char *const demos[] = {"demos/lock_race", "demos/lock_fixed"};
    enum { INCREMENTS = 300000 };
    char command[128];
    struct session session;
    snprintf(command, sizeof command, "%s --increments %d", demos[_i], INCREMENTS);
    session_begin(&session, command,
                  (struct run_setup){.grain = MP_GRAIN_MEMORY, .is_free = true});
    ck_assert(session_wait(&session, session_has_ended, SESSION_LIMIT_MS));
    ck_assert_uint_gt(session.model->dropped, 0);
    assert_counts(&session, INCREMENTS);
    session_finish(&session);
}
END_TEST

START_TEST(counts_of_an_attached_run_are_exact)
{
    enum { INCREMENTS = 2000000 };
    struct session session;
    pid_t pid = start_alone("demos/lock_race", "2000000");
    attach(&session, pid);
    int status;
    int64_t deadline = limit_after(2 * SESSION_LIMIT_MS);
    while (waitpid(pid, &status, WNOHANG) == 0) { // a parent that reaps, as a shell does
        session_pump(&session, mp_nanoseconds());
        ck_assert(limit_left(deadline) > 0);
    }
    ck_assert(session_wait(&session, session_has_ended, SESSION_LIMIT_MS));
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
    assert_counts(&session, INCREMENTS);
    ck_assert_uint_gt(session.model->dropped, 0);
    session_end(&session);
}
END_TEST

// --- coming and going ---------------------------------------------------------------------------

// Stopped, stepped, slow, free again, left: the program comes out right.
START_TEST(program_is_right_after_labs_have_come_and_gone)
{
    for (int run = 0; run < RUNS; run++) {
        struct session session;
        uint64_t random = (uint64_t)run;
        pid_t pid = start_alone("demos/lock_fixed", "400000");
        attach(&session, pid);
        for (int turn = 0; turn < 3 && !session.ended; turn++) {
            steer_stop(&session.steer);
            ck_assert(session_wait(&session, session_stands, SESSION_LIMIT_MS));
            for (uint64_t steps = session_draw(&random, 20); steps > 0; steps--) {
                steer_step(&session.steer);
                ck_assert_msg(session_wait(&session, session_stands, SESSION_LIMIT_MS),
                              "%s", session_describe(&session));
            }
            steer_go(&session.steer); // as fast as the gate goes
            for (uint64_t pumps = session_draw(&random, 2000); pumps > 0; pumps--) {
                session_pump(&session, mp_nanoseconds());
            }
            if (session_draw(&random, 2) == 0) {
                steer_free(&session.steer);
                for (uint64_t pumps = session_draw(&random, 500); pumps > 0; pumps--) {
                    session_pump(&session, mp_nanoseconds());
                }
            }
        }
        session_end(&session);
        int status = -1;
        ck_assert(proc_wait_end(pid, SESSION_LIMIT_MS));
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "run %d: status %x",
                      run, (unsigned)status);
    }
}
END_TEST

START_TEST(second_lab_can_only_watch)
{
    struct session first;
    struct session second;
    pid_t pid = start_alone("demos/lock_fixed", "100000000");
    attach(&first, pid);
    attach(&second, pid);
    ck_assert(first.has_control);
    ck_assert(!second.has_control);
    steer_stop(&first.steer);
    ck_assert(session_wait(&first, session_stands, SESSION_LIMIT_MS));
    uint64_t before = accesses(watch_world(first.watch));
    // The one that watches goes away: that lets nobody go on.
    session_pump(&second, mp_nanoseconds());
    assert_processes_are_right(&second, pid);
    session_end(&second);
    for (int64_t until = limit_after(300); limit_left(until) > 0;) {
        session_pump(&first, mp_nanoseconds());
        ck_assert(steer_is_stopped(&first.steer));
    }
    ck_assert_uint_eq(accesses(watch_world(first.watch)), before);
    // The one that has control goes: the program runs on, and the next lab has control.
    session_end(&first);
    attach(&second, pid);
    ck_assert(second.has_control);
    for (int64_t deadline = limit_after(SESSION_LIMIT_MS);
         accesses(watch_world(second.watch)) == before;) {
        ck_assert(limit_left(deadline) > 0);
        session_pump(&second, mp_nanoseconds());
    }
    session_end(&second);
    end_alone(pid);
}
END_TEST

// --- which one ------------------------------------------------------------------------------

START_TEST(which_program_is_meant_must_be_clear)
{
    struct session session;
    char why[512];
    char number[16];
    pid_t pids[] = {start_alone("demos/lock_fixed", "100000000"),
                    start_alone("demos/lock_race", "100000000")};
    attach(&session, pids[0]);
    session_end(&session);
    attach(&session, pids[1]);
    session_end(&session);
    ck_assert_int_eq(session_attach(&session, 0, why, sizeof why), -EINVAL);
    ck_assert_msg(strstr(why, "several are running; say which:") == why, "%s", why);
    struct found found[1];
    size_t running = program_find_all(found, 1); // others on this machine, too
    bool all_listed = running <= 16;
    program_forget(found, running > 0);
    for (int i = 0; i < 2; i++) {
        snprintf(number, sizeof number, " %d (lock", (int)pids[i]);
        ck_assert_msg(!all_listed || strstr(why, number) != NULL, "no \"%s\": %s", number,
                      why);
    }
    ck_assert_int_eq(session_attach(&session, getpid(), why, sizeof why), -ESRCH);
    ck_assert_msg(strstr(why, "does not run with mp") != NULL, "%s", why);
    // Any process of a program stands for it.
    pid_t children[CHILDREN];
    for (int64_t deadline = limit_after(SESSION_LIMIT_MS);
         proc_children(pids[0], children, CHILDREN) < CHILDREN;) {
        ck_assert(limit_left(deadline) > 0);
    }
    for (int64_t deadline = limit_after(SESSION_LIMIT_MS);
         session_attach(&session, children[1], why, sizeof why) != 0;) {
        ck_assert_msg(limit_left(deadline) > 0, "%s", why);
    }
    ck_assert_int_eq(session.program.pid, pids[0]);
    session_end(&session);
    end_alone(pids[0]);
    end_alone(pids[1]);
    ck_assert_int_eq(session_attach(&session, pids[0], why, sizeof why), -ESRCH);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = attaching_shows_value_owner_and_processes},
        {.test = counts_of_a_free_run_are_exact_though_events_are_dropped, .to = 2},
        {.test = counts_of_an_attached_run_are_exact, .timeout = 40},
        {.test = program_is_right_after_labs_have_come_and_gone, .timeout = 60},
        {.test = second_lab_can_only_watch},
        {.test = which_program_is_meant_must_be_clear},
    };

    return suite_run("session attach", tests, sizeof tests / sizeof *tests);
}
