# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a compiler and a linker can do against a defect becoming an attack. tests/bats/hardened.bats looks for it in the
# binaries.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_compile_options(-fstack-protector-strong)
# Marks for control-flow enforcement of x86 and of arm64 among them: each architecture has its own, older compilers none.
foreach(flag -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
	string(MAKE_C_IDENTIFIER "HAVE${flag}" known)
	check_c_compiler_flag("-Werror ${flag}" ${known})
	if(${known})
		add_compile_options(${flag})
	endif()
endforeach()
if(NOT TSMCTL_SANITIZE)
	# Needs optimisation, and hides errors from the sanitizers.
	add_compile_options($<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>)
endif()
add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)

# With -z now each start looks every symbol up, in one library after the other. Most are libc's, so it comes first; but
# the sanitizers insist on being the first. Relative relocations are fewer when packed, where linker and libc can.
function(tsmctl_start_fast target)
	if(TSMCTL_SANITIZE OR TSMCTL_STATIC)
		return()
	endif()
	target_link_options(${target} BEFORE PRIVATE LINKER:--no-as-needed -lc LINKER:--as-needed)
	check_linker_flag(C LINKER:--fatal-warnings,-z,pack-relative-relocs HAVE_RELR)
	if(HAVE_RELR)
		target_link_options(${target} PRIVATE LINKER:-z,pack-relative-relocs)
	endif()
endfunction()
