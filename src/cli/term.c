// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/term.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/environment.h"

void term_guard_streams(void)
{
	static const int wrong_way[] = {
		[STDIN_FILENO] = O_WRONLY, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_WRONLY};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* The lowest free number is `fd`: those below it are open by now. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", wrong_way[fd]) < 0)
			_exit(1);
	}
}

unsigned term_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return 80;
	return size.ws_col < 20 ? 20 : size.ws_col;
}

bool term_has_reader(int fd)
{
	struct pollfd p = {.fd = fd};

	return poll(&p, 1, 0) <= 0 || !(p.revents & (POLLERR | POLLHUP));
}

bool term_color(const char *when)
{
	const char *term;

	if (when && strcmp(when, "auto"))
		return !strcmp(when, "always");
	term = environment("TERM");
	return !environment("NO_COLOR") && !(term && !strcmp(term, "dumb")) && isatty(STDOUT_FILENO);
}
