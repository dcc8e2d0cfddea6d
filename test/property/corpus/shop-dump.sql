PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE product(
  id integer primary key autoincrement,
  sku text not null unique, -- as printed; see the label
  title text not null default 'unnamed; please rename',
  price_cents integer check (price_cents >= 0), /* never a
     float; ever */
  attributes json
);
INSERT INTO product VALUES(1,'A-1','Screwdriver; cross',1290,'{"size":"PH2;","tags":["hand","tool;"]}');
INSERT INTO product VALUES(2,'A-2','He said "it''s fine;"',0,NULL);
INSERT INTO product VALUES(3,'B-;','two
lines;
three',99,X'3b00453b');
INSERT INTO product VALUES(4,'C-1','日本語；全角','7e2','[]');
CREATE TABLE IF NOT EXISTS "order item" (
  "order" INTEGER NOT NULL,
  [product id] INTEGER REFERENCES product(id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
  `count;` INTEGER DEFAULT (1),
  "note "" here" TEXT,
  PRIMARY KEY ("order", [product id])
) WITHOUT ROWID;
INSERT INTO "order item" VALUES(1,1,2,'-- not a comment; nor this'),(1,2,1,'/* nor; this */');
INSERT INTO "order item" VALUES(2,3,NULL,'END; COMMIT;');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('product',4);
CREATE VIEW expensive AS SELECT * FROM product WHERE price_cents>100 /* expensive(id,sku,title,price_cents,attributes) */;
CREATE UNIQUE INDEX "product by title; lower" ON product(lower(title)) WHERE title <> ';';
CREATE TRIGGER product_no_delete BEFORE DELETE ON product BEGIN SELECT RAISE(ABORT, 'keep it; it is history'); END;
COMMIT;
