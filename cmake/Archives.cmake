# SPDX-License-Identifier: GPL-2.0-or-later
#
# tsmctl_prefer_archives(MODULE NAME...): links the libraries of PkgConfig::MODULE statically, if an archive of each is there.
function(tsmctl_prefer_archives module)
	set(archives)
	foreach(name IN LISTS ARGN)
		find_library(ARCHIVE_${name} lib${name}.a HINTS ${${module}_LIBRARY_DIRS})
		if(NOT ARCHIVE_${name})
			message(STATUS "lib${name}.a not found: it is linked at run time")
			return()
		endif()
		list(APPEND archives ${ARCHIVE_${name}})
	endforeach()
	set_target_properties(PkgConfig::${module} PROPERTIES INTERFACE_LINK_LIBRARIES "${archives}")
endfunction()
