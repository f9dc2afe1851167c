// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands behind --sim=: an architecture, a kernel model, a netlink family; or a scenario file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/sim/internal.h"
#include "util/buf.h"

static const char *const family_names[] = {
	[SIM_FAMILY_NONE] = "none",
	[SIM_FAMILY_DEVICE_EVIDENCE] = "device-evidence",
	[SIM_FAMILY_PCI_TSM] = "pci-tsm",
};

static const struct {
	const char *bdf;
	const char *driver;
	bool tee;
	bool connected;
	bool held;
} default_devices[] = {
	{"0000:01:00.0", "vfio-pci", true, true, true},
	{"0000:01:00.1", "vfio-pci", true, true, false},
	{"0000:02:00.0", "nvme", true, false, false},
	{"0000:03:00.0", "e1000e", false, false, false},
};

const char *sim_family_name(enum sim_family family)
{
	return family_names[family];
}

int sim_set_family(struct sim *s, const char *name, struct err *e)
{
	for (size_t i = 0; i < sizeof(family_names) / sizeof(family_names[0]); i++) {
		if (strcmp(name, family_names[i]) == 0) {
			s->family = (enum sim_family)i;
			return 0;
		}
	}
	err_set(e, ERR_USAGE, "USAGE", "the simulator has no netlink family \"%s\"", name);
	err_hint(e, "family=device-evidence, family=pci-tsm or family=none.");
	return -1;
}

int sim_set_model(struct sim *s, const char *name, struct err *e)
{
	struct buf choices = {0};

	s->model = sim_model_find(name);
	if (s->model)
		return 0;
	for (size_t i = 0; sim_model_name(i); i++)
		buf_printf(&choices, "%s%s", i ? ", " : "", sim_model_name(i));
	err_set(e, ERR_USAGE, "USAGE", "the simulator has no ABI profile \"%s\"", name);
	err_hint(e, "abi= takes one of %s.", choices.data ? choices.data : "the profiles");
	buf_free(&choices);
	return -1;
}

static bool hex_run(const char **text, size_t min, size_t max)
{
	size_t len = strspn(*text, "0123456789abcdef");

	*text += len;
	return len >= min && len <= max;
}

bool sim_bdf_valid(const char *text)
{
	return hex_run(&text, 4, 8) && *text++ == ':' && hex_run(&text, 2, 2) && *text++ == ':' &&
	       hex_run(&text, 2, 2) && *text++ == '.' && *text >= '0' && *text <= '7' && !text[1];
}

struct sim_device *sim_device_add(struct sim *s, const char *bdf)
{
	struct sim_device *grown = reallocarray(s->device, s->device_count + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	s->device = grown;

	struct sim_device *d = &grown[s->device_count++];

	*d = (struct sim_device){.tee = true, .driver = "vfio-pci"};
	snprintf(d->bdf, sizeof(d->bdf), "%s", bdf);
	return d;
}

int sim_devices_default(struct sim *s)
{
	for (size_t i = 0; i < sizeof(default_devices) / sizeof(default_devices[0]); i++) {
		struct sim_device *d = sim_device_add(s, default_devices[i].bdf);

		if (!d)
			return -1;
		snprintf(d->driver, sizeof(d->driver), "%s", default_devices[i].driver);
		d->tee = default_devices[i].tee;
		d->connected = default_devices[i].connected;
		d->held = default_devices[i].held;
	}
	return 0;
}

/* The DSM of a function is function 0 of its device. */
int sim_device_connect(struct sim *s, struct sim_device *d)
{
	d->connected = true;
	memcpy(d->dsm, d->bdf, sizeof(d->dsm));
	d->dsm[strlen(d->dsm) - 1] = '0';
	return sim_evidence_init(s, d);
}

/* What follows from what was said about a function. */
static int device_ready(struct sim *s, struct sim_device *d)
{
	uint32_t generation = d->generation;

	if (!d->connected)
		return 0;
	if (sim_device_connect(s, d))
		return -1;
	d->bound = d->held && s->model->has_tsm;
	if (generation)
		d->generation = generation;
	return 0;
}

int sim_devices_ready(struct sim *s, bool vmm, struct err *e)
{
	for (size_t i = 0; i < s->device_count; i++) {
		s->device[i].held = s->device[i].held && vmm;
		if (device_ready(s, &s->device[i]))
			return err_oom(e);
	}
	s->vmm = vmm ? sim_context_vmm(s) : NULL;
	return vmm && !s->vmm ? err_oom(e) : 0;
}

static int set_arch(struct sim *s, const char *name, struct err *e)
{
	int arch = arch_parse(name);

	if (arch <= ARCH_NONE) {
		err_set(e, ERR_USAGE, "USAGE", "the simulator does not know \"%s\"", name);
		err_hint(e, "--sim=cca, --sim=sev or --sim=tdx, with ,abi=PROFILE and ,family=NAME behind it, or the "
			    "path of a scenario file.");
		return -1;
	}
	s->arch = (enum tsm_arch)arch;
	return 0;
}

static int set_word(struct sim *s, const char *word, struct err *e)
{
	if (strncmp(word, "abi=", 4) == 0)
		return sim_set_model(s, word + 4, e);
	if (strncmp(word, "family=", 7) == 0)
		return sim_set_family(s, word + 7, e);
	return set_arch(s, word, e);
}

static int configure_words(struct sim *s, const char *spec, struct err *e)
{
	char *words = strdup(spec);
	char *rest = words;
	int ret = 0;

	if (!words)
		return err_oom(e);
	while (*spec && rest && !ret)
		ret = set_word(s, strsep(&rest, ","), e);
	free(words);
	if (ret)
		return -1;
	snprintf(s->key, sizeof(s->key), "%s,abi=%s,family=%s", arch_name(s->arch), s->model->name,
		 sim_family_name(s->family));
	if (sim_devices_default(s))
		return err_oom(e);
	return sim_devices_ready(s, true, e);
}

static bool is_file(const char *spec)
{
	size_t len = strlen(spec);

	return strchr(spec, '/') || (len > 5 && strcmp(spec + len - 5, ".json") == 0) ||
	       (*spec && !strchr(spec, '=') && arch_parse(spec) < 0 && access(spec, F_OK) == 0);
}

int sim_configure(struct sim *s, const char *spec, struct err *e)
{
	s->spec = strdup(spec ? spec : "");
	if (!s->spec)
		return err_oom(e);
	s->arch = ARCH_CCA;
	s->model = sim_model_find("op48-2026-09");
	s->family = SIM_FAMILY_DEVICE_EVIDENCE;
	s->object_ops = true;
	return is_file(s->spec) ? sim_scenario_load(s, s->spec, e) : configure_words(s, s->spec, e);
}
