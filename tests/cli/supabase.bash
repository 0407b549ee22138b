# supabase.bash - what `supabase db dump` writes, small, for tests that load it after lib.bash

# sb_roles, sb_schema [COMMENTS], sb_data [ROWS]: one of its three files. COMMENTS is anything: dumped with --keep-comments.
sb_roles() {
	cat <<-END

	SET default_transaction_read_only = off;

	SET client_encoding = 'UTF8';
	SET standard_conforming_strings = on;

	CREATE ROLE "app";
	ALTER ROLE "app" WITH INHERIT NOCREATEROLE NOCREATEDB LOGIN NOBYPASSRLS;
	RESET ALL;
	END
}

sb_schema() {
	local mark=""

	[ -z "${1:-}" ] || printf -- '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.20\n-- Dumped by pg_dump version 15.20\n'
	[ -z "${1:-}" ] || mark=$'\n--\n-- PostgreSQL database dump complete\n--\n'
	cat <<-END

	SET statement_timeout = 0;
	SET lock_timeout = 0;
	SET client_encoding = 'UTF8';
	SET standard_conforming_strings = on;
	SELECT pg_catalog.set_config('search_path', '', false);

	CREATE TABLE IF NOT EXISTS "public"."users" (
	    "id" integer NOT NULL,
	    "name" "text"
	);


	ALTER TABLE "public"."users" OWNER TO "postgres";


	ALTER TABLE ONLY "public"."users"
	    ADD CONSTRAINT "users_pkey" PRIMARY KEY ("id");

	$mark
	END
}

sb_data() {
	cat <<-END
	SET session_replication_role = replica;

	--
	-- PostgreSQL database dump
	--

	-- Dumped from database version 15.20
	-- Dumped by pg_dump version 15.20

	SET statement_timeout = 0;
	SET client_encoding = 'UTF8';
	SET standard_conforming_strings = on;
	SELECT pg_catalog.set_config('search_path', '', false);

	--
	-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: postgres
	--

	COPY "public"."users" ("id", "name") FROM stdin;
	END
	awk -v n="${1:-10}" 'BEGIN { for (i = 1; i <= n; i++) printf "%d\tname %d\n", i, i }'
	cat <<-END
	\\.


	--
	-- PostgreSQL database dump complete
	--

	RESET ALL;
	END
}

# sb FILE PART TIME [ARG]: such a file in the repo, wrapped as its ending says, written at TIME.
sb() {
	local file=$REPO/$1

	mkdir -p "$(dirname "$file")"
	case $file in
	*.gz) "sb_$2" "${4:-}" | gzip -n1 >"$file" ;;
	*) "sb_$2" "${4:-}" >"$file" ;;
	esac
	touch -d "$3" "$file"
}

# sb_set FOLDER TIME [ROWS [COMMENTS]]: all three.
sb_set() {
	sb "$1/roles.sql" roles "$2"
	sb "$1/schema.sql" schema "$2" "${4:-}"
	sb "$1/data.sql" data "$2" "${3:-10}"
}

# pg_half FILE schema|data TIME [ROWS]: what pg_dump --schema-only or --data-only writes
pg_half() {
	local file=$REPO/$1

	mkdir -p "$(dirname "$file")"
	if [ "$2" = schema ]; then
		plain_dump 1 | awk '/^-- Data for Name/ { skip = 1 } /^-- Name: users users_pkey/ { skip = 0 } !skip { print }'
	else
		plain_dump "${4:-10}" | awk '/^-- Name: / { skip = 1 } /^-- (Data for Name|PostgreSQL database dump complete)/ { skip = 0 } !skip { print }'
	fi | case $file in *.gz) gzip -n1 ;; *) cat ;; esac >"$file"
	touch -d "$3" "$file"
}
