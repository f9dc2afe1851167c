// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scenario files: one JSON object of at most 1 MiB. All keys are optional; unknown ones are errors.
 *
 *   arch          "cca" (default), "sev", "tdx"
 *   abi           kernel model: an ABI profile, "none" or "unknown"; default "op48-2026-09"
 *   family        "device-evidence" (default), "pci-tsm", "none"
 *   object_ops    false: the request ioctl has no READ, REGEN, INFO where a model may lack them
 *   chunk         bytes of evidence in a netlink message at most
 *   vmm           false: no VMM runs, so no function is held
 *   devices_only  true: only the functions of "devices"; else those of the default scenario exist too
 *   devices       list of functions; what is not said of a default one stays
 *     device        its address, "0000:01:00.0"; required
 *     tee           false: it has no tsm/ directory
 *     connected     its TSM connection is up
 *     held          the VMM holds it; its state is kept
 *     driver        "vfio-pci" (default), "nvme", ...; "" for none
 *     present       false: it is not plugged in, until an event adds it
 *     generation    of its evidence
 *     evidence      object: "cert:0".."cert:7", "vca", "measurements", "report", each a hex string,
 *                   {"size": N} (a pattern) or {"file": PATH} (relative to the scenario)
 *   faults        list of faults
 *     kind          "errno", "delay", "tsm_code", "residue", "nl_drop", "nl_swap", "nl_truncate", "nl_extra",
 *                   "nl_done", "nl_generation", "evidence"
 *     nth           which call, request or message of those that match; default 1 (nl_done: 0, the end)
 *     call          errno, delay: "open", "ioctl", "read_file", "read_link", "list_dir", "pidfd_getfd", "nl_open",
 *                   "nl_send", "nl_recv", "uevent_open"
 *     nr            errno, delay: only this ioctl number
 *     errno         errno, nl_done: "EBUSY", ...
 *     delay_ms      delay
 *     value         tsm_code, residue: the value; evidence: what the byte is XORed with (default 1)
 *     text          nl_done: the extended acknowledgement
 *     device        evidence: the function; nl_*: only dumps of this one
 *     type, offset  evidence: the object ("report") and the byte
 *   events          what happens by itself, in the order of the times; at most one in each wait for announcements
 *     after_ms      when, counted from the first such wait
 *     event         "connect", "disconnect", "bind", "unbind", "hold", "release", "vmm_exit", "regenerate",
 *                   "tsm_remove", "tsm_add", "function_remove", "function_add", "lost"
 *     device        the function; not for "vmm_exit", "tsm_*" and "lost"
 *     type          regenerate: "measurements" (default) or "report"
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/sim/internal.h"
#include "kernel/sim/json.h"
#include "util/buf.h"
#include "util/bytes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SCENARIO_LIMIT = 1 << 20, STAMP_EVERY = 64 << 10, PAGE = 4096 };

struct scenario {
	struct sim *sim;
	char path[PATH_MAX]; /* absolute */
	enum tsm_arch arch;
	bool object_ops;
	uint32_t chunk;
	bool vmm;
	bool devices_only;
	char model[32];
	char family[32];
};

struct word {
	const char *name;
	int value;
};

static int word_value(const struct word *words, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].name, text) == 0)
			return words[i].value;
	return -1;
}

static int kind_parse(const char *text)
{
	static const struct word words[] = {
		{"errno", FAULT_ERRNO},
		{"delay", FAULT_DELAY},
		{"tsm_code", FAULT_TSM_CODE},
		{"residue", FAULT_RESIDUE},
		{"nl_drop", FAULT_NL_DROP},
		{"nl_swap", FAULT_NL_SWAP},
		{"nl_truncate", FAULT_NL_TRUNCATE},
		{"nl_extra", FAULT_NL_EXTRA},
		{"nl_done", FAULT_NL_DONE},
		{"nl_generation", FAULT_NL_GENERATION},
		{"evidence", FAULT_EVIDENCE},
	};
	return word_value(words, COUNT(words), text);
}

static int event_parse(const char *text)
{
	static const struct word words[] = {
		{"connect", EVENT_CONNECT},
		{"disconnect", EVENT_DISCONNECT},
		{"bind", EVENT_BIND},
		{"unbind", EVENT_UNBIND},
		{"hold", EVENT_HOLD},
		{"release", EVENT_RELEASE},
		{"vmm_exit", EVENT_VMM_EXIT},
		{"regenerate", EVENT_REGENERATE},
		{"tsm_remove", EVENT_TSM_REMOVE},
		{"tsm_add", EVENT_TSM_ADD},
		{"function_remove", EVENT_FUNCTION_REMOVE},
		{"function_add", EVENT_FUNCTION_ADD},
		{"lost", EVENT_LOST},
	};
	return word_value(words, COUNT(words), text);
}

static bool call_known(const char *call)
{
	static const char *const calls[] = {"open",        "ioctl",   "read_file", "read_link", "list_dir",
					    "pidfd_getfd", "nl_open", "nl_send",   "nl_recv",   "uevent_open"};

	for (size_t i = 0; i < COUNT(calls); i++)
		if (strcmp(calls[i], call) == 0)
			return true;
	return false;
}

static int real_arch_parse(const char *text)
{
	int arch = arch_parse(text);

	return arch > ARCH_NONE ? arch : -1;
}

/* Calls `each` for the objects of a list. */
static int for_each(struct scenario *c, struct json_object *top, const char *name,
		    int (*each)(struct scenario *c, struct json_object *o, struct err *e), struct err *e)
{
	struct json_object *list;

	if (sim_json_get(top, name, json_type_array, &list, e))
		return -1;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		if (!json_object_is_type(o, json_type_object))
			return err_set(e, ERR_FAILED, "JSON", "entry %zu of \"%s\" is not an object", i, name);
		if (each(c, o, e))
			return -1;
	}
	return 0;
}

static int read_device(struct scenario *c, struct json_object *o, struct err *e)
{
	static const struct json_key keys[] = {
		{"device", JSON_OTHER, 0, 0, NULL},
		{"evidence", JSON_OTHER, 0, 0, NULL},
		{"present", JSON_OTHER, 0, 0, NULL},
		{"tee", JSON_FLAG, offsetof(struct sim_device, tee), 0, NULL},
		{"connected", JSON_FLAG, offsetof(struct sim_device, connected), 0, NULL},
		{"held", JSON_FLAG, offsetof(struct sim_device, held), 0, NULL},
		{"driver", JSON_STRING, offsetof(struct sim_device, driver), sizeof(((struct sim_device *)0)->driver),
		 NULL},
		{"generation", JSON_U32, offsetof(struct sim_device, generation), 0, NULL},
	};
	struct json_object *bdf;
	struct json_object *present;

	if (sim_json_get(o, "device", json_type_string, &bdf, e) ||
	    sim_json_get(o, "present", json_type_boolean, &present, e))
		return -1;
	if (!bdf || !sim_bdf_valid(json_object_get_string(bdf)))
		return err_set(e, ERR_FAILED, "JSON", "a device needs \"device\", an address such as \"0000:01:00.0\"");

	struct sim_device *d = sim_device_find(c->sim, json_object_get_string(bdf));

	if (!d)
		d = sim_device_add(c->sim, json_object_get_string(bdf));
	if (!d)
		return err_oom(e);
	if (sim_json_fill(o, keys, COUNT(keys), d, json_object_get_string(bdf), e))
		return -1;
	if (d->connected && !d->tee)
		return err_set(e, ERR_FAILED, "JSON", "%s is \"connected\" without \"tee\"", d->bdf);
	d->absent = present && !json_object_get_boolean(present);
	if (d->absent && (d->connected || d->held))
		return err_set(e, ERR_FAILED, "JSON", "%s is in use, but not \"present\"", d->bdf);
	return 0;
}

/*
 * Zeros with a number at every 64 KiB, so that no two places are alike, and a large object costs a few pages of memory
 * instead of all.
 */
static int blob_pattern(struct sim_blob *b, size_t size, struct err *e)
{
	if (size > EV_MAX_OBJECT_SIZE)
		return err_set(e, ERR_FAILED, "JSON", "\"size\" is more than 16 MiB");

	uint8_t *data = calloc(1, size + 1);
	uintptr_t start = ((uintptr_t)data + PAGE - 1) & ~(uintptr_t)(PAGE - 1);

	if (!data)
		return err_oom(e);
	if (size > 2 * STAMP_EVERY)
		madvise((void *)start, (size - PAGE) & ~(size_t)(PAGE - 1), MADV_NOHUGEPAGE);
	for (size_t at = 0; at + sizeof(uint32_t) <= size; at += STAMP_EVERY) {
		uint32_t stamp = (uint32_t)(at / STAMP_EVERY) + 1;

		memcpy(data + at, &stamp, sizeof(stamp));
	}
	*b = (struct sim_blob){data, size};
	return 0;
}

static int blob_hex(struct sim_blob *b, const char *hex, struct err *e)
{
	size_t size = strlen(hex) / 2;
	uint8_t *data = malloc(size + 1);

	if (!data)
		return err_oom(e);
	if (hex_decode(hex, data, size) < 0) {
		free(data);
		return err_set(e, ERR_FAILED, "JSON", "\"%.40s\" is not hexadecimal", hex);
	}
	*b = (struct sim_blob){data, size};
	return 0;
}

static int read_whole(int fd, const char *path, uint8_t *data, size_t cap, size_t *len, struct err *e)
{
	for (*len = 0; *len < cap;) {
		ssize_t got = read(fd, data + *len, cap - *len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(e, errno, "cannot read %s", path);
		if (got == 0)
			return 0;
		*len += (size_t)got;
	}
	return err_set(e, ERR_FAILED, "TOOBIG", "%s is larger than 16 MiB", path);
}

static int blob_file(const struct scenario *c, struct sim_blob *b, const char *name, struct err *e)
{
	char path[2 * PATH_MAX];
	int dir = *name == '/' ? 0 : (int)(strrchr(c->path, '/') + 1 - c->path);
	size_t len = 0;

	snprintf(path, sizeof(path), "%.*s%s", dir, c->path, name);

	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_errno(e, errno, "cannot open %s", path);

	uint8_t *data = malloc(EV_MAX_OBJECT_SIZE + 1);
	int ret = data ? read_whole(fd, path, data, EV_MAX_OBJECT_SIZE + 1, &len, e) : err_oom(e);
	uint8_t *fitted = ret ? NULL : realloc(data, len + 1);

	close(fd);
	if (!fitted) {
		free(data);
		return ret ? -1 : err_oom(e);
	}
	*b = (struct sim_blob){fitted, len};
	return 0;
}

static int read_blob(const struct scenario *c, struct json_object *v, struct sim_blob *b, struct err *e)
{
	static const struct json_key keys[] = {
		{"size", JSON_SIZE, 0, 0, NULL},
		{"file", JSON_OTHER, 0, 0, NULL},
	};
	struct json_object *file = NULL;
	size_t size = SIZE_MAX;

	if (json_object_is_type(v, json_type_string))
		return blob_hex(b, json_object_get_string(v), e);
	if (!json_object_is_type(v, json_type_object))
		return err_set(e, ERR_FAILED, "JSON", "evidence is a hex string, {\"size\": N} or {\"file\": PATH}");
	if (sim_json_fill(v, keys, COUNT(keys), &size, "evidence", e) ||
	    sim_json_get(v, "file", json_type_string, &file, e))
		return -1;
	if (!file == (size == SIZE_MAX))
		return err_set(e, ERR_FAILED, "JSON", "evidence needs either \"size\" or \"file\"");
	return file ? blob_file(c, b, json_object_get_string(file), e) : blob_pattern(b, size, e);
}

static int read_evidence(struct scenario *c, struct json_object *o, struct err *e)
{
	struct sim_device *d = sim_device_find(c->sim, json_object_get_string(json_object_object_get(o, "device")));
	struct json_object *evidence;

	if (sim_json_get(o, "evidence", json_type_object, &evidence, e))
		return -1;
	if (!evidence)
		return 0;
	json_object_object_foreach(evidence, name, v)
	{
		struct sim_blob b = {0};
		int type = evidence_type_parse(name);

		if (type < 0)
			return err_set(e, ERR_FAILED, "JSON", "\"%.40s\" of %s is no evidence type", name, d->bdf);
		if (read_blob(c, v, &b, e))
			return -1;
		free(d->object[type].data);
		d->object[type] = b;
		sim_fault_evidence(c->sim, d, (enum evidence_type)type);
	}
	return 0;
}

static int check_fault(const struct scenario *c, const struct sim_fault *f, struct err *e)
{
	bool of_call = f->kind == FAULT_ERRNO || f->kind == FAULT_DELAY;

	if (of_call && !call_known(f->call))
		return err_set(e, ERR_FAILED, "JSON", "a fault needs \"call\", a function of the seam, not \"%s\"",
			       f->call);
	if ((f->kind == FAULT_ERRNO || f->kind == FAULT_NL_DONE) && !f->error)
		return err_set(e, ERR_FAILED, "JSON", "a fault of this kind needs \"errno\"");
	if (f->kind == FAULT_EVIDENCE && (!sim_device_find(c->sim, f->device) || f->type < 0))
		return err_set(e, ERR_FAILED, "JSON",
			       "a fault of evidence needs \"device\", a known one, and \"type\"");
	return 0;
}

static int read_fault(struct scenario *c, struct json_object *o, struct err *e)
{
	static const struct json_key keys[] = {
		{"kind", JSON_WORD, offsetof(struct sim_fault, kind), 0, kind_parse},
		{"nth", JSON_U32, offsetof(struct sim_fault, nth), 0, NULL},
		{"call", JSON_STRING, offsetof(struct sim_fault, call), sizeof(((struct sim_fault *)0)->call), NULL},
		{"nr", JSON_U32, offsetof(struct sim_fault, nr), 0, NULL},
		{"errno", JSON_WORD, offsetof(struct sim_fault, error), 0, err_errno_parse},
		{"delay_ms", JSON_U32, offsetof(struct sim_fault, delay_ms), 0, NULL},
		{"value", JSON_U64, offsetof(struct sim_fault, value), 0, NULL},
		{"text", JSON_STRING, offsetof(struct sim_fault, text), sizeof(((struct sim_fault *)0)->text), NULL},
		{"device", JSON_STRING, offsetof(struct sim_fault, device), sizeof(((struct sim_fault *)0)->device),
		 NULL},
		{"type", JSON_WORD, offsetof(struct sim_fault, type), 0, evidence_type_parse},
		{"offset", JSON_SIZE, offsetof(struct sim_fault, offset), 0, NULL},
	};
	struct sim_fault f = {.nth = UINT32_MAX, .value = 1, .type = -1};

	if (!json_object_object_get(o, "kind"))
		return err_set(e, ERR_FAILED, "JSON", "a fault needs \"kind\"");
	if (sim_json_fill(o, keys, COUNT(keys), &f, "a fault", e) || check_fault(c, &f, e))
		return -1;
	if (f.nth == UINT32_MAX)
		f.nth = f.kind == FAULT_NL_DONE ? 0 : 1;

	struct sim_fault *grown = reallocarray(c->sim->fault, c->sim->fault_count + 1, sizeof(*grown));

	if (!grown)
		return err_oom(e);
	c->sim->fault = grown;
	grown[c->sim->fault_count++] = f;
	return 0;
}

static int check_event(const struct scenario *c, const struct sim_event *v, struct err *e)
{
	const struct sim *s = c->sim;

	if (sim_event_has_device(v->kind) && !sim_device_find(c->sim, v->device))
		return err_set(e, ERR_FAILED, "JSON", "this event needs \"device\", a known one");
	if (v->type != EV_MEASUREMENTS && v->type != EV_REPORT)
		return err_set(e, ERR_FAILED, "JSON", "only measurements and report can be regenerated");
	if (s->event_count && v->after_ms < s->event[s->event_count - 1].after_ms)
		return err_set(e, ERR_FAILED, "JSON", "the events are not in the order of \"after_ms\"");
	return 0;
}

static int read_event(struct scenario *c, struct json_object *o, struct err *e)
{
	static const struct json_key keys[] = {
		{"after_ms", JSON_U32, offsetof(struct sim_event, after_ms), 0, NULL},
		{"event", JSON_WORD, offsetof(struct sim_event, kind), 0, event_parse},
		{"device", JSON_STRING, offsetof(struct sim_event, device), sizeof(((struct sim_event *)0)->device),
		 NULL},
		{"type", JSON_WORD, offsetof(struct sim_event, type), 0, evidence_type_parse},
	};
	struct sim_event v = {.type = EV_MEASUREMENTS};

	if (!json_object_object_get(o, "event"))
		return err_set(e, ERR_FAILED, "JSON", "an event needs \"event\"");
	if (sim_json_fill(o, keys, COUNT(keys), &v, "an event", e) || check_event(c, &v, e))
		return -1;

	struct sim_event *grown = reallocarray(c->sim->event, c->sim->event_count + 1, sizeof(*grown));

	if (!grown)
		return err_oom(e);
	c->sim->event = grown;
	grown[c->sim->event_count++] = v;
	return 0;
}

/* Settings first: what a function has depends on them, wherever they stand in the file. */
static int read_settings(struct scenario *c, struct json_object *top, struct err *e)
{
	static const struct json_key keys[] = {
		{"arch", JSON_WORD, offsetof(struct scenario, arch), 0, real_arch_parse},
		{"abi", JSON_STRING, offsetof(struct scenario, model), sizeof(c->model), NULL},
		{"family", JSON_STRING, offsetof(struct scenario, family), sizeof(c->family), NULL},
		{"object_ops", JSON_FLAG, offsetof(struct scenario, object_ops), 0, NULL},
		{"chunk", JSON_U32, offsetof(struct scenario, chunk), 0, NULL},
		{"vmm", JSON_FLAG, offsetof(struct scenario, vmm), 0, NULL},
		{"devices_only", JSON_FLAG, offsetof(struct scenario, devices_only), 0, NULL},
		{"devices", JSON_OTHER, 0, 0, NULL},
		{"faults", JSON_OTHER, 0, 0, NULL},
		{"events", JSON_OTHER, 0, 0, NULL},
	};

	if (sim_json_fill(top, keys, COUNT(keys), c, "the scenario", e))
		return -1;
	if (c->model[0] && sim_set_model(c->sim, c->model, e))
		return -1;
	if (c->family[0] && sim_set_family(c->sim, c->family, e))
		return -1;
	c->sim->arch = c->arch;
	c->sim->object_ops = c->object_ops;
	c->sim->chunk = c->chunk;
	return 0;
}

static int read_scenario(struct scenario *c, struct json_object *top, struct err *e)
{
	if (read_settings(c, top, e))
		return -1;
	if (!c->devices_only && sim_devices_default(c->sim))
		return err_oom(e);
	/* Faults before evidence: each object is changed when it is made. */
	if (for_each(c, top, "devices", read_device, e) || for_each(c, top, "faults", read_fault, e) ||
	    for_each(c, top, "events", read_event, e))
		return -1;
	if (sim_devices_ready(c->sim, c->vmm, e))
		return -1;
	return for_each(c, top, "devices", read_evidence, e);
}

int sim_scenario_load(struct sim *s, const char *path, struct err *e)
{
	struct scenario c = {.sim = s, .arch = s->arch, .object_ops = true, .vmm = true};
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || !realpath(path, c.path)) {
		err_object(e, "%s", path);
		err_errno(e, errno, "the scenario cannot be opened");
		err_hint(e, "--sim takes the path of a scenario file, or cca, sev or tdx.");
		if (fd >= 0)
			close(fd);
		return -1;
	}

	size_t len = strlen(c.path);

	/* Of a very long path the end tells more. */
	snprintf(s->key, sizeof(s->key), "%s", c.path + (len < sizeof(s->key) ? 0 : len + 1 - sizeof(s->key)));

	struct json_object *top = sim_json_read(fd, path, SCENARIO_LIMIT, e);
	int ret = top ? read_scenario(&c, top, e) : -1;

	close(fd);
	json_object_put(top);
	if (ret)
		err_object(e, "%s", path);
	return ret;
}
