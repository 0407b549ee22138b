/* policy/money.h - what bytes cost, in whole millionths: no rounding that adds up, no overflow,
 * and nothing unknown taken for 0 */
#pragma once
#include "backstay/time.h"

/* Some price is not known. It is less than any amount. */
#define MONEY_UNKNOWN INT64_MIN

/* The month of a charge for days: early deletion. */
#define MONEY_MONTH (30 * BKS_DAY)

/* BYTES for one month at PRICE for 10^9 of them, to the nearest millionth; INT64_MAX where it
 * is more. Nothing costs nothing at any price; else a negative PRICE is unknown. */
int64_t money_month(int64_t price, int64_t bytes);
/* The same for US microseconds where a month has MONTH of them, which is above 0. US below 0 is
 * 0. */
int64_t money_span(int64_t price, int64_t bytes, int64_t us, int64_t month);
/* Unknown when one of them is; kept within what fits. */
int64_t money_add(int64_t a, int64_t b);
int64_t money_less(int64_t a, int64_t b); /* A - B */
