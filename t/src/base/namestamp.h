/*
 * base/namestamp.h - the time that a file's name tells, and what is left of the name without it
 *
 * Read are, with years from 1990 to 2099 and days that the calendar has:
 *   20240101  2024-01-01  2024_01_01  2024.01.01, alone or followed by a time after one or two
 * of `T t _ - . @` or a space: 120000  1200  12-00-00  12:00:00  12_00_00  12.00.00  12-00
 * 12h00m 20240101120000  202401011200 19-04-2021@00-00-00 (day first; only in this form, with
 * its '@') 1704110400, ten digits between separators: Unix seconds, when nothing above stands
 * in the name A time may end in Z, UTC, GMT, +0200, +02:00 or -02:00. Of several stamps one
 * with a time of day is taken, the last of them.
 */
#pragma once
#include "backstay/inspect.h"

struct namestamp {
	bks_civil civil; /* zone "UTC" where the name says its zone (an offset is taken off);
			    else "" */
	bool has_time;   /* false: a day alone, its time 00:00:00 */
};

/* Looks in the last name of PATH, then in the folders above it, the nearest first. false: no
 * time there; *out is then untouched. */
bool namestamp_read(struct namestamp *out, const char *path);

/*
 * The last name of PATH without known endings (.sql .gz .dump ...), without its stamp and every
 * other digit, and without the separators around them: shop_20240101.sql.gz and
 * shop_20240102.sql.gz are both "shop". May be empty. Lives in A.
 */
const char *name_stem(const char *path, bks_arena *a);
