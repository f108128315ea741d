-- Three roles and four schemas (DESIGN.md 8). The owner holds the schema; jobs insert and read, and change state
-- only through functions of the owner; readers see the api views.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['daybook_owner', 'daybook_job', 'daybook_reader'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster has made it
        END;
        IF NOT pg_has_role(current_user, role_name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', role_name, current_user);
        END IF;
    END LOOP;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO daybook_owner, daybook_job', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO daybook_owner', current_database());
END
$$;

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA ref AUTHORIZATION daybook_owner;
CREATE SCHEMA ledger AUTHORIZATION daybook_owner;
CREATE SCHEMA ops AUTHORIZATION daybook_owner;
CREATE SCHEMA api AUTHORIZATION daybook_owner;
GRANT USAGE ON SCHEMA ref, ledger, ops, api TO daybook_job;
GRANT USAGE ON SCHEMA api TO daybook_reader;
