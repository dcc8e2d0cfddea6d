-- BEGIN of the file; nothing has begun
CREATE TABLE account (id INTEGER PRIMARY KEY, state TEXT, balance INT, "end" INT, owner TEXT);
CREATE TABLE audit (at TEXT DEFAULT 'now', what TEXT, account_id INT);

CREATE TRIGGER account_insert AFTER INSERT ON account
BEGIN
  -- END; is not here
  INSERT INTO audit (what, account_id) VALUES ('insert; ' || CASE new.state WHEN 'new' THEN 'BEGIN' WHEN 'old' THEN 'END;' ELSE 'x' END, new.id);
END;

create trigger account_update after update of state, balance on account for each row
when new.balance <> old.balance and case when new.state is null then 0 else 1 end
begin
  update audit set what = case
      when old.balance > new.balance then case when new.balance < 0 then 'overdrawn;' else 'less' end
      else 'more'
    end where account_id = new.id;
  insert into audit (what, account_id) select 'update', id from account where id = new.id and "end" is null;
  delete from audit where what = 'END' /* ; END; */ ;
end /* of account_update; */;

CREATE TEMP TRIGGER account_guard BEFORE UPDATE OF id ON main.account WHEN old.id <> new.id BEGIN SELECT RAISE(ABORT, 'no;'); END;

CREATE VIEW open_account AS SELECT id, balance AS "case", owner AS [begin] FROM account WHERE state <> 'closed;';
CREATE TRIGGER IF NOT EXISTS open_account_insert INSTEAD OF INSERT ON open_account BEGIN
  INSERT INTO account (id, balance, owner, state) VALUES (new.id, new."case", new.[begin], 'open')
    ON CONFLICT (id) DO UPDATE SET balance = excluded.balance WHERE excluded.balance > 0;
  SELECT CASE WHEN (SELECT count(*) FROM account) > 100 THEN RAISE(FAIL, 'too many; END') END;
END;

CREATE TRIGGER "end" AFTER DELETE ON account BEGIN SELECT 1; SELECT 2; END;
CREATE TRIGGER [begin; end] AFTER DELETE ON account BEGIN SELECT 'x' AS "end"; END;;
INSERT INTO account VALUES (1, 'new', 10, NULL, 'ann;'), (2, 'old', 20, 1, NULL);
UPDATE account SET balance = -5 WHERE id = 1;
INSERT INTO open_account VALUES (3, 30, 'eve'), (1, 7, 'ann');
DELETE FROM account WHERE id = 2;
DROP TRIGGER account_insert; DROP TRIGGER "end"
