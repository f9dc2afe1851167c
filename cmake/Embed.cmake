# SPDX-License-Identifier: GPL-2.0-or-later
#
# Included: gives a target the files of data/ as C arrays, declared in src/kernel/sim/data.h.
# Run with `cmake -D OUT=FILE.c -D FILES=A;B -P Embed.cmake`: writes them, as sim_data_<name without suffix>.

if(CMAKE_SCRIPT_MODE_FILE)
	set(code "/* Generated from data/ by Embed.cmake. */\n#include \"kernel/sim/data.h\"\n")
	foreach(file IN LISTS FILES)
		get_filename_component(name ${file} NAME_WE)
		string(REPLACE "-" "_" name ${name})
		file(READ ${file} bytes HEX)
		string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
		string(APPEND code "\nstatic const uint8_t ${name}[] = {${bytes}};\n"
			"const struct bytes sim_data_${name} = {${name}, sizeof(${name})};\n")
	endforeach()
	file(WRITE ${OUT} "${code}")
	return()
endif()

set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(tsmctl_embed_data target)
	file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/*.bin ${PROJECT_SOURCE_DIR}/data/*.der)
	set(out ${PROJECT_BINARY_DIR}/embedded-data.c)
	add_custom_command(
		OUTPUT ${out}
		COMMAND ${CMAKE_COMMAND} -D OUT=${out} "-D FILES=${files}" -P ${EMBED_SCRIPT}
		DEPENDS ${files} ${EMBED_SCRIPT}
		COMMENT "Embedding the simulator's evidence"
		VERBATIM)
	target_sources(${target} PRIVATE ${out})
endfunction()
