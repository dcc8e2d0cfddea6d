-- Version 3: what each response cost, in columns that can be summed. Responses recorded before it are filled in from their JSON.

-- lockstep:up
ALTER TABLE responses ADD COLUMN prompt_tokens INTEGER;
ALTER TABLE responses ADD COLUMN completion_tokens INTEGER;

UPDATE responses
SET prompt_tokens = json_extract(body, '$.usage.prompt_tokens'),
    completion_tokens = json_extract(body, '$.usage.completion_tokens')
WHERE json_valid(body);

-- lockstep:down
ALTER TABLE responses DROP COLUMN completion_tokens;
ALTER TABLE responses DROP COLUMN prompt_tokens;
