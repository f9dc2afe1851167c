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

function __tsmctl_commands
    printf '%s\t%s\n' \
        list 'TSMs, TSM-capable functions, and who holds them' \
        info 'one TDI: TSM, connection, ABI, evidence, last refusal' \
        read-object 'evidence: certificates, VCA, measurements, report' \
        regen 'regenerate measurements or report, with a nonce' \
        verify 'prove evidence: chain, signature, nonce' \
        save 'write all evidence of a function to a directory' \
        diff 'compare two sets of evidence' \
        validate-mmio 'ask the TSM to accept an MMIO mapping of the guest' \
        set-state 'move a TDI to another TDISP state' \
        sev-dma 'enable or disable a TDI'\''s DMA to private memory (AMD SEV)' \
        accept-generation 'record the generation that a relying party approved' \
        doctor 'what this kernel and this user can do' \
        monitor 'changes of TSMs and functions as they happen' \
        sim 'start the simulated VMM afresh' \
        schema 'print the JSON Schema of every document' \
        shell 'many commands in one session' \
        completion 'print the completion script for a shell' \
        help 'help about tsmctl or about one command'
end

# Whether the next word is the value of this option.
function __tsmctl_takes_value
    contains -- $argv[1] --device -d --attach --iommufd --vdevice --arch --abi --source --replay --kvm-fd --viommu-type --virt-id --columns --color --record --batch -b --output -o --from --vca --certs --split --nonce --nonce-file --root --certs --measurements --vca --request --nonce --nonce-file --at --policy --payload --payload --payload --interval --count --timeout
end

complete -c tsmctl -f
complete -c tsmctl -n '__tsmctl_at /' -a '(__tsmctl_commands)'
complete -c tsmctl -s d -l device -d 'the PCI function, DDDD:BB:DD.F (BB:DD.F: domain 0)' -x -a '(__tsmctl_devices)'
complete -c tsmctl -l attach -d 'use the iommufd of a running VMM; without FD it is searched in its descriptors' -x -a '(__tsmctl_pids)'
complete -c tsmctl -l iommufd -d 'use an inherited iommufd descriptor; needs --vdevice' -x
complete -c tsmctl -l vdevice -d 'the vdevice object inside that iommufd' -x
complete -c tsmctl -l arch -d 'architecture of the confidential VM; auto asks the TSM driver' -x -a 'auto cca sev tdx'
complete -c tsmctl -l abi -d 'ABI profile; auto fingerprints the kernel, one that the fingerprint contradicts needs --force' -x -a 'auto op48-2026-09 op48-interim op48-2026-06 scope40-v5 amd-packed48 none'
complete -c tsmctl -l source -d 'where evidence is read from; auto prefers netlink' -x -a 'auto netlink ioctl'
complete -c tsmctl -l sim -d 'the simulated kernel instead of this machine'\''s: cca, sev, tdx, each with ,abi=PROFILE and ,family=NAME, or a scenario file' -a '(__tsmctl_words_or_files cca sev tdx)'
complete -c tsmctl -l replay -d 'a recording made with --record instead of this machine'\''s kernel' -rF
complete -c tsmctl -l kvm-fd -d 'associate with this inherited KVM VM instead of a new one' -x
complete -c tsmctl -l viommu-type -d 'type number of the vIOMMU to allocate' -x
complete -c tsmctl -l virt-id -d 'the function'\''s id as the guest sees it' -x
complete -c tsmctl -s j -l json -d 'one JSON document, also for errors'
complete -c tsmctl -s p -l pretty -d 'the same, indented; implies --json'
complete -c tsmctl -l columns -d 'columns of tables, separated by commas' -x
complete -c tsmctl -l no-headings -d 'tables without heading lines'
complete -c tsmctl -l color -d 'colour for states; auto: on a terminal, unless NO_COLOR is set' -x -a 'auto always never'
complete -c tsmctl -s q -l quiet -d 'no notes on standard error'
complete -c tsmctl -s v -l verbose -d 'say more; a state change tells its result'
complete -c tsmctl -l trace -d 'each kernel call as a line of key=value pairs on standard error'
complete -c tsmctl -l record -d 'write the whole conversation with the kernel, nonces and evidence included, to a new file' -rF
complete -c tsmctl -s n -l dry-run -d 'show the bytes that would be sent, send nothing'
complete -c tsmctl -s y -l yes -d 'do not ask before a state change'
complete -c tsmctl -l force -d 'override a safety check (never the question, see --yes)'
complete -c tsmctl -s b -l batch -d 'carry out the commands in FILE, one a line; - is standard input' -rF
complete -c tsmctl -l keep-going -d 'with --batch or shell: go on after a line that failed'
complete -c tsmctl -s h -l help -d 'help about tsmctl, or about the command given'
complete -c tsmctl -s V -l version -d 'the version of tsmctl'
complete -c tsmctl -n '__tsmctl_at "list/*"' -l tree -d 'which function belongs to which DSM and TSM'
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l hex -d 'a hex dump instead of decoded text'
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l raw -d 'the bytes themselves on standard output, never to a terminal'
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -s o -l output -d 'the bytes to a new file of mode 0600; --force replaces an existing one' -rF
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l digest -d 'ask the kernel for the object'\''s digest instead of the object'
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l from -d 'decode the object in this file, with no kernel and no device' -rF
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l vca -d 'with --from: the VCA that names the algorithms of measurements' -rF
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l certs -d 'with --from: the chain whose leaf signed the measurements' -rF
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l pem -d 'a certificate chain as PEM, on standard output or with --output'
complete -c tsmctl -n '__tsmctl_at "read-object/*"' -l split -d 'each certificate of a chain to a DER file in this directory' -rF
complete -c tsmctl -n '__tsmctl_at "regen/*"' -l nonce -d 'this nonce of 32 bytes instead of a random one' -x
complete -c tsmctl -n '__tsmctl_at "regen/*"' -l nonce-file -d 'the nonce from a file of 32 bytes' -rF
complete -c tsmctl -n '__tsmctl_at "regen/*"' -l raw-blocks -d 'ask for raw measurement blocks instead of hashed ones'
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l root -d 'trust these root certificates: a file in PEM or DER, or a directory' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l certs -d 'the certificate chain from a file, not from a function' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l measurements -d 'the measurements from a file' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l vca -d 'the VCA messages from a file' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l request -d 'the GET_MEASUREMENTS request from a file, where the measurements lack it' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l nonce -d 'the nonce of 32 bytes that must be in the request' -x
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l nonce-file -d 'the nonce from a file of 32 bytes' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l at -d 'judge validity on this day, YYYY-MM-DD, instead of today' -x
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l policy -d 'judge the measured values by the rules of this JSON file' -rF
complete -c tsmctl -n '__tsmctl_at "verify/*"' -l explain -d 'show the bytes that were hashed and signed'
complete -c tsmctl -n '__tsmctl_at "validate-mmio/*"' -l payload -d 'send these bytes as the request instead of the usual ones' -rF
complete -c tsmctl -n '__tsmctl_at "set-state/*"' -l payload -d 'send these bytes as the request instead of the usual ones' -rF
complete -c tsmctl -n '__tsmctl_at "sev-dma/*"' -l payload -d 'send these bytes as the request instead of the usual ones' -rF
complete -c tsmctl -n '__tsmctl_at "monitor/*"' -l interval -d 'how often to look for what no kernel announces; 1 by default, fractions are allowed' -x
complete -c tsmctl -n '__tsmctl_at "monitor/*"' -l evidence -d 'also watch measurements and reports, over netlink'
complete -c tsmctl -n '__tsmctl_at "monitor/*"' -l count -d 'end after N events' -x
complete -c tsmctl -n '__tsmctl_at "monitor/*"' -l timeout -d 'end, with exit status 0, after this time' -x
complete -c tsmctl -n '__tsmctl_at "info/*"' -a 'cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 vca measurements report'
complete -c tsmctl -n '__tsmctl_at "read-object/0"' -a 'cert cert:0 cert:1 cert:2 cert:3 cert:4 cert:5 cert:6 cert:7 vca measurements report'
complete -c tsmctl -n '__tsmctl_at "regen/0"' -a 'measurements report'
complete -c tsmctl -n '__tsmctl_at "save/0"'
complete -c tsmctl -n '__tsmctl_at "diff/0"'
complete -c tsmctl -n '__tsmctl_at "diff/1"'
complete -c tsmctl -n '__tsmctl_at "set-state/0"' -a 'unlocked locked run'
complete -c tsmctl -n '__tsmctl_at "sev-dma/0"' -a 'enable disable'
complete -c tsmctl -n '__tsmctl_at "sim/0"' -a 'reset'
complete -c tsmctl -n '__tsmctl_at "completion/0"' -a 'bash zsh fish'
complete -c tsmctl -n '__tsmctl_at "help/0"' -a '(__tsmctl_commands)'
