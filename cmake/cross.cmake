# SPDX-License-Identifier: GPL-2.0-or-later
#
# Toolchain of Debian's cross compilers and multiarch libraries, for tests under qemu's user emulation:
#   cmake -D CMAKE_TOOLCHAIN_FILE=cmake/cross.cmake -D TSMCTL_TRIPLET=aarch64-linux-gnu
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TSMCTL_TRIPLET)
string(REGEX MATCH "^[^-]+" CMAKE_SYSTEM_PROCESSOR "${TSMCTL_TRIPLET}")
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${TSMCTL_TRIPLET}-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE ${TSMCTL_TRIPLET})
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR})
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/${TSMCTL_TRIPLET}/pkgconfig:/usr/share/pkgconfig)
