-- Repos in object storage: how their bucket is reached, and what its server says of an object. No secret is kept here.
-- endpoint: the URL of an S3-compatible service; NULL is Amazon's of the region. path_style NULL: path style where an endpoint is said.
ALTER TABLE repos ADD COLUMN endpoint TEXT;
ALTER TABLE repos ADD COLUMN region TEXT;
ALTER TABLE repos ADD COLUMN path_style INTEGER CHECK (path_style IN (0, 1));
ALTER TABLE repos ADD COLUMN ca_file ANY;
ALTER TABLE repos ADD COLUMN profile TEXT;
-- what a canary saw the server heed, words with a comma between: delete-if-match, put-if-match, put-if-none-match, versions, lock
ALTER TABLE repos ADD COLUMN honours TEXT;
-- two services may each have a bucket of that name
DROP INDEX repos_url;
CREATE UNIQUE INDEX repos_url ON repos (url, coalesce(endpoint, '')) WHERE dropped IS NULL;

-- etag and version_id tell an object from another one that takes its key; version_id NULL: not known, or the bucket has no versions.
ALTER TABLE artifacts ADD COLUMN etag TEXT;
ALTER TABLE artifacts ADD COLUMN version_id TEXT;
ALTER TABLE artifacts ADD COLUMN storage_class ANY;
-- a checksum of the whole object that its server keeps, as "algorithm:hex": weaker than bytes that were read
ALTER TABLE artifacts ADD COLUMN server_sum TEXT;
