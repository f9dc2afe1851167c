/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TSMCTL_TESTS_KERNEL_CALLS_IOCTL_H
#define TSMCTL_TESTS_KERNEL_CALLS_IOCTL_H

#include "calls.h"

/* Notes what an ioctl returned: a value, or a negative errno. */
void show_result(struct outcome *o, int result);

/* Notes each 32-bit word that is another one now. */
void show_changes(struct outcome *o, const uint8_t *before, const uint8_t *after, size_t len);

void compare_words(struct calls *c, const struct word_rows *rows);

#endif
