-- Binary COPY of the pieces of a body.
COPY ops.outbox_piece (sha256, piece_no, bytes) FROM STDIN (FORMAT binary)
