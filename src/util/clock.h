/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time that only passes: from an arbitrary start, untouched when somebody sets the clock (CLOCK_MONOTONIC). */
#ifndef TSMCTL_UTIL_CLOCK_H
#define TSMCTL_UTIL_CLOCK_H

#include <stdint.h>

int64_t clock_us(void);
int64_t clock_ms(void);

#endif
