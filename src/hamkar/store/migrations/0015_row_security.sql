-- The second wall around what names people: when a person reads, the database itself leaves out the rows that the rules
-- of the policy would refuse, whatever the query says. The node's own work, as the owner, is not held by it.
-- A server that lets this account make no role keeps the first wall only; `hamkar doctor` says so.
DO $$
BEGIN
    BEGIN
        CREATE ROLE hamkar_person NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT hamkar_person TO CURRENT_USER;
    END IF;
    GRANT USAGE ON SCHEMA nominal TO hamkar_person;
    GRANT SELECT ON nominal.entity TO hamkar_person;
    ALTER TABLE nominal.entity ENABLE ROW LEVEL SECURITY;
    CREATE POLICY person_reads ON nominal.entity FOR SELECT TO hamkar_person USING (
        (
            handling <= coalesce(nullif(current_setting('hamkar.clearance', true), '')::integer, -1)
            AND (
                current_setting('hamkar.sees_minors', true) = 'yes'
                OR (minor IS NOT TRUE AND role IS DISTINCT FROM 'witness')
            )
        )
        OR (author <> '' AND author = current_setting('hamkar.person', true) AND handling <= 2)
    );
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$;
