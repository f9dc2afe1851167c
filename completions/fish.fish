# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for tsmctl, made by "tsmctl completion fish". The tables at its end come from tsmctl's own.

# PCI functions that a TSM can manage.
function __tsmctl_devices
    for path in /sys/bus/pci/devices/*/tsm
        path basename (path dirname $path)
    end
end

# Processes that hold an iommufd.
function __tsmctl_pids
    find /proc -maxdepth 3 -path '/proc/[0-9]*/fd/*' -lname /dev/iommu 2>/dev/null | string replace -rf '^/proc/(\d+)/.*' '$1' | sort -u
end

# The choices, and what files begin like the word at the cursor.
function __tsmctl_words_or_files
    printf '%s\n' $argv
    __fish_complete_path (commandline -ct | string replace -r '^--[^=]*=' '')
end

# Where the cursor is: the command and the number of arguments behind it, as "set-state/0"; "/" before a command.
function __tsmctl_place
    set -l place /
    set -l count 0
    set -l valued
    set -l ended
    for word in (commandline -opc)[2..]
        if set -q valued[1]
            set -e valued
        else if string match -q -- -- $word
            set ended 1
        else if not set -q ended[1]; and string match -q -- '-?*' $word
            __tsmctl_takes_value $word; and set valued 1
        else if test $place = /
            set place $word/
        else
            set count (math $count + 1)
        end
    end
    test $place = /; and echo /; or echo $place$count
end

# Whether the cursor is at one of the places, which may have wildcards.
function __tsmctl_at
    string match -q -- $argv[1] (__tsmctl_place)
end

