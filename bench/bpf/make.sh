#!/bin/sh
# Makes programs.o, which is committed, from programs.c. Needs clang and llvm-strip 19 and the kernel's user headers.
set -eu
cd "$(dirname "$0")"
"${CLANG:-clang-19}" -target bpfel -mcpu=v3 -O2 -g -Wall -I "${HEADERS:-/usr/include/$(uname -m)-linux-gnu}" -fdebug-prefix-map="$PWD"=. -c programs.c -o programs.o
"${STRIP:-llvm-strip-19}" -g programs.o
