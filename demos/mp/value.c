// SPDX-License-Identifier: MIT
/*
 * Value and Array: shared memory that brings its own lock.
 *
 * There are two objects: the memory, which the lab shows under the variable's name, and the
 * rlock beside it. This file is compiled without hooks, so it calls them itself: each read,
 * write and update of a value is seen like one that the program makes.
 */
#include "hooks.h"
#include "lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What both are made of. */
struct guarded {
    struct mp_lock lock; /* an rlock: who has it may get and set */
    void *memory;
    size_t length; /* elements */
};

struct mp_value {
    struct guarded number;
};

struct mp_double {
    struct guarded number;
};

struct mp_array {
    struct guarded elements;
};

static int create(struct guarded **out, size_t size, size_t length, const char *type,
                  const char *name)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, length, &bytes)) {
        return -EOVERFLOW;
    }
    char lock_name[MP_NAME_SIZE];
    snprintf(lock_name, sizeof lock_name, "%.58s_lock", mp_plain_name(name));
    void *memory = mp_shared_named(bytes, type, name);
    if (memory == NULL) {
        return -ENOMEM;
    }
    struct mp_lock *lock;
    int rc = mp_lock_new(&lock, (struct mp_new_object){.kind = MP_KIND_RLOCK,
                                                       .size = sizeof(struct guarded),
                                                       .name = lock_name,
                                                       .type = "mp_rlock"});
    if (rc != 0) {
        mp_shared_free(memory);
        return rc;
    }
    struct guarded *guarded = (struct guarded *)lock;
    guarded->memory = memory;
    guarded->length = length;
    *out = guarded;
    return 0;
}

static int destroy(struct guarded *guarded)
{
    void *memory = guarded->memory;
    int rc = mp_lock_delete(&guarded->lock, sizeof *guarded);
    return rc != 0 ? rc : mp_shared_free(memory);
}

static int acquire(struct guarded *guarded, int timeout_ms, uint32_t place)
{
    return timeout_ms < MP_FOREVER ? -EINVAL
                                   : mp_lock_enter(&guarded->lock, place, timeout_ms);
}

/* --- one number ---------------------------------------------------------------------------- */

enum { NUMBER = sizeof(uint64_t) };

/* Its last owner may have died: one number is never half written, so that is no matter. */
static uint64_t get(struct guarded *number, const void *caller)
{
    uint32_t place = mp_place(caller);
    bool mine = mp_lock_enter(&number->lock, place, MP_FOREVER) >= 0;
    mp_access_atomic(MP_OP_READ, number->memory, NUMBER, caller);
    uint64_t bits = __atomic_load_n((uint64_t *)number->memory, __ATOMIC_RELAXED);
    if (mine) {
        mp_lock_leave(&number->lock, place);
    }
    return bits;
}

static void set(struct guarded *number, uint64_t bits, const void *caller)
{
    uint32_t place = mp_place(caller);
    bool mine = mp_lock_enter(&number->lock, place, MP_FOREVER) >= 0;
    mp_access_atomic(MP_OP_WRITE, number->memory, NUMBER, caller);
    __atomic_store_n((uint64_t *)number->memory, bits, __ATOMIC_RELAXED);
    if (mine) {
        mp_lock_leave(&number->lock, place);
    }
}

static double as_double(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static uint64_t as_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* --- value --------------------------------------------------------------------------------- */

int mp_value_create_named(mp_value **out, int64_t start, const char *name)
{
    if (out == NULL || name == NULL) {
        return -EINVAL;
    }
    struct guarded *number;
    int rc = create(&number, NUMBER, 1, "long", name);
    if (rc == 0) {
        *(int64_t *)number->memory = start;
        *out = (struct mp_value *)number;
    }
    return rc;
}

int64_t mp_value_get(mp_value *value)
{
    return (int64_t)get(&value->number, __builtin_return_address(0));
}

void mp_value_set(mp_value *value, int64_t number)
{
    set(&value->number, (uint64_t)number, __builtin_return_address(0));
}

int64_t mp_value_add(mp_value *value, int64_t more)
{
    uint64_t *at = value->number.memory;
    mp_access_atomic(MP_OP_UPDATE, at, NUMBER, __builtin_return_address(0));
    return (int64_t)__atomic_add_fetch(at, (uint64_t)more, __ATOMIC_SEQ_CST);
}

int mp_value_lock(mp_value *value, int timeout_ms)
{
    return value == NULL ? -EINVAL : acquire(&value->number, timeout_ms, MP_CALLER);
}

int mp_value_unlock(mp_value *value)
{
    return value == NULL ? -EINVAL : mp_lock_leave(&value->number.lock, MP_CALLER);
}

int mp_value_destroy(mp_value *value)
{
    return value == NULL ? 0 : destroy(&value->number);
}

/* --- double -------------------------------------------------------------------------------- */

int mp_double_create_named(mp_double **out, double start, const char *name)
{
    if (out == NULL || name == NULL) {
        return -EINVAL;
    }
    struct guarded *number;
    int rc = create(&number, NUMBER, 1, "double", name);
    if (rc == 0) {
        *(double *)number->memory = start;
        *out = (struct mp_double *)number;
    }
    return rc;
}

double mp_double_get(mp_double *value)
{
    return as_double(get(&value->number, __builtin_return_address(0)));
}

void mp_double_set(mp_double *value, double number)
{
    set(&value->number, as_bits(number), __builtin_return_address(0));
}

double mp_double_add(mp_double *value, double more)
{
    uint64_t *at = value->number.memory;
    mp_access_atomic(MP_OP_UPDATE, at, NUMBER, __builtin_return_address(0));
    uint64_t before = __atomic_load_n(at, __ATOMIC_SEQ_CST);
    uint64_t after;
    do { /* no processor adds to a double in one piece: until nobody came in between */
        after = as_bits(as_double(before) + more);
    } while (!__atomic_compare_exchange_n(at, &before, after, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST));
    return as_double(after);
}

int mp_double_lock(mp_double *value, int timeout_ms)
{
    return value == NULL ? -EINVAL : acquire(&value->number, timeout_ms, MP_CALLER);
}

int mp_double_unlock(mp_double *value)
{
    return value == NULL ? -EINVAL : mp_lock_leave(&value->number.lock, MP_CALLER);
}

int mp_double_destroy(mp_double *value)
{
    return value == NULL ? 0 : destroy(&value->number);
}

/* --- array --------------------------------------------------------------------------------- */

int mp_array_create_named(mp_array **out, size_t size, size_t length, const char *type,
                          const char *name)
{
    if (out == NULL || size == 0 || length == 0 || type == NULL || name == NULL) {
        return -EINVAL;
    }
    char full[MP_NAME_SIZE];
    snprintf(full, sizeof full, "%.40s[%zu]", type, length);
    struct guarded *elements;
    int rc = create(&elements, size, length, full, name);
    if (rc == 0) {
        *out = (struct mp_array *)elements;
    }
    return rc;
}

void *mp_array_data(const mp_array *array)
{
    return array == NULL ? NULL : array->elements.memory;
}

size_t mp_array_length(const mp_array *array)
{
    return array == NULL ? 0 : array->elements.length;
}

int mp_array_lock(mp_array *array, int timeout_ms)
{
    return array == NULL ? -EINVAL : acquire(&array->elements, timeout_ms, MP_CALLER);
}

int mp_array_unlock(mp_array *array)
{
    return array == NULL ? -EINVAL : mp_lock_leave(&array->elements.lock, MP_CALLER);
}

int mp_array_destroy(mp_array *array)
{
    return array == NULL ? 0 : destroy(&array->elements);
}
