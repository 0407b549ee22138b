/*
 * policy/provider.h - what a provider says that it keeps: windows that nobody verified. A daily
 * one is a point a day at an hour that nobody knows; a PITR one is every instant but the last
 * minutes (Supabase archives its log every two).
 */
#pragma once
#include "backstay/restore.h"
#include "base/arena.h"

enum { PROVIDER_LAG_MINUTES = 2 };

/* Whether W, as of WISH->now, reaches the wish: *point is the instant that is surely there,
 * *loss how much may be lost at most. false: the wish lies before it, or is none of time. */
bool provider_answer(bks_time *point, int64_t *loss, const bks_window *w, const bks_wish *wish);

/* What W offered and offers up to NOW, as spans that ascend, at most MOST; returns how many. */
size_t provider_spans(bks_gap *out, size_t most, const bks_window *w, bks_time now);
