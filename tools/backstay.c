/* backstay.c - finds the command, opens the catalog, says what went wrong */
#include "tool.h"

int main(void)
{
	return EXIT_UNFINISHED;
}
