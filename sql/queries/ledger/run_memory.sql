-- Memory for what a run does in bulk: joins of its cards, sorts of its indexes. Until the transaction ends.
SET LOCAL work_mem = '64MB';
SET LOCAL maintenance_work_mem = '256MB'
