/* base/vec.h - arrays that grow in an arena: VEC(type) v = {0}; *vec_add(&v, arena) = x; */
#pragma once
#include "base/arena.h"

#define VEC(type)                                                                              \
	struct {                                                                               \
		type *v;                                                                       \
		size_t n, room;                                                                \
	}

/* A pointer to one more element, zeroed; older pointers into the array are void after it. */
#define vec_add(vec, arena)                                                                    \
	((vec)->n == (vec)->room                                                               \
			? (void)((vec)->v = arena_grow((arena), (vec)->v,                      \
					 (vec)->n * sizeof *(vec)->v,                          \
					 ((vec)->room * 2 + 8) * sizeof *(vec)->v),            \
				  (vec)->room = (vec)->room * 2 + 8)                           \
			: (void)0,                                                             \
		&(vec)->v[(vec)->n++])
