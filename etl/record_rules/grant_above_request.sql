-- [rule]
-- position = 9
-- severity = "doubtful"
-- title = { zh = "核定或下达的补助超过申请或核定的数额", en = "More was approved than asked for, or granted than approved" }
-- mend = { zh = "核对三个金额", en = "Check the three amounts" }
WITH amounts AS (
    SELECT
        project_id,
        source_id,
        list_transform(
            [requested_yuan, approved_yuan, granted_yuan],
            LAMBDA yuan : coalesce(rtrim(rtrim(yuan::DECIMAL(38, 6)::TEXT, '0'), '.'), '–')
        ) AS words
    FROM project
    WHERE approved_yuan > requested_yuan OR granted_yuan > coalesce(approved_yuan, requested_yuan)
)

SELECT
    project_id,
    NULL::INTEGER AS place_no,
    array_to_string(words, ' → ') AS seen,
    source_id
FROM amounts
ORDER BY project_id
