/* status.h - the exit status: it starts as "could not finish", and one small function may turn
 * it to 0 */
#pragma once
#include "tool.h"

/* What ENDING comes to. */
int ending_status(const struct ending *e);
/* Adds what a negative R says. */
void ending_add(struct ending *e, int r);
/* A word or two on STATUS, for people. */
const char *status_text(int status);

/* Prints what is left to print: the JSON document, the error. Returns the exit status. R is
 * what the command returned. */
int finish(struct call *c, int r);
