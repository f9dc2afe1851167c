// SPDX-License-Identifier: GPL-2.0-or-later
#include "store.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

enum { LOG_CAP = 256 << 10, NO_OFFSET = -1 };

static const char *const object_names[LAB_TYPES] = {
	"cert0", "cert1", "cert2", "cert3", "cert4", "cert5", "cert6", "cert7", "vca", "measurements", "report",
};

DECLARE_RWSEM(lab_store_lock);
EXPORT_SYMBOL_GPL(lab_store_lock);

static struct lab_object objects[LAB_TYPES];
static u32 generation = 1;
static struct dentry *directory;

static int nonce_offset = NO_OFFSET;
module_param(nonce_offset, int, 0600);
MODULE_PARM_DESC(nonce_offset, "where in the measurements a refresh puts the nonce; -1: nowhere");

static DEFINE_MUTEX(log_lock);
static char *log_text;
static size_t log_len;

const struct lab_object *lab_object(u32 type)
{
	return type < LAB_TYPES ? &objects[type] : NULL;
}
EXPORT_SYMBOL_GPL(lab_object);

u32 lab_generation(void)
{
	return generation;
}
EXPORT_SYMBOL_GPL(lab_generation);

struct dentry *lab_directory(void)
{
	return directory;
}
EXPORT_SYMBOL_GPL(lab_directory);

int lab_refresh(const u8 *nonce, size_t len)
{
	struct lab_object *m = &objects[LAB_MEASUREMENTS];
	int rc = down_write_killable(&lab_store_lock);

	if (rc)
		return rc;
	if (nonce_offset >= 0 && m->data && nonce_offset + len <= m->len)
		memcpy(m->data + nonce_offset, nonce, len);
	generation++;
	lab_log("refresh nonce %*phN generation %u", (int)len, nonce, generation);
	up_write(&lab_store_lock);
	return 0;
}
EXPORT_SYMBOL_GPL(lab_refresh);

void lab_bump_generation(void)
{
	down_write(&lab_store_lock);
	generation++;
	up_write(&lab_store_lock);
}
EXPORT_SYMBOL_GPL(lab_bump_generation);

void lab_set_present(u32 type, bool present)
{
	down_write(&lab_store_lock);
	objects[type].present = present && objects[type].data;
	up_write(&lab_store_lock);
}

void lab_log(const char *fmt, ...)
{
	va_list args;

	mutex_lock(&log_lock);
	va_start(args, fmt);
	log_len += vscnprintf(log_text + log_len, LOG_CAP - log_len, fmt, args);
	va_end(args);
	log_len += scnprintf(log_text + log_len, LOG_CAP - log_len, "\n");
	mutex_unlock(&log_lock);
}
EXPORT_SYMBOL_GPL(lab_log);

static ssize_t log_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	ssize_t len;

	mutex_lock(&log_lock);
	len = simple_read_from_buffer(buf, count, pos, log_text, log_len);
	mutex_unlock(&log_lock);
	return len;
}

static ssize_t log_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	mutex_lock(&log_lock);
	log_len = 0;
	mutex_unlock(&log_lock);
	return count;
}

static const struct file_operations log_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.read = log_read,
	.write = log_write,
};

/* Opened for writing, an object starts over: `: >file` makes it present and empty. */
static int object_open(struct inode *inode, struct file *file)
{
	struct lab_object *o = inode->i_private;
	int rc = 0;

	file->private_data = o;
	if (!(file->f_mode & FMODE_WRITE))
		return 0;
	down_write(&lab_store_lock);
	if (!o->data)
		o->data = vzalloc(LAB_OBJECT_MAX);
	o->len = 0;
	o->present = true;
	if (!o->data)
		rc = -ENOMEM;
	up_write(&lab_store_lock);
	return rc;
}

static ssize_t object_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct lab_object *o = file->private_data;
	ssize_t len;

	down_read(&lab_store_lock);
	len = simple_read_from_buffer(buf, count, pos, o->data, o->len);
	up_read(&lab_store_lock);
	return len;
}

static ssize_t object_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct lab_object *o = file->private_data;
	ssize_t len;

	down_write(&lab_store_lock);
	len = simple_write_to_buffer(o->data, LAB_OBJECT_MAX, pos, buf, count);
	if (len > 0)
		o->len = max_t(size_t, o->len, *pos);
	up_write(&lab_store_lock);
	return len ?: -EFBIG;
}

static const struct file_operations object_fops = {
	.owner = THIS_MODULE,
	.open = object_open,
	.read = object_read,
	.write = object_write,
	.llseek = default_llseek,
};

int lab_store_init(void)
{
	struct dentry *dir;

	log_text = vzalloc(LOG_CAP);
	if (!log_text)
		return -ENOMEM;
	directory = debugfs_create_dir("tsmlab", NULL);
	dir = debugfs_create_dir("objects", directory);
	debugfs_create_file("log", 0600, directory, NULL, &log_fops);
	debugfs_create_u32("generation", 0600, directory, &generation);
	for (size_t i = 0; i < LAB_TYPES; i++)
		debugfs_create_file(object_names[i], 0600, dir, &objects[i], &object_fops);
	return 0;
}

void lab_store_exit(void)
{
	debugfs_remove_recursive(directory);
	for (size_t i = 0; i < LAB_TYPES; i++)
		vfree(objects[i].data);
	vfree(log_text);
}
