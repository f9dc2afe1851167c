# SPDX-License-Identifier: GPL-2.0-or-later
#
# `cpack --config BUILD/CPackConfig.cmake` (or the target "package") makes a Debian package of a tree that is configured
# with CMAKE_INSTALL_PREFIX=/usr: the program looks for its modules where it was configured to be. Its files bear the time
# of SOURCE_DATE_EPOCH where that is set.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL /usr)
	return()
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tsmctl)
set(CPACK_PACKAGE_CONTACT "tsmctl maintainers <tsmctl@tsmctl.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
	OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The simulated TSM signs with it also where no module needs it.
if(NOT TSMCTL_CRYPTO)
	set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libssl3)
endif()
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "show and drive TDIs, PCIe functions of confidential VMs
A PCIe function that is assigned to a confidential virtual machine (Arm CCA,
AMD SEV-SNP, Intel TDX) is a TDI. tsmctl shows what the kernel, the platform's
TEE security manager (TSM) and the device say about it, reads its evidence,
and sends it the requests that a VMM would send.

A simulated kernel is built in, so that every command can be tried without
hardware.")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
	set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
include(CPack)
