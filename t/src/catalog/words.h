/* catalog/words.h - the words that stand in the tables, in the order of their enums */
#pragma once

extern const char *const words_kind[],
	*const words_state[],
		*const words_tier[],
			*const words_level[],
				*const words_result[],
					*const words_verdict[],
						*const words_content[],
							*const words_taken_from[],
								*const words_severity[], *const words_part[],
									*const words_digest_from
										[];
