/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulated device's key. libcrypto is loaded when a function is called and not before: the other commands do not
 * pay for it. Each function returns 0, -EOPNOTSUPP without libcrypto, or -EIO if it refuses.
 */
#ifndef TSMCTL_KERNEL_SIM_SIGN_H
#define TSMCTL_KERNEL_SIM_SIGN_H

#include <stddef.h>
#include <stdint.h>

enum { SIM_SIGNATURE_SIZE = 96, SIM_DIGEST_SIZE = 48 };

int sim_sha384(const void *data, size_t len, uint8_t out[SIM_DIGEST_SIZE]);

/*
 * Signs a measurement log (L1/L2 of SPDM 1.2: VCA, request, response without signature) as a 1.2 responder: ECDSA P-384
 * with SHA-384 over the combined prefix and the log's digest; raw r || s.
 */
int sim_sign_measurements(const uint8_t *log, size_t len, uint8_t signature[SIM_SIGNATURE_SIZE]);

#endif
