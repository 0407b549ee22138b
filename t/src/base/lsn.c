/* Places in the write-ahead log as PostgreSQL writes them, and the names of the segments that hold them. */
#include "backstay/wal.h"
#include <stdio.h>

const char *bks_wal_segment(char *buf, uint32_t tli, uint64_t lsn, uint32_t segment_size)
{
	snprintf(buf, BKS_WAL_SEGMENT_TEXT, "%08X%08X%08X", tli, (uint32_t)(lsn >> 32),
		(uint32_t)lsn / segment_size);
	return buf;
}

const char *bks_lsn_text(char *buf, uint64_t lsn)
{
	snprintf(buf, BKS_LSN_TEXT, "%X/%X", (uint32_t)(lsn >> 32), (uint32_t)lsn);
	return buf;
}
