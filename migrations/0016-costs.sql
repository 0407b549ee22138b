-- What bytes cost where they lie: prices of 10^9 bytes in millionths of the currency, durations in microseconds. NULL is not said.
ALTER TABLE repos ADD COLUMN min_duration INTEGER CHECK (min_duration >= 0);
ALTER TABLE repos ADD COLUMN retrieval_price INTEGER CHECK (retrieval_price >= 0);
ALTER TABLE repos ADD COLUMN retrieval_delay INTEGER CHECK (retrieval_delay >= 0);
-- the class in which its artifacts lie where nothing else is known
ALTER TABLE repos ADD COLUMN storage_class ANY;

-- What a class does not say holds as in its repo.
CREATE TABLE repo_classes (
  repo_id INTEGER NOT NULL REFERENCES repos (id),
  name ANY NOT NULL CHECK (typeof(name) IN ('text', 'blob') AND length(name) > 0),
  price_month INTEGER CHECK (price_month >= 0),
  min_duration INTEGER CHECK (min_duration >= 0),
  retrieval_price INTEGER CHECK (retrieval_price >= 0),
  retrieval_delay INTEGER CHECK (retrieval_delay >= 0),
  PRIMARY KEY (repo_id, name)
) STRICT, WITHOUT ROWID;
