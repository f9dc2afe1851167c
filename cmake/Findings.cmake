# SPDX-License-Identifier: GPL-2.0-or-later
#
# Included by the tests: what valgrind and the sanitizers find goes to files, which are judged after the tests. A test
# may take the exit status of either for one of tsmctl's, or not look at it.
#
# In a sanitized build every test is judged. In any other "ctest -C memcheck -L memcheck" runs the same tests under
# valgrind; with -R some of them. The build is the same, as the filter of system calls stands aside for what is preloaded.
find_program(VALGRIND valgrind)
set(JUDGE ${PROJECT_SOURCE_DIR}/tests/findings/judge)
set(FINDINGS ${PROJECT_BINARY_DIR}/findings)
set(MEMCHECK ${PROJECT_SOURCE_DIR}/tests/findings/memcheck ${FINDINGS})

# gcc's UBSan writes to standard error even so; clang's does not.
if(TSMCTL_SANITIZE)
	list(APPEND TEST_ENVIRONMENT ASAN_OPTIONS=log_path=${FINDINGS}/found:exitcode=99
		UBSAN_OPTIONS=log_path=${FINDINGS}/found:exitcode=99:print_stacktrace=1)
	set(JUDGED sanitizers)
elseif(VALGRIND AND NOT TSMCTL_COVERAGE AND NOT CMAKE_CROSSCOMPILING)
	set(JUDGED memcheck)
	set(JUDGED_ONLY CONFIGURATIONS memcheck)
	set(MEMCHECK_ENVIRONMENT ${TEST_ENVIRONMENT} TSMCTL_BIN=${PROJECT_BINARY_DIR}/memcheck/tsmctl TSMCTL_MEMCHECK=1
		TSMCTL_SANITIZED=1)
	list(JOIN MEMCHECK " " words)
	file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/memcheck/tsmctl @ONLY
		CONTENT "#!/bin/sh\nexec @words@ @PROJECT_BINARY_DIR@/tsmctl \"$@\"\n")
	file(CHMOD ${PROJECT_BINARY_DIR}/memcheck/tsmctl FILE_PERMISSIONS
		OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endif()

if(JUDGED)
	# Other users' processes write there, too.
	add_test(NAME findings.none ${JUDGED_ONLY} COMMAND sh -c "rm -rf '${FINDINGS}' && mkdir -m 1777 '${FINDINGS}'")
	add_test(NAME findings.judged ${JUDGED_ONLY} COMMAND ${JUDGE} ${JUDGED} ${FINDINGS})
	set_tests_properties(findings.none PROPERTIES FIXTURES_SETUP findings)
	set_tests_properties(findings.judged PROPERTIES FIXTURES_CLEANUP findings)
endif()

# tsmctl_memcheck(NAME COMMAND...): a test for valgrind. The command is a target, or starts ${TSMCTL_BIN} itself.
function(tsmctl_memcheck name)
	if(NOT JUDGED STREQUAL memcheck)
		return()
	endif()
	set(command ${ARGN})
	list(GET ARGN 0 program)
	if(TARGET "${program}")
		list(POP_FRONT command)
		list(PREPEND command ${MEMCHECK} $<TARGET_FILE:${program}>)
	endif()
	add_test(NAME memcheck.${name} CONFIGURATIONS memcheck COMMAND ${command})
	set_tests_properties(memcheck.${name} PROPERTIES
		LABELS memcheck TIMEOUT 7200 FIXTURES_REQUIRED findings ENVIRONMENT "${MEMCHECK_ENVIRONMENT}")
endfunction()

# tsmctl_test(LABEL NAME COMMAND...): the test LABEL.NAME, and the same for valgrind.
function(tsmctl_test label name)
	add_test(NAME ${label}.${name} COMMAND ${ARGN})
	set_tests_properties(${label}.${name} PROPERTIES LABELS ${label} TIMEOUT 600 ENVIRONMENT "${TEST_ENVIRONMENT}")
	if(JUDGED STREQUAL sanitizers)
		set_tests_properties(${label}.${name} PROPERTIES FIXTURES_REQUIRED findings)
	endif()
	tsmctl_memcheck(${label}.${name} ${ARGN})
endfunction()
