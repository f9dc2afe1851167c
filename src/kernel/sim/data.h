/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of data/, built in by cmake/Embed.cmake; data/README.md says what each of them is. */
#ifndef TSMCTL_KERNEL_SIM_DATA_H
#define TSMCTL_KERNEL_SIM_DATA_H

#include "util/bytes.h"

extern const struct bytes sim_data_spdm_chain;       /* 4 bytes of header, SHA-384 of the root, DER certificates */
extern const struct bytes sim_data_vca;              /* six messages of SPDM 1.2 */
extern const struct bytes sim_data_measurements;     /* request and signed response, digests */
extern const struct bytes sim_data_measurements_raw; /* request and signed response, raw bit streams */
extern const struct bytes sim_data_report;           /* TDISP interface report */
extern const struct bytes sim_data_device_key;       /* the leaf's test key, PKCS#8 */

#endif
