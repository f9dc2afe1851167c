#compdef tsmctl
# SPDX-License-Identifier: GPL-2.0-or-later
# zsh completion for tsmctl, made by "tsmctl completion zsh". The tables at its end come from tsmctl's own.

# PCI functions that a TSM can manage.
_tsmctl_devices()
{
	local -a found=(/sys/bus/pci/devices/*/tsm(N/:h:t))
	local expl
	_wanted devices expl 'PCI function' compadd -a found
}

# Processes that hold an iommufd.
_tsmctl_pids()
{
	local -aU found
	local file expl
	[[ -e /dev/iommu ]] || return 1
	for file in /proc/<->/fd/*(N); do
		[[ $file -ef /dev/iommu ]] && found+=(${${file#/proc/}%%/*})
	done
	_wanted processes expl 'process with an iommufd' compadd -a found
}

# The arguments, or a file.
_tsmctl_words_or_files()
{
	_alternative "words:value:($*)" 'files:file:_files'
}

# $command: the first word before the cursor that is neither an option nor the value of one.
_tsmctl_find_command()
{
	local word ended='' value=''
	command=''
	for word in ${words[2,CURRENT-1]}; do
		if [[ -n $value ]]; then
			value=''
		elif [[ $word == -- ]]; then
			ended=1
		elif [[ $word == -?* && -z $ended ]]; then
			value=${valued[(re)$word]}
		else
			command=$word
			return
		fi
	done
}

_tsmctl()
{
	local command curcontext=$curcontext
	local -a specs own valued
	_tsmctl_global_options
	_tsmctl_find_command
	_tsmctl_own_options
	_arguments -s -S $specs $own
}

_tsmctl_commands()
{
	local -a commands=(
		list:'TSMs, TSM-capable functions, and who holds them'
		info:'one TDI\: TSM, connection, ABI, evidence, last refusal'
		read-object:'evidence\: certificates, VCA, measurements, report'
		regen:'regenerate measurements or report, with a nonce'
		verify:'prove evidence\: chain, signature, nonce'
		save:'write all evidence of a function to a directory'
		diff:'compare two sets of evidence'
		validate-mmio:'ask the TSM to accept an MMIO mapping of the guest'
		set-state:'move a TDI to another TDISP state'
		sev-dma:'enable or disable a TDI'\''s DMA to private memory (AMD SEV)'
		accept-generation:'record the generation that a relying party approved'
		doctor:'what this kernel and this user can do'
		monitor:'changes of TSMs and functions as they happen'
		sim:'start the simulated VMM afresh'
		schema:'print the JSON Schema of every document'
		shell:'many commands in one session'
		completion:'print the completion script for a shell'
		help:'help about tsmctl or about one command'
	)
	_describe -t commands command commands
}

# $specs: what every command takes; $valued: the options that are followed by a value.
_tsmctl_global_options()
{
	specs=(
		1:command:_tsmctl_commands
		'(-d --device)'{-d+,--device=}'[the PCI function, DDDD\:BB\:DD.F (BB\:DD.F\: domain 0)]:BDF:_tsmctl_devices'
		--attach='[use the iommufd of a running VMM; without FD it is searched in its descriptors]:PID\[\:FD\]:_tsmctl_pids'
		--iommufd='[use an inherited iommufd descriptor; needs --vdevice]:FD: '
		--vdevice='[the vdevice object inside that iommufd]:ID: '
		--arch='[architecture of the confidential VM; auto asks the TSM driver]:ARCH:(auto cca sev tdx)'
		--abi='[ABI profile; auto fingerprints the kernel, one that the fingerprint contradicts needs --force]:PROFILE:(auto op48-2026-09 op48-interim op48-2026-06 scope40-v5 amd-packed48 none)'
		--source='[where evidence is read from; auto prefers netlink]:SOURCE:(auto netlink ioctl)'
		--sim=-'[the simulated kernel instead of this machine'\''s\: cca, sev, tdx, each with ,abi=PROFILE and ,family=NAME, or a scenario file]::SCENARIO: _tsmctl_words_or_files cca sev tdx'
		--replay='[a recording made with --record instead of this machine'\''s kernel]:FILE:_files'
		--kvm-fd='[associate with this inherited KVM VM instead of a new one]:FD: '
		--viommu-type='[type number of the vIOMMU to allocate]:N: '
		--virt-id='[the function'\''s id as the guest sees it]:ID: '
		'(-j --json)'{-j,--json}'[one JSON document, also for errors]'
		'(-p --pretty)'{-p,--pretty}'[the same, indented; implies --json]'
		--columns='[columns of tables, separated by commas]:LIST: '
		--no-headings'[tables without heading lines]'
		--color='[colour for states; auto\: on a terminal, unless NO_COLOR is set]:WHEN:(auto always never)'
		'(-q --quiet)'{-q,--quiet}'[no notes on standard error]'
		'(-v --verbose)'{-v,--verbose}'[say more; a state change tells its result]'
		--trace'[each kernel call as a line of key=value pairs on standard error]'
		--record='[write the whole conversation with the kernel, nonces and evidence included, to a new file]:FILE:_files'
		'(-n --dry-run)'{-n,--dry-run}'[show the bytes that would be sent, send nothing]'
		'(-y --yes)'{-y,--yes}'[do not ask before a state change]'
		--force'[override a safety check (never the question, see --yes)]'
		'(-b --batch)'{-b+,--batch=}'[carry out the commands in FILE, one a line; - is standard input]:FILE:_files'
		--keep-going'[with --batch or shell\: go on after a line that failed]'
		'(-h --help)'{-h,--help}'[help about tsmctl, or about the command given]'
		'(-V --version)'{-V,--version}'[the version of tsmctl]'
	)
	valued=( --device -d --attach --iommufd --vdevice --arch --abi --source --replay --kvm-fd --viommu-type --virt-id --columns --color --record --batch -b --output -o --from --vca --certs --split --nonce --nonce-file --root --certs --measurements --vca --request --nonce --nonce-file --at --policy --payload --payload --payload --interval --count --timeout)
}

# $own: what $command takes besides.
_tsmctl_own_options()
{
	case $command in
	list) own=(
		--tree'[which function belongs to which DSM and TSM]'
	) ;;
	info) own=(
		'*:TYPE:(cert cert\:0 cert\:1 cert\:2 cert\:3 cert\:4 cert\:5 cert\:6 cert\:7 vca measurements report)'
	) ;;
	read-object) own=(
		--hex'[a hex dump instead of decoded text]'
		--raw'[the bytes themselves on standard output, never to a terminal]'
		'(-o --output)'{-o+,--output=}'[the bytes to a new file of mode 0600; --force replaces an existing one]:FILE:_files'
		--digest'[ask the kernel for the object'\''s digest instead of the object]'
		--from='[decode the object in this file, with no kernel and no device]:FILE:_files'
		--vca='[with --from\: the VCA that names the algorithms of measurements]:FILE:_files'
		--certs='[with --from\: the chain whose leaf signed the measurements]:FILE:_files'
		--pem'[a certificate chain as PEM, on standard output or with --output]'
		--split='[each certificate of a chain to a DER file in this directory]:DIR:_files'
		'2:TYPE\[\:SLOT\]:(cert cert\:0 cert\:1 cert\:2 cert\:3 cert\:4 cert\:5 cert\:6 cert\:7 vca measurements report)'
	) ;;
	regen) own=(
		--nonce='[this nonce of 32 bytes instead of a random one]:HEX: '
		--nonce-file='[the nonce from a file of 32 bytes]:FILE:_files'
		--raw-blocks'[ask for raw measurement blocks instead of hashed ones]'
		'2:measurements|report:(measurements report)'
	) ;;
	verify) own=(
		--root='[trust these root certificates\: a file in PEM or DER, or a directory]:FILE:_files'
		--certs='[the certificate chain from a file, not from a function]:FILE:_files'
		--measurements='[the measurements from a file]:FILE:_files'
		--vca='[the VCA messages from a file]:FILE:_files'
		--request='[the GET_MEASUREMENTS request from a file, where the measurements lack it]:FILE:_files'
		--nonce='[the nonce of 32 bytes that must be in the request]:HEX: '
		--nonce-file='[the nonce from a file of 32 bytes]:FILE:_files'
		--at='[judge validity on this day, YYYY-MM-DD, instead of today]:DATE: '
		--policy='[judge the measured values by the rules of this JSON file]:FILE:_files'
		--explain'[show the bytes that were hashed and signed]'
	) ;;
	save) own=(
		'2:DIR:_files'
	) ;;
	diff) own=(
		'2:A:_files'
		'3:B:_files'
	) ;;
	validate-mmio) own=(
		--payload='[send these bytes as the request instead of the usual ones]:FILE:_files'
		'2:GPA_BASE: '
		'3:GPA_TOP: '
		'4:PA_BASE: '
	) ;;
	set-state) own=(
		--payload='[send these bytes as the request instead of the usual ones]:FILE:_files'
		'2:unlocked|locked|run:(unlocked locked run)'
	) ;;
	sev-dma) own=(
		--payload='[send these bytes as the request instead of the usual ones]:FILE:_files'
		'2:enable|disable:(enable disable)'
	) ;;
	accept-generation) own=(
		'2:N: '
	) ;;
	doctor) own=(
	) ;;
	monitor) own=(
		--interval='[how often to look for what no kernel announces; 1 by default, fractions are allowed]:SECONDS: '
		--evidence'[also watch measurements and reports, over netlink]'
		--count='[end after N events]:N: '
		--timeout='[end, with exit status 0, after this time]:SECONDS: '
	) ;;
	sim) own=(
		'2:reset:(reset)'
	) ;;
	schema) own=(
	) ;;
	shell) own=(
	) ;;
	completion) own=(
		'2:bash|zsh|fish:(bash zsh fish)'
	) ;;
	help) own=(
		'2:COMMAND:_tsmctl_commands'
	) ;;
	esac
}

# Found in $fpath the file is the function; sourced it is not.
if [[ $funcstack[1] == _tsmctl ]]; then
	_tsmctl "$@"
else
	compdef _tsmctl tsmctl
fi
