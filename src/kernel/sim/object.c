// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "kernel/sim/internal.h"

struct sim_context {
	unsigned refs;
	struct sim_object *object; /* [id - 1] */
	size_t count;
};

struct sim_context *sim_context_new(void)
{
	struct sim_context *c = calloc(1, sizeof(*c));

	if (c)
		c->refs = 1;
	return c;
}

struct sim_context *sim_context_get(struct sim_context *c)
{
	c->refs++;
	return c;
}

void sim_context_free(struct sim_context *c)
{
	if (c)
		free(c->object);
	free(c);
}

void sim_context_put(struct sim *s, struct sim_context *c)
{
	if (!c || --c->refs)
		return;
	for (size_t i = 0; i < c->count; i++)
		if (c->object[i].kind == OBJ_VDEVICE)
			sim_tsm_unbind(s, c->object[i].device);
	sim_context_free(c);
}

static struct sim_object *object_at(struct sim_context *c, uint32_t id)
{
	return id && id <= c->count ? &c->object[id - 1] : NULL;
}

static struct sim_object *object_slot(struct sim_context *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->object[i].kind == OBJ_FREE)
			return &c->object[i];

	struct sim_object *grown = reallocarray(c->object, c->count + 1, sizeof(*grown));

	if (!grown)
		return NULL;
	c->object = grown;
	return &grown[c->count++];
}

int sim_object_add(struct sim_context *c, struct sim_object o)
{
	struct sim_object *slot = object_slot(c);

	if (!slot)
		return -ENOMEM;
	*slot = o;

	struct sim_object *used = object_at(c, o.uses);

	if (used)
		used->users++;
	return (int)(slot - c->object) + 1;
}

struct sim_object *sim_object_find(struct sim_context *c, uint32_t id, enum sim_object_kind kind)
{
	struct sim_object *o = object_at(c, id);

	return o && o->kind == kind ? o : NULL;
}

struct sim_object *sim_object_of_device(struct sim_context *c, enum sim_object_kind kind, const struct sim_device *d)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->object[i].kind == kind && c->object[i].device == d)
			return &c->object[i];
	return NULL;
}

struct sim_object *sim_object_of_virt_id(struct sim_context *c, uint32_t viommu, uint64_t virt_id)
{
	for (size_t i = 0; i < c->count; i++) {
		struct sim_object *o = &c->object[i];

		if (o->kind == OBJ_VDEVICE && o->uses == viommu && o->virt_id == virt_id)
			return o;
	}
	return NULL;
}

static void object_remove(struct sim *s, struct sim_context *c, struct sim_object *o, enum sim_object_kind left)
{
	struct sim_object *used = object_at(c, o->uses);

	if (o->kind == OBJ_VDEVICE)
		sim_tsm_unbind(s, o->device);
	if (used)
		used->users--;
	*o = (struct sim_object){.kind = left};
}

int sim_object_destroy(struct sim *s, struct sim_context *c, uint32_t id)
{
	struct sim_object *o = object_at(c, id);

	if (!o || o->kind == OBJ_FREE || o->kind == OBJ_TOMBSTONE)
		return -ENOENT;
	/* A device object belongs to VFIO until its descriptor is closed. */
	if (o->users || o->kind == OBJ_DEVICE)
		return -EBUSY;
	object_remove(s, c, o, OBJ_FREE);
	return 0;
}

void sim_object_drop_device(struct sim *s, struct sim_context *c, const struct sim_device *d)
{
	struct sim_object *vdevice = sim_object_of_device(c, OBJ_VDEVICE, d);
	struct sim_object *device = sim_object_of_device(c, OBJ_DEVICE, d);

	if (vdevice)
		object_remove(s, c, vdevice, OBJ_TOMBSTONE);
	if (device)
		object_remove(s, c, device, OBJ_FREE);
}

/* What a VMM holds for one function besides its vdevice. */
static int vmm_add_function(struct sim_context *c, struct sim_device *d, int hwpt)
{
	const struct sim_object device = {.kind = OBJ_DEVICE, .device = d, .kvm = true};
	int ret = sim_object_add(c, device);

	if (ret < 0)
		return ret;
	ret = sim_object_add(c, (struct sim_object){.kind = OBJ_VIOMMU, .uses = (uint32_t)hwpt, .kvm = true});
	if (ret < 0)
		return ret;

	struct sim_object *viommu = sim_object_find(c, (uint32_t)ret, OBJ_VIOMMU);
	struct sim_object *vdevice = sim_object_of_device(c, OBJ_VDEVICE, d);

	viommu->users++;
	vdevice->uses = (uint32_t)ret;
	return 0;
}

static int vmm_fill(struct sim *s, struct sim_context *c)
{
	for (size_t i = 0; i < s->device_count; i++) {
		struct sim_device *d = &s->device[i];

		if (!d->held)
			continue;

		int id = sim_object_add(
			c, (struct sim_object){
				   .kind = OBJ_VDEVICE, .device = d, .virt_id = 0x100 + 8 * (uint64_t)i, .kvm = true});

		if (id < 0)
			return id;
		d->vdevice = (uint32_t)id;
	}

	int ioas = sim_object_add(c, (struct sim_object){.kind = OBJ_IOAS});

	if (ioas < 0)
		return ioas;

	int hwpt =
		sim_object_add(c, (struct sim_object){.kind = OBJ_HWPT, .uses = (uint32_t)ioas, .nest_parent = true});

	for (size_t i = 0; i < s->device_count && hwpt >= 0; i++)
		if (s->device[i].held && vmm_add_function(c, &s->device[i], hwpt) < 0)
			return -ENOMEM;
	return hwpt;
}

struct sim_context *sim_context_vmm(struct sim *s)
{
	struct sim_context *c = sim_context_new();

	if (c && vmm_fill(s, c) < 0) {
		sim_context_free(c);
		return NULL;
	}
	return c;
}
