-- Whether a school is on file. $1 bigint: school_code
SELECT count(*) FROM (SELECT FROM ref.school WHERE school_code = $1::bigint AND superseded_run IS NULL LIMIT 1) AS s
