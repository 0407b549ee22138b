/*
 * base/libcrypto.h - the one home of <openssl/evp.h>: what we use of libcrypto, loaded when it
 * is first called
 *
 * A file that includes this calls EVP_... as ever.
 */
#pragma once
#include "base/error.h"
#include <openssl/evp.h>

/* Of libcrypto; no macro of its headers may be among them. */
#define LIBCRYPTO(X)                                                                           \
	X(EVP_Digest)                                                                          \
	X(EVP_DigestFinal_ex)                                                                  \
	X(EVP_DigestInit_ex)                                                                   \
	X(EVP_DigestUpdate)                                                                    \
	X(EVP_MD_CTX_free)                                                                     \
	X(EVP_MD_CTX_new)                                                                      \
	X(EVP_Q_mac)                                                                           \
	X(EVP_sha224)                                                                          \
	X(EVP_sha256)                                                                          \
	X(EVP_sha384)                                                                          \
	X(EVP_sha512)

struct libcrypto {
#define X(f) __typeof__(f) *f##_;
	LIBCRYPTO(X)
#undef X
};

/* Loads it, unless it is. 0; BKS_E_IO. Who can tell a user calls this first: the others end the
 * program. */
int libcrypto_ready(bks_error *err);

/* Never NULL. */
const struct libcrypto *libcrypto(void);

#ifndef LIBCRYPTO_HOME
#define EVP_Digest (*libcrypto()->EVP_Digest_)
#define EVP_DigestFinal_ex (*libcrypto()->EVP_DigestFinal_ex_)
#define EVP_DigestInit_ex (*libcrypto()->EVP_DigestInit_ex_)
#define EVP_DigestUpdate (*libcrypto()->EVP_DigestUpdate_)
#define EVP_MD_CTX_free (*libcrypto()->EVP_MD_CTX_free_)
#define EVP_MD_CTX_new (*libcrypto()->EVP_MD_CTX_new_)
#define EVP_Q_mac (*libcrypto()->EVP_Q_mac_)
#define EVP_sha224 (*libcrypto()->EVP_sha224_)
#define EVP_sha256 (*libcrypto()->EVP_sha256_)
#define EVP_sha384 (*libcrypto()->EVP_sha384_)
#define EVP_sha512 (*libcrypto()->EVP_sha512_)
#endif
