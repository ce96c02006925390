#!/bin/sh
# Makes xdpsock_kern.o of its source. Needs clang and llvm-strip (CLANG and STRIP name others), and the kernel's user headers.
set -eu
cd "$(dirname "$0")"
HEADERS=${HEADERS:-/usr/include/$(uname -m)-linux-gnu}
"${CLANG:-clang-19}" -target bpfel -mcpu=v3 -O2 -g -Wall -I "$HEADERS" -fdebug-prefix-map="$PWD"=. -c xdpsock_kern.c -o xdpsock_kern.o
"${STRIP:-llvm-strip-19}" -g xdpsock_kern.o
