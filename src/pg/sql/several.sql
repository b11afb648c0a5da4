-- Runs each of several statements as each of several identities, or as whoever the session is where none is named; each is undone by itself, and what it
-- got, who the session then was, or what failed is kept, identity after identity.
-- PostgreSQL 13 to 18. Needs USAGE on plpgsql, which everybody has by default; creates nothing, so it runs where nothing can be written.
-- Takes the statements, the values of each, the names of the settings that make somebody, and their values for each identity from settings of its own.
DO $several$
DECLARE
    statements text[] := pg_catalog.current_setting('purview.statements')::pg_catalog.text[];
    binds      text[] := pg_catalog.current_setting('purview.binds')::pg_catalog.text[];
    names      text[] := pg_catalog.current_setting('purview.names')::pg_catalog.text[];
    crowd      text[] := pg_catalog.current_setting('purview.crowd')::pg_catalog.text[];
    member     text[];
    answers    text[] := '{}';
    found      record;
    lines      pg_catalog.json[];
    who        text[];
    done       boolean;
    hint       text;
BEGIN
    -- What else is asked is none of the business of the code that runs below.
    PERFORM pg_catalog.set_config(s.name, '', true)
       FROM pg_catalog.unnest(ARRAY['purview.statements', 'purview.binds', 'purview.names', 'purview.crowd', 'purview.answers']) AS s(name);
    <<all_of_them>>
    FOR one IN 1 .. GREATEST(pg_catalog.array_length(crowd, 1), 1) LOOP
        member := crowd[one]::pg_catalog.text[];
        FOR at IN 1 .. COALESCE(pg_catalog.array_length(statements, 1), 0) LOOP
            lines := '{}';
            done := false;
            BEGIN
                FOR i IN 1 .. COALESCE(pg_catalog.array_length(member, 1), 0) LOOP
                    PERFORM pg_catalog.set_config(names[i], member[i], true);
                END LOOP;
                FOR found IN EXECUTE statements[at] USING binds[at]::pg_catalog.text[] LOOP
                    lines := pg_catalog.array_append(lines, (SELECT pg_catalog.json_agg(e.value ORDER BY e.place)
                        FROM pg_catalog.json_each_text(pg_catalog.row_to_json(found)) WITH ORDINALITY AS e(key, value, place)));
                END LOOP;
                who := ARRAY[current_user::pg_catalog.text, session_user::pg_catalog.text,
                             pg_catalog.current_setting('transaction_read_only'), pg_catalog.current_setting('row_security')];
                FOR i IN 1 .. COALESCE(pg_catalog.array_length(names, 1), 0) LOOP
                    who := pg_catalog.array_append(who, pg_catalog.current_setting(names[i], true));
                END LOOP;
                done := true;
                -- Takes back whatever was set, by the lines above or by the code that ran between them.
                RAISE EXCEPTION SQLSTATE 'PVDON';
            EXCEPTION
                WHEN query_canceled THEN
                    -- Somebody or the clock stopped it: what is missing is asked again, or not.
                    EXIT all_of_them;
                WHEN others OR assert_failure THEN
                    IF done THEN
                        answers := pg_catalog.array_append(answers, pg_catalog.json_build_array(pg_catalog.to_json(who), pg_catalog.to_json(lines))::pg_catalog.text);
                    ELSE
                        GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
                        answers := pg_catalog.array_append(answers, pg_catalog.json_build_array(SQLSTATE, SQLERRM, hint)::pg_catalog.text);
                    END IF;
            END;
        END LOOP;
    END LOOP;
    PERFORM pg_catalog.set_config('purview.answers', pg_catalog.array_to_string(answers, E'\n'), true);
END
$several$
