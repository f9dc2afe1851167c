/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The user's character set, from the environment alone: setlocale() costs more than most commands. */
#ifndef TSMCTL_UTIL_LOCALE_H
#define TSMCTL_UTIL_LOCALE_H

#include <stdbool.h>

/* Whether the first of LC_ALL, LC_CTYPE and LANG that is not empty names UTF-8. */
bool locale_is_utf8(void);

#endif
