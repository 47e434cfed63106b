// SPDX-License-Identifier: MIT
/* Shared memory: what all processes see. Included by mp.h; programs include that. */
#ifndef MP_MEMORY_H
#define MP_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/*
 * One shared object of a type, zeroed: MP_SHARED(struct shared), MP_SHARED(int). The lab
 * shows its fields by their names. NULL: no memory. Python: Value(type, 0, lock=False), or
 * an object made of several.
 */
#define MP_SHARED(type) ((type *)mp_shared_alloc(sizeof(type), 1, #type))

/* `count` of them side by side, zeroed. Python: Array(type, count, lock=False). */
#define MP_SHARED_ARRAY(type, count)                                                     \
    ((type *)mp_shared_alloc(sizeof(type), (size_t)(count), #type))

/* The two above; `type` is copied. NULL: no memory, or size * count is too large. */
void *mp_shared_alloc(size_t size, size_t count, const char *type);

/* Frees what mp_shared_alloc() gave; NULL is allowed. The caller sees to it that no process
   uses it any more. 0; -EINVAL not the start of a shared object. */
int mp_shared_free(void *memory);

/* --- value ---------------------------------------------------------------------------- */

typedef struct mp_value mp_value;

/*
 * A shared 64-bit integer that brings its own lock. Its name on the screen is the variable's,
 * and that of its lock ends with _lock. Python: Value('q', start).
 * 0; -EINVAL; -ENOMEM.
 */
#define mp_value_create(out, start) mp_value_create_named((out), (start), #out)
int mp_value_create_named(mp_value **out, int64_t start, const char *name);

/*
 * Reads it and writes it; each of the two takes the lock and gives it back. So
 * set(value, get(value) + 1) loses updates: between the two calls another process may set
 * it. Python: value.value, and value.value += 1 loses them too. `value` must not be NULL.
 */
int64_t mp_value_get(mp_value *value);
void mp_value_set(mp_value *value, int64_t number);

/*
 * Adds to it in one piece and returns the sum; nothing is lost between those who add. Takes
 * no lock: it does not wait for who has it with mp_value_lock(). Wraps around, as in Python.
 */
int64_t mp_value_add(mp_value *value, int64_t more);

/*
 * For updates of several steps: who has the lock may get and set, the others' get and set
 * wait. It may be taken again by who has it. Python: with value.get_lock(): ...
 * The same returns as mp_rlock_acquire() and mp_rlock_release().
 */
int mp_value_lock(mp_value *value, int timeout_ms);
int mp_value_unlock(mp_value *value);

/* Frees it; NULL is allowed. 0; -EBUSY somebody has its lock. */
int mp_value_destroy(mp_value *value);

/* --- double --------------------------------------------------------------------------- */

typedef struct mp_double mp_double;

/* The same for a double. Python: Value('d', start). */
#define mp_double_create(out, start) mp_double_create_named((out), (start), #out)
int mp_double_create_named(mp_double **out, double start, const char *name);
double mp_double_get(mp_double *value);
void mp_double_set(mp_double *value, double number);
double mp_double_add(mp_double *value, double more);
int mp_double_lock(mp_double *value, int timeout_ms);
int mp_double_unlock(mp_double *value);
int mp_double_destroy(mp_double *value);

/* --- array ---------------------------------------------------------------------------- */

typedef struct mp_array mp_array;

/*
 * `length` elements of a type, zeroed, and a lock for them: mp_array_create(&totals, int, 8).
 * Reading and writing elements takes no lock: do it between mp_array_lock and
 * mp_array_unlock. Python: Array('i', 8).
 * 0; -EINVAL length is 0; -EOVERFLOW the size is no number; -ENOMEM.
 */
#define mp_array_create(out, type, length)                                               \
    mp_array_create_named((out), sizeof(type), (length), #type, #out)
int mp_array_create_named(mp_array **out, size_t size, size_t length, const char *type,
                          const char *name);

/* Its elements: shared memory, owned by the array. Python: array[i]. */
void *mp_array_data(const mp_array *array);

/* How many. Python: len(array). */
size_t mp_array_length(const mp_array *array);

/* As for a value. Python: with array.get_lock(): ... */
int mp_array_lock(mp_array *array, int timeout_ms);
int mp_array_unlock(mp_array *array);

/* Frees it; NULL is allowed. 0; -EBUSY somebody has its lock. */
int mp_array_destroy(mp_array *array);

#endif
