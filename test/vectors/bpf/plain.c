// No section of a program's own: what lies in .text is the program.
__attribute__((noinline)) static int twice(int value) { volatile int copy = value; return copy * 2; }
int main_program(void *memory, int length) { return twice(length) + twice(1); }
