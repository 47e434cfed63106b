// SPDX-License-Identifier: MIT
// Files that are no world, or none of this layout, or one that could be cut short while it
// is read, are refused.
#include "suite.h"
#include "unit/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static int file_of(uint64_t size, unsigned flags)
{
    int fd = memfd_create(MP_WORLD_FILE, MFD_CLOEXEC | flags);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
    return fd;
}

static void assert_refused(int fd, int why)
{
    struct watch *watch = NULL;
    int rc = watch_open(fd, &watch);
    ck_assert_msg(rc == why || (why == 0 && rc < 0), "%s, not %s", strerror(-rc),
                  strerror(-why));
    close(fd);
}

START_TEST(files_that_are_no_world_are_refused)
{
    static const uint64_t sizes[] = {0,
                                     1,
                                     4096,
                                     sizeof(struct mp_world),
                                     MP_WORLD_ARENA - 1,
                                     MP_WORLD_ARENA,
                                     MP_WORLD_ARENA + 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_refused(file_of(sizes[i], MFD_ALLOW_SEALING), -EPROTO);
    }
    uint64_t random = 1;
    for (int i = 0; i < 50; i++) {
        uint64_t bytes[512];
        for (size_t at = 0; at < 512; at++) {
            bytes[at] = session_draw(&random, UINT64_MAX);
        }
        int fd = file_of(MP_WORLD_ARENA, MFD_ALLOW_SEALING);
        ck_assert_int_eq(pwrite(fd, bytes, sizeof bytes, 0), sizeof bytes);
        assert_refused(fd, -EPROTO);
    }
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    close(ends[1]);
    assert_refused(ends[0], 0);
    assert_refused(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), 0);
    assert_refused(open("/dev/zero", O_RDWR | O_CLOEXEC), 0);
    assert_refused(open("/", O_RDONLY | O_CLOEXEC), 0);
    struct watch *watch;
    ck_assert_int_lt(watch_open(-1, &watch), 0);
}
END_TEST

START_TEST(worlds_of_another_layout_are_refused)
{
    int fd;
    struct watch *watch;
    struct mp_world *world = world_new(&fd);
    ck_assert_int_eq(watch_open(fd, &watch), 0);
    watch_close(watch);
    const struct {
        void *at;
        size_t size;
    } parts[] = {{&world->magic, sizeof world->magic},
                 {&world->layout, sizeof world->layout},
                 {&world->header_size, sizeof world->header_size},
                 {&world->arena, sizeof world->arena}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        uint8_t *byte = (uint8_t *)parts[i].at + i % parts[i].size;
        *byte ^= 1;
        ck_assert_int_eq(watch_open(fd, &watch), -EPROTO);
        *byte ^= 1;
    }
    ck_assert_int_eq(ftruncate(fd, MP_WORLD_RESERVED + 1), 0);
    ck_assert_int_eq(watch_open(fd, &watch), -EPROTO);
    world_let_go(fd, world);
}
END_TEST

// A mapping whose file shrinks is a crash: it is made unable to, or refused.
START_TEST(worlds_that_could_shrink_are_sealed_or_refused)
{
    int real;
    struct mp_world *world = world_new(&real);
    struct watch *watch;
    int fd = file_of(MP_WORLD_ARENA, MFD_ALLOW_SEALING);
    ck_assert_int_eq(pwrite(fd, world, 4096, 0), 4096);
    ck_assert_int_eq(watch_open(fd, &watch), 0);
    ck_assert_int_ne(ftruncate(fd, 4096), 0);
    ck_assert_int_ne(fcntl(fd, F_GET_SEALS) & F_SEAL_SHRINK, 0);
    watch_close(watch);
    close(fd);
    fd = file_of(MP_WORLD_ARENA, 0); // may not be sealed
    ck_assert_int_eq(pwrite(fd, world, 4096, 0), 4096);
    assert_refused(fd, -EPERM);
    char path[] = "/tmp/test_watch.XXXXXX";
    fd = mkostemp(path, O_CLOEXEC);
    unlink(path);
    ck_assert_int_eq(ftruncate(fd, MP_WORLD_ARENA), 0);
    ck_assert_int_eq(pwrite(fd, world, 4096, 0), 4096);
    assert_refused(fd, -EPERM);
    world_let_go(real, world);
}
END_TEST

static void write_event(struct mp_world *world, unsigned slot, uint32_t order,
                        uint64_t when)
{
    uint64_t written = atomic_load(&world->seats[slot].written);
    world->rings[slot][written % MP_RING_EVENTS] = (struct mp_event){
        .when = when, .deed = {.op = MP_OP_SLEEP, .info = MP_DONE, .order = order}};
    atomic_store(&world->seats[slot].written, written + 1);
}

// The clocks of two processors may differ: under control the numbers are what holds.
START_TEST(numbered_events_come_in_the_order_of_their_numbers)
{
    int fd;
    struct watch *watch;
    struct mp_world *world = world_new(&fd);
    struct watched_event events[8];
    uint64_t dropped;
    atomic_store(&world->gate.mode, MP_MODE_RANDOM);
    atomic_store(&world->gate.top, 2);
    ck_assert_int_eq(watch_open(fd, &watch), 0);
    write_event(world, 0, 2, 1000);
    write_event(world, 1, 1, 3000);
    write_event(world, 1, 3, 2000);
    ck_assert_uint_eq(watch_events(watch, events, 8, &dropped), 3);
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(events[i].event.deed.order, i + 1);
    }
    ck_assert_uint_eq(dropped, 0);
    watch_close(watch);
    world_let_go(fd, world);
}
END_TEST

int main(void)
{
    const struct suite_test tests[] = {
        {.test = files_that_are_no_world_are_refused},
        {.test = worlds_of_another_layout_are_refused},
        {.test = worlds_that_could_shrink_are_sealed_or_refused},
        {.test = numbered_events_come_in_the_order_of_their_numbers},
    };

    return suite_run("watch", tests, sizeof tests / sizeof *tests);
}
