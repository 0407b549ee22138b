/* age_custom MINOR IN OUT: an archive of version 1.14 as one of 1.10 to 1.13. */
#include "../unit/format/age.h"

int main(int argc, char **argv)
{
	static uint8_t in[64 << 20], out[64 << 20];
	FILE *from = argc == 4 ? fopen(argv[2], "rb") : NULL,
	     *to = from ? fopen(argv[3], "wb") : NULL;
	size_t n;

	if (!to)
		return 2;
	n = fread(in, 1, sizeof in, from);
	n = age_archive(out, in, n, (int)strtol(argv[1], NULL, 10), 0);
	return fwrite(out, 1, n, to) == n && !fclose(to) ? 0 : 1;
}
