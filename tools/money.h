/* money.h - amounts of money, for people and programs */
#pragma once
#include "tool.h"

/* In whole units of the currency; null where it is unknown. */
void money_put(bks_json *o, const char *key, int64_t millionths);
/* "12.30 EUR"; four digits below one hundredth; "unknown". CURRENCY may be NULL. Lives until
 * the program ends. */
const char *money_shown(int64_t millionths, const char *currency);
