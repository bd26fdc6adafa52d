-- [derived]
-- reads = ["project", "meta_profile"]
SELECT
    project_id,
    coalesce(
        currency = (SELECT value ->> '$.code' FROM meta_profile WHERE key = 'currency'), currency IS NULL
    ) AS is_own_currency,
    coalesce(granted_yuan, approved_yuan) AS subsidy_yuan
FROM project
ORDER BY project_id
