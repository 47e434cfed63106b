// SPDX-License-Identifier: MIT
// Tests of value, double and array: each call takes the lock, several calls are not one, and
// every access is recorded like one of the program's own.
#include "sync_job.h"

enum { ADDERS = 4, ADDITIONS = 4000 };

START_TEST(misuse_has_an_answer_each)
{
    mp_value *value;
    mp_double *real;
    mp_array *array;

    ck_assert_int_eq(mp_value_create_named(NULL, 0, "x"), -EINVAL);
    ck_assert_int_eq(mp_value_create_named(&value, 0, NULL), -EINVAL);
    ck_assert_int_eq(mp_double_create_named(NULL, 0, "x"), -EINVAL);
    ck_assert_int_eq(mp_double_create_named(&real, 0, NULL), -EINVAL);
    ck_assert_int_eq(mp_array_create_named(NULL, 1, 1, "char", "x"), -EINVAL);
    ck_assert_int_eq(mp_array_create(&array, int, 0), -EINVAL);
    ck_assert_int_eq(mp_array_create(&array, int, SIZE_MAX / 2), -EOVERFLOW);
    ck_assert_int_eq(mp_array_create(&array, int, (size_t)1 << 40), -ENOMEM);
    ck_assert_int_eq(mp_value_lock(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_value_unlock(NULL), -EINVAL);
    ck_assert_int_eq(mp_double_lock(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_double_unlock(NULL), -EINVAL);
    ck_assert_int_eq(mp_array_lock(NULL, 0), -EINVAL);
    ck_assert_int_eq(mp_array_unlock(NULL), -EINVAL);
    ck_assert_ptr_null(mp_array_data(NULL));
    ck_assert_uint_eq(mp_array_length(NULL), 0);
    ck_assert_int_eq(mp_value_destroy(NULL), 0);
    ck_assert_int_eq(mp_double_destroy(NULL), 0);
    ck_assert_int_eq(mp_array_destroy(NULL), 0);
    ck_assert_int_eq(mp_value_create(&value, 0), 0);
    ck_assert_int_eq(mp_value_lock(value, -2), -EINVAL);
    ck_assert_int_eq(mp_value_unlock(value), -EPERM);
    ck_assert_int_eq(mp_value_lock(value, 0), 0);
    ck_assert_int_eq(mp_value_destroy(value), -EBUSY);
    ck_assert_int_eq(mp_value_unlock(value), 0);
    ck_assert_int_eq(mp_value_destroy(value), 0);
}
END_TEST

START_TEST(numbers_begin_as_told_and_have_names)
{
    mp_value *hits;
    mp_double *ratio;

    ck_assert_int_eq(mp_value_create(&hits, -5), 0);
    ck_assert_int_eq(mp_double_create(&ratio, 0.25), 0);
    ck_assert_str_eq(table_entry(MP_KIND_SHARED)->name, "hits");
    ck_assert_str_eq(table_entry(MP_KIND_RLOCK)->name, "hits_lock");
    ck_assert_uint_eq(table_entry(MP_KIND_SHARED)->size, 8);
    ck_assert_int_eq(mp_value_get(hits), -5);
    mp_value_set(hits, INT64_MAX);
    ck_assert_int_eq(mp_value_add(hits, 1), INT64_MIN); // wraps around
    ck_assert_int_eq(mp_value_get(hits), INT64_MIN);
    ck_assert(mp_double_get(ratio) == 0.25);
    ck_assert(mp_double_add(ratio, 0.5) == 0.75);
    mp_double_set(ratio, -1e300);
    ck_assert(mp_double_get(ratio) == -1e300);
    ck_assert_int_eq(mp_double_destroy(ratio), 0);
    ck_assert_int_eq(mp_value_destroy(hits), 0);
}
END_TEST

START_TEST(each_access_is_recorded)
{
    mp_value *value;

    ck_assert_int_eq(mp_value_create(&value, 3), 0);
    const struct mp_process_entry *self = mp_me->entry;
    const struct mp_object_entry *lock = table_entry(MP_KIND_RLOCK);
    uint64_t reads = self->reads, writes = self->writes;
    mp_value_get(value);
    ck_assert_uint_eq(self->reads - reads, 1);
    ck_assert_uint_eq(lock->taken, 1);
    mp_value_set(value, 4);
    ck_assert_uint_eq(self->writes - writes, 1);
    ck_assert_uint_eq(lock->taken, 2);
    mp_value_add(value, 1);
    ck_assert_uint_eq(self->reads - reads, 2);
    ck_assert_uint_eq(self->writes - writes, 2);
    ck_assert_uint_eq(lock->taken, 2); // no lock
    ck_assert_int_eq(self->last.op, MP_OP_UPDATE);
    ck_assert_uint_eq(self->last.offset, table_entry(MP_KIND_SHARED)->offset);
    ck_assert_int_eq(mp_value_destroy(value), 0);
}
END_TEST

struct numbers {
    mp_value *value;
    mp_double *real;
    mp_array *array;
};

static int add_in_one_piece(void *arg)
{
    struct numbers *numbers = arg;
    for (int i = 0; i < ADDITIONS; i++) {
        mp_value_add(numbers->value, 1);
        mp_double_add(numbers->real, 0.5);
    }
    return 0;
}

static int add_locked(void *arg)
{
    struct numbers *numbers = arg;
    long *elements = mp_array_data(numbers->array);
    for (int i = 0; i < ADDITIONS; i++) {
        if (mp_value_lock(numbers->value, MP_FOREVER) != 0 ||
            mp_array_lock(numbers->array, MP_FOREVER) != 0) {
            return 1;
        }
        mp_value_set(numbers->value, mp_value_get(numbers->value) + 1);
        elements[0] = elements[0] + 1;
        elements[1] = elements[1] + 2;
        if (mp_array_unlock(numbers->array) != 0 || mp_value_unlock(numbers->value) != 0) {
            return 2;
        }
    }
    return 0;
}

static void run_all(mp_target what, struct numbers *numbers)
{
    mp_process *adders[ADDERS];

    for (int i = 0; i < ADDERS; i++) {
        adders[i] = start_child(what, numbers);
    }
    for (int i = 0; i < ADDERS; i++) {
        ck_assert_int_eq(end_of(adders[i]), 0);
    }
}

START_TEST(nothing_is_lost_in_one_piece_or_under_the_lock)
{
    struct numbers numbers;

    ck_assert_int_eq(mp_value_create(&numbers.value, 0), 0);
    ck_assert_int_eq(mp_double_create(&numbers.real, 0), 0);
    ck_assert_int_eq(mp_array_create(&numbers.array, long, 2), 0);
    run_all(add_in_one_piece, &numbers);
    ck_assert_int_eq(mp_value_get(numbers.value), (int64_t)ADDERS * ADDITIONS);
    ck_assert(mp_double_get(numbers.real) == ADDERS * ADDITIONS / 2.0);
    run_all(add_locked, &numbers);
    const long *elements = mp_array_data(numbers.array);
    ck_assert_int_eq(mp_value_get(numbers.value), 2 * (int64_t)ADDERS * ADDITIONS);
    ck_assert_int_eq(elements[0], (long)ADDERS * ADDITIONS);
    ck_assert_int_eq(elements[1], 2L * ADDERS * ADDITIONS);
    ck_assert_int_eq(mp_array_destroy(numbers.array), 0);
    ck_assert_int_eq(mp_double_destroy(numbers.real), 0);
    ck_assert_int_eq(mp_value_destroy(numbers.value), 0);
}
END_TEST

START_TEST(an_array_is_zeroed_also_in_used_memory)
{
    mp_array *totals;

    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(mp_array_create(&totals, int, 100), 0);
        ck_assert_str_eq(table_entry(MP_KIND_SHARED)->type, "int[100]");
        ck_assert_str_eq(table_entry(MP_KIND_SHARED)->name, "totals");
        ck_assert_uint_eq(mp_array_length(totals), 100);
        int *elements = mp_array_data(totals);
        for (int i = 0; i < 100; i++) {
            ck_assert_int_eq(elements[i], 0);
            elements[i] = -1;
        }
        ck_assert_int_eq(mp_array_destroy(totals), 0);
    }
}
END_TEST

static int hold(void *arg)
{
    struct job *job = arg;
    if (mp_value_lock(job->value, MP_FOREVER) < 0) {
        return 1;
    }
    mp_value_set(job->value, 7);
    atomic_store(&job->arrived, 1);
    while (pause() != 0) {
    }
    return 2;
}

static int look(void *arg)
{
    struct job *job = arg;
    return (int)mp_value_get(job->value);
}

START_TEST(get_waits_for_who_has_the_lock_and_not_for_the_dead)
{
    struct job *job = new_job(0);
    mp_process *holder = start_child(hold, job);

    wait_until(atomic_load(&job->arrived) == 1);
    mp_process *reader = start_child(look, job);
    wait_until(waits_in(reader, MP_OP_LOCK_ACQUIRE));
    ck_assert_int_eq(mp_value_lock(job->value, 0), -EAGAIN);
    ck_assert_int_eq(mp_value_lock(job->value, 50), -ETIMEDOUT);
    ck_assert_int_eq(mp_value_add(job->value, 1), 8); // waits for nobody
    ck_assert_int_eq(kill_and_join(holder), -SIGKILL);
    ck_assert_int_eq(end_of(reader), 8);
    ck_assert_int_eq(mp_value_lock(job->value, 0), 0); // the reader was told, and went on
    ck_assert_int_eq(mp_value_unlock(job->value), 0);
    free_job(job);
}
END_TEST

int main(void)
{
    struct suite_test tests[] = {
        {.test = misuse_has_an_answer_each},
        {.test = numbers_begin_as_told_and_have_names},
        {.test = each_access_is_recorded},
        {.test = nothing_is_lost_in_one_piece_or_under_the_lock, .timeout = 60},
        {.test = an_array_is_zeroed_also_in_used_memory},
        {.test = get_waits_for_who_has_the_lock_and_not_for_the_dead},
    };

    return run_sync_tests("value", tests, sizeof tests / sizeof *tests);
}
