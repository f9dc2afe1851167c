// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lean-reader FUNCTION SLOT FILE
 *
 * The least that a program can do to get a function's certificate chain out of the family device-evidence into a file:
 * it receives and writes, and looks at nothing but the type of the messages. What it writes is no evidence: the
 * messages' headers are in it. The ids are those of the kernel's device-evidence.yaml.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CMD_READ = 1, TYPE_MASK = 2, SUBSYS = 4, DEV_NAME = 5 };

enum { RECEIVE_SIZE = 32 * 1024, SOCKET_BUFFER = 1 << 20, REQUEST_SIZE = 256, MAX_NAME = 31 };

struct request {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	char attributes[REQUEST_SIZE];
};

static void put(struct request *r, uint16_t type, const void *data, size_t len)
{
	struct nlattr a = {.nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type};
	char *at = (char *)r + NLMSG_ALIGN(r->nl.nlmsg_len);

	memcpy(at, &a, sizeof(a));
	memcpy(at + NLA_HDRLEN, data, len);
	r->nl.nlmsg_len = NLMSG_ALIGN(r->nl.nlmsg_len) + NLA_ALIGN(a.nla_len);
}

static struct request request(uint16_t type, uint16_t flags, uint8_t cmd)
{
	return (struct request){
		.nl = {.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		       .nlmsg_type = type,
		       .nlmsg_flags = NLM_F_REQUEST | flags},
		.genl = {.cmd = cmd, .version = 1},
	};
}

static void transmit(int fd, const struct request *r)
{
	if (send(fd, r, r->nl.nlmsg_len, 0) < 0)
		err(1, "send");
}

static size_t receive(int fd, void *buf)
{
	ssize_t len = recv(fd, buf, RECEIVE_SIZE, 0);

	if (len < (ssize_t)sizeof(struct nlmsghdr))
		err(1, "recv");
	return (size_t)len;
}

/* The family's number: the first attribute but one of the answer, behind its name. */
static uint16_t resolve(int fd, const char *family, char *buf)
{
	struct request r = request(GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	const struct nlattr *a;
	size_t len;

	put(&r, CTRL_ATTR_FAMILY_NAME, family, strlen(family) + 1);
	transmit(fd, &r);
	len = receive(fd, buf);
	for (size_t at = NLMSG_HDRLEN + GENL_HDRLEN; at < len; at += NLA_ALIGN(a->nla_len)) {
		a = (const struct nlattr *)(buf + at);
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(const uint16_t *)(a + 1);
	}
	errx(1, "there is no family %s", family);
}

/* The end of the dump comes behind the last message if there is room, else alone. */
static bool is_last(const char *buf, size_t len)
{
	const struct nlmsghdr *h;

	for (size_t at = 0; at + sizeof(*h) <= len; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (const struct nlmsghdr *)(buf + at);
		if (h->nlmsg_type == NLMSG_ERROR)
			errx(1, "the kernel refused");
		if (h->nlmsg_type == NLMSG_DONE)
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	static char buf[RECEIVE_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	const int size = SOCKET_BUFFER;

	if (argc != 4 || strlen(argv[1]) > MAX_NAME)
		errx(2, "usage: lean-reader FUNCTION SLOT FILE");

	const uint32_t mask = 1u << (argv[2][0] - '0');
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	int out = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || out < 0)
		err(1, "socket or %s", argv[3]);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));

	struct request r = request(resolve(fd, "device-evidence", buf), NLM_F_DUMP, CMD_READ);

	put(&r, TYPE_MASK, &mask, sizeof(mask));
	put(&r, SUBSYS, "pci", sizeof("pci"));
	put(&r, DEV_NAME, argv[1], strlen(argv[1]) + 1);
	transmit(fd, &r);

	size_t len;

	do {
		len = receive(fd, buf);
		if (write(out, buf, len) != (ssize_t)len)
			err(1, "write");
	} while (!is_last(buf, len));
	return 0;
}
