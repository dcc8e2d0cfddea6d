-- lockstep:up
-- SQLite cannot add a constraint to a table that is there, so the table is made
-- anew, filled, and put in the place of the old one. Every book points at it.
CREATE TABLE authors_new (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  born INTEGER CHECK (born BETWEEN 1000 AND 2100)
);
INSERT INTO authors_new (id, name, born)
  SELECT id, name, born FROM authors;
DROP TABLE authors;
ALTER TABLE authors_new RENAME TO authors;
CREATE INDEX books_by_author ON books (author_id);

-- lockstep:down
DROP INDEX books_by_author;
CREATE TABLE authors_old (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  born INTEGER
);
INSERT INTO authors_old (id, name, born)
  SELECT id, name, born FROM authors;
DROP TABLE authors;
ALTER TABLE authors_old RENAME TO authors;
