// SPDX-License-Identifier: MIT
/* Pools of workers, and the results to come: futures. Included by mp.h; programs include that. */
#ifndef MP_POOL_H
#define MP_POOL_H

#include <stddef.h>

#endif
