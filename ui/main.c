/* main.c - the program. */
#include <stdio.h>

int main(void)
{
    puts("mailflow " MAILFLOW_VERSION);
    return 0;
}
