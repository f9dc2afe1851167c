/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strict parsing of numbers in arguments and sysfs files: the whole text, no sign, no white space. */
#ifndef TSMCTL_UTIL_NUM_H
#define TSMCTL_UTIL_NUM_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal, or hexadecimal after 0x. False on anything else or above `max`. */
bool num_parse(const char *text, uint64_t max, uint64_t *out);

/* Seconds in decimal, "10" or "0.25", to milliseconds; what is finer is cut off. False above `max_seconds`. */
bool num_parse_seconds(const char *text, uint32_t max_seconds, uint64_t *ms);

#endif
