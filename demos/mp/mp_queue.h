// SPDX-License-Identifier: MIT
/* Queues and pipes: what goes from one process to another. Included by mp.h; programs include that. */
#ifndef MP_QUEUE_H
#define MP_QUEUE_H

#include <stddef.h>

#endif
