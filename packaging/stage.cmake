# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run by cpack on the tree that becomes the package: what Debian's policy wants there besides.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
set(docs ${root}/share/doc/tsmctl)
file(COPY ${CMAKE_CURRENT_LIST_DIR}/copyright ${CMAKE_CURRENT_LIST_DIR}/changelog DESTINATION ${docs})
file(COPY ${CMAKE_CURRENT_LIST_DIR}/../CHANGELOG.md ${CMAKE_CURRENT_LIST_DIR}/../README.md
	${CMAKE_CURRENT_LIST_DIR}/../SECURITY.md DESTINATION ${docs})
file(GLOB_RECURSE pages ${root}/share/man/*)
execute_process(COMMAND gzip -9n ${pages} ${docs}/changelog COMMAND_ERROR_IS_FATAL ANY)
