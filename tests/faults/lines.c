// SPDX-License-Identifier: GPL-2.0-or-later
/* Every command, with what makes it take another way through the tool. */
#include "run.h"

#define HELD     "-d 0000:01:00.0 "
#define FREE     "-d 0000:01:00.1 "
#define DIFFERS  (1u << 1)
#define UNPROVEN (1u << 8)

static const char batch[] = "list\nuse 0000:01:00.0\ninfo\nset-state locked -y --vdevice 1\nread-object report\nquit\n";

static const char until_run[] = HELD "-y --vdevice 1 set-state locked\n" HELD "-y --vdevice 1 set-state run\n";

const struct command_line command_lines[] = {
	{.words = "list"},
	{.words = "list --tree"},
	{.words = HELD "info", .reports = true},
	{.words = FREE "info report", .reports = true},
	{.words = HELD "--vdevice 1 --source ioctl info", .reports = true},
	{.words = "doctor", .varies = true},
	{.words = HELD "read-object report", .varies = true},
	{.words = HELD "read-object cert --trace"},
	{.words = HELD "--vdevice 1 --source ioctl read-object measurements"},
	{.words = "--attach 4242 --vdevice 1 read-object vca"},
	{.words = "--attach 4242:17 --vdevice 1 --arch cca read-object report", .varies = true},
	{.words = "--iommufd 17 --vdevice 1 --arch cca read-object cert"},
	{.words = HELD "read-object cert -o out", .file = "out"},
	{.words = FREE "--source ioctl read-object vca -o out", .file = "out"},
	{.words = HELD "read-object cert --pem -o out", .file = "out"},
	{.words = HELD "read-object cert --split .", .file = "."},
	{.words = HELD "read-object vca --raw", .form = FORM_BYTES},
	{.words = HELD "read-object report --digest"},
	{.words = HELD "-y regen measurements", .varies = true},
	{.words = HELD "-y --vdevice 1 --source ioctl regen measurements --raw-blocks", .varies = true},
	{.words = HELD "-y --vdevice 1 --source ioctl regen report",
	 .first = HELD "-y --vdevice 1 set-state locked",
	 .varies = true},
	{.words = HELD "-y verify --root root.pem", .varies = true, .verdicts = UNPROVEN},
	{.words = HELD "-y --vdevice 1 --source ioctl verify --root root.pem", .varies = true, .verdicts = UNPROVEN},
	{.words = HELD "save held.saved", .file = "held.saved"},
	{.words = HELD "--vdevice 1 --source ioctl save held.saved", .file = "held.saved"},
	{.words = "diff 0000:01:00.0 0000:01:00.1", .verdicts = DIFFERS},
	{.words = "diff held 0000:01:00.0", .first = HELD "save held", .verdicts = DIFFERS},
	{.words = HELD "-y --vdevice 1 set-state locked"},
	{.words = FREE "-y set-state locked"},
	{.words = HELD "-y --vdevice 1 set-state locked", .sim = "cca,abi=op48-2026-06"},
	{.words = HELD "-y --vdevice 1 set-state run",
	 .sim = "cca,abi=op48-interim",
	 .first = HELD "-y --vdevice 1 set-state locked"},
	{.words = FREE "-y set-state locked", .sim = "cca,abi=scope40-v5"},
	{.words = HELD "-n --vdevice 1 set-state locked"},
	{.words = FREE "-n set-state locked"},
	{.words = HELD "-y --vdevice 1 validate-mmio 0x80000000 +0x4000 0x8000000",
	 .first = HELD "-y --vdevice 1 set-state locked"},
	{.words = HELD "-y --vdevice 1 sev-dma enable", .sim = "sev", .first = "-b lines", .input = until_run},
	{.words = HELD "-y accept-generation 1"},
	{.words = "monitor --count 1 --timeout 0.1 --interval 0.01",
	 .sim = "event.json",
	 .form = FORM_DOCUMENTS,
	 .varies = true},
	{.words = HELD "monitor --evidence --count 1 --timeout 0.1 --interval 0.01",
	 .sim = "event.json",
	 .form = FORM_DOCUMENTS,
	 .varies = true},
	{.words = "-b lines", .input = batch, .form = FORM_ARRAY},
	{.words = "-b lines --keep-going", .input = batch, .form = FORM_ARRAY},
	{.words = "shell", .input = batch, .form = FORM_ARRAY},
	{.words = HELD "--record out info", .reports = true, .file = "out"},
	{.words = "--replay recorded " HELD "info",
	 .sim = "",
	 .reports = true,
	 .first = "@" HELD "--record recorded info"},
	{.words = "sim reset", .first = HELD "-y --vdevice 1 set-state locked", .untouched = true},
	{.words = "help", .untouched = true},
	{.words = "help verify", .untouched = true},
	{.words = "schema", .untouched = true},
	{.words = "completion bash", .untouched = true},
	{.words = "--version", .untouched = true},
	{.words = "read-object cert --from held/cert0.bin", .first = HELD "save held", .untouched = true},
};

const size_t command_line_count = sizeof(command_lines) / sizeof(command_lines[0]);
