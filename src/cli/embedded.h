/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that the tool prints, built in by cmake/Embed.cmake. */
#ifndef TSMCTL_CLI_EMBEDDED_H
#define TSMCTL_CLI_EMBEDDED_H

#include "util/bytes.h"

extern const struct bytes embedded_bash; /* completions/: the fixed parts of the scripts */
extern const struct bytes embedded_zsh;
extern const struct bytes embedded_fish;
extern const struct bytes embedded_tsmctl_1; /* docs/schema/tsmctl-1.schema.json */

#endif
