/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has to hold for every run, whatever has failed in it. */
#ifndef TSMCTL_TESTS_FAULTS_JUDGE_H
#define TSMCTL_TESTS_FAULTS_JUDGE_H

#include "run.h"

/* One run, and the same without a fault. */
struct judged {
	const struct command_line *line;
	bool json;
	const struct trial *trial;
	const struct result *result;
	const struct buf *left; /* see run_left() */
	const struct trial *sound_trial;
	const struct result *sound;
	const struct buf *sound_left;
	const struct stroke *by; /* set by judge() */
};

/* What is wrong with the run, or NULL; static storage. Of two faults either may be what the command tells of. */
const char *judge(const struct judged *j);

/* Whether the run ended with a result. */
bool judge_succeeded(const struct command_line *l, const struct result *r);

#endif
