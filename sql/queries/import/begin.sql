-- Where the fields of the files go as they are, by place; what files there are, what each row would do, and the run.
CREATE TEMPORARY TABLE import_text (
    file_no integer NOT NULL, line_number bigint NOT NULL,
    c1 text, c2 text, c3 text, c4 text, c5 text, c6 text, c7 text, c8 text, c9 text, c10 text, c11 text, c12 text,
    c13 text, c14 text, c15 text, c16 text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE import_files (
    file_no integer PRIMARY KEY, import_id bigint NOT NULL, run_id bigint NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE import_changes (
    file_no integer NOT NULL, line_number bigint NOT NULL, row_key text NOT NULL, change text NOT NULL
) ON COMMIT DROP;
CREATE TEMPORARY TABLE import_run (run_id bigint NOT NULL, open_date date NOT NULL) ON COMMIT DROP;
