// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that every command takes. Those of a single command stand next to it in commands.c. */
#include <string.h>

#include "cli/cli.h"

#define AT(field) offsetof(struct options, field)

#define TARGET  "Target"
#define SESSION "Own session (when no VMM holds the function)"
#define OUTPUT  "Output and safety"

const struct option_spec cli_global_options[] = {
	{"device", 'd', OPTION_VALUE, AT(device), "BDF", "the PCI function, DDDD:BB:DD.F (BB:DD.F: domain 0)",
	 COMPLETE_DEVICE, NULL, TARGET},
	{"attach", 0, OPTION_VALUE, AT(attach), "PID[:FD]",
	 "use the iommufd of a running VMM; without FD it is searched in its descriptors", COMPLETE_PID, NULL, TARGET},
	{"iommufd", 0, OPTION_VALUE, AT(iommufd), "FD", "use an inherited iommufd descriptor; needs --vdevice",
	 COMPLETE_NONE, NULL, TARGET},
	{"vdevice", 0, OPTION_VALUE, AT(vdevice), "ID", "the vdevice object inside that iommufd", COMPLETE_NONE, NULL,
	 TARGET},
	{"arch", 0, OPTION_VALUE, AT(arch), "ARCH", "architecture of the confidential VM; auto asks the TSM driver",
	 COMPLETE_WORDS, "auto cca sev tdx", TARGET},
	{"abi", 0, OPTION_VALUE, AT(abi), "PROFILE",
	 "ABI profile; auto fingerprints the kernel, one that the fingerprint contradicts needs --force",
	 COMPLETE_WORDS, "auto op48-2026-09 op48-interim op48-2026-06 scope40-v5 amd-packed48 none", TARGET},
	{"source", 0, OPTION_VALUE, AT(source), "SOURCE", "where evidence is read from; auto prefers netlink",
	 COMPLETE_WORDS, "auto netlink ioctl", TARGET},
	{"sim", 0, OPTION_OPTIONAL_VALUE, AT(sim), "SCENARIO",
	 "the simulated kernel instead of this machine's: cca, sev, tdx, each with ,abi=PROFILE and ,family=NAME, or a "
	 "scenario file",
	 COMPLETE_FILE, "cca sev tdx", TARGET},
	{"replay", 0, OPTION_VALUE, AT(replay), "FILE",
	 "a recording made with --record instead of this machine's kernel", COMPLETE_FILE, NULL, TARGET},
	{"kvm-fd", 0, OPTION_VALUE, AT(kvm_fd), "FD", "associate with this inherited KVM VM instead of a new one",
	 COMPLETE_NONE, NULL, SESSION},
	{"viommu-type", 0, OPTION_VALUE, AT(viommu_type), "N", "type number of the vIOMMU to allocate", COMPLETE_NONE,
	 NULL, SESSION},
	{"virt-id", 0, OPTION_VALUE, AT(virt_id), "ID", "the function's id as the guest sees it", COMPLETE_NONE, NULL,
	 SESSION},
	{"json", 'j', OPTION_FLAG, AT(json), NULL, "one JSON document, also for errors", COMPLETE_NONE, NULL, OUTPUT},
	{"pretty", 'p', OPTION_FLAG, AT(pretty), NULL, "the same, indented; implies --json", COMPLETE_NONE, NULL,
	 OUTPUT},
	{"columns", 0, OPTION_VALUE, AT(columns), "LIST", "columns of tables, separated by commas", COMPLETE_NONE, NULL,
	 OUTPUT},
	{"no-headings", 0, OPTION_FLAG, AT(no_headings), NULL, "tables without heading lines", COMPLETE_NONE, NULL,
	 OUTPUT},
	{"color", 0, OPTION_VALUE, AT(color), "WHEN", "colour for states; auto: on a terminal, unless NO_COLOR is set",
	 COMPLETE_WORDS, "auto always never", OUTPUT},
	{"quiet", 'q', OPTION_FLAG, AT(quiet), NULL, "no notes on standard error", COMPLETE_NONE, NULL, OUTPUT},
	{"verbose", 'v', OPTION_FLAG, AT(verbose), NULL, "say more; a state change tells its result", COMPLETE_NONE,
	 NULL, OUTPUT},
	{"trace", 0, OPTION_FLAG, AT(trace), NULL, "each kernel call as a line of key=value pairs on standard error",
	 COMPLETE_NONE, NULL, OUTPUT},
	{"record", 0, OPTION_VALUE, AT(record), "FILE",
	 "write the whole conversation with the kernel, nonces and evidence included, to a new file", COMPLETE_FILE,
	 NULL, OUTPUT},
	{"dry-run", 'n', OPTION_FLAG, AT(dry_run), NULL, "show the bytes that would be sent, send nothing",
	 COMPLETE_NONE, NULL, OUTPUT},
	{"yes", 'y', OPTION_FLAG, AT(yes), NULL, "do not ask before a state change", COMPLETE_NONE, NULL, OUTPUT},
	{"force", 0, OPTION_FLAG, AT(force), NULL, "override a safety check (never the question, see --yes)",
	 COMPLETE_NONE, NULL, OUTPUT},
	{"batch", 'b', OPTION_VALUE, AT(batch), "FILE",
	 "carry out the commands in FILE, one a line; - is standard input", COMPLETE_FILE, NULL, OUTPUT},
	{"keep-going", 0, OPTION_FLAG, AT(keep_going), NULL, "with --batch or shell: go on after a line that failed",
	 COMPLETE_NONE, NULL, OUTPUT},
	{"help", 'h', OPTION_FLAG, AT(help), NULL, "help about tsmctl, or about the command given", COMPLETE_NONE, NULL,
	 OUTPUT},
	{"version", 'V', OPTION_FLAG, AT(version), NULL, "the version of tsmctl", COMPLETE_NONE, NULL, OUTPUT},
};

const size_t cli_global_option_count = sizeof(cli_global_options) / sizeof(cli_global_options[0]);
