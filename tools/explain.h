/* explain.h - `retain explain` */
#pragma once
#include "tool.h"

int explain_run(struct call *c);
