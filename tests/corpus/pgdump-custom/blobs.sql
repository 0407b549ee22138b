SELECT lo_from_bytea(4000000001, '\x68656c6c6f');
SELECT lo_from_bytea(20001, decode(repeat('00ff', 600), 'hex'));
SELECT lo_from_bytea(20002, '');
COMMENT ON LARGE OBJECT 20001 IS 'two bytes, often';
