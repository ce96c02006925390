#!/bin/sh
# Makes the objects of this folder from their sources, and beside some what the tools of LLVM and of the kernel read in them.
# Needs clang, llvm-strip and llvm-objdump 19, bpftool, and the kernel's user headers.
set -eu
cd "$(dirname "$0")"
CLANG=${CLANG:-clang-19}
OBJDUMP=${OBJDUMP:-llvm-objdump-19}
HEADERS=${HEADERS:-/usr/include/$(uname -m)-linux-gnu}
compile() { # source, output, target, cpu, more options
	source=$1 output=$2 target=$3 cpu=$4
	shift 4
	"$CLANG" -target "$target" -mcpu="$cpu" -O2 -Wall -Wno-unused-variable -I "$HEADERS" -fdebug-prefix-map="$PWD"=. "$@" -c "$source" -o "$output"
}
for cpu in v1 v2 v3 v4; do
	compile constructs.c constructs.$cpu.o bpfel $cpu -g
done
compile constructs.c constructs.v3.eb.o bpfeb v3 -g
compile core.c core.v3.o bpfel v3 -g
compile core.c core.v3.eb.o bpfeb v3 -g
compile core_target.c core_target.o bpfel v3 -g
compile core_target.c core_target.eb.o bpfeb v3 -g
compile kernel_symbols.c kernel_symbols.v3.o bpfel v3 -g
compile legacy.c legacy.v1.o bpfel v1
compile plain.c plain.v3.o bpfel v3
# Whole programs, for each version of the instruction set that has what they need.
for source in programs/*.c; do
	least=$(sed -n 's,^// Needs -mcpu=v\([1-4]\).*,\1,p' "$source")
	for cpu in 1 2 3 4; do
		[ "$cpu" -lt "${least:-1}" ] || compile "$source" "${source%.c}.v$cpu.o" bpfel "v$cpu" -g
	done
done
for object in programs/*.o; do "${STRIP:-llvm-strip-19}" -g "$object"; done
for object in *.o; do "${STRIP:-llvm-strip-19}" -g "$object"; done
for object in *.o; do
	"$OBJDUMP" -d "$object" | sed 1,2d >"${object%.o}.disassembly.txt"
	case $object in legacy.*|plain.*) ;; *) bpftool btf dump file "$object" >"${object%.o}.btf.txt" ;; esac
done
