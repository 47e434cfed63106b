// SPDX-License-Identifier: MIT
// Tests of shared memory: zeroed, apart, large enough; what is freed is used again; and the
// table that says what lies where.
#include "library.h"
#include "suite.h"

#include <signal.h>
#include <stdint.h>

enum { MIB = 1 << 20, LARGE = 64, OBJECTS = MP_OBJECTS - 1, CHURN = 20000, LINE = 64 };

struct pair {
    int left;
    long right;
};

static bool is_zero(const void *memory, size_t size)
{
    const unsigned char *bytes = memory;

    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

// The table's entry of a shared object; NULL: it has none.
static const struct mp_object_entry *table_entry(const void *memory)
{
    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        const struct mp_object_entry *entry = &mp_the_world->objects[i];
        if (entry->kind != MP_KIND_NONE && mp_arena_at(entry->offset) == memory) {
            return entry;
        }
    }
    return NULL;
}

static unsigned entries(void)
{
    unsigned count = 0;

    for (unsigned i = 1; i < MP_OBJECTS; i++) {
        count += mp_the_world->objects[i].kind != MP_KIND_NONE;
    }
    return count;
}

static int write_left(void *arg)
{
    struct pair *pair = arg;

    pair->left += 5;
    return pair->right == 7 ? 0 : 1;
}

START_TEST(what_is_shared_is_seen_by_all)
{
    struct pair *pair = MP_SHARED(struct pair);

    ck_assert(is_zero(pair, sizeof *pair));
    pair->right = 7;
    ck_assert_int_eq(end_of(start_child(write_left, pair)), 0);
    ck_assert_int_eq(end_of(start_child(write_left, pair)), 0);
    ck_assert_int_eq(pair->left, 10);
}
END_TEST

START_TEST(sizes_are_whole_and_apart)
{
    unsigned char *before = NULL;
    size_t size_before = 0;

    for (size_t size = 1; size <= 5000; size = size * 3 / 2 + 1) {
        unsigned char *memory = mp_shared_alloc(size, 1, "bytes");
        ck_assert_ptr_nonnull(memory);
        ck_assert_uint_eq((uintptr_t)memory % LINE, 0);
        ck_assert(is_zero(memory, size));
        memset(memory, 0xff, size);
        if (before != NULL) {
            ck_assert(before + size_before <= memory || memory + size <= before);
            ck_assert_uint_eq(before[0], 0xee);
            ck_assert_uint_eq(before[size_before - 1], 0xee);
        }
        memset(memory, 0xee, size);
        before = memory;
        size_before = size;
    }
}
END_TEST

START_TEST(the_table_says_type_and_size)
{
    char longer[100];
    struct pair *pair = MP_SHARED(struct pair);
    struct pair *pairs = MP_SHARED_ARRAY(struct pair, 3);
    int *number = MP_SHARED(int);

    memset(longer, 't', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    ck_assert_str_eq(table_entry(pair)->type, "struct pair");
    ck_assert_uint_eq(table_entry(pair)->size, sizeof *pair);
    ck_assert_uint_eq(table_entry(pair)->kind, MP_KIND_SHARED);
    ck_assert_str_eq(table_entry(pairs)->type, "struct pair[3]");
    ck_assert_uint_eq(table_entry(pairs)->size, 3 * sizeof *pairs);
    ck_assert_str_eq(table_entry(number)->type, "int");
    void *odd = mp_shared_alloc(1, 1, longer); // cut, not refused
    ck_assert_uint_eq(strlen(table_entry(odd)->type), MP_NAME_SIZE - 1);
}
END_TEST

START_TEST(locks_and_barriers_are_called_as_their_variables)
{
    struct {
        mp_lock *counter_lock;
        mp_barrier *start;
    } job, *where = &job;
    mp_lock *locks[2];

    ck_assert_int_eq(mp_lock_create(&job.counter_lock), 0);
    ck_assert_str_eq(table_entry(job.counter_lock)->name, "counter_lock");
    ck_assert_uint_eq(table_entry(job.counter_lock)->owner, MP_NOBODY);
    ck_assert_int_eq(mp_barrier_create(&where->start, 2), 0);
    ck_assert_str_eq(table_entry(job.start)->name, "start");
    ck_assert_int_eq(mp_lock_create(&locks[1]), 0);
    ck_assert_str_eq(table_entry(locks[1])->name, "locks[1]");
    ck_assert_int_eq(mp_lock_destroy(job.counter_lock), 0);
    ck_assert_ptr_null(table_entry(job.counter_lock));
}
END_TEST

START_TEST(sizes_that_cannot_be_are_refused)
{
    ck_assert_ptr_null(mp_shared_alloc(0, 1, "x"));
    ck_assert_ptr_null(mp_shared_alloc(1, 0, "x"));
    ck_assert_ptr_null(mp_shared_alloc(SIZE_MAX, 2, "x"));
    ck_assert_ptr_null(mp_shared_alloc(SIZE_MAX / 2 + 1, 2, "x"));
    ck_assert_ptr_null(mp_shared_alloc(1ull << 32, 1ull << 32, "x"));
    ck_assert_ptr_null(mp_shared_alloc(SIZE_MAX, 1, "x"));
    ck_assert_ptr_null(mp_shared_alloc(2ull << 30, 1, "x"));
    ck_assert_ptr_nonnull(mp_shared_alloc(8, 1, "x")); // and nothing was spoiled
    ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(only_what_was_given_is_freed)
{
    struct pair *pair = MP_SHARED_ARRAY(struct pair, 4);
    int own;
    mp_lock *lock;

    ck_assert_int_eq(mp_shared_free(NULL), 0);
    ck_assert_int_eq(mp_shared_free(&own), -EINVAL);
    ck_assert_int_eq(mp_shared_free(pair + 1), -EINVAL);
    ck_assert_int_eq(mp_lock_create(&lock), 0);
    ck_assert_int_eq(mp_shared_free(lock), -EINVAL);
    ck_assert_int_eq(mp_shared_free(pair), 0);
    ck_assert_int_eq(mp_shared_free(pair), -EINVAL);
    ck_assert_ptr_null(table_entry(pair));
}
END_TEST

START_TEST(before_the_first_call_nothing_is_shared)
{
    int own;

    ck_assert_int_eq(mp_shared_free(&own), -EINVAL);
    ck_assert_int_eq(mp_shared_free(NULL), 0);
    ck_assert_int_lt(mp_world_fd, 0);
}
END_TEST

START_TEST(what_is_freed_is_used_again_and_zeroed_again)
{
    void *first = mp_shared_alloc(1000, 1, "x");
    uint32_t generation = table_entry(first)->generation;

    memset(first, 0xff, 1000);
    ck_assert_int_eq(mp_shared_free(first), 0);
    void *second = mp_shared_alloc(600, 1, "y");
    ck_assert_ptr_eq(second, first);
    ck_assert(is_zero(second, 1000));
    ck_assert_uint_eq(table_entry(second)->generation, generation + 1);
    ck_assert_str_eq(table_entry(second)->type, "y");

    uint64_t used = atomic_load(&mp_the_world->arena_used);
    for (int i = 0; i < CHURN; i++) {
        size_t size = (size_t)(i * 7919 % 9000) + 1;
        unsigned char *memory = mp_shared_alloc(size, 1, "z");
        ck_assert_ptr_nonnull(memory);
        ck_assert(memory[0] == 0 && memory[size / 2] == 0 && memory[size - 1] == 0);
        memory[0] = memory[size / 2] = memory[size - 1] = 1;
        ck_assert_int_eq(mp_shared_free(memory), 0);
    }
    ck_assert_uint_le(atomic_load(&mp_the_world->arena_used), used + 64 * 1024);
}
END_TEST

static int fill_many(void *arg)
{
    unsigned char **memory = arg;

    for (int i = 0; i < LARGE; i++) {
        if (memory[i][0] != i || memory[i][4 * MIB - 1] != i) {
            return 1;
        }
        memory[i][1] = 0xcc;
    }
    return 0;
}

START_TEST(it_grows_over_hundreds_of_mebibytes_and_then_says_so)
{
    unsigned char *memory[LARGE];
    size_t more = 0;

    for (int i = 0; i < LARGE; i++) {
        memory[i] = mp_shared_alloc(4 * MIB, 1, "unsigned char");
        ck_assert_ptr_nonnull(memory[i]);
        ck_assert_uint_eq(memory[i][0] | memory[i][4 * MIB - 1], 0);
        memory[i][0] = memory[i][4 * MIB - 1] = (unsigned char)i;
    }
    ck_assert_int_eq(end_of(start_child(fill_many, memory)), 0);
    ck_assert_uint_eq(memory[LARGE - 1][1], 0xcc);
    while (mp_shared_alloc(64 * MIB, 1, "large") != NULL) {
        more++;
        ck_assert_uint_lt(more, 16); // the world has 1 GiB
    }
    ck_assert_uint_gt(more, 4);
    ck_assert_ptr_nonnull(mp_shared_alloc(100, 1, "small")); // there is still some
    ck_assert_uint_eq(entries(), LARGE + more + 1);
    ck_assert_int_eq(mp_shared_free(memory[0]), 0);
    ck_assert_ptr_eq(mp_shared_alloc(4 * MIB, 1, "again"), memory[0]);
}
END_TEST

static int grow_in_child(void *arg)
{
    unsigned char **memory = arg;

    for (int i = 0; i < 8; i++) {
        unsigned char *own = mp_shared_alloc(4 * MIB, 1, "x");
        if (own == NULL) {
            return 1;
        }
        memset(own, 0xdd, 4 * MIB);
        memory[i] = own;
    }
    return 0;
}

START_TEST(what_a_child_allocates_its_parent_can_read)
{
    unsigned char **memory = MP_SHARED_ARRAY(unsigned char *, 8);

    ck_assert_int_eq(end_of(start_child(grow_in_child, memory)), 0);
    for (int i = 0; i < 8; i++) {
        unsigned char *grown = memory[i];
        ck_assert_uint_eq(grown[0] & grown[4 * MIB - 1], 0xdd);
    }
}
END_TEST

START_TEST(after_511_objects_there_is_no_more_and_nothing_is_lost)
{
    void *objects[OBJECTS];
    mp_lock *lock;
    mp_barrier *barrier;

    for (int i = 0; i < OBJECTS; i++) {
        objects[i] = MP_SHARED(long);
        ck_assert_ptr_nonnull(objects[i]);
    }
    uint64_t used = 0;
    for (int i = 0; i < 100; i++) {
        ck_assert_ptr_null(MP_SHARED(long));
        ck_assert_int_eq(mp_lock_create(&lock), -ENOMEM);
        ck_assert_int_eq(mp_barrier_create(&barrier, 2), -ENOMEM);
        used = i == 0 ? atomic_load(&mp_the_world->arena_used) : used;
        ck_assert_uint_eq(atomic_load(&mp_the_world->arena_used), used);
    }
    ck_assert_uint_eq(entries(), OBJECTS);
    ck_assert_int_eq(mp_shared_free(objects[200]), 0);
    ck_assert_int_eq(mp_lock_create(&lock), 0);
    ck_assert_uint_eq(entries(), OBJECTS);
    ck_assert_int_eq(mp_lock_destroy(lock), 0);
    objects[200] = MP_SHARED(long);
    for (int i = 0; i < OBJECTS; i++) {
        ck_assert_ptr_nonnull(table_entry(objects[i]));
        ck_assert_int_eq(mp_shared_free(objects[i]), 0);
    }
    ck_assert_uint_eq(entries(), 0);
}
END_TEST

static int churn(void *arg)
{
    for (int i = 0; arg != NULL || i < CHURN / 10; i++) {
        unsigned char *memory = mp_shared_alloc((size_t)(i % 300) + 1, 1, "x");
        if (memory == NULL || memory[0] != 0) {
            return 1;
        }
        memory[0] = (unsigned char)getpid();
        if (mp_shared_free(memory) != 0) {
            return 2;
        }
    }
    return 0;
}

START_TEST(processes_allocate_side_by_side_and_may_die_at_it)
{
    mp_process *workers[2], *victim;
    static char forever;

    workers[0] = start_child(churn, NULL);
    workers[1] = start_child(churn, NULL);
    for (int i = 0; i < 20; i++) {
        victim = start_child(churn, &forever);
        wait_until(entry_of(victim)->life == MP_LIFE_ALIVE);
        ck_assert_int_eq(mp_process_kill(victim), 0);
        ck_assert_int_eq(end_of(victim), -SIGKILL);
    }
    ck_assert_int_eq(end_of(workers[0]), 0);
    ck_assert_int_eq(end_of(workers[1]), 0);
    ck_assert_int_eq(churn(NULL), 0);
    ck_assert_uint_le(entries(), 20); // each that died leaves one at most
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = what_is_shared_is_seen_by_all},
        {.test = sizes_are_whole_and_apart},
        {.test = the_table_says_type_and_size},
        {.test = locks_and_barriers_are_called_as_their_variables},
        {.test = sizes_that_cannot_be_are_refused},
        {.test = only_what_was_given_is_freed},
        {.test = before_the_first_call_nothing_is_shared},
        {.test = what_is_freed_is_used_again_and_zeroed_again},
        {.test = it_grows_over_hundreds_of_mebibytes_and_then_says_so},
        {.test = what_a_child_allocates_its_parent_can_read},
        {.test = after_511_objects_there_is_no_more_and_nothing_is_lost},
        {.test = processes_allocate_side_by_side_and_may_die_at_it},
    };

    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        tests[i].teardown = library_close;
    }
    return suite_run("shared", tests, sizeof tests / sizeof *tests);
}
