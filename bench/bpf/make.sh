#!/bin/sh
# Makes programs.o and straight.o, which are committed, from their sources. Needs clang and llvm-strip 19 and the kernel's user headers.
set -eu
cd "$(dirname "$0")"
compile() { # source, object, more options
	source=$1 object=$2
	shift 2
	"${CLANG:-clang-19}" -target bpfel -O2 -g -Wall -I "${HEADERS:-/usr/include/$(uname -m)-linux-gnu}" -fdebug-prefix-map="$PWD"=. "$@" -c "$source" -o "$object"
	"${STRIP:-llvm-strip-19}" -g "$object"
}
compile programs.c programs.o -mcpu=v3
# DPDK 22.11 knows operations of 32 bits, and none of the jumps that v3 has beside.
compile straight.c straight.o -mcpu=v2 -Xclang -target-feature -Xclang +alu32
