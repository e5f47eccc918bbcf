-- The log that guards share: the journal's lines, in one order. Applied by the owner of the schema; guards need far less.

CREATE TABLE cryptomcp.record (
  sequence bigint PRIMARY KEY,
  -- The exact text of a journal line, ASCII, without its line feed: {"seq":…,…,"prev":"64 hex","hash":"64 hex"}
  line     text NOT NULL,
  hash     text NOT NULL GENERATED ALWAYS AS (substr(line, length(line) - 65, 64)) STORED,
  prev     text NOT NULL GENERATED ALWAYS AS (substr(line, length(line) - 139, 64)) STORED,
  CONSTRAINT record_has_its_number CHECK (sequence >= 0 AND starts_with(line, '{"seq":' || sequence || ',')),
  CONSTRAINT record_is_framed CHECK (length(line) = octet_length(line) AND right(line, 75) = ',"hash":"' || hash || '"}'),
  CONSTRAINT record_has_its_hash CHECK (hash = encode(sha256(convert_to(left(line, -75), 'UTF8')), 'hex'))
);

-- A nonce is given out once. The guards' own book sees to it; this is what says no if that ever fails.
CREATE TABLE cryptomcp.nonce (
  account  text NOT NULL,
  nonce    numeric(20) NOT NULL CHECK (nonce >= 0),
  sequence bigint NOT NULL,
  PRIMARY KEY (account, nonce)
);

-- Who looks after what, by this database's clock. Work is divided here, never money.
CREATE TABLE cryptomcp.lease (
  name     text PRIMARY KEY,
  host     text NOT NULL,
  until    timestamptz NOT NULL
);

CREATE FUNCTION cryptomcp.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cryptomcp.% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cryptomcp.record
  FOR EACH STATEMENT EXECUTE FUNCTION cryptomcp.refuse();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON cryptomcp.nonce
  FOR EACH STATEMENT EXECUTE FUNCTION cryptomcp.refuse();

-- The one way in. Runs as the schema's owner, so that a guard's role needs no right to insert, update or delete.
-- lines: the new lines, separated by line feeds; given_*: the nonces that they give out, and in which line (from 1).
CREATE FUNCTION cryptomcp.append(base bigint, lines text, given_in bigint[], given_account text[], given_nonce numeric[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  next bigint;
  last text;
  broken bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7165923480996638051);
  SELECT r.sequence + 1, r.hash INTO next, last FROM cryptomcp.record r ORDER BY r.sequence DESC LIMIT 1;
  next := coalesce(next, 0);
  IF base IS DISTINCT FROM next THEN
    RAISE EXCEPTION 'record % is the next one, not %', next, base USING ERRCODE = 'serialization_failure';
  END IF;

  WITH added AS (
    INSERT INTO cryptomcp.record (sequence, line)
    SELECT base + given.n - 1, given.line FROM unnest(string_to_array(lines, E'\n')) WITH ORDINALITY AS given(line, n)
    RETURNING sequence, prev, hash
  ), linked AS (
    SELECT added.sequence, added.prev, lag(added.hash, 1, coalesce(last, repeat('0', 64))) OVER (ORDER BY added.sequence) AS before FROM added
  )
  SELECT min(linked.sequence) INTO broken FROM linked WHERE linked.prev <> linked.before;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'record % does not follow from the one before', broken USING ERRCODE = 'check_violation';
  END IF;

  IF cardinality(given_in) > 0 THEN
    INSERT INTO cryptomcp.nonce (account, nonce, sequence)
    SELECT given.account, given.nonce, base + given.n - 1 FROM unnest(given_account, given_nonce, given_in) AS given(account, nonce, n);
  END IF;

  PERFORM pg_notify('cryptomcp', '');
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA cryptomcp FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cryptomcp FROM PUBLIC;
