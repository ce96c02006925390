// Steps a thread through single instructions and prints the address of each: step THREAD COUNT
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

int main(int argc, char **argv)
{
    if (argc != 3)
    {
        fprintf(stderr, "usage: step THREAD COUNT\n");
        return 2;
    }

    int thread = atoi(argv[1]), status;
    if (ptrace(PTRACE_ATTACH, thread, 0, 0) != 0 || waitpid(thread, &status, __WALL) < 0)
    {
        perror("step: cannot attach");
        return 1;
    }

    struct user_regs_struct registers;
    for (long left = atol(argv[2]); left > 0; left--)
    {
        ptrace(PTRACE_GETREGS, thread, 0, &registers);
        printf("%llx\n", (unsigned long long)registers.rip);
        if (ptrace(PTRACE_SINGLESTEP, thread, 0, 0) != 0 || waitpid(thread, &status, __WALL) < 0 || !WIFSTOPPED(status))
        {
            return 1;
        }
    }

    ptrace(PTRACE_DETACH, thread, 0, 0);
    return 0;
}
