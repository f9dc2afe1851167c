// SPDX-License-Identifier: GPL-2.0-or-later
/* Every command with its arguments and its own options. */
#include <string.h>

#include "cli/cli.h"

#define AT(field)    offsetof(struct options, field)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ARGS(array)  .args = (array), .arg_count = COUNT(array)
#define OWN(array)   .options = (array), .option_count = COUNT(array)

#define EVIDENCE_TYPES "cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 vca measurements report"

static const struct option_spec list_options[] = {
	{"tree", 0, OPTION_FLAG, AT(tree), NULL, "which function belongs to which DSM and TSM", COMPLETE_NONE, NULL,
	 NULL},
};

static const struct argument_spec info_args[] = {
	{"TYPE", false, true, "evidence to show: cert[:0-7], vca, measurements, report; all by default", COMPLETE_WORDS,
	 EVIDENCE_TYPES},
};

static const struct argument_spec read_args[] = {
	{"TYPE[:SLOT]", true, false, "cert[:0-7], vca, measurements or report", COMPLETE_WORDS, EVIDENCE_TYPES},
};

static const struct option_spec read_options[] = {
	{"hex", 0, OPTION_FLAG, AT(hex), NULL, "a hex dump instead of decoded text", COMPLETE_NONE, NULL, NULL},
	{"raw", 0, OPTION_FLAG, AT(raw), NULL, "the bytes themselves on standard output, never to a terminal",
	 COMPLETE_NONE, NULL, NULL},
	{"output", 'o', OPTION_VALUE, AT(output), "FILE",
	 "the bytes to a new file of mode 0600; --force replaces an existing one", COMPLETE_FILE, NULL, NULL},
	{"digest", 0, OPTION_FLAG, AT(digest), NULL, "ask the kernel for the object's digest instead of the object",
	 COMPLETE_NONE, NULL, NULL},
	{"from", 0, OPTION_VALUE, AT(from), "FILE", "decode the object in this file, with no kernel and no device",
	 COMPLETE_FILE, NULL, NULL},
	{"vca", 0, OPTION_VALUE, AT(vca), "FILE", "with --from: the VCA that names the algorithms of measurements",
	 COMPLETE_FILE, NULL, NULL},
	{"certs", 0, OPTION_VALUE, AT(certs), "FILE", "with --from: the chain whose leaf signed the measurements",
	 COMPLETE_FILE, NULL, NULL},
	{"pem", 0, OPTION_FLAG, AT(pem), NULL, "a certificate chain as PEM, on standard output or with --output",
	 COMPLETE_NONE, NULL, NULL},
	{"split", 0, OPTION_VALUE, AT(split), "DIR", "each certificate of a chain to a DER file in this directory",
	 COMPLETE_FILE, NULL, NULL},
};

static const struct argument_spec regen_args[] = {
	{"measurements|report", true, false, "what the TSM is to generate anew", COMPLETE_WORDS, "measurements report"},
};

static const struct option_spec regen_options[] = {
	{"nonce", 0, OPTION_VALUE, AT(nonce), "HEX", "this nonce of 32 bytes instead of a random one", COMPLETE_NONE,
	 NULL, NULL},
	{"nonce-file", 0, OPTION_VALUE, AT(nonce_file), "FILE", "the nonce from a file of 32 bytes", COMPLETE_FILE,
	 NULL, NULL},
	{"raw-blocks", 0, OPTION_FLAG, AT(raw_blocks), NULL, "ask for raw measurement blocks instead of hashed ones",
	 COMPLETE_NONE, NULL, NULL},
};

static const struct option_spec verify_options[] = {
	{"root", 0, OPTION_VALUE, AT(root), "FILE",
	 "trust these root certificates: a file in PEM or DER, or a directory", COMPLETE_FILE, NULL, NULL},
	{"certs", 0, OPTION_VALUE, AT(certs), "FILE", "the certificate chain from a file, not from a function",
	 COMPLETE_FILE, NULL, NULL},
	{"measurements", 0, OPTION_VALUE, AT(measurements), "FILE", "the measurements from a file", COMPLETE_FILE, NULL,
	 NULL},
	{"vca", 0, OPTION_VALUE, AT(vca), "FILE", "the VCA messages from a file", COMPLETE_FILE, NULL, NULL},
	{"request", 0, OPTION_VALUE, AT(request), "FILE",
	 "the GET_MEASUREMENTS request from a file, where the measurements lack it", COMPLETE_FILE, NULL, NULL},
	{"nonce", 0, OPTION_VALUE, AT(nonce), "HEX", "the nonce of 32 bytes that must be in the request", COMPLETE_NONE,
	 NULL, NULL},
	{"nonce-file", 0, OPTION_VALUE, AT(nonce_file), "FILE", "the nonce from a file of 32 bytes", COMPLETE_FILE,
	 NULL, NULL},
	{"at", 0, OPTION_VALUE, AT(at), "DATE", "judge validity on this day, YYYY-MM-DD, instead of today",
	 COMPLETE_NONE, NULL, NULL},
	{"policy", 0, OPTION_VALUE, AT(policy), "FILE", "judge the measured values by the rules of this JSON file",
	 COMPLETE_FILE, NULL, NULL},
	{"explain", 0, OPTION_FLAG, AT(explain), NULL, "show the bytes that were hashed and signed", COMPLETE_NONE,
	 NULL, NULL},
};

static const struct argument_spec save_args[] = {
	{"DIR", true, false, "the directory to make; it must not exist", COMPLETE_FILE, NULL},
};

static const struct argument_spec diff_args[] = {
	{"A", true, false, "a directory that save wrote, or a function", COMPLETE_FILE, NULL},
	{"B", true, false, "the same, to compare with", COMPLETE_FILE, NULL},
};

static const struct argument_spec mmio_args[] = {
	{"GPA_BASE", true, false, "guest physical address where the range begins, 4 KiB aligned", COMPLETE_NONE, NULL},
	{"GPA_TOP", true, false, "where it ends (exclusive), or +LENGTH", COMPLETE_NONE, NULL},
	{"PA_BASE", true, false, "physical address that it maps to, 4 KiB aligned", COMPLETE_NONE, NULL},
};

static const struct option_spec payload_options[] = {
	{"payload", 0, OPTION_VALUE, AT(payload), "FILE", "send these bytes as the request instead of the usual ones",
	 COMPLETE_FILE, NULL, NULL},
};

static const struct argument_spec state_args[] = {
	{"unlocked|locked|run", true, false, "the TDISP state to move to", COMPLETE_WORDS, "unlocked locked run"},
};

static const struct argument_spec dma_args[] = {
	{"enable|disable", true, false, "what to do with the function's DMA to private memory", COMPLETE_WORDS,
	 "enable disable"},
};

static const struct argument_spec generation_args[] = {
	{"N", true, false, "the generation that the relying party approved", COMPLETE_NONE, NULL},
};

static const struct option_spec monitor_options[] = {
	{"interval", 0, OPTION_VALUE, AT(interval), "SECONDS",
	 "how often to look for what no kernel announces; 1 by default, fractions are allowed", COMPLETE_NONE, NULL,
	 NULL},
	{"evidence", 0, OPTION_FLAG, AT(evidence), NULL, "also watch measurements and reports, over netlink",
	 COMPLETE_NONE, NULL, NULL},
	{"count", 0, OPTION_VALUE, AT(count), "N", "end after N events", COMPLETE_NONE, NULL, NULL},
	{"timeout", 0, OPTION_VALUE, AT(timeout), "SECONDS", "end, with exit status 0, after this time", COMPLETE_NONE,
	 NULL, NULL},
};

static const struct argument_spec sim_args[] = {
	{"reset", true, false, "forget what earlier commands did to the simulated VMM", COMPLETE_WORDS, "reset"},
};

static const struct argument_spec completion_args[] = {
	{"bash|zsh|fish", true, false, "the shell", COMPLETE_WORDS, "bash zsh fish"},
};

static const struct argument_spec help_args[] = {
	{"COMMAND", false, false, "the command to explain", COMPLETE_COMMAND, NULL},
};

static const struct argument_spec use_args[] = {
	{"BDF", false, false, "the PCI function", COMPLETE_DEVICE, NULL},
};

const struct command_spec cli_commands[] = {
	{
		.name = "list",
		.summary = "TSMs, TSM-capable functions, and who holds them",
		.description = "Lists every TSM of this machine with the PCI functions that it can manage: whether "
			       "each is connected and bound, and which driver or process holds it.",
		OWN(list_options),
		.run = cmd_list,
		.examples = {"tsmctl list", "tsmctl list --tree", "tsmctl list -j | jq -r '.data.devices[].device'"},
	},
	{
		.name = "info",
		.summary = "one TDI: TSM, connection, ABI, evidence, last refusal",
		.description = "Shows what is known about one TDI, what this kernel accepts for it, and its evidence "
			       "objects with size and generation. No kernel reports the TDISP state; what tsmctl "
			       "infers is marked as such, with the reason. In a shell or batch also the last refusal.",
		ARGS(info_args),
		.flags = COMMAND_TARGET,
		.needs = NEED_TSM,
		.run = cmd_info,
		.examples = {"tsmctl -d 0000:01:00.0 info", "tsmctl -d 01:00.0 info report measurements -j"},
	},
	{
		.name = "read-object",
		.summary = "evidence: certificates, VCA, measurements, report",
		.description = "Reads one evidence object and shows it decoded. Nothing is verified: what is shown is "
			       "what the device and its TSM said. A file written with --output is complete or absent. "
			       "With --from a colleague's file is read instead, without any kernel.",
		ARGS(read_args),
		OWN(read_options),
		.flags = COMMAND_TARGET,
		.needs = NEED_TSM | NEED_FILES | NEED_LIBRARIES, /* for fingerprints */
		.run = cmd_read_object,
		.examples = {"tsmctl -d 01:00.0 read-object report",
			     "tsmctl -d 01:00.0 read-object cert:0 -o chain.bin",
			     "tsmctl read-object measurements --from measurements.bin"},
	},
	{
		.name = "regen",
		.summary = "regenerate measurements or report, with a nonce",
		.description =
			"Asks the TSM to generate measurements or the interface report anew and shows which parts "
			"changed. The nonce is 32 random bytes unless one is given.",
		ARGS(regen_args),
		OWN(regen_options),
		.flags = COMMAND_TARGET | COMMAND_CHANGES,
		.needs = NEED_TSM,
		.run = cmd_regen,
		.examples = {"tsmctl -d 01:00.0 -y regen measurements",
			     "tsmctl -d 01:00.0 regen measurements --nonce-file nonce.bin --raw-blocks"},
	},
	{
		.name = "verify",
		.summary = "prove evidence: chain, signature, nonce",
		.description =
			"Checks the certificate chain up to a root that you trust, the signature on the measurements, "
			"and that they are fresh: they are regenerated with a new nonce first. With --certs and "
			"--measurements it judges files instead and touches no device. What cannot be checked is "
			"incomplete, never a success. Exit status 8 unless the verdict is pass.",
		OWN(verify_options),
		.flags = COMMAND_TARGET | COMMAND_CHANGES | COMMAND_FILES,
		.needs = NEED_TSM | NEED_LIBRARIES,
		.run = cmd_verify,
		.examples = {"tsmctl -d 01:00.0 verify --root vendor-root.pem",
			     "tsmctl verify --root r.pem --certs c.bin --vca v.bin --measurements m.bin",
			     "tsmctl -d 01:00.0 -y verify --root roots/ --explain -j"},
	},
	{
		.name = "save",
		.summary = "write all evidence of a function to a directory",
		.description = "Reads every evidence object, as it is cached, and writes each to a file of a new "
			       "directory, with a manifest of sizes, SHA-256, generation and nonce. The directory is "
			       "complete or absent.",
		ARGS(save_args),
		.flags = COMMAND_TARGET,
		.needs = NEED_TSM | NEED_FILES | NEED_LIBRARIES,
		.run = cmd_save,
		.examples = {"tsmctl -d 01:00.0 save evidence"},
	},
	{
		.name = "diff",
		.summary = "compare two sets of evidence",
		.description = "Tells which certificates, blocks, ranges and other parts differ between two sets of "
			       "evidence: directories that save wrote, or functions as they are now. The exit status "
			       "is 0 if they are the same and 1 if they differ.",
		ARGS(diff_args),
		.needs = NEED_TSM | NEED_LIBRARIES,
		.run = cmd_diff,
		.examples = {"tsmctl diff evidence evidence.later", "tsmctl diff evidence 0000:01:00.0",
			     "tsmctl diff a b -j | jq '.data.differences[].part'"},
	},
	{
		.name = "validate-mmio",
		.summary = "ask the TSM to accept an MMIO mapping of the guest",
		.description = "Asks the TSM to accept that the guest's physical range from GPA_BASE up to, not "
			       "including, GPA_TOP maps to the device's memory at PA_BASE.",
		ARGS(mmio_args),
		OWN(payload_options),
		.flags = COMMAND_TARGET | COMMAND_CHANGES | COMMAND_SILENT,
		.needs = NEED_TSM,
		.run = cmd_validate_mmio,
		.examples = {"tsmctl -d 01:00.0 validate-mmio 0x80000000 +0x4000 0xe0000000",
			     "tsmctl -d 01:00.0 -n validate-mmio 0x80000000 0x80004000 0xe0000000"},
	},
	{
		.name = "set-state",
		.summary = "move a TDI to another TDISP state",
		.description = "Asks the TSM to move the TDI to UNLOCKED, LOCKED or RUN. Unlocking takes the device's "
			       "private memory access away from the guest that uses it.",
		ARGS(state_args),
		OWN(payload_options),
		.flags = COMMAND_TARGET | COMMAND_CHANGES | COMMAND_SILENT,
		.needs = NEED_TSM,
		.run = cmd_set_state,
		.examples = {"tsmctl -d 01:00.0 set-state locked", "tsmctl -d 01:00.0 -y set-state run"},
	},
	{
		.name = "sev-dma",
		.summary = "enable or disable a TDI's DMA to private memory (AMD SEV)",
		.description = "Enables or disables DMA of a TDI to the private memory of an AMD SEV-SNP guest. For "
			       "another architecture it is refused before anything is sent.",
		ARGS(dma_args),
		OWN(payload_options),
		.flags = COMMAND_TARGET | COMMAND_CHANGES | COMMAND_SILENT,
		.needs = NEED_TSM,
		.run = cmd_sev_dma,
		.examples = {"tsmctl -d 01:00.0 sev-dma enable"},
	},
	{
		.name = "accept-generation",
		.summary = "record the generation that a relying party approved",
		.description = "Tells the kernel, over netlink, that a relying party approved the evidence of "
			       "generation N. The kernel refuses if the evidence has changed since.",
		ARGS(generation_args),
		.flags = COMMAND_TARGET | COMMAND_CHANGES | COMMAND_SILENT,
		.needs = NEED_TSM,
		.run = cmd_accept_generation,
		.examples = {"tsmctl -d 01:00.0 accept-generation 3"},
	},
	{
		.name = "doctor",
		.summary = "what this kernel and this user can do",
		.description =
			"Checks line by line what tsmctl needs: the kernel's interfaces, permissions, TSMs. Each "
			"thing missing comes with its remedy. The exit status is 0 also if things are missing.",
		.needs = NEED_TSM | NEED_LIBRARIES,
		.run = cmd_doctor,
		.examples = {"tsmctl doctor", "tsmctl doctor -j | jq '.data.checks[] | select(.result != \"ok\")'"},
	},
	{
		.name = "monitor",
		.summary = "changes of TSMs and functions as they happen",
		.description =
			"Prints an event a line until it is interrupted: TSMs and functions that come and go, "
			"connections, bindings, processes that hold functions. With --json each line is a document. "
			"With --device only that function is watched. It only reads.",
		OWN(monitor_options),
		.flags = COMMAND_STREAM,
		.needs = NEED_NETLINK,
		.run = cmd_monitor,
		.examples = {"tsmctl monitor", "tsmctl -d 01:00.0 monitor --evidence --interval 0.2",
			     "tsmctl monitor -j --timeout 60 | jq -r .data.event"},
	},
	{
		.name = "sim",
		.summary = "start the simulated VMM afresh",
		.description = "The simulated VMM keeps the state of its functions between commands, in one file. "
			       "'sim reset' removes that file.",
		ARGS(sim_args),
		.flags = COMMAND_NO_KERNEL,
		.needs = NEED_FILES,
		.run = cmd_sim,
		.examples = {"tsmctl sim reset"},
	},
	{
		.name = "schema",
		.summary = "print the JSON Schema of every document",
		.description = "Prints the JSON Schema of all that --json writes, as this version writes it. "
			       "tsmctl-json(5) says what later versions may add.",
		.flags = COMMAND_NO_KERNEL,
		.run = cmd_schema,
		.examples = {"tsmctl schema >tsmctl-1.schema.json"},
	},
	{
		.name = "shell",
		.summary = "many commands in one session",
		.description = "Reads commands and carries them out, with one session kept open: what an own session "
			       "changed lasts until the shell ends or 'use' names another target. 'use BDF' sets the "
			       "target, '> FILE' behind a command takes its output, 'quit' or Ctrl-D leaves. Without "
			       "a terminal it is --batch on standard input.",
		.flags = COMMAND_NO_KERNEL | COMMAND_SHELL,
		.needs = NEED_OF_LINES | NEED_TERMINAL,
		.examples = {"tsmctl -d 01:00.0 shell", "printf 'list\\ninfo\\n' | tsmctl -d 01:00.0 shell"},
	},
	{
		.name = "completion",
		.summary = "print the completion script for a shell",
		.description = "Prints a script that makes the shell complete tsmctl's commands, options and values.",
		ARGS(completion_args),
		.flags = COMMAND_NO_KERNEL,
		.run = cmd_completion,
		.examples = {"source <(tsmctl completion bash)", "tsmctl completion fish | source"},
	},
	{
		.name = "help",
		.summary = "help about tsmctl or about one command",
		.description =
			"Without COMMAND: all commands and the options that every command takes. With --json the "
			"whole command line is described for programs.",
		ARGS(help_args),
		.flags = COMMAND_NO_KERNEL,
		.run = cmd_help,
		.examples = {"tsmctl help read-object", "tsmctl help -j | jq -r '.data.commands[].name'"},
	},
};

const size_t cli_command_count = COUNT(cli_commands);

const struct command_spec cli_line_commands[] = {
	{
		.name = "use",
		.summary = "name the target of the lines that follow",
		.description = "Within a batch or shell: the lines that follow are about this function, or about the "
			       "TDI of the process of --attach. An own session of another target ends.",
		ARGS(use_args),
		.flags = COMMAND_USE | COMMAND_SILENT,
		.run = cmd_use,
		.examples = {"use 0000:01:00.0", "use --attach 4242"},
	},
	{
		.name = "quit",
		.summary = "end the batch or shell",
		.description = "Within a batch or shell: ends it, and with it its session.",
		.flags = COMMAND_NO_KERNEL | COMMAND_QUIT | COMMAND_SILENT,
		.run = cmd_quit,
	},
};

const size_t cli_line_command_count = COUNT(cli_line_commands);

static const struct command_spec *find(const struct command_spec *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(list[i].name, name))
			return &list[i];
	}
	return NULL;
}

const struct command_spec *cli_find_command(const char *name)
{
	return find(cli_commands, cli_command_count, name);
}

const struct command_spec *cli_find_line_command(const char *name)
{
	return find(cli_line_commands, cli_line_command_count, name);
}
