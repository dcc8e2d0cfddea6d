CREATE VIRTUAL TABLE page_text USING fts5(title, body, content='page', content_rowid='id', tokenize="unicode61 remove_diacritics 2 tokenchars ';'");
CREATE TABLE page (id INTEGER PRIMARY KEY, title TEXT COLLATE NOCASE, body TEXT,
  words INT GENERATED ALWAYS AS (length(body) - length(replace(body, ' ', '')) + 1) VIRTUAL,
  slug TEXT AS (lower(replace(title, ';', '-'))) STORED, CONSTRAINT "not; empty" CHECK (title <> '' AND body NOT LIKE '%;;%'));
CREATE TRIGGER page_ai AFTER INSERT ON page BEGIN
  INSERT INTO page_text(rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER page_ad AFTER DELETE ON page BEGIN
  INSERT INTO page_text(page_text, rowid, title, body) VALUES('delete', old.id, old.title, old.body);
END;
CREATE TRIGGER page_au AFTER UPDATE ON page BEGIN
  INSERT INTO page_text(page_text, rowid, title, body) VALUES('delete', old.id, old.title, old.body);
  INSERT INTO page_text(rowid, title, body) VALUES (new.id, new.title, new.body);
END;
INSERT INTO page (title, body) VALUES ('One; two', 'the quick; brown fox'), ('Zwölf', 'Boxkämpfer jagen; Viktor');
UPDATE page SET body = body || ' quickly' WHERE id = 1; DELETE FROM page WHERE id = 2;
SELECT rowid, highlight(page_text, 1, '<b>', '</b>;') FROM page_text WHERE page_text MATCH 'quick*';
INSERT INTO page_text(page_text) VALUES('rebuild');
CREATE INDEX page_words ON page (words, slug DESC) WHERE words > 2 AND slug IS NOT ';';
