// SPDX-License-Identifier: MIT
// A till: a seller is killed between the money and the ticket.
#include "demo.h"

#include <signal.h>
#include <unistd.h>

DEMO("summary=a seller is killed between the money and the ticket\0"
     "grain=memory\0");

enum { PRICE = 5 };

struct till {
    int cash;
    int tickets;
};

static mp_lock *lock;

static int sell(void *arg)
{
    struct till *till = arg;
    must(mp_lock_acquire(lock, MP_FOREVER));
    till->cash += PRICE;
    kill(getpid(), SIGKILL);
    till->tickets += 1; /* it never comes here */
    must(mp_lock_release(lock));
    return 0;
}

int main(void)
{
    struct till *till = must_have(MP_SHARED(struct till));
    mp_process *seller;
    must(mp_lock_create(&lock));
    must(mp_process_create(&seller, sell, till, NULL));
    demo_expect("tickets", 1);
    must(mp_process_start(seller));
    must(mp_process_join(seller, MP_FOREVER));
    must(mp_lock_acquire(lock, MP_FOREVER));
    int wrong = till->cash - PRICE * till->tickets;
    must(mp_lock_release(lock));
    return demo_result("tickets", till->tickets, 1, "wrong", wrong);
}
