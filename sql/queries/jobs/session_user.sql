-- The role that logged in.
SELECT session_user
